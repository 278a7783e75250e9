"""Evaluates a definition's expressions with example values, and checks requests against AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

REQUESTS = {
    "Processing": ("CreateProcessingJobRequest", {"ProcessingJobName": "job"}),
    "Training": ("CreateTrainingJobRequest", {"TrainingJobName": "job"}),
    "Tuning": (
        "CreateHyperParameterTuningJobRequest",
        {"HyperParameterTuningJobName": "job"},
    ),
    "RegisterModel": ("CreateModelPackageInput", {}),
}
"""Step type → shape of its request in botocore's model, and what SageMaker itself adds."""

EXECUTION = {
    "PipelineExecutionId": "dqh2v2lugpx9",
    "PipelineExecutionArn": (
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/flights-production-train"
        "/execution/dqh2v2lugpx9"
    ),
    "StartDateTime": "2013-06-29T12:05:00.000Z",
}


def all_steps(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every step, those behind conditions too."""
    for step in definition["Steps"]:
        yield step
        if step["Type"] == "Condition":
            yield from step["Arguments"]["IfSteps"]
            yield from step["Arguments"]["ElseSteps"]


def evaluated(value: Any, parameters: Mapping[str, str]) -> Any:
    """A definition's value as SageMaker would resolve it."""
    if isinstance(value, list):
        return [evaluated(each, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Get": name}:
            return _got(name, parameters)
        case {"Std:Join": {"On": on, "Values": values}}:
            return on.join(str(evaluated(each, parameters)) for each in values)
        case {"Std:JsonGet": _}:
            return "a text of a property file"
    return {key: evaluated(each, parameters) for key, each in value.items()}


def _got(name: str, parameters: Mapping[str, str]) -> str:
    kind, _, rest = name.partition(".")
    if kind == "Parameters":
        return parameters[rest]
    return EXECUTION[rest] if kind == "Execution" else f"s3://bucket/{rest}"


def values_of(definition: Mapping[str, Any], **given: str) -> dict[str, str]:
    """Parameters of an execution: those given, else the defaults."""
    defaults = {
        each["Name"]: str(each["DefaultValue"])
        for each in definition["Parameters"]
        if "DefaultValue" in each
    }
    return {**defaults, "Day": "2013-06-28", **given}


def faults(shape_name: str, request: Mapping[str, Any]) -> list[str]:
    """What SageMaker would not take of a request, by botocore's model of its API."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.shape_for(shape_name)
    report = ParamValidator().validate(request, shape)
    found = [report.generate_report()] if report.has_errors() else []
    return [*found, *_texts(shape, request, shape_name)]


def _texts(shape: Shape, value: Any, where: str) -> Iterator[str]:
    """Lengths, patterns and choices, which botocore's own validator leaves to the service."""
    if isinstance(shape, StructureShape):
        for key, each in value.items():
            yield from _texts(shape.members[key], each, f"{where}.{key}")
    elif isinstance(shape, ListShape):
        if len(value) > shape.metadata.get("max", len(value)):
            yield f"{where} has {len(value)} items"
        for number, each in enumerate(value):
            yield from _texts(shape.member, each, f"{where}[{number}]")
    elif isinstance(shape, MapShape):
        for key, each in value.items():
            yield from _texts(shape.key, key, f"{where}.{key}")
            yield from _texts(shape.value, each, f"{where}.{key}")
    elif isinstance(value, str):
        yield from _text(shape, value, where)


def _text(shape: Shape, value: str, where: str) -> Iterator[str]:
    if len(value) > shape.metadata.get("max", len(value)):
        yield f"{where} has {len(value)} characters"
    choices = shape.metadata.get("enum")
    if choices and value not in choices:
        yield f"{where} is {value}"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_for_python(pattern), value, re.DOTALL):
        yield f"{where} is {value!r}, which {pattern} does not match"


def _for_python(pattern: str) -> str:
    r"""The pattern without \p{…}, which Python does not know, and without a misplaced count."""
    known = re.sub(r"\$\{\d+,\d+\}$", "", pattern).replace(r"\p{Z}", r"\s")
    return re.sub(r"\\p\{[SPM]\}", r"\\S", re.sub(r"\\p\{[LN]\}", r"\\w", known))
