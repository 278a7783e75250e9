from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest

from core.day_result import DayResult
from core.evidence.alarms import Alarm, Fault, alarms
from core.evidence.history import Standing
from core.model_quality import ModelQuality, Task
from core.results import (
    Agreement,
    DayFacts,
    FeatureFacts,
    Interval,
    ModelFacts,
    PairedDifference,
    Rows,
    Run,
)

TODAY = dt.date(2024, 3, 4)
PAIRS = (("candidate", "production"), ("candidate", "reference"), ("production", "reference"))


def day(
    date: dt.date,
    *,
    read: int = 10_000,
    labelled: float = 0.98,
    differences: dict[tuple[str, str], float] | None = None,
    correlations: dict[tuple[str, str], float] | None = None,
    means: dict[str, float] | None = None,
    quantiles: dict[str, list[float]] | None = None,
    missing: float = 0.0,
    entropy: float | None = None,
    positives: float = 0.2,
) -> DayResult:
    """An ordinary day, a little unlike the others, but for what is given."""
    dice = random.Random(date.toordinal())
    rows = int(read * (1 + dice.gauss(0, 0.01)))
    known = int(rows * labelled)
    usual = 0.9 + dice.gauss(0, 0.02) if date < TODAY else 0.9
    value = usual if entropy is None else entropy
    metrics = {name: Interval(value=value) for name in ("log_loss", "normalised_entropy")}
    models = {
        role: ModelFacts(
            role=role,
            metrics=metrics,
            mean_score=(means or {}).get(role, 0.2 * (1 + dice.gauss(0, 0.01))),
            statistics={"score_quantiles": (quantiles or {}).get(role, [0.01, 0.2, 0.9])},
        )
        for role in ("candidate", "production", "reference")
    }
    facts = DayFacts(
        pipeline="clicks",
        environment="production",
        day=date,
        subject="candidate",
        low_base_rate=False,
        rows=Rows(
            read=rows,
            labelled=known,
            positives=int(known * positives),
            weight=known,
            positive_weight=int(known * positives),
            scored=known,
        ),
        models=models,
        paired=[
            PairedDifference(
                model=model,
                against=against,
                metric="normalised_entropy",
                difference=Interval(
                    value=(differences or {}).get((model, against), dice.gauss(0, 0.01))
                ),
            )
            for model, against in PAIRS
        ],
        agreement=[
            Agreement(
                model=model,
                against=against,
                score_correlation=(correlations or {}).get(
                    (model, against), 0.8 + dice.gauss(0, 0.02)
                ),
                mean_absolute_difference=0.02,
                lower_loss=0.5,
                both_right=0.8,
                only_model_right=0.05,
                only_against_right=0.05,
                both_wrong=0.1,
            )
            for model, against in PAIRS
        ],
        features=[
            FeatureFacts(
                name=name,
                kind="numeric",
                missing=missing if name == "price" else 0.0,
                distinct=1 if name == "calendar_weekday" else 100,
                quantiles=[0.0, 1.0, 3.0, 5.0, 7.0, 9.0, 10.0],
            )
            for name in ("price", "calendar_weekday")
        ],
    )
    run = Run(
        pipeline="clicks",
        environment="production",
        day=date,
        run="r",
        kind="train",
        started=dt.datetime.combine(date, dt.time(), dt.UTC),
    )
    return DayResult(run, ModelQuality(Task.BINARY, {}), facts)


HISTORY = tuple(day(TODAY - dt.timedelta(days=n)) for n in range(1, 41))


def raised(today: DayResult) -> list[Alarm]:
    return alarms(today, HISTORY)


def test_an_ordinary_day_rings_nowhere() -> None:
    assert raised(day(TODAY)) == []


def test_half_of_the_rows_is_named_with_what_is_usual() -> None:
    (alarm,) = raised(day(TODAY, read=5_000))
    assert alarm.fault is Fault.ROWS
    assert alarm.comparison is not None
    assert alarm.comparison.standing is Standing.LOW
    assert alarm.comparison.days == 28


def test_a_tenth_fewer_rows_are_not_worth_a_morning() -> None:
    assert raised(day(TODAY, read=9_000)) == []


def test_half_of_the_labels_lost_is_named_and_more_labels_than_usual_are_fine() -> None:
    (alarm,) = raised(day(TODAY, labelled=0.5))
    assert alarm.fault is Fault.LABELS
    assert raised(day(TODAY, labelled=1.0)) == []


def test_a_broken_column_comes_before_the_model_that_suffers_from_it() -> None:
    worse = {PAIRS[0]: 0.4, PAIRS[1]: 0.4}
    column, model = raised(day(TODAY, missing=1.0, differences=worse))
    assert (column.fault, column.subject) == (Fault.COLUMN, "price")
    assert (model.fault, model.subject) == (Fault.WORSE, "candidate")


@pytest.mark.parametrize(
    ("differences", "named"),
    [
        ({PAIRS[0]: 0.4, PAIRS[1]: 0.4}, ["candidate"]),
        ({PAIRS[0]: -0.4, PAIRS[2]: 0.4}, ["production"]),
        ({PAIRS[1]: -0.4, PAIRS[2]: -0.4}, []),
        ({PAIRS[0]: 0.4}, []),
        ({PAIRS[0]: -0.4, PAIRS[1]: -0.4}, []),
    ],
    ids=["newest", "production", "reference", "one pair alone", "newest is better"],
)
def test_the_model_that_lost_beside_every_other_is_named(
    differences: dict[tuple[str, str], float], named: list[str]
) -> None:
    found = raised(day(TODAY, differences=differences))
    assert [alarm.subject for alarm in found] == named
    assert {alarm.fault for alarm in found} <= {Fault.WORSE}


