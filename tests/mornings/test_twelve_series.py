"""Twelve series in one channel share one budget of alarms: together they ring no more than one.

The series are a market and an objective each: flights out of one airport, late by more than some
minutes. `make prove` shows the 286 mornings of 2013.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from core.evidence.alarms import ALARMS_A_DAY, alarms
from deploy.pipeline.steps.backfill import Settings
from tests.mornings.replay import Replay, between, write_lake
from tests.mornings.tables import MORNINGS, Table, days_of

TABLE = MORNINGS[Table.NEW_YORK_2013]
MARKETS = ("EWR", "JFK", "LGA")
OBJECTIVES = (5, 15, 30, 60)
"""Minutes of delay that count as late."""
SERIES = [(market, minutes) for market in MARKETS for minutes in OBJECTIVES]
MOST_ALARMS = 14
"""As of one series: the default budget, one a month, expects 9.4 on 286 mornings."""
SMALL = {"WindowDays": "20", "ValidationDays": "2", "MaxTrees": "10"}
SMALL_FIRST = dt.date(2013, 6, 2)
SMALL_DAYS = dt.timedelta(days=15)


@pytest.fixture(scope="module")
def series(
    proving: bool, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[Replay]:
    """The replay of each series; full ones are kept between runs."""
    folder = (
        request.config.cache.mkdir("twelve-series")
        if proving
        else tmp_path_factory.mktemp("twelve")
    )
    days = days_of(Table.NEW_YORK_2013, folder)
    if not proving:
        days = {day: rows for day, rows in days.items() if day.month in (5, 6)}
    lakes = {
        market: write_lake(
            {day: rows.filter(pl.col("origin") == market) for day, rows in days.items()},
            folder / "lake" / market,
        )
        for market in MARKETS
    }
    return [
        _replay(folder / f"{market}-{minutes}", lakes[market], minutes, proving=proving)
        for market, minutes in (SERIES if proving else SERIES[:2])
    ]


def _replay(folder: Path, lake: Path, minutes: int, *, proving: bool) -> Replay:
    manifest = TABLE.read_manifest()
    label = manifest.label.model_copy(update={"above": minutes})
    return Replay(
        folder=folder,
        lake=lake,
        manifest=manifest.model_copy(update={"label": label}),
        settings=Settings.parse({} if proving else SMALL),
        first=TABLE.first if proving else SMALL_FIRST,
    )


@pytest.mark.proof
@pytest.mark.slow
def test_twelve_series_together_ring_no_more_than_one(series: list[Replay], proving: bool) -> None:
    first = series[0].first
    days = between(first, TABLE.last if proving else first + SMALL_DAYS)
    rang = {}
    for day in days:
        raised = {
            replay.folder.name: found
            for replay in series
            if (
                found := alarms(
                    replay.morning(day), replay.before(day), budget=ALARMS_A_DAY / len(SERIES)
                )
            )
        }
        if raised:
            rang[day] = raised
            print(
                day,
                *(
                    f"{name} {each.fault}: {each.subject},"
                    for name, rung in raised.items()
                    for each in rung
                ),
            )
    print(f"{len(rang)} of {len(days)} mornings rang in at least one of {len(series)} series")
    assert len(days) == (286 if proving else 16)
    assert len(rang) <= (MOST_ALARMS if proving else 1), rang
