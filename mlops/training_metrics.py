"""What a training job says of itself while it runs: the metrics that it emitted last."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from core.domain import Step
from mlops.aws import Aws
from mlops.logs import Logs, job_name

TRAINING: Final = "TrainingJob"
"""Kind of a step that trains."""
LOG_LINES: Final = 200
"""Of the log's end, in which a running job's metrics are looked for."""


class TrainingMetrics:
    """The training jobs of one environment."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._logs = Logs(aws)

    async def newest(self, step: Step) -> Mapping[str, float]:
        """The last value of each metric by name; none for a step that does not train.

        DescribeTrainingJob has them in FinalMetricDataList once SageMaker has gathered them. Until
        then they are read from the end of the log as SageMaker reads them, by the job's own
        MetricDefinitions.
        """
        job = job_name(step)
        if step.kind != TRAINING or job is None:
            return {}
        described = await self._aws.call("sagemaker", "describe_training_job", TrainingJobName=job)
        gathered: list[Mapping[str, Any]] = described.get("FinalMetricDataList", [])
        if gathered:
            values = {each["MetricName"]: float(each["Value"]) for each in gathered}
            return {name: value for name, value in values.items() if math.isfinite(value)}
        definitions = described.get("AlgorithmSpecification", {}).get("MetricDefinitions", [])
        if not definitions:
            return {}
        return found_in(await self._logs.tail(step, lines=LOG_LINES), definitions)


def found_in(lines: Sequence[str], definitions: Iterable[Mapping[str, str]]) -> Mapping[str, float]:
    """The last value that each of a job's MetricDefinitions finds in its log.

    An expression that is none in Python, or finds what is no finite number, finds nothing.
    """
    found: dict[str, float] = {}
    for definition in definitions:
        try:
            expression = re.compile(definition["Regex"])
        except re.error:
            continue
        for line in reversed(lines):
            if (value := _last(expression, line)) is not None:
                found[definition["Name"]] = value
                break
    return found


def _last(expression: re.Pattern[str], line: str) -> float | None:
    for match in reversed(list(expression.finditer(line))):
        try:
            value = float(match[1])
        except (IndexError, TypeError, ValueError):
            continue
        if math.isfinite(value):
            return value
    return None
