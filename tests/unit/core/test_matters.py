from __future__ import annotations

import datetime as dt
import math

import numpy as np

from core.evidence.what_matters import Answer
from core.marks import TAG
from core.matters import factors_of, matters, most_known
from core.trials import COMPLETED, Trial

NOON = dt.datetime(2013, 6, 30, 12, tzinfo=dt.UTC)


def trial(
    number: int, metrics: dict[str, float], *, status: str = COMPLETED, **parameters: float | str
) -> Trial:
    return Trial(str(number), status, NOON, {"day": "2013-06-01", **parameters}, metrics)


def several(count: int = 40) -> list[Trial]:
    """Of which the leaves lift the metric, and the seed does nothing."""
    source = np.random.default_rng(0)
    leaves = source.choice([15.0, 31.0, 63.0], count).tolist()
    return [
        trial(
            number,
            {"auc": 0.7 + each / 1000 + 0.01 * float(source.normal())},
            NumLeaves=each,
            Seed=float(number),
            started_by=f"T0/U{number}",
            **{f"{TAG}storm": str(number)},
        )
        for number, each in enumerate(leaves)
    ]


def test_who_started_it_and_what_people_say_of_it_are_no_parameters() -> None:
    assert [each.name for each in factors_of(several())] == ["NumLeaves", "Seed"]


def test_what_lifts_the_metric_is_found() -> None:
    found = matters(several())
    assert (found.metric, found.found.answer) == ("auc", Answer.FOUND)
    assert [each.factor.name for each in found.found.effects] == ["NumLeaves"]
    assert found.found.effects[0].highest.at == 63.0
    assert found.found.not_seen == ("Seed",)


def test_the_code_is_one_of_the_things_that_may_matter() -> None:
    commits = ["a" * 40, "b" * 40]
    found = [
        trial(
            number, {"auc": 0.7 + number % 2 / 10 + number / 1e4}, code_commit=commits[number % 2]
        )
        for number in range(30)
    ]
    assert [each.factor.name for each in matters(found).found.effects] == ["code_commit"]


def test_what_failed_or_has_no_number_is_left_out_and_counted() -> None:
    odd = [
        trial(100, {}, NumLeaves=7.0),
        trial(101, {"auc": math.nan}, NumLeaves=7.0),
        trial(102, {"auc": math.inf}, NumLeaves=7.0),
        trial(103, {"auc": 0.1}, status="Failed", NumLeaves=7.0),
    ]
    found = matters([*several(), *odd], total=5000)
    assert (found.without, found.looked_at, found.total, found.found.trials) == (4, 44, 5000, 40)


def test_without_a_name_the_metric_is_the_one_that_most_have_then_the_one_that_leads() -> None:
    swept = [trial(each, {"mean_auc": 0.7, "mean_log_loss": 0.5}) for each in range(3)]
    assert most_known(swept) == "mean_log_loss", "what the sweep made small"
    assert most_known([*swept, trial(9, {"auc": 0.7, "log_loss": 0.5})]) == "mean_log_loss"
    assert most_known([trial(1, {"log_loss": 0.5, "auc": 0.7})]) == "auc"
    assert most_known([trial(1, {})]) is None
    assert matters([trial(1, {})]).metric is None


def test_trials_of_other_days_or_of_more_days_are_not_held_against_each_other() -> None:
    days = [
        trial(number, {"auc": 0.5 + number % 2 / 3}, NumLeaves=float(number % 2), ScoredDays=each)
        for number in range(30)
        for each in (float(number % 2),)
    ]
    found = matters(days).found
    assert (found.days, found.answer) == (2, Answer.NO_DIFFERENCE)
