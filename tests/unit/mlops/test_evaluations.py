from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Literal

import pytest

from core.domain import (
    ApprovalStatus,
    ModelPackageArn,
    ModelVersion,
    Pipeline,
)
from core.errors import NotFoundError
from core.manifest import UntilThen
from core.results import (
    ANALYSIS,
    EVALUATION,
    GATE,
    RUN,
    Gate,
    Interval,
    LateLabels,
    Run,
    run_prefix,
)
from mlops.aws import Aws
from mlops.evaluations import Evaluations
from tests.unit.mlops.conftest import BUCKET

TEMPLATES = Path(__file__).parents[2] / "templates"
DAY = dt.date(2013, 6, 28)
MORNING = dt.datetime(2013, 6, 29, 6, 0, tzinfo=dt.UTC)


def evaluation(auc: float) -> dict[str, Any]:
    return {
        "binary_classification_metrics": {
            "auc": {"value": auc, "standard_deviation": "NaN"},
            "confusion_matrix": {"0": {"0": 5, "1": 1}},
        }
    }


class Lake:
    """Puts a run's files where the pipelines do."""

    def __init__(self, aws: Aws, pipeline: Pipeline) -> None:
        self._aws = aws
        self._pipeline = pipeline

    async def put(self, day: dt.date, run: str, name: str, content: object) -> None:
        key = f"{run_prefix(self._pipeline.name, day, run)}{name}"
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        await self._aws.call("s3", "put_object", Bucket=BUCKET, Key=key, Body=body)

    async def run(
        self,
        day: dt.date,
        run: str,
        *,
        auc: float = 0.8,
        started: dt.datetime = MORNING,
        files: tuple[str, ...] = (EVALUATION,),
        kind: Literal["train", "evaluate"] = "train",
        label_age: int | None = None,
        evaluated: dt.datetime | None = None,
    ) -> None:
        late = LateLabels(age=label_age or 0, matures_after=7, until_then=UntilThen.NEGATIVE)
        identity = Run(
            pipeline="flights", environment="production", day=day, run=run, kind=kind,
            started=started, files=files, labels=late if label_age else None, evaluated=evaluated,
        )  # fmt: skip
        await self.put(day, run, EVALUATION, evaluation(auc))
        await self.put(day, run, RUN, identity.model_dump_json().encode())


@pytest.fixture
async def lake(aws: Aws, pipeline: Pipeline) -> Lake:
    await aws.call("s3", "create_bucket", Bucket=BUCKET)
    return Lake(aws, pipeline)


@pytest.fixture
def evaluations(aws: Aws, pipeline: Pipeline) -> Evaluations:
    return Evaluations(aws, pipeline)


async def test_a_day_without_results_has_none(lake: Lake, evaluations: Evaluations) -> None:
    assert await evaluations.of_day(DAY) is None


async def test_every_complete_run_of_a_day_is_told(lake: Lake, evaluations: Evaluations) -> None:
    await lake.run(DAY, "trained")
    await lake.run(DAY, "evaluated", kind="evaluate", started=MORNING + dt.timedelta(hours=1))
    await lake.run(DAY, "half", files=(EVALUATION, GATE))
    await lake.run(DAY + dt.timedelta(days=1), "another day")
    runs = await evaluations.runs(DAY)
    assert {run.run: run.kind for run in runs} == {"trained": "train", "evaluated": "evaluate"}


async def test_of_several_runs_the_one_started_last_is_the_days(
    lake: Lake, evaluations: Evaluations
) -> None:
    await lake.run(DAY, "zzz", auc=0.7)
    await lake.run(DAY, "aaa", auc=0.9, started=MORNING + dt.timedelta(hours=1))
    result = await evaluations.of_day(DAY)
    assert result is not None
    assert result.metrics == {"auc": 0.9}
    assert result.runs == 2


async def test_a_retried_run_that_was_evaluated_after_a_later_one_is_the_days(
    lake: Lake, evaluations: Evaluations
) -> None:
    hour = dt.timedelta(hours=1)
    await lake.run(DAY, "retried", auc=0.9, evaluated=MORNING + 3 * hour)
    await lake.run(DAY, "fallback", auc=0.7, started=MORNING + hour, evaluated=MORNING + 2 * hour)
    result = await evaluations.of_day(DAY)
    assert result is not None
    assert result.metrics == {"auc": 0.9}


async def test_a_day_is_what_the_oldest_labels_say_and_remembers_what_younger_ones_said(
    lake: Lake, evaluations: Evaluations
) -> None:
    hour = dt.timedelta(hours=1)
    await lake.run(DAY, "morning", auc=0.6, label_age=1)
    await lake.run(DAY, "again", auc=0.7, label_age=1, started=MORNING + hour)
    await lake.run(DAY, "matured", auc=0.9, label_age=7, started=MORNING + 2 * hour)
    await lake.run(DAY, "as it was", auc=0.65, label_age=2, started=MORNING + 3 * hour)
    result = await evaluations.of_day(DAY)
    assert result is not None
    assert (result.metrics, result.runs) == ({"auc": 0.9}, 1)
    assert [(each.run.run, each.label_age, each.runs) for each in result.earlier] == [
        ("again", 1, 2),
        ("as it was", 2, 1),
    ]


