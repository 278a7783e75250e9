"""The parameters of a pipeline as its definition in SageMaker has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from core.domain import Kind, Pipeline
from core.errors import NotFoundError
from core.messages import say
from core.parameters import (
    EVALUATE_PARAMETERS,
    SWEEP_PARAMETERS,
    TRAIN_PARAMETERS,
    Parameter,
    ParameterType,
)
from mlops.aws import Aws

KNOWN: Final = {
    parameter.name: parameter
    for parameter in (*TRAIN_PARAMETERS, *EVALUATE_PARAMETERS, *SWEEP_PARAMETERS)
}


class Pipelines:
    """One pipeline's definitions in one environment."""

    def __init__(self, aws: Aws, pipeline: Pipeline) -> None:
        self._aws = aws
        self._pipeline = pipeline

    async def parameters(self, kind: Kind) -> tuple[Parameter, ...]:
        """The definition's parameters, in its order, with the ranges and words we know of them.

        Raises:
            NotFoundError: there is no such pipeline; the sentence says how it is made.
        """
        name = self._pipeline.sagemaker_name(self._aws.environment.name, kind)
        adopted = self._pipeline.adopted
        if adopted is not None and name != adopted.sagemaker_pipeline:
            raise NotFoundError(
                say(
                    "{pipeline} was adopted: all that there is of it in SageMaker is {name} in "
                    "{environment}, which trains.",
                    pipeline=self._pipeline.name,
                    name=adopted.sagemaker_pipeline,
                    environment=adopted.environment,
                )
            )
        try:
            answer = await self._aws.call("sagemaker", "describe_pipeline", PipelineName=name)
        except NotFoundError as error:
            raise NotFoundError(
                say(
                    "There is no pipeline {name} in SageMaker. Who runs mlpipe creates it with "
                    "`mlpipe pipeline upsert --env {environment}`.",
                    name=name,
                    environment=self._aws.environment.name,
                )
            ) from error
        definition = json.loads(answer["PipelineDefinition"])
        return tuple(_parameter(entry) for entry in definition.get("Parameters", ()))


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    name, default = entry["Name"], entry.get("DefaultValue")
    choices = tuple(entry.get("EnumValues") or ())
    known = KNOWN.get(name)
    if known is None:
        kind = ParameterType(entry["Type"]) if entry["Type"] in ParameterType else None
        return Parameter(name, kind or ParameterType.STRING, default=default, choices=choices)
    return Parameter(
        name,
        known.type,
        known.description,
        default=default,
        minimum=known.minimum,
        maximum=known.maximum,
        choices=choices or known.choices,
        internal=known.internal,
    )
