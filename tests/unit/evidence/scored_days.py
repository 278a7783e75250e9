"""Days as an evaluation leaves them, made from rows that a test draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from core.day_result import DayResult
from core.evidence.metrics import metrics
from core.evidence.paired import agreement, differences
from core.evidence.scored import FloatArray, Scored
from core.evidence.statistics import statistics
from core.model_quality import ModelQuality, Task
from core.results import (
    CANDIDATE,
    PRODUCTION,
    DayFacts,
    ModelFacts,
    PairedDifference,
    Rows,
    Run,
    SliceFacts,
)

DAY = dt.date(2013, 6, 13)
SLICED_METRICS = ("log_loss", "accuracy", "predicted_over_observed", "auc")


def day_facts(
    candidate: Scored,
    production: Scored | None = None,
    *,
    slices: Mapping[str, list[str]] | None = None,
    day: dt.date = DAY,
) -> DayFacts:
    """Facts of a day that one model scored, or two; `slices` names each row's value by column."""
    models = {CANDIDATE: candidate} | ({PRODUCTION: production} if production else {})
    return DayFacts(
        pipeline="flights",
        environment="production",
        day=day,
        subject=CANDIDATE,
        low_base_rate=False,
        rows=Rows(
            read=len(candidate),
            labelled=len(candidate),
            positives=int(candidate.labels.sum()),
            weight=candidate.weight,
            positive_weight=candidate.positive_weight,
            scored=len(candidate),
        ),
        models={
            role: ModelFacts(
                role=role,
                metrics=metrics(rows),
                mean_score=float(rows.weights @ rows.scores) / rows.weight,
                statistics=statistics(rows),
            )
            for role, rows in models.items()
        },
        paired=[
            PairedDifference(model=CANDIDATE, against=PRODUCTION, metric=name, difference=found)
            for name, found in (differences(candidate, production) if production else {}).items()
        ],
        agreement=[agreement(candidate, production, (CANDIDATE, PRODUCTION))] if production else [],
        slices=[
            slice_facts(column, value, candidate, np.array(values) == value)
            for column, values in (slices or {}).items()
            for value in dict.fromkeys(values)
        ],
    )


def slice_facts(
    column: str, value: str, rows: Scored, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> SliceFacts:
    part = Scored(rows.labels[inside], rows.scores[inside], rows.weights[inside])
    found = metrics(part)
    return SliceFacts(
        column=column,
        value=value,
        rows=len(part),
        weight=part.weight,
        positive_weight=part.positive_weight,
        metrics={
            CANDIDATE: {
                name: found[name].value if name in found else None for name in SLICED_METRICS
            }
        },
    )


def day_result(facts: DayFacts | None, day: dt.date = DAY) -> DayResult:
    return DayResult(
        run=Run(
            pipeline="flights",
            environment="production",
            day=day,
            run="r1",
            kind="train",
            started=dt.datetime.combine(day, dt.time(9), dt.UTC),
        ),
        quality=ModelQuality(Task.BINARY, {}),
        facts=facts,
    )


def model_rows(
    random: np.random.Generator, rows: int, *, signal: float = 1.0, rate: float = -1.0
) -> Scored:
    """A calibrated model's day: labels follow its scores."""
    odds = rate + signal * random.standard_normal(rows)
    scores: FloatArray = 1.0 / (1.0 + np.exp(-odds))
    labels = (random.random(rows) < scores).astype(np.float64)
    return Scored(labels, scores, np.ones(rows))
