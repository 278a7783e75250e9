"""Two recipes over real mornings: equal ones are hardly ever called different, unequal ones are.

`make prove` shows 200 pairs, each over 30 mornings of 2013, and a model frozen for 60 days.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from core.evidence.intervals import robust_deviation
from core.evidence.over_days import (
    FOUND_IN_30_ALIKE_DAYS,
    FOUND_IN_30_DAYS,
    Answer,
    DailyDifference,
    over_days,
)
from core.evidence.scored import FloatArray
from core.spans import ONE_DAY
from deploy.pipeline.steps.backfill import Settings
from tests.mornings.recipes import SeedPairs, by_age, daily
from tests.mornings.replay import Replay, write_lake
from tests.mornings.tables import MORNINGS, Table, days_of

LOOKS = 30
"""Mornings of a pair, each of which is looked at."""
PAIRS = 200
BLOCKS = 9
"""Thirty mornings each, one after another; pair n competes in block n modulo this."""
MOST_CALLED = 18
"""The 99 % binomial limit of 200 pairs at 5 %."""
LEAST_FOUND = 170
FROZEN = dt.timedelta(days=60)
SMALL = {"WindowDays": "10", "ValidationDays": "2", "MaxTrees": "10"}
TABLE = MORNINGS[Table.NEW_YORK_2013]


@pytest.fixture(scope="module")
def pairs(
    proving: bool, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, list[DailyDifference]]:
    """The daily differences of each pair."""
    folder = (
        request.config.cache.mkdir("seed-pairs") if proving else tmp_path_factory.mktemp("pairs")
    )
    compared = SeedPairs(
        folder=folder / "differences",
        lake=write_lake(days_of(Table.NEW_YORK_2013, folder), folder / "lake"),
        manifest=TABLE.read_manifest(),
        settings=Settings.parse({"WindowDays": "20"} if proving else SMALL),
    )
    wanted = range(PAIRS) if proving else range(0, 2 * BLOCKS, BLOCKS)
    found: dict[int, dict[dt.date, float]] = {pair: {} for pair in wanted}
    for number in range(LOOKS * BLOCKS if proving else LOOKS):
        day = TABLE.first + number * ONE_DAY
        competing = [pair for pair in wanted if pair % BLOCKS == number // LOOKS]
        for pair, value in compared.differences(day, competing).items():
            found[pair][day] = value
    return {pair: daily(values) for pair, values in found.items()}


@pytest.mark.proof
@pytest.mark.slow
def test_a_seed_alone_is_hardly_ever_called_a_difference(
    pairs: dict[int, list[DailyDifference]], proving: bool
) -> None:
    assert {len(days) for days in pairs.values()} == {LOOKS}
    assert all(robust_deviation(values_of(days)) > 0 for days in pairs.values())
    called = [pair for pair, days in pairs.items() if first_called(days)]
    print(f"{len(called)} of {len(pairs)} pairs of equal recipes called different")
    assert len(called) <= (MOST_CALLED if proving else 0), called


@pytest.mark.proof
@pytest.mark.slow
def test_a_difference_of_the_size_that_is_claimed_is_found(
    pairs: dict[int, list[DailyDifference]], proving: bool
) -> None:
    # Two pairs may be unlucky at the size of 90 %; at that of alike days they are not.
    size = FOUND_IN_30_DAYS if proving else FOUND_IN_30_ALIKE_DAYS
    found = {
        pair: looks
        for pair, days in pairs.items()
        if (looks := first_called(planted(days, size))) is not None
    }
    print(f"{len(found)} of {len(pairs)} pairs with {size} robust SD planted called different")
    assert len(found) >= (LEAST_FOUND if proving else 2), sorted(set(pairs) - set(found))


@pytest.mark.proof
@pytest.mark.slow
def test_a_frozen_model_is_never_said_to_be_the_better_one(
    proving: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    # The full replay is the one that test_mornings.py keeps.
    folder = request.config.cache.mkdir("mornings-NEW_YORK_2013") if proving else tmp_path
    frozen, mornings = (FROZEN, 226) if proving else (dt.timedelta(days=12), 8)
    replay = Replay(
        folder=folder,
        lake=write_lake(days_of(Table.NEW_YORK_2013, folder), folder / "lake"),
        manifest=TABLE.read_manifest(),
        settings=Settings.parse({} if proving else SMALL),
        first=TABLE.first,
    )
    first = TABLE.first + frozen - ONE_DAY
    looked_at = [first + number * ONE_DAY for number in range(mornings)]
    days = daily({day: by_age(replay, day, frozen) for day in looked_at})
    values = values_of(days)
    print(f"worse by {np.mean(values):.3f} (SD {np.std(values):.3f}) in the mean,")
    print(f"{np.median(values):.3f} (robust SD {robust_deviation(values):.3f}) in the median;")
    for last in (30, 60, 90, 120, len(days)):
        found = over_days(days[:last])
        print(f"{last} mornings: {found.answer} ({found.reason}), p {found.p_value:.2g},")
        print(f"  the fresh one better on {last - found.better_days:.0f}, {found.more_days} to go")
    named = [first_called(days[start:]) for start in range(0, len(days) - LOOKS, LOOKS)]
    print(f"named at look {named} when the looks begin {LOOKS} mornings later each time")
    assert over_days(days).answer is not Answer.BETTER


def planted(days: list[DailyDifference], size: float) -> list[DailyDifference]:
    """The first recipe made worse by so many robust standard deviations of the differences."""
    added = size * robust_deviation(values_of(days))
    return [DailyDifference(each.day, each.value + added) for each in days]


def values_of(days: list[DailyDifference]) -> FloatArray:
    return np.array([each.value for each in days])


def first_called(days: list[DailyDifference]) -> int | None:
    """At which look the two are called different; None if at none."""
    looks = range(1, len(days) + 1)
    return next(
        (n for n in looks if over_days(days[:n]).answer is not Answer.CANNOT_TELL_YET), None
    )
