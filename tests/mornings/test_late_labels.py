"""Labels that come late: no alarm from youth alone, and labels that are lost are found.

Every run shows a few mornings of a small model; `make prove` shows 60 mornings, and 40 random ones
of 286 on which half of what comes late is lost.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import statistics
from pathlib import Path

import numpy as np
import pytest

from core.day_result import DayResult
from core.evidence.alarms import Alarm, Fault, alarms
from core.evidence.label_age import CALIBRATION, corrected, youth
from core.evidence.leading import leader
from core.spans import ONE_DAY
from deploy.pipeline.steps.backfill import Settings
from tests.mornings.late import MATURES_AFTER, Late, delayed, half_lost
from tests.mornings.replay import Replay, write_lake
from tests.mornings.tables import MORNINGS, SMALL, SMALL_FIRST, Table, days_of

HISTORY = 28
SMALL_HISTORY = 15
YOUNG_MORNINGS = 60
MORNINGS_OF_A_LOSS = 40
QUARTILES = (0.25, 0.5, 0.75)
LEAST_FOUND = 36
FLIGHTS = MORNINGS[Table.NEW_YORK_2013]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kinds = list(Late) if metafunc.config.getoption("--prove") else [Late.OUTCOME]
    metafunc.parametrize("late", kinds, scope="module")


@pytest.fixture(scope="module")
def folder(
    proving: bool, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Where the mornings are kept, between runs too where they are all shown."""
    if proving:
        return request.config.cache.mkdir("mornings-late")
    return tmp_path_factory.mktemp("late")


@pytest.fixture(scope="module")
def replay(folder: Path, proving: bool, late: Late) -> Replay:
    """The flights' mornings; the models, which learn from matured labels, are the same for both."""
    manifest = FLIGHTS.read_manifest()
    days = days_of(Table.NEW_YORK_2013, folder)
    if not proving:
        days = {day: rows for day, rows in days.items() if day.month in (5, 6)}
    return Replay(
        folder=folder,
        lake=write_lake(delayed(days, manifest), folder / "lake"),
        manifest=manifest.model_copy(update={"labels": late.labels}),
        settings=Settings.parse({} if proving else SMALL),
        first=FLIGHTS.first if proving else SMALL_FIRST,
        results=late.name.lower(),
    )


def history(replay: Replay, today: dt.date, *, matured: int = MATURES_AFTER) -> list[DayResult]:
    """The days before as the bot finds them on the morning after `today`.

    Those of which so many days have passed were revised.
    """
    days = [today - back * ONE_DAY for back in range(HISTORY, 0, -1)]
    return [
        known(replay, day, revised=(today + ONE_DAY - day).days >= matured)
        for day in days
        if day >= replay.first
    ]


def known(replay: Replay, day: dt.date, *, revised: bool) -> DayResult:
    young = replay.known(day, 1)
    if not revised:
        return young
    return dataclasses.replace(replay.known(day, MATURES_AFTER), earlier=(young,))


def told(raised: list[Alarm]) -> set[tuple[Fault, str]]:
    return {(alarm.fault, alarm.subject) for alarm in raised}


@pytest.mark.proof
@pytest.mark.slow
def test_youth_alone_raises_no_alarm(replay: Replay, late: Late, proving: bool) -> None:
    """Whatever rings on a young day rings on the same day with all of its labels."""
    first = replay.first + (HISTORY if proving else SMALL_HISTORY) * ONE_DAY
    days = [first + number * ONE_DAY for number in range(YOUNG_MORNINGS if proving else 1)]
    rang = {}
    for day in days:
        past = history(replay, day, matured=1)
        raised = told(alarms(replay.known(day, 1), past))
        raised -= told(alarms(replay.known(day, MATURES_AFTER), past))
        if raised:
            rang[day] = raised
    print(late, f"{len(rang)} of {len(days)}", rang)
    assert not rang


@pytest.mark.proof
@pytest.mark.slow
def test_predicted_over_observed_of_a_young_day_is_what_it_will_be(
    replay: Replay, late: Late, proving: bool
) -> None:
    """Corrected for what is usually there; uncorrected it would look as if far too much were."""
    first = replay.first + (HISTORY if proving else SMALL_HISTORY) * ONE_DAY
    raw, mended, shares = [], [], []
    for day in (first + number * ONE_DAY for number in range(YOUNG_MORNINGS if proving else 1)):
        past, young = history(replay, day, matured=1), replay.known(day, 1)
        found = youth(young, past)
        assert found is not None
        assert found.usually_in is not None
        shares.append(found.usually_in)
        became = _ratio(replay.known(day, MATURES_AFTER))
        raw.append(_ratio(young) / became)
        mended.append(_ratio(corrected(young, found)) / became)
    print(late, statistics.median(shares), statistics.median(raw), np.quantile(mended, QUARTILES))
    least, most = (0.95, 1.05) if proving else (0.7, 1.4)
    assert least < statistics.median(mended) < most


@pytest.mark.proof
@pytest.mark.slow
def test_half_of_the_labels_lost_is_found_that_morning(
    replay: Replay, late: Late, proving: bool, tmp_path: Path
) -> None:
    dice = random.Random(str(late))
    first = replay.first + (HISTORY if proving else SMALL_HISTORY) * ONE_DAY
    last = FLIGHTS.last if proving else first
    days = [first + number * ONE_DAY for number in range((last - first).days + 1)]
    missed = {}
    chosen = sorted(dice.sample(days, MORNINGS_OF_A_LOSS if proving else 1))
    for day in chosen:
        change = half_lost(late, replay.manifest, dice.randrange(2**32))
        today = replay.broken(day, tmp_path / day.isoformat(), change=change)
        raised = alarms(today, history(replay, day))
        if (late.fault, "") not in told(raised):
            missed[day] = raised
    print(late, f"{len(chosen) - len(missed)} of {len(chosen)}", *missed)
    if late is Late.OUTCOME:
        assert len(chosen) - len(missed) >= (LEAST_FOUND if proving else 1), missed


def _ratio(result: DayResult) -> float:
    model = leader(result)
    assert model is not None
    return model.metrics[CALIBRATION].value