def test_scores_of_other_rows_agree_with_no_model() -> None:
    nothing = {PAIRS[0]: 0.001, PAIRS[2]: -0.002}
    (alarm,) = raised(day(TODAY, correlations=nothing))
    assert (alarm.fault, alarm.subject) == (Fault.SCORES_UNRELATED, "production")


def test_scores_turned_round_are_named_too() -> None:
    turned = {PAIRS[0]: -1.0, PAIRS[2]: -1.0}
    (alarm,) = raised(day(TODAY, correlations=turned))
    assert (alarm.fault, alarm.subject) == (Fault.SCORES_APART, "production")


def test_scores_that_agree_less_than_ever_are_named_as_that() -> None:
    less = {PAIRS[0]: 0.3, PAIRS[2]: 0.3}
    (alarm,) = raised(day(TODAY, correlations=less))
    assert (alarm.fault, alarm.subject) == (Fault.SCORES_APART, "production")


def test_a_constant_score_is_named_and_explains_the_rest() -> None:
    today = day(
        TODAY,
        quantiles={"production": [0.2, 0.2, 0.2]},
        differences={PAIRS[0]: -0.4, PAIRS[2]: 0.4},
    )
    (alarm,) = raised(today)
    assert (alarm.fault, alarm.subject) == (Fault.SCORES_CONSTANT, "production")


def test_a_model_that_predicts_more_than_the_others_is_named() -> None:
    (alarm,) = raised(day(TODAY, means={"candidate": 0.3}))
    assert (alarm.fault, alarm.subject) == (Fault.CALIBRATION, "candidate")


def test_the_budget_is_shared_by_all_series_of_a_channel() -> None:
    today = day(TODAY, means={"candidate": 0.225})
    assert [alarm.fault for alarm in alarms(today, HISTORY, budget=0.5)] == [Fault.CALIBRATION]
    assert alarms(today, HISTORY, budget=1e-12) == []


def test_without_history_or_facts_nothing_is_called_broken() -> None:
    assert alarms(day(TODAY, missing=1.0), HISTORY[:10]) == []
    bare = DayResult(HISTORY[0].run, ModelQuality(Task.BINARY, {}))
    assert alarms(bare, HISTORY) == []


def test_a_model_that_loses_a_little_every_day_is_named_though_no_day_stands_out() -> None:
    """Production, frozen, falls behind the newest by a fourteenth of the days' spread a day."""
    dice = random.Random(7)
    series = [
        day(
            TODAY - dt.timedelta(days=back),
            differences={
                PAIRS[0]: dice.gauss(0, 0.02) - max(0, 50 - back) * 0.0015,
                PAIRS[1]: dice.gauss(0, 0.02),
                PAIRS[2]: dice.gauss(0, 0.02),
            },
        )
        for back in range(70, -1, -1)
    ]
    told = {each.day: alarms(each, series[:n]) for n, each in enumerate(series)}
    (alarm,) = told[TODAY]
    assert (alarm.fault, alarm.subject, alarm.against) == (Fault.DECAY, "production", "candidate")
    assert {each.fault for raised in told.values() for each in raised} == {Fault.DECAY}


def test_two_models_that_fell_together_are_told_by_the_reference() -> None:
    """Trained one after the other on the same broken rows: neither accuses the other."""
    fell = {PAIRS[1]: 0.4, PAIRS[2]: 0.4}
    assert raised(day(TODAY, differences=fell)) == [], "the metric itself is ordinary"
    (alarm,) = raised(day(TODAY, differences=fell, entropy=1.3))
    assert (alarm.fault, alarm.subject, alarm.against) == (Fault.WORSE, "production", "reference")


def test_a_hard_day_on_which_the_reference_fell_as_much_rings_nowhere() -> None:
    assert raised(day(TODAY, entropy=1.3)) == []


def test_a_day_without_a_positive_is_named_and_one_with_few_is_strange() -> None:
    (alarm,) = raised(day(TODAY, positives=0.0))
    assert alarm.fault is Fault.ONE_CLASS
    (alarm,) = raised(day(TODAY, positives=1.0))
    assert alarm.fault is Fault.ONE_CLASS
    assert raised(day(TODAY, positives=0.02)) == []


def test_an_order_of_features_unlike_that_of_any_recent_day_is_named() -> None:
    usual = {"price": 0.5, "hour": 0.3, "site": 0.2, "age": 0.1}
    known = [dataclasses.replace(each, importance=usual) for each in HISTORY]
    turned = dict(zip(usual, reversed(usual.values()), strict=True))
    (alarm,) = alarms(dataclasses.replace(day(TODAY), importance=turned), known)
    assert (alarm.fault, alarm.subject) == (Fault.FEATURES, "candidate")
    last = {**usual, "site": 0.1, "age": 0.2}
    assert alarms(dataclasses.replace(day(TODAY), importance=last), known) == []
