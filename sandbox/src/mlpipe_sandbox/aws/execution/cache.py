"""Runs of steps that may stand in for later ones.

As AWS has it (https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html), the latest
run counts that succeeded with the same arguments in the same pipeline, however many failed since.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from mlpipe_sandbox.aws.definition.caching import CACHE_KEYS
from mlpipe_sandbox.aws.definition.document import Step
from mlpipe_sandbox.aws.listing import only
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store


@dataclass(frozen=True)
class EarlierRun:
    """A run of a step that succeeded."""

    execution: str
    """ARN of the execution in which it really ran."""
    metadata: Document
    """Of the step, with the ARN of its job."""
    properties: Document


class StepCache:
    """By pipeline, step and arguments: the latest run that succeeded."""

    def __init__(self, place: Place, store: Store) -> None:
        self._place = place
        self._runs = store.collection(place.collection("step-cache"))

    def find(self, pipeline: str, step: Step, arguments: Document) -> EarlierRun | None:
        """What may stand in for a step of the pipeline of that ARN; None if it has to run."""
        if step.cached_for is None:
            return None
        kept = self._runs.get(_key(pipeline, step, arguments))
        if kept is None or self._place.now() - kept["EndTime"] > step.cached_for.total_seconds():
            return None
        return EarlierRun(kept["Execution"], kept["Metadata"], kept["Properties"])

    def keep(self, pipeline: str, step: Step, arguments: Document, run: EarlierRun) -> None:
        """Remember a run that has just succeeded, whether its step had a CacheConfig or not."""
        if step.type in CACHE_KEYS:
            kept = {
                "Pipeline": pipeline,
                "Execution": run.execution,
                "Metadata": run.metadata,
                "Properties": run.properties,
                "EndTime": self._place.now(),
            }
            self._runs.put(_key(pipeline, step, arguments), kept)

    def forget(self, pipeline: str) -> None:
        """Forget a pipeline's runs: one that is created anew under its name begins without."""
        self._runs.delete_where(lambda kept: bool(kept["Pipeline"] == pipeline))


def _key(pipeline: str, step: Step, arguments: Document) -> str:
    compared = json.dumps(only(arguments, CACHE_KEYS[step.type]), sort_keys=True)
    return f"{pipeline}#{step.name}#{hashlib.sha256(compared.encode()).hexdigest()}"