async def test_a_run_counts_only_once_its_last_file_is_there(
    lake: Lake, evaluations: Evaluations
) -> None:
    await lake.put(DAY, "half", EVALUATION, evaluation(0.9))
    assert await evaluations.of_day(DAY) is None
    assert await evaluations.of_run(DAY, "half") is None


async def test_results_that_are_still_being_uploaded_do_not_count_yet(
    lake: Lake, evaluations: Evaluations
) -> None:
    await lake.run(DAY, "run", files=(EVALUATION, GATE))
    assert await evaluations.of_day(DAY) is None
    assert await evaluations.of_run(DAY, "run") is None
    assert await evaluations.days(DAY, DAY) == ()
    gate = Gate(passed=False, reason="All scores are the same.", checks=[])
    await lake.put(DAY, "run", GATE, gate.model_dump_json().encode())
    result = await evaluations.of_day(DAY)
    assert result is not None
    assert result.gate == gate
    assert await evaluations.days(DAY, DAY) == (DAY,)


async def test_history_is_the_days_asked_for_oldest_first(
    lake: Lake, evaluations: Evaluations
) -> None:
    for offset in (0, 1, 3, 9):
        await lake.run(DAY - dt.timedelta(days=offset), "run")
    await lake.run(DAY + dt.timedelta(days=1), "run")
    history = await evaluations.history(DAY - dt.timedelta(days=3), DAY)
    assert [result.day.day for result in history] == [25, 27, 28]
    days = await evaluations.days(DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=9))
    assert [day.day for day in days] == [27, 28, 29]


async def test_a_broken_file_silences_its_own_day_only(
    lake: Lake, evaluations: Evaluations
) -> None:
    await lake.run(DAY, "good")
    await lake.run(DAY - dt.timedelta(days=1), "broken")
    await lake.put(DAY - dt.timedelta(days=1), "broken", EVALUATION, b"{not json")
    history = await evaluations.history(DAY - dt.timedelta(days=5), DAY)
    assert [result.day for result in history] == [DAY]


async def test_importance_comes_from_clarifys_file(lake: Lake, evaluations: Evaluations) -> None:
    await lake.run(DAY, "run")
    shap = {"label0": {"global_shap_values": {"hour": 0.4, "carrier": 0.1}}}
    await lake.put(DAY, "run", ANALYSIS, {"explanations": {"kernel_shap": shap}})
    result = await evaluations.of_day(DAY)
    assert result is not None
    assert result.importance == {"hour": 0.4, "carrier": 0.1}


@pytest.mark.parametrize(
    ("template", "metrics"),
    [
        ("abalone", {"mse": 4.925353410353891}),
        ("images", {"accuracy": 0.934}),
        ("regression", {"mae", "mse", "rmse", "r2"}),
        ("binary", {"auc", "accuracy", "precision", "recall", "f1"}),
        ("multiclass", {"accuracy", "weighted_f1"}),
    ],
)
async def test_what_aws_templates_write_is_read_without_files_of_ours(
    lake: Lake, evaluations: Evaluations, template: str, metrics: Any
) -> None:
    await lake.run(DAY, "run")
    await lake.put(DAY, "run", EVALUATION, (TEMPLATES / f"{template}.json").read_bytes())
    await lake.put(DAY, "run", ANALYSIS, (TEMPLATES / "analysis.json").read_bytes())
    result = await evaluations.of_day(DAY)
    assert result is not None
    assert result.facts is None
    if isinstance(metrics, dict):
        assert result.metrics == metrics
    else:
        assert metrics <= set(result.metrics)
    assert set(result.importance) == {"length", "diameter", "sex"}
    assert all(result.interval(metric) == Interval(value=v) for metric, v in result.metrics.items())


async def test_a_version_leads_to_the_results_it_was_registered_with(
    lake: Lake, evaluations: Evaluations
) -> None:
    await lake.run(DAY, "run", auc=0.75)
    version = ModelVersion(
        arn=ModelPackageArn("arn"),
        group="flights-production",
        version=1,
        approval=ApprovalStatus.PENDING,
        created=MORNING,
        modified=MORNING,
        quality_uri=f"s3://{BUCKET}/{run_prefix('flights', DAY, 'run')}{EVALUATION}",
    )
    result = await evaluations.of_version(version)
    assert result is not None
    assert result.metrics["auc"] == 0.75


async def test_a_missing_bucket_is_named(evaluations: Evaluations) -> None:
    with pytest.raises(NotFoundError, match="no bucket results"):
        await evaluations.of_day(DAY)
