"""Reads SageMaker's model-quality report (`evaluation.json`) and Clarify's `analysis.json`.

Both are read as AWS's own templates and those made after them write them: a standard deviation may
be "NaN" or missing, a metric may be a bare number, a curve may be missing, and metrics that nobody
here knows are kept.

Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html,
https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-analysis-results.html
"""

from __future__ import annotations

import enum
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.errors import InputError
from core.messages import say

_UNNAMED: Final = re.compile(r"label\d+")
"""What Clarify calls a label to which nobody gave a name."""


class Task(enum.StrEnum):
    """Which of the schema's three kinds of metrics a report holds."""

    BINARY = "binary_classification_metrics"
    MULTICLASS = "multiclass_classification_metrics"
    REGRESSION = "regression_metrics"


@dataclass(frozen=True)
class Metric:
    """One number of the report."""

    value: float
    standard_deviation: float | None = None
    """None where it is missing or "NaN". No interval follows from it: Model Monitor writes that of
    five samples, the abalone template that of the residuals, others 0."""


@dataclass(frozen=True)
class ModelQuality:
    """The metrics of one model; names as in the file."""

    task: Task
    metrics: Mapping[str, Metric]


def parse_model_quality(text: str | bytes) -> ModelQuality:
    """The metrics in a model-quality report; what is no plain number (curves, matrix) is left out.

    Of several kinds it is the first that has a number; without any number the metrics are empty.

    Raises:
        InputError: It is no JSON, or none of the schema's three kinds.
    """
    document = _document(text, "evaluation.json")
    tables = [(task, document[task]) for task in Task if isinstance(document.get(task), dict)]
    if not tables:
        raise InputError(
            say(
                "evaluation.json has none of {kinds}.",
                kinds=", ".join(task.value for task in Task),
            )
        )
    found = [ModelQuality(task, _metrics(table)) for task, table in tables]
    return next((quality for quality in found if quality.metrics), found[0])


def parse_importance(text: str | bytes) -> dict[str, float]:
    """Feature → mean absolute SHAP value, the mean over labels where the file has several.

    Raises:
        InputError: It is no JSON, or has no global SHAP values.
    """
    document = _document(text, "analysis.json")
    explanations = document.get("explanations")
    by_label = explanations.get("kernel_shap") if isinstance(explanations, dict) else None
    tables = [
        entry["global_shap_values"]
        for entry in (by_label.values() if isinstance(by_label, dict) else ())
        if isinstance(entry, dict) and isinstance(entry.get("global_shap_values"), dict)
    ]
    if not tables:
        raise InputError(say("analysis.json has no global SHAP values."))
    names = dict.fromkeys(name for table in tables for name in table)
    values = {name: [_number(table.get(name)) for table in tables] for name in names}
    return {
        name: math.fsum(known) / len(known)
        for name, numbers in values.items()
        if (known := [abs(number) for number in numbers if number is not None])
    }


def parse_positive(text: str | bytes) -> str | None:
    """What analysis.json calls the label that it explains; None where it gives it no name."""
    try:
        explanations = _document(text, "analysis.json").get("explanations")
    except InputError:
        return None
    labels = explanations.get("kernel_shap") if isinstance(explanations, dict) else None
    names = list(labels) if isinstance(labels, dict) else []
    return names[0] if len(names) == 1 and not _UNNAMED.fullmatch(names[0]) else None


def _document(text: str | bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            say("{name} is no JSON: {reason}.", name=name, reason=str(error))
        ) from error
    if not isinstance(document, dict):
        raise InputError(say("{name} is no JSON: {reason}.", name=name, reason="no object"))
    return document


def _metrics(table: Mapping[str, object]) -> dict[str, Metric]:
    found = {name: _metric(entry) for name, entry in table.items()}
    return {name: metric for name, metric in found.items() if metric is not None}


def _metric(entry: object) -> Metric | None:
    if not isinstance(entry, dict):
        value, deviation = _number(entry), None
    else:
        value, deviation = _number(entry.get("value")), _number(entry.get("standard_deviation"))
    return None if value is None else Metric(value, deviation)


def _number(value: object) -> float | None:
    """A finite number, also one written as text; None for "NaN" and whatever else is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
