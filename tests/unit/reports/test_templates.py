"""A team's own evaluation.json and analysis.json, as AWS's templates write them, and their report.

The files in tests/templates have the shapes of Model Monitor's schema, of the abalone template, of
an evaluation script that writes bare numbers, and of a Clarify job for a model with three labels.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import pytest

from core.day_result import DayResult
from core.domain import PRODUCTION, Adopted, ResultFile
from core.errors import InputError
from core.evidence.history import Standing
from core.evidence.judged import Judged
from core.evidence.leading import Direction, direction
from core.evidence.verdict import Sign, Verdict, verdict
from core.messages import Translator
from core.model_quality import Metric, ModelQuality, parse_importance, parse_model_quality
from core.results import Run
from core.spans import ONE_DAY
from reports.daily import daily_report
from reports.digest import weekly_digest
from reports.report_facts import ReportFacts
from tests.unit.reports.samples import DAY, PIPELINE, wave

TEMPLATES = Path(__file__).parents[2] / "templates"
LEADING = {
    "abalone": ("mse",),
    "regression": ("rmse", "mae"),
    "binary": ("auc", "accuracy"),
    "multiclass": ("accuracy", "weighted_f1"),
    "images": ("accuracy",),
}


def day_of(template: str, day: dt.date = DAY, *, times: float | None = None) -> DayResult:
    """A day whose evaluation is the template's, its numbers a little different each day."""
    quality = parse_model_quality((TEMPLATES / f"{template}.json").read_bytes())
    factor = 1 + wave(day) if times is None else times
    return DayResult(
        run=Run(
            pipeline="flights",
            environment="production",
            day=day,
            run="a1b2c3d4e5f6",
            kind="train",
            started=dt.datetime(2013, 6, 29, 10, 0, tzinfo=dt.UTC),
        ),
        quality=ModelQuality(
            quality.task,
            {
                name: dataclasses.replace(metric, value=metric.value * factor)
                for name, metric in quality.metrics.items()
            },
        ),
        importance=parse_importance((TEMPLATES / "analysis.json").read_bytes()),
    )


def history(template: str, days: int = 30) -> tuple[DayResult, ...]:
    return tuple(day_of(template, DAY - n * ONE_DAY) for n in range(days, 0, -1))


def judged(template: str, *, times: float | None = None) -> Verdict:
    return verdict(DAY, day_of(template, times=times), history(template))


def headline(template: str, *, times: float) -> Judged:
    found = judged(template, times=times).headline
    assert found is not None
    return found


@pytest.mark.parametrize("template", LEADING)
def test_the_metrics_that_lead_are_those_of_its_kind_without_an_interval(template: str) -> None:
    found = judged(template)
    assert tuple(sorted(each.metric for each in found.metrics)) == tuple(sorted(LEADING[template]))
    for each in found.metrics:
        assert (each.found.low, each.found.high, each.found.standard_error) == (None, None, None)
        assert each.comparison.standing is not Standing.NO_HISTORY
        assert each.rank is not None
    assert (found.role, found.labels, found.alarms) == (None, None, ())


@pytest.mark.parametrize(
    ("template", "higher_is_worse"),
    [("abalone", True), ("regression", True), ("binary", False), ("multiclass", False)],
)
def test_worse_is_up_for_errors_and_down_for_scores(
    template: str, *, higher_is_worse: bool
) -> None:
    up, down = headline(template, times=1.4), headline(template, times=0.6)
    assert (up.comparison.standing, down.comparison.standing) == (Standing.HIGH, Standing.LOW)
    assert (up.is_worse, down.is_worse) == (higher_is_worse, not higher_is_worse)
    worst = up if higher_is_worse else down
    assert worst.rank is not None
    assert worst.rank.from_worst == 1
    assert judged(template, times=1.4).sign is Sign.STRANGE


