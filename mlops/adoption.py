"""Looks at a pipeline's past executions, whoever defined it, for what mlpipe needs of them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from core.adoption import Candidate
from core.domain import Execution, ExecutionStatus, ResultFile, StepStatus
from core.errors import InputError, MlpipeError, NotFoundError
from core.inputs import closest
from core.messages import Sentence, say
from core.model_quality import ModelQuality, parse_importance, parse_model_quality
from mlops.adopted import AdoptedExecutions, DoneStep, Output
from mlops.aws import Aws
from mlops.output_files import OutputFiles, OverwrittenError, place

LOOKED_INTO: Final = 3
"""Executions in whose outputs results are looked for, the newest that succeeded first."""
MOST_NAMED: Final = 10
"""Pipelines that are named where there is none of a name."""


@dataclass(frozen=True)
class Past:
    """What a pipeline's executions left."""

    executions: tuple[Execution, ...]
    """Newest first."""
    parameters: tuple[Mapping[str, str], ...]
    """Of each."""
    evaluations: tuple[Candidate, ...]
    """Of one execution."""
    others: Mapping[ResultFile, Sentence]
    """Other JSON files of the executions that were looked into, with why each is no evaluation."""
    importance: tuple[ResultFile, ...]
    """Files of the same execution with global SHAP values; one that a version was registered with
    comes first."""
    group: str | None
    """The model package group, where a version was registered."""
    role: str
    """ARN of the role that the pipeline runs by."""
    image: str | None
    """Of the step that evaluates."""


async def past_of(aws: Aws, name: str, span: dt.timedelta) -> Past:
    """Everything that is found.

    Args:
        aws: Where.
        name: The PipelineName in SageMaker.
        span: How far to look back from the newest execution.

    Raises:
        NotFoundError: there is no such pipeline; the sentence names those that there are.
        InputError: it has no executions.
    """
    pipeline = await _described(aws, name)
    executions = AdoptedExecutions(aws, name)
    listed = await executions.since(span)
    if not listed:
        raise InputError(
            say(
                "{name} has no executions yet. Start it once, and adopt it when that has ended.",
                name=name,
            )
        )
    parameters = await asyncio.gather(*(executions.parameters(each.arn) for each in listed))
    results = _Results(aws, executions)
    for each in _likely(listed):
        await results.look_into(each)
        if results.evaluations:
            break
    return Past(
        executions=listed,
        parameters=tuple(parameters),
        evaluations=tuple(results.evaluations),
        others=results.others,
        importance=tuple(results.importance),
        group=results.group,
        role=str(pipeline["RoleArn"]),
        image=results.image,
    )


async def _described(aws: Aws, name: str) -> Mapping[str, Any]:
    try:
        answer: Mapping[str, Any] = await aws.call(
            "sagemaker", "describe_pipeline", PipelineName=name
        )
    except NotFoundError as error:
        raise NotFoundError(await _no_such(aws, name)) from error
    return answer


async def _no_such(aws: Aws, name: str) -> Sentence:
    def read(client: Any) -> list[str]:
        pages = client.get_paginator("list_pipelines").paginate(
            SortBy="CreationTime", SortOrder="Descending"
        )
        return [each["PipelineName"] for page in pages for each in page["PipelineSummaries"]]

    names: list[str] = await aws.run(read, "sagemaker")
    region = aws.environment.region
    if close := closest(name, names):
        return say(
            "There is no pipeline {name} in SageMaker in {region}. Did you mean {close}?",
            name=name,
            region=region,
            close=close,
        )
    if not names:
        return say("There is no pipeline in SageMaker in {region}.", region=region)
    return say(
        "There is no pipeline {name} in SageMaker in {region}. There are {names}.",
        name=name,
        region=region,
        names=", ".join(names[:MOST_NAMED]),
    )


