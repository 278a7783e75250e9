"""Mornings that several tests look at."""

from __future__ import annotations

import pytest

from deploy.pipeline.steps.backfill import Settings
from tests.mornings.replay import Replay, write_lake
from tests.mornings.tables import MORNINGS, SMALL, SMALL_FIRST, Table, days_of


@pytest.fixture(scope="session")
def small_replay(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """June 2013 by small models, each morning evaluated when a test first asks for it."""
    folder = tmp_path_factory.mktemp("mornings")
    table = Table.NEW_YORK_2013
    days = {day: rows for day, rows in days_of(table, folder).items() if day.month in (5, 6)}
    return Replay(
        folder=folder,
        lake=write_lake(days, folder / "lake"),
        manifest=MORNINGS[table].read_manifest(),
        settings=Settings.parse(SMALL),
        first=SMALL_FIRST,
    )
