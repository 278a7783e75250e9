"""Nothing broken: hardly an alarm. Something broken: found that morning, and named.

Every run shows a few mornings of a small model; `make prove` shows 286 mornings of 2013 and 40 of
each fault.
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from core.day_result import DayResult
from core.evidence.alarms import Alarm, alarms
from core.manifest import parse_manifest
from deploy.pipeline.steps.backfill import Settings
from mlpipe_sandbox.lake import read_flights
from tests.mornings.planting import Planted, Unit, names, plant
from tests.mornings.replay import ONE_DAY, Replay, write_lake

ROOT = Path(__file__).parents[2]
HISTORY = dt.timedelta(days=28)
SMALL_HISTORY = dt.timedelta(days=16)
LAST = dt.date(2013, 12, 20)
CELSIUS = Unit("temp", lambda column: (column - 32) * 5 / 9)
SMALL = {"WindowDays": "20", "ValidationDays": "2", "MaxTrees": "20"}
MORNINGS_OF_A_FAULT = 40
LEAST_FOUND = 36
MOST_ALARMS = 14
"""The default budget, one a month, expects 9.4 on 286 mornings."""


@pytest.fixture(scope="session")
def replay(
    proving: bool, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Replay:
    """The flights; a full replay is kept between runs."""
    folder = tmp_path_factory.mktemp("mornings")
    if proving:
        folder = request.config.cache.mkdir("mornings-flights")
    first = dt.date(2013, 3, 10) if proving else dt.date(2013, 6, 2)
    days = {day: rows for day, rows in read_flights().items() if proving or day.month in (5, 6)}
    text = (ROOT / "deploy/pipeline/datasets/flights.toml").read_text(encoding="utf-8")
    return Replay(
        folder=folder,
        lake=write_lake(days, folder / "lake"),
        manifest=parse_manifest(text, "flights.toml"),
        settings=Settings.parse({} if proving else SMALL),
        first=first,
    )


def alarms_of(replay: Replay, day: dt.date, today: DayResult | None = None) -> list[Alarm]:
    """What rings on a morning, that of a fault or the one on which nothing was broken."""
    first = max(replay.first, day - HISTORY)
    history = [replay.morning(first + n * ONE_DAY) for n in range((day - first).days)]
    return alarms(today or replay.morning(day), history)


def mornings(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


@pytest.mark.proof
@pytest.mark.slow
def test_hardly_a_morning_rings_when_nothing_is_broken(replay: Replay, proving: bool) -> None:
    days = mornings(replay.first, LAST if proving else replay.first + SMALL_HISTORY)
    rang = {day: raised for day in days if (raised := alarms_of(replay, day))}
    assert len(days) == (286 if proving else 17)
    assert len(rang) <= (MOST_ALARMS if proving else 1), rang


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("fault", Planted)
def test_a_broken_morning_is_found_and_named(
    replay: Replay, fault: Planted, proving: bool, tmp_path: Path
) -> None:
    dice = random.Random(str(fault))
    first = replay.first + (HISTORY if proving else SMALL_HISTORY)
    days = mornings(first, LAST if proving else first)
    chosen = sorted(dice.sample(days, MORNINGS_OF_A_FAULT if proving else 1))
    missed = {}
    for day in chosen:
        today, subject = plant(fault, replay, day, CELSIUS, dice, tmp_path / day.isoformat())
        raised = alarms_of(replay, day, today)
        if not names(raised, fault, subject):
            missed[day] = (subject, raised)
    assert len(chosen) - len(missed) >= (LEAST_FOUND if proving else 1), missed