def _likely(executions: Sequence[Execution]) -> list[Execution]:
    """Those to look into: whose evaluation is the likeliest to be there."""
    succeeded = [each for each in executions if each.status is ExecutionStatus.SUCCEEDED]
    others = [each for each in executions if each.status.ended and each not in succeeded]
    return [*succeeded[:LOOKED_INTO], *others[:LOOKED_INTO]]


class _Results:
    """The files of results that one execution left, after another that left none."""

    def __init__(self, aws: Aws, executions: AdoptedExecutions) -> None:
        self._executions = executions
        self._files = OutputFiles(aws)
        self.evaluations: list[Candidate] = []
        self.others: dict[ResultFile, Sentence] = {}
        self.importance: list[ResultFile] = []
        self.group: str | None = None
        self.image: str | None = None

    async def look_into(self, execution: Execution) -> None:
        """Read what every step of an execution left."""
        steps, definition = await asyncio.gather(
            self._executions.steps(execution.arn), self._executions.definition(execution.arn)
        )
        done = {name: step for name, step in steps.items() if step.status is StepStatus.SUCCEEDED}
        registered = await self._look_at_versions(done)
        declared = set(_property_files(definition.get("Steps", ())))
        for name, step in done.items():
            job = await self._executions.job(step)
            for output_name, output in job.outputs.items() if job else ():
                for path in await self._files.json_files(output):
                    file = ResultFile(name, output_name, path)
                    found = await self._look_at(file, output.file(path), registered)
                    if found is not None and job is not None:
                        declares = file in declared
                        self.evaluations.append(replace(found, declared=declares))
                        self.image = job.image
        if not self.evaluations:
            self.evaluations += await self._of_versions(done)

    async def _look_at_versions(self, steps: Mapping[str, DoneStep]) -> set[str]:
        """The places that versions were registered with."""
        found = set()
        for step in steps.values():
            version = await self._executions.registered(step)
            if version is not None:
                self.group = version.group
                places = (version.evaluation, version.importance)
                found |= {each.uri for each in places if each is not None}
        return found

    async def _look_at(
        self, file: ResultFile, output: Output, registered: set[str]
    ) -> Candidate | None:
        """The evaluation that a file is; what is an explanation is kept, all else passed over."""
        try:
            body = await self._files.read(output)
        except (InputError, NotFoundError, OverwrittenError):
            return None
        named = output.uri in registered
        if _is_importance(body):
            self.importance.insert(0 if named else len(self.importance), file)
            return None
        try:
            quality = _quality(body)
        except InputError as error:
            self.others[file] = error.sentence
            return None
        return Candidate(file, quality, place(output.uri)[0], registered=named)

    async def _of_versions(self, steps: Mapping[str, DoneStep]) -> list[Candidate]:
        """What no output of a step holds, but a version was registered with."""
        found = []
        for name, step in steps.items():
            version = await self._executions.registered(step)
            if version is None or version.evaluation is None:
                continue
            try:
                quality = _quality(await self._files.read(version.evaluation))
            except MlpipeError as error:
                self.others[ResultFile(name)] = error.sentence
                continue
            bucket, _ = place(version.evaluation.uri)
            found.append(Candidate(ResultFile(name), quality, bucket, registered=True))
        return found


def _quality(body: bytes) -> ModelQuality:
    quality = parse_model_quality(body)
    if not quality.metrics:
        raise InputError(say("The evaluation holds no number."))
    return quality


def _is_importance(body: bytes) -> bool:
    try:
        return bool(parse_importance(body))
    except InputError:
        return False


def _steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every step of a definition, those in branches too."""
    for step in steps:
        yield step
        arguments = step.get("Arguments", {})
        yield from _steps([*arguments.get("IfSteps", ()), *arguments.get("ElseSteps", ())])


def _property_files(steps: Sequence[Mapping[str, Any]]) -> Iterator[ResultFile]:
    for step in _steps(steps):
        for file in step.get("PropertyFiles", ()):
            yield ResultFile(step["Name"], file["OutputName"], file["FilePath"])
