"""Real mornings through the report's own code; `make gallery` keeps June 2013 in docs/gallery."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from deploy.pipeline.steps.backfill import Settings
from tests.mornings.gallery import Gallery
from tests.mornings.replay import Replay, between, write_lake
from tests.mornings.tables import MORNINGS, Table, days_of

TABLE = MORNINGS[Table.NEW_YORK_2013]
KEPT = os.environ.get("MLPIPE_GALLERY")
FIRST = dt.date(2013, 4, 2)
"""Sixty days before the month: as much as a verdict looks at."""
MONTH = (dt.date(2013, 6, 1), dt.date(2013, 6, 30))
SMALL_FIRST = dt.date(2013, 6, 1)
SMALL = {"WindowDays": "20", "ValidationDays": "2", "MaxTrees": "20"}
MOST_BYTES = 60_000
"""Of a picture in the documentation."""


@pytest.mark.slow
def test_each_morning_of_a_month_has_its_page(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kept = request.config.cache.mkdir("mornings-gallery") if KEPT else tmp_path
    days = days_of(Table.NEW_YORK_2013, kept)
    replay = Replay(
        folder=kept,
        lake=write_lake({d: rows for d, rows in days.items() if d <= MONTH[1]}, kept / "lake"),
        manifest=TABLE.read_manifest(),
        settings=Settings.parse({} if KEPT else SMALL),
        first=FIRST if KEPT else SMALL_FIRST,
    )
    folder = Path(KEPT) if KEPT else tmp_path / "gallery"
    shown = between(*MONTH) if KEPT else between(SMALL_FIRST, SMALL_FIRST + dt.timedelta(days=1))
    Gallery(replay, folder).hang(shown)

    index = (folder / "index.md").read_text(encoding="utf-8")
    for day in shown:
        page = (folder / f"{day}.md").read_text(encoding="utf-8")
        assert f"({day}.png)" in page
        assert f"({day}.md)" in index
        assert (folder / f"{day}.png").stat().st_size <= MOST_BYTES
