"""The definition of a pipeline, JSON of version 2020-12-01, as a graph of steps.

Grammar: https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mlpipe_sandbox.aws.definition.caching import read_cache_config
from mlpipe_sandbox.aws.definition.retrying import RetryPolicy, read_retry_policies
from mlpipe_sandbox.aws.errors import unparsable
from mlpipe_sandbox.aws.shapes import Document

VERSION: Final = "2020-12-01"
STEP_NAME: Final = re.compile(r"[A-Za-z0-9\-_]{1,64}")


@dataclass(frozen=True)
class ParameterSpec:
    """One declared parameter."""

    name: str
    type: str
    """String, Integer, Float or Boolean."""
    default: str | int | float | bool | None = None
    choices: tuple[str | int | float | bool, ...] = ()


@dataclass(frozen=True)
class Branch:
    """Which outcome of which condition a step waits for."""

    condition: str
    outcome: bool


@dataclass(frozen=True)
class Step:
    """One step, wherever in the definition it stands."""

    name: str
    type: str
    arguments: Document
    display_name: str | None = None
    description: str | None = None
    needs: frozenset[str] = frozenset()
    """Names of the steps that must end first: DependsOn and every `Get` of a step's property."""
    branch: Branch | None = None
    property_files: Mapping[str, Document] = field(default_factory=dict)
    """By name: OutputName and FilePath."""
    cached_for: dt.timedelta | None = None
    """How old an earlier run may be that stands in for it; None where it always runs."""
    retries: tuple[RetryPolicy, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A whole definition."""

    parameters: Mapping[str, ParameterSpec]
    steps: Mapping[str, Step]
    """By name, in the definition's order; a condition stands before the steps of its branches."""
    experiment: Document
    """PipelineExperimentConfig, with its expressions."""


def read_definition(text: str) -> Definition:
    """Read a definition's text.

    Raises:
        ValidationError: it is no JSON, lacks a member, or has a step without name or type.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise unparsable(f"It is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise unparsable("Expecting start of Json Object.")
    if document.get("Version") != VERSION:
        raise unparsable(f"Version must be '{VERSION}', not '{document.get('Version')}'.")
    return Definition(
        parameters=_parameters(_array(document.get("Parameters") or [])),
        steps=_steps(_array(document.get("Steps"))),
        experiment=document.get("PipelineExperimentConfig") or {},
    )


def references(value: object) -> Iterator[str]:
    """Every path that an expression in `value` gets, such as `Steps.Train.TrainingJobName`."""
    if isinstance(value, dict):
        path = value.get("Get")
        if len(value) == 1 and isinstance(path, str):
            yield path
        else:
            for item in value.values():
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def _parameters(items: list[Any]) -> dict[str, ParameterSpec]:
    specs: dict[str, ParameterSpec] = {}
    for item in items:
        name, kind = _text(item, "Name"), _text(item, "Type")
        if kind not in {"String", "Integer", "Float", "Boolean"}:
            raise unparsable(f"Parameter '{name}' has the unknown type '{kind}'.")
        if name in specs:
            raise unparsable(f"Duplicate parameter name '{name}'.")
        choices = tuple(item.get("EnumValues") or ())
        default = item.get("DefaultValue")
        if choices and default is not None and default not in choices:
            raise unparsable(
                f"The default value of parameter '{name}' is not one of its enum values."
            )
        specs[name] = ParameterSpec(name=name, type=kind, default=default, choices=choices)
    return specs


def _steps(items: list[Any]) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for step in _flat(items, branch=None):
        if step.name in steps:
            raise unparsable(f"Step names must be unique. Duplicate step name '{step.name}'.")
        steps[step.name] = step
    return steps


def _flat(items: list[Any], *, branch: Branch | None) -> Iterator[Step]:
    for item in items:
        arguments = dict(_object(item.get("Arguments") or {}))
        inner = {
            outcome: _array(arguments.pop(member, None) or [])
            for outcome, member in ((True, "IfSteps"), (False, "ElseSteps"))
        }
        step = _step(item, arguments, branch)
        yield step
        for outcome, children in inner.items():
            yield from _flat(children, branch=Branch(step.name, outcome))


def _step(item: Document, arguments: Document, branch: Branch | None) -> Step:
    name = _text(item, "Name")
    if not STEP_NAME.fullmatch(name):
        raise unparsable(f"Step name '{name}' does not match {STEP_NAME.pattern}.")
    named = {str(other) for other in item.get("DependsOn") or ()}
    implied = {path.split(".")[1] for path in references(arguments) if path.startswith("Steps.")}
    files = {_text(file, "PropertyFileName"): file for file in item.get("PropertyFiles") or ()}
    return Step(
        name=name,
        type=_text(item, "Type"),
        arguments=arguments,
        display_name=item.get("DisplayName"),
        description=item.get("Description"),
        needs=frozenset(named | implied),
        branch=branch,
        property_files=files,
        cached_for=read_cache_config(name, item.get("CacheConfig")),
        retries=read_retry_policies(name, item.get("RetryPolicies")),
    )


def _text(item: object, member: str) -> str:
    value = item.get(member) if isinstance(item, dict) else None
    if not isinstance(value, str) or not value:
        raise unparsable(f"Missing required member '{member}'.")
    return value


def _array(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise unparsable("Expecting start of Json Array.")
    return value


def _object(value: object) -> Document:
    if not isinstance(value, dict):
        raise unparsable("Expecting start of Json Object.")
    return value
