"""Nothing broken: hardly an alarm. Something broken: found that morning, and named.

Every run shows a few mornings of a small model; `make prove` shows 286 mornings of 2013 and 121 of
2001, and 40 of each fault.
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from core.day_result import DayResult
from core.evidence.alarms import Alarm, alarms
from core.messages import Translator
from deploy.pipeline.steps.backfill import Settings
from reports.verdict.head import verdict_lines
from tests.mornings.plain_day import Plain
from tests.mornings.plainly import Judgement, report_of
from tests.mornings.planting import Planted, names, plant
from tests.mornings.replay import HISTORY, Replay, between, write_lake
from tests.mornings.tables import MORNINGS, SMALL_HISTORY, Table, days_of

MORNINGS_OF_A_FAULT = 40
LEAST_FOUND = 36
MOST_ALARMS = 14
"""The default budget, one a month, expects 9.4 on 286 mornings: with at most this many it holds."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    tables = list(Table) if metafunc.config.getoption("--prove") else [Table.NEW_YORK_2013]
    metafunc.parametrize("table", tables, scope="module")


@pytest.fixture(scope="module")
def replay(table: Table, proving: bool, request: pytest.FixtureRequest) -> Replay:
    """A table's mornings; a full replay is kept between runs."""
    if not proving:
        small: Replay = request.getfixturevalue("small_replay")
        return small
    mornings = MORNINGS[table]
    folder = request.config.cache.mkdir(f"mornings-{table.name}")
    return Replay(
        folder=folder,
        lake=write_lake(days_of(table, folder), folder / "lake"),
        manifest=mornings.read_manifest(),
        settings=Settings.parse({}),
        first=mornings.first,
    )


def alarms_of(replay: Replay, day: dt.date, today: DayResult | None = None) -> list[Alarm]:
    """What rings on a morning, that of a fault or the one on which nothing was broken."""
    return alarms(today or replay.morning(day), replay.before(day))


@pytest.mark.proof
@pytest.mark.slow
def test_hardly_a_morning_rings_when_nothing_is_broken(
    replay: Replay, table: Table, proving: bool
) -> None:
    days = between(replay.first, MORNINGS[table].last if proving else replay.first + SMALL_HISTORY)
    rang = {day: raised for day in days if (raised := alarms_of(replay, day))}
    for day, raised in rang.items():
        print(table, day, *[f"{alarm.fault}: {alarm.subject}" for alarm in raised])
    whole = {Table.NEW_YORK_2013: 286, Table.USA_2001: 121}[table]
    assert len(days) == (whole if proving else 17)
    assert len(rang) <= (MOST_ALARMS * whole // 286 if proving else 1), rang


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("fault", Planted)
def test_a_broken_morning_is_found_and_named(
    replay: Replay, table: Table, fault: Planted, proving: bool, tmp_path: Path
) -> None:
    dice = random.Random(str(fault))
    first = replay.first + (HISTORY if proving else SMALL_HISTORY)
    days = between(first, MORNINGS[table].last if proving else first)
    chosen = sorted(dice.sample(days, MORNINGS_OF_A_FAULT if proving else 1))
    missed = {}
    for day in chosen:
        unit = MORNINGS[table].unit
        today, subject = plant(fault, replay, day, unit, dice, tmp_path / day.isoformat())
        raised = alarms_of(replay, day, today)
        if not names(raised, fault, subject):
            missed[day] = (subject, raised)
    print(table, fault, f"{len(chosen) - len(missed)} of {len(chosen)}", *missed)
    assert len(chosen) - len(missed) >= (LEAST_FOUND if proving else 1), missed


@pytest.mark.proof
@pytest.mark.slow
def test_the_words_agree_with_the_rules_computed_once_more(
    replay: Replay, table: Table, proving: bool
) -> None:
    last = MORNINGS[table].last if proving else replay.first + SMALL_HISTORY
    days = between(replay.first, last)
    results = {day: replay.morning(day) for day in days}
    plain = {day: Plain.of(replay.left(day), replay.lake) for day in days}
    for day in days[1:] if proving else days[-3:]:
        facts = report_of(results[day], [results[each] for each in days if each < day])
        said = "\n".join(verdict_lines(facts, Translator()))
        for line in Judgement(plain, day).lines():
            assert line in said, day
