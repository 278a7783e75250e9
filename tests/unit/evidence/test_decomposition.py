from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evidence.decomposition import Outcome, Presence, by_column, decompose
from core.evidence.scored import Scored
from core.evidence.slice_means import METRICS
from core.results import CANDIDATE, OTHER_VALUES, DayFacts, SliceFacts
from tests.unit.evidence.scored_days import day_facts, model_rows

CARRIERS = ("UA", "AA", "DL", "B6", "(none)", OTHER_VALUES)


@dataclass(frozen=True)
class Sliced:
    """A day's rows with each row's carrier and hour."""

    rows: Scored
    carriers: list[str]

    @property
    def facts(self) -> DayFacts:
        return day_facts(self.rows, slices={"carrier": self.carriers})


@st.composite
def sliced_days(draw: st.DrawFn) -> Sliced:
    """Weights, ties, slices of one row, of one class, and values that are there or not."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = draw(st.integers(8, 60))
    there = draw(st.lists(st.sampled_from(CARRIERS), min_size=1, max_size=6, unique=True))
    labels = (random.random(rows) < 0.3).astype(np.float64)
    labels[:2] = 0.0, 1.0
    scores = random.uniform(0.01, 0.99, rows)
    weights = random.uniform(0.1, 9.0, rows) if draw(st.booleans()) else np.ones(rows)
    carriers = [str(each) for each in random.choice(there, rows)]
    return Sliced(Scored(labels, scores, weights), carriers)


def whole(facts: DayFacts, metric: str) -> float:
    model = facts.models[CANDIDATE]
    if metric == "label_rate":
        return facts.rows.base_rate
    return model.mean_score if metric == "mean_score" else model.metrics[metric].value


@given(now=sliced_days(), before=sliced_days(), metric=st.sampled_from(METRICS))
def test_the_parts_add_up_to_the_change(now: Sliced, before: Sliced, metric: str) -> None:
    found = decompose(now.facts, before.facts, "carrier", metric)
    assert found.outcome is Outcome.DECOMPOSED
    change = whole(now.facts, metric) - whole(before.facts, metric)
    assert found.change == pytest.approx(change, abs=1e-9)
    assert found.mix + found.model + found.came_and_went == pytest.approx(change, abs=1e-9)
    assert math.fsum(each.total for each in found.slices) == pytest.approx(change, abs=1e-9)
    top, others = found.top(2)
    assert sum(each.total for each in top) + others == pytest.approx(change, abs=1e-9)


@given(now=sliced_days(), before=sliced_days(), metric=st.sampled_from(METRICS))
def test_looking_from_the_other_day_turns_every_sign(
    now: Sliced, before: Sliced, metric: str
) -> None:
    one = decompose(now.facts, before.facts, "carrier", metric)
    other = decompose(before.facts, now.facts, "carrier", metric)
    totals = {each.value: each.total for each in other.slices}
    for each in one.slices:
        assert each.total == pytest.approx(-totals[each.value], abs=1e-9)


@given(now=sliced_days(), before=sliced_days())
def test_mix_and_model_are_the_average_of_the_two_orders(now: Sliced, before: Sliced) -> None:
    found = decompose(now.facts, before.facts, "carrier", "log_loss")
    stayed = [each for each in found.slices if each.presence is Presence.BOTH]
    if len(stayed) < len(found.slices):
        return
    first, last = 0.0, 0.0
    for each in stayed:
        assert each.metric is not None
        assert each.metric_before is not None
        first += (each.share - each.share_before) * each.metric_before
        last += (each.share - each.share_before) * each.metric
    assert found.mix == pytest.approx((first + last) / 2, abs=1e-9)


def made(carriers: dict[str, tuple[int, float]]) -> DayFacts:
    """Every row with the same score; a slice has so many rows, and that share of them positive."""
    labels = np.concatenate(
        [np.repeat([1.0, 0.0], [round(n * r), n - round(n * r)]) for n, r in carriers.values()]
    )
    names = [name for name, (n, _) in carriers.items() for _ in range(n)]
    rows = Scored(labels, np.full(len(labels), 0.3), np.ones(len(labels)))
    return day_facts(rows, slices={"carrier": names})


def test_traffic_that_moves_to_a_worse_slice_is_the_mix() -> None:
    before = made({"UA": (800, 0.1), "B6": (200, 0.5)})
    now = made({"UA": (500, 0.1), "B6": (500, 0.5)})
    found = decompose(now, before, "carrier", "label_rate")
    assert found.change == pytest.approx(0.12)
    assert found.mix == pytest.approx(0.12)
    assert found.model == pytest.approx(0.0, abs=1e-12)


def test_a_slice_that_got_worse_is_the_models_part() -> None:
    before = made({"UA": (800, 0.1), "B6": (200, 0.5)})
    now = made({"UA": (800, 0.1), "B6": (200, 0.9)})
    found = decompose(now, before, "carrier", "label_rate")
    assert found.model == pytest.approx(0.08)
    assert found.mix == pytest.approx(0.0, abs=1e-12)
    assert found.slices[0].value == "B6"
    assert found.slices[0].total == pytest.approx(0.08)


def test_a_slice_has_the_name_of_the_day_on_which_it_was_there() -> None:
    before = made({"UA": (500, 0.1), "B6": (500, 0.1)})
    now = made({"UA": (500, 0.1), "DL": (500, 0.9)})
    found = decompose(
        now.model_copy(update={"names": {"carrier": {"UA": "United"}}}),
        before.model_copy(update={"names": {"carrier": {"UA": "Old", "B6": "JetBlue"}}}),
        "carrier",
        "label_rate",
    )
    names = {each.value: each.name for each in found.slices}
    assert names == {"UA": "United", "B6": "JetBlue", "DL": "DL"}


def test_slices_that_came_or_went_are_a_term_of_their_own() -> None:
    before = made({"UA": (500, 0.1), "B6": (500, 0.1)})
    now = made({"UA": (500, 0.1), "DL": (500, 0.9)})
    found = decompose(now, before, "carrier", "label_rate")
    assert found.came_and_went == pytest.approx(0.4)
    assert (found.mix, found.model) == (0.0, 0.0)
    assert {each.value: each.presence for each in found.slices} == {
        "DL": Presence.CAME,
        "B6": Presence.WENT,
        "UA": Presence.BOTH,
    }


def test_a_value_that_may_be_among_the_others_has_neither_come_nor_gone() -> None:
    before = made({"UA": (500, 0.1), OTHER_VALUES: (100, 0.4)})
    now = made({"UA": (500, 0.1), "DL": (60, 0.5), OTHER_VALUES: (50, 0.4)})
    found = decompose(now, before, "carrier", "label_rate")
    assert {each.value for each in found.slices} == {"UA", OTHER_VALUES}
    assert found.came_and_went == 0.0


def test_a_slice_without_positives_has_its_score_from_what_the_others_leave() -> None:
    before = made({"UA": (500, 0.2), "B6": (100, 0.0)})
    now = made({"UA": (400, 0.2), "B6": (200, 0.3)})
    found = decompose(now, before, "carrier", "mean_score")
    others = next(each for each in found.slices if each.value == OTHER_VALUES)
    assert others.metric_before == pytest.approx(0.3)
    assert found.change == pytest.approx(0.0, abs=1e-12)


def test_the_column_that_tells_most_comes_first() -> None:
    random = np.random.default_rng(1)
    rows, earlier = model_rows(random, 2000), model_rows(random, 2000)
    carriers = [str(each) for each in random.choice(["UA", "AA", "DL"], 2000)]
    hours = [str(each) for each in random.integers(5, 9, 2000)]
    late = np.where(np.array(carriers) == "DL", 1.0, rows.labels)
    now = day_facts(
        Scored(late, rows.scores, rows.weights), slices={"hour": hours, "carrier": carriers}
    )
    before = day_facts(earlier, slices={"hour": hours, "carrier": carriers})
    found = by_column(now, before, "log_loss")
    assert [each.column for each in found] == ["carrier", "hour"]
    assert found[0].slices[0].value == "DL"


def test_what_is_no_mean_is_not_taken_apart() -> None:
    facts = made({"UA": (500, 0.2)})
    assert decompose(facts, facts, "carrier", "auc").outcome is Outcome.NOT_A_MEAN
    assert decompose(facts, facts, "hour", "log_loss").outcome is Outcome.NO_SLICES
    assert (
        decompose(facts, facts, "carrier", "log_loss", role="reference").outcome
        is Outcome.NOT_SCORED
    )


def test_slices_that_are_not_the_whole_day_are_not_taken_apart() -> None:
    facts = made({"UA": (500, 0.2), "B6": (100, 0.6)})
    part: list[SliceFacts] = [each for each in facts.slices if each.value == "UA"]
    partly = facts.model_copy(update={"slices": part})
    found = decompose(facts, partly, "carrier", "label_rate")
    assert (found.outcome, found.change) == (Outcome.NOT_THE_WHOLE, None)
