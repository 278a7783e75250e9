"""What CreatePipeline refuses in a definition that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mlpipe_sandbox.aws.definition.caching import CACHE_KEYS
from mlpipe_sandbox.aws.definition.document import Definition, Step, references
from mlpipe_sandbox.aws.errors import ValidationError, unparsable
from mlpipe_sandbox.aws.model import Model
from mlpipe_sandbox.aws.shapes import violations

REQUESTS: Final[Mapping[str, tuple[str, str | None]]] = {
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
    "Training": ("CreateTrainingJob", "TrainingJobName"),
    "Tuning": ("CreateHyperParameterTuningJob", "HyperParameterTuningJobName"),
    "RegisterModel": ("CreateModelPackage", "ModelPackageName"),
    "Model": ("CreateModel", "ModelName"),
}
"""Step type → the operation whose request its Arguments are, and the name pipelines give itself."""

OTHERS: Final = frozenset({"Condition", "Fail"})

_ROOTS: Final = frozenset({"Parameters", "Execution", "Steps"})


def check_definition(definition: Definition, model: Model) -> None:
    """Raise ValidationError for the first thing that makes a definition impossible to run."""
    for step in definition.steps.values():
        _check_type(step)
        _check_needs(step, definition)
        _check_references(step, definition)
        _check_arguments(step, model)
    _check_acyclic(definition)


def _check_type(step: Step) -> None:
    if step.type not in REQUESTS and step.type not in OTHERS:
        known = ", ".join(sorted({*REQUESTS, *OTHERS}))
        raise unparsable(
            f"The sandbox runs no step of type '{step.type}' ({step.name}), only: {known}."
        )
    if step.cached_for is not None and step.type not in CACHE_KEYS:
        raise unparsable(f"Step '{step.name}': a {step.type} step takes no CacheConfig.")
    if step.retries and step.type not in REQUESTS:
        raise unparsable(f"Step '{step.name}': a {step.type} step takes no RetryPolicies.")


def _check_needs(step: Step, definition: Definition) -> None:
    for name in sorted(step.needs):
        needed = definition.steps.get(name)
        if needed is None:
            raise ValidationError(f"Step '{step.name}' depends on '{name}', which does not exist.")
        if needed.type == "Fail":
            raise ValidationError(f"{step.name} can not depends on {name}")


def _check_references(step: Step, definition: Definition) -> None:
    for path in references(step.arguments):
        root, _, rest = path.partition(".")
        if root not in _ROOTS:
            raise unparsable(f"Unknown expression {{'Get': '{path}'}} in step '{step.name}'.")
        if root == "Parameters" and rest not in definition.parameters:
            raise ValidationError(f"Parameter '{rest}', used by step '{step.name}', is undefined.")


def _check_arguments(step: Step, model: Model) -> None:
    if step.type not in REQUESTS:
        return
    operation, own_name = REQUESTS[step.type]
    if own_name in step.arguments:
        raise unparsable(f"Unknown Argument member '{own_name}'.")
    shape = model.input_shape(operation)
    assert shape is not None
    arguments = step.arguments | ({own_name: "name"} if own_name is not None else {})
    for violation in violations(shape, arguments, expressions=True):
        raise unparsable(f"Step '{step.name}': {violation.sentence}")


def _check_acyclic(definition: Definition) -> None:
    waiting = {
        step.name: set(step.needs) | ({step.branch.condition} if step.branch else set())
        for step in definition.steps.values()
    }
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        if not ready:
            names = ", ".join(sorted(waiting))
            raise ValidationError(f"The steps depend on one another in a circle: {names}.")
        for name in ready:
            del waiting[name]
