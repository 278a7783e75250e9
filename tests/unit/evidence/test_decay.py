"""Who is to blame for what decays, and what nobody can act on."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from core.evidence.accused import Accused
from core.evidence.columns import ColumnFault
from core.evidence.decay import (
    BEHIND_THE_NEWEST,
    FROM_THE_NEWEST,
    LABELLED,
    labels_of_late,
    may_decay,
    missing_of_late,
    scores_of_late,
    worse_of_late,
)
from core.evidence.history import Comparison, Past, Standing
from core.evidence.watched import Quantity, Watched
from core.results import CANDIDATE, PRODUCTION, REFERENCE, FeatureFacts

TODAY = dt.date(2024, 3, 4)
PRODUCTIONS_LEAD = Quantity(Watched.DIFFERENCE, PRODUCTION, REFERENCE)
THE_NEWESTS_LEAD = Quantity(Watched.DIFFERENCE, CANDIDATE, REFERENCE)


def late(standing: Standing, value: float = 0.0, usual: float = 0.0) -> Comparison:
    return Comparison(standing, value, Past({}), usual, 0.0001)


def blamed(found: list[Accused]) -> list[tuple[str, str]]:
    return [(role, other) for role, other, _ in found]


@pytest.mark.parametrize(
    ("of_late", "named"),
    [
        ({BEHIND_THE_NEWEST: Standing.LOW}, [(PRODUCTION, CANDIDATE)]),
        ({BEHIND_THE_NEWEST: Standing.HIGH}, []),
        ({PRODUCTIONS_LEAD: Standing.HIGH}, [(PRODUCTION, REFERENCE)]),
        ({PRODUCTIONS_LEAD: Standing.LOW, THE_NEWESTS_LEAD: Standing.LOW}, []),
        ({THE_NEWESTS_LEAD: Standing.HIGH}, [(CANDIDATE, REFERENCE)]),
        (
            {BEHIND_THE_NEWEST: Standing.LOW, PRODUCTIONS_LEAD: Standing.HIGH},
            [(PRODUCTION, CANDIDATE)],
        ),
    ],
    ids=[
        "production falls behind the newest",
        "production was promoted, or the newest is no better",
        "production loses its lead",
        "retraining gains on the frozen reference",
        "the newest loses its lead",
        "once each, beside the newest before all",
    ],
)
def test_a_model_decays_beside_one_that_holds_still_or_is_newer(
    of_late: dict[Quantity, Standing], named: list[tuple[str, str]]
) -> None:
    found = worse_of_late({quantity: late(standing) for quantity, standing in of_late.items()})
    assert blamed(list(found)) == named


def test_production_is_stale_where_its_scores_move_away_from_the_newest_models() -> None:
    away = {FROM_THE_NEWEST: late(Standing.HIGH, 0.08, 0.01)}
    assert blamed(list(scores_of_late(away))) == [(PRODUCTION, CANDIDATE)]


def test_a_promotion_brings_the_scores_back_and_rings_nowhere() -> None:
    back = {FROM_THE_NEWEST: late(Standing.LOW, 0.0, 0.08)}
    assert list(scores_of_late(back)) == []


def test_more_labels_than_before_are_fine() -> None:
    assert labels_of_late({LABELLED: late(Standing.HIGH)}) is None
    assert labels_of_late({LABELLED: late(Standing.LOW)}) is not None


def test_what_rises_and_falls_with_the_season_is_not_watched_for_decay() -> None:
    seasonal = [
        Quantity(Watched.ROWS),
        Quantity(Watched.LABEL_RATE),
        Quantity(Watched.AGREEMENT, PRODUCTION, REFERENCE),
        Quantity(Watched.CALIBRATION_DIFFERENCE, PRODUCTION, REFERENCE),
    ]
    assert may_decay(seasonal) == []
    assert may_decay([PRODUCTIONS_LEAD, LABELLED, *seasonal]) == [PRODUCTIONS_LEAD, LABELLED]


def test_a_column_of_which_ever_more_is_missing_is_named() -> None:
    def wind(missing: float) -> FeatureFacts:
        return FeatureFacts(name="wind", kind="numeric", missing=missing, distinct=9)

    dice = random.Random(1)
    days = {
        TODAY - dt.timedelta(days=n): wind(0.02 + dice.uniform(0, 0.02) + max(0, 35 - n) * 0.005)
        for n in range(60)
    }
    today = days.pop(TODAY)
    found = missing_of_late(TODAY, today, days, level=0.0005)
    assert found is not None
    assert found.fault is ColumnFault.MISSING_OF_LATE
    assert found.usual == pytest.approx(0.03, abs=0.01)
    assert 0.1 < found.value < today.missing
    assert missing_of_late(TODAY, wind(0.03), days, level=0.0005) is None, "it was mended"