@pytest.mark.parametrize(
    ("template", "language", "days"),
    [
        *((template, "en", 30) for template in LEADING),
        ("abalone", "ja", 0),
        ("multiclass", "ja", 1),
    ],
)
def test_a_report_on_the_standard_files_is_whole(template: str, language: str, days: int) -> None:
    facts = ReportFacts(
        pipeline=PIPELINE,
        environment=PRODUCTION,
        day=DAY,
        today=day_of(template),
        history=history(template, days),
    )
    for draw in (daily_report, weekly_digest):
        message = draw(facts, Translator(language)).message
        said = json.dumps([message.text, message.payload()], ensure_ascii=False)
        for never in ("nan", "NaN", "None", "confusion_matrix", "constant_classifier", "±"):
            assert never not in said


@pytest.mark.parametrize("group", [None, "AbaloneModelPackageGroup"])
def test_of_an_adopted_pipeline_nothing_is_said_that_nobody_knows(group: str | None) -> None:
    adopted = Adopted(
        sagemaker_pipeline="AbalonePipeline",
        environment=PRODUCTION,
        evaluation=ResultFile("EvaluateAbaloneModel", "evaluation", "evaluation.json"),
        model_package_group=group,
    )
    facts = ReportFacts(
        pipeline=dataclasses.replace(PIPELINE, adopted=adopted),
        environment=PRODUCTION,
        day=DAY,
        today=day_of("abalone"),
        history=history("abalone"),
    )
    said = json.dumps(daily_report(facts, Translator("en")).message.payload())
    assert "trained in this run" in said
    assert "an unknown person" not in said
    assert ("There is nothing in production yet." in said) == (group is not None)


def test_importance_of_a_model_with_several_labels_is_the_mean_of_their_sizes() -> None:
    importance = parse_importance((TEMPLATES / "analysis.json").read_bytes())
    assert importance == pytest.approx({"length": 0.016, "diameter": 0.03, "sex": 0.004})


def test_of_several_kinds_the_first_with_a_number_counts() -> None:
    text = '{"binary_classification_metrics": {}, "regression_metrics": {"rmse": 2}}'
    assert parse_model_quality(text).metrics == {"rmse": Metric(2.0)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"auc": 0.9}', "none of binary_classification_metrics"),
        ('[{"metric": "auc"}]', "no JSON: no object"),
        ("auc,0.9\n", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        (b"\xff\xfe\x00", "is no JSON"),
    ],
    ids=["another schema", "a list", "no JSON", "deep", "bytes"],
)
def test_what_is_no_evaluation_is_told_in_a_sentence(text: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        parse_model_quality(text)


def test_numbers_beyond_a_float_are_left_out() -> None:
    text = '{"regression_metrics": {"rmse": %s, "mae": 1e999, "mse": {"value": true}}}'
    assert parse_model_quality(text % ("9" * 400)).metrics == {}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("Log-Loss", Direction.LOWER_IS_BETTER),
        ("mean_squared_error", Direction.LOWER_IS_BETTER),
        ("neg_mean_squared_error", Direction.UNKNOWN),
        ("validation:auc", Direction.HIGHER_IS_BETTER),
        ("weighted_f0_5", Direction.HIGHER_IS_BETTER),
        ("revenue", Direction.UNKNOWN),
    ],
)
def test_the_words_of_a_metrics_name_tell_which_way_it_is_worse(
    metric: str, expected: Direction
) -> None:
    assert direction(metric) is expected


def test_what_the_team_says_of_its_metric_counts() -> None:
    day = day_of("abalone")
    says = {"leading": ("revenue_lost",), "better": {"revenue_lost": "lower"}}
    run = day.run.model_copy(update=says)
    quality = ModelQuality(day.quality.task, {**day.quality.metrics, "revenue_lost": Metric(9.0)})
    today = dataclasses.replace(day, run=run, quality=quality)
    past = [
        dataclasses.replace(
            each,
            quality=ModelQuality(each.quality.task, {"revenue_lost": Metric(3 + wave(each.day))}),
        )
        for each in history("abalone")
    ]
    found = verdict(DAY, today, past).headline
    assert found is not None
    assert found.metric == "revenue_lost"
    assert found.is_worse
    assert math.isclose(found.found.value, 9.0)
