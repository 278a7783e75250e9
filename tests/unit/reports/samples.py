"""Days, versions and executions as the reports' tests need them; nothing here is random."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from core.day_result import DayResult
from core.domain import (
    PRODUCTION,
    ApprovalStatus,
    ModelPackageArn,
    ModelVersion,
    Person,
    Pipeline,
    PipelineName,
    TeamId,
    UserId,
)
from core.model_quality import Metric, ModelQuality, Task
from core.results import DayFacts, Interval, ModelFacts, PairedDifference, Rows, Run
from core.spans import ONE_DAY

DAY = dt.date(2013, 6, 28)
ANA = Person(TeamId("T0TEAM"), UserId("U0ANA"))
BEN = Person(TeamId("T0TEAM"), UserId("U0BEN"))
PIPELINE = Pipeline(
    name=PipelineName("flights"),
    manifest="flights.toml",
    lake="s3://lake/flights",
    time_zone="America/New_York",
)
FEATURES = {
    name: 0.9 / place
    for place, name in enumerate(
        (
            "scheduled_hour",
            "origin_wind_speed",
            "origin_visibility",
            "carrier",
            "destination",
            "origin_pressure",
            "distance",
            "day_of_week",
            "origin_humidity",
            "origin_temperature",
            "origin",
            "month",
            "origin_precipitation",
        ),
        start=1,
    )
}


def metrics(shift: float = 0.0) -> dict[str, Interval]:
    values = {
        "auc": 0.802,
        "log_loss": 0.412,
        "normalised_entropy": 0.871,
        "accuracy": 0.826,
        "precision": 0.701,
        "recall": 0.412,
        "f1": 0.519,
        "calibration_error": 0.031,
        "predicted_over_observed": 0.982,
    }
    return {
        name: Interval(
            value=value + shift,
            low=value + shift - 0.018,
            high=value + shift + 0.017,
            method="DeLong",
        )
        for name, value in values.items()
    }


def wave(day: dt.date) -> float:
    """How far a day's numbers lie from the usual: steady and without chance."""
    return 0.03 * math.sin(day.toordinal() * 1.7)


def result(
    day: dt.date = DAY,
    *,
    shift: float | None = None,
    production: int | None = 3,
    subject: str = "candidate",
    run: Mapping[str, object] | None = None,
    facts: bool = True,
    low_base_rate: bool = False,
    missing: Mapping[str, str] | None = None,
    importance: Mapping[str, float] | None = None,
    runs: int = 1,
) -> DayResult:
    """A scored day."""
    own = metrics(wave(day) if shift is None else shift)
    scored = None if subject == "candidate" else production
    models = {subject: ModelFacts(role=subject, metrics=own, mean_score=0.23, version=scored)}
    if production is not None and subject != "production":
        models["production"] = ModelFacts(
            role="production",
            version=production,
            metrics=metrics(wave(day) - 0.008),
            mean_score=0.22,
        )
    identity = {
        "pipeline": "flights",
        "environment": "production",
        "day": day,
        "run": "a1b2c3d4e5f6",
        "kind": "train",
        "started": dt.datetime(2013, 6, 29, 10, 0, tzinfo=dt.UTC),
        "started_by": str(ANA),
        "code_commit": "0123456789abcdef",
        "train_first_day": day - 60 * ONE_DAY,
        "train_last_day": day - ONE_DAY,
        **(run or {}),
    }
    return DayResult(
        run=Run.model_validate(identity),
        quality=ModelQuality(
            Task.BINARY, {name: Metric(found.value) for name, found in own.items()}
        ),
        facts=DayFacts(
            pipeline="flights",
            environment="production",
            day=day,
            subject=subject,
            low_base_rate=low_base_rate,
            rows=Rows(
                read=985,
                labelled=970,
                positives=231,
                weight=970,
                positive_weight=38 if low_base_rate else 231,
                scored=970,
            ),
            models=models,
            missing=dict(missing or {}),
            paired=[
                PairedDifference(
                    model=subject,
                    against="production",
                    metric=name,
                    difference=Interval(value=0.008, low=-0.004, high=0.02),
                )
                for name in ("auc", "log_loss", "normalised_entropy")
                if "production" in models and subject != "production"
            ],
        )
        if facts
        else None,
        importance=FEATURES if importance is None else importance,
        runs=runs,
    )


def history(days: int, *, without: tuple[int, ...] = ()) -> tuple[DayResult, ...]:
    """The days before `DAY`; `without` counts back from it."""
    return tuple(result(DAY - back * ONE_DAY) for back in range(days, 0, -1) if back not in without)


def version(
    number: int = 4, approval: ApprovalStatus = ApprovalStatus.PENDING, **metadata: str
) -> ModelVersion:
    """A registered version."""
    at = dt.datetime(2013, 6, 29, 10, 5, tzinfo=dt.UTC)
    return ModelVersion(
        arn=ModelPackageArn(
            f"arn:aws:sagemaker:us-east-1:123456789012:model-package/flights-production/{number}"
        ),
        group=PIPELINE.model_package_group(PRODUCTION),
        version=number,
        approval=approval,
        created=at,
        modified=at,
        metadata=metadata,
    )
