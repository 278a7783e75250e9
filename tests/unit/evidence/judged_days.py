"""Days of one series as the verdict sees them: metrics of every model, and nothing random."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from core.day_result import DayResult
from core.model_quality import Metric, ModelQuality, Task
from core.results import (
    CANDIDATE,
    PRODUCTION,
    REFERENCE,
    DayFacts,
    Interval,
    ModelFacts,
    PairedDifference,
    Rows,
    Run,
)
from core.spans import ONE_DAY

TODAY = dt.date(2013, 6, 28)
ROLES = (CANDIDATE, PRODUCTION, REFERENCE)
IMPORTANCE = {"hour": 0.9, "wind": 0.5, "carrier": 0.3, "origin": 0.1}


def wave(day: dt.date) -> float:
    """How far a day lies from the usual: from -1 to 1, steady and without chance."""
    return math.sin(day.toordinal() * 1.7)


def judged_day(
    day: dt.date = TODAY,
    *,
    loss: float | None = None,
    apart: float = 0.0,
    roles: tuple[str, ...] = ROLES,
    rate: float = 0.2,
    rare: bool = False,
    facts: bool = True,
    importance: Mapping[str, float] | None = None,
    run: Mapping[str, object] | None = None,
) -> DayResult:
    """A day, an ordinary one but for what is given.

    Args:
        day: The day.
        loss: Log-loss of every model.
        apart: What production's and the candidate's lies above the reference's.
        roles: The models that scored it.
        rate: Share of positives.
        rare: Whether the base rate counts as low.
        facts: Whether more than the standard files are there.
        importance: Of the features.
        run: What is different of the run.
    """
    own = 0.4 + 0.02 * wave(day) if loss is None else loss
    differs = 0.003 * wave(day + ONE_DAY) + apart
    losses = {role: own - (differs if role == REFERENCE else 0.0) for role in roles}
    identity = {
        "pipeline": "flights",
        "environment": "production",
        "day": day,
        "run": f"run-{day}",
        "kind": "train",
        "execution_arn": f"arn:{day}",
        "started": dt.datetime.combine(day + ONE_DAY, dt.time(10), dt.UTC),
        "train_first_day": day - 60 * ONE_DAY,
        "train_last_day": day - ONE_DAY,
        **(run or {}),
    }
    models = {role: _model(role, found, rate, day) for role, found in losses.items()}
    subject = CANDIDATE if CANDIDATE in roles else PRODUCTION
    described = models[subject].metrics
    return DayResult(
        run=Run.model_validate(identity),
        quality=ModelQuality(Task.BINARY, {n: Metric(each.value) for n, each in described.items()}),
        facts=_facts(day, models, losses, rate, subject, rare=rare) if facts else None,
        importance=IMPORTANCE if importance is None else importance,
    )


def days_before(number: int, **different: Any) -> tuple[DayResult, ...]:
    """The days before `TODAY`, oldest first."""
    days = (TODAY - back * ONE_DAY for back in range(number, 0, -1))
    return tuple(judged_day(day, **different) for day in days)


def _model(role: str, loss: float, rate: float, day: dt.date) -> ModelFacts:
    values = {
        "auc": 0.8 - 0.02 * wave(day),
        "log_loss": loss,
        "normalised_entropy": loss / 0.5,
        "accuracy": 0.8,
        "predicted_over_observed": 0.2 / rate,
    }
    metrics = {
        name: Interval(value=value, low=value - 0.02, high=value + 0.02, standard_error=0.01)
        for name, value in values.items()
    }
    return ModelFacts(role=role, version=3, metrics=metrics, mean_score=0.2)


def _facts(
    day: dt.date,
    models: dict[str, ModelFacts],
    losses: dict[str, float],
    rate: float,
    subject: str,
    *,
    rare: bool,
) -> DayFacts:
    rows = 1000
    return DayFacts(
        pipeline="flights",
        environment="production",
        day=day,
        subject=subject,
        low_base_rate=rare,
        rows=Rows(
            read=rows,
            labelled=rows,
            positives=round(rate * rows),
            weight=rows,
            positive_weight=round((rate + 0.01 * wave(day)) * rows),
            scored=rows,
        ),
        models=models,
        paired=[
            PairedDifference(
                model=role,
                against=REFERENCE,
                metric=metric,
                difference=Interval(value=(losses[role] - losses[REFERENCE]) / scale),
            )
            for role in losses
            for metric, scale in (("auc", -4), ("log_loss", 1), ("normalised_entropy", 0.5))
            if role != REFERENCE and REFERENCE in losses
        ],
    )
