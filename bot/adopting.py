"""`mlpipe adopt`: from a pipeline's past executions to a pipeline whose first report judges."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.adoption import (
    Candidate,
    chosen_day_parameter,
    chosen_evaluation,
    chosen_lead,
    name_for,
)
from core.domain import (
    Adopted,
    Better,
    Environment,
    Execution,
    Kind,
    Pipeline,
    PipelineName,
    ResultFile,
)
from core.errors import InputError
from core.inputs import zone_of
from core.messages import say
from mlops.adoption import Past, past_of
from mlops.aws import Aws
from mlops.imports import HISTORY, Brought, Fate, Imports

MOST_NAMED: Final = 3
"""Executions that are named for each reason why they were left out."""


@dataclass(frozen=True)
class Wishes:
    """What somebody chose; None and False: what the executions tell."""

    name: str | None = None
    time_zone: str = "UTC"
    day_parameter: str | None = None
    day_of_start: bool = False
    days_back: int = 0
    evaluation: ResultFile | None = None
    leading: str | None = None
    better: Better | None = None
    bucket: str | None = None
    """For results, where no environment has one yet."""

    @classmethod
    def typed(cls, *, evaluation: str | None, time_zone: str, **rest: Any) -> Wishes:
        """As they are typed; an InputError for a file or a time zone that is none."""
        zone = zone_of(time_zone)
        try:
            file = ResultFile.parse(evaluation) if evaluation else None
        except ValueError:
            raise InputError(
                say(
                    "{file} is no file of an execution. Write Step/output/evaluation.json.",
                    file=evaluation,
                )
            ) from None
        return cls(evaluation=file, time_zone=zone, **rest)

    def name_of(self, sagemaker_pipeline: str) -> PipelineName:
        """What people are to type for it."""
        return PipelineName(self.name or name_for(sagemaker_pipeline))


@dataclass(frozen=True)
class Proposal:
    """A pipeline as it would be adopted."""

    pipeline: Pipeline
    environment: Environment
    executions: tuple[Execution, ...]
    """Newest first."""
    evaluation: Candidate
    better: Better | None
    """Which way the leading metric is better; None where nobody knows."""

    @property
    def adopted(self) -> Adopted:
        """How its days and results are found."""
        assert self.pipeline.adopted is not None
        return self.pipeline.adopted

    def lines(self) -> list[str]:
        """What is proposed, for a terminal."""
        adopted, start = self.adopted, "the day on which an execution starts"
        if adopted.days_back:
            start = f"{adopted.days_back} before {start}"
        first, last = (self.executions[place].started.date() for place in (-1, 0))
        way = {"higher": "higher is better", "lower": "lower is better"}.get(
            self.better or "", "which way it is better is not known (--better higher|lower)"
        )
        where = f"{adopted.environment}, {self.environment.region}"
        return [
            f"{adopted.sagemaker_pipeline} in {where}",
            f"  executions  {len(self.executions)}, from {first} to {last}",
            f"  name        {self.pipeline.name}",
            f"  day         {adopted.day_parameter or start}",
            f"  evaluation  {adopted.evaluation} ({self.evaluation.quality.task})",
            f"  leading     {', '.join(adopted.leading)}: {way}",
            f"  importance  {adopted.importance or 'none found'}",
            f"  versions    {adopted.model_package_group or 'none registered'}",
        ]


async def propose(aws: Aws, sagemaker_pipeline: str, wishes: Wishes) -> Proposal:
    """Look at what there is.

    Raises:
        NotFoundError: there is no such pipeline.
        InputError: it has no executions or no evaluation, or something has to be chosen.
    """
    past = await past_of(aws, sagemaker_pipeline, HISTORY)
    evaluation = chosen_evaluation(past.evaluations, wishes.evaluation, past.others)
    lead, better = chosen_lead(evaluation.quality.metrics, wishes.leading, wishes.better)
    by_start = wishes.day_of_start or wishes.days_back > 0
    day = None if by_start else chosen_day_parameter(past.parameters, wishes.day_parameter)
    adopted = Adopted(
        sagemaker_pipeline=sagemaker_pipeline,
        environment=aws.environment.name,
        evaluation=evaluation.file,
        importance=next(iter(past.importance), None),
        day_parameter=day,
        days_back=wishes.days_back,
        leading=(lead,),
        better=better,
        model_package_group=past.group,
    )
    pipeline = Pipeline(
        name=wishes.name_of(sagemaker_pipeline),
        manifest="",
        lake="",
        time_zone=wishes.time_zone,
        adopted=adopted,
    )
    environment = _environment(aws.environment, past, evaluation, wishes.bucket)
    return Proposal(pipeline, environment, past.executions, evaluation, better)


def _environment(
    environment: Environment, past: Past, evaluation: Candidate, bucket: str | None
) -> Environment:
    """The environment, with what is not configured yet taken from the pipeline."""
    return dataclasses.replace(
        environment,
        bucket=environment.bucket or bucket or evaluation.bucket,
        role_arn=environment.role_arn or past.role,
        image=environment.image or past.image or "none",
    )


def already(
    pipelines: Mapping[PipelineName, Pipeline],
    sagemaker_pipeline: str,
    environment: Environment,
) -> Pipeline | None:
    """The pipeline as which it was adopted before."""
    for pipeline in pipelines.values():
        adopted = pipeline.adopted_in(environment.name)
        if adopted is not None and adopted.sagemaker_pipeline == sagemaker_pipeline:
            return pipeline
    return None


def require_not_ours(
    pipelines: Mapping[PipelineName, Pipeline], sagemaker_pipeline: str, environment: Environment
) -> None:
    """Refuse with an InputError a pipeline that `mlpipe pipeline` defines."""
    for pipeline in pipelines.values():
        names = {pipeline.sagemaker_name(environment.name, kind) for kind in Kind}
        if pipeline.adopted is None and sagemaker_pipeline in names:
            raise InputError(
                say(
                    "{name} is {pipeline}, which mlpipe.toml has and mlpipe defines: there is "
                    "nothing to adopt. `mlpipe pipeline backfill` brings its past days.",
                    name=sagemaker_pipeline,
                    pipeline=pipeline.name,
                )
            )


def require_free(pipelines: Mapping[PipelineName, Pipeline], name: PipelineName) -> None:
    """Refuse with an InputError a name that another pipeline has."""
    if name in pipelines:
        raise InputError(
            say(
                "mlpipe.toml has another pipeline {name}. Choose a name by `--name NAME`.",
                name=name,
            )
        )


async def bring(aws: Aws, pipeline: Pipeline) -> tuple[Brought, ...]:
    """Bring the past: see mlops.imports."""
    return await Imports(aws, pipeline).bring()


def told(brought: Sequence[Brought]) -> list[str]:
    """What was brought and what was not, for a terminal."""
    days = sorted({each.day for each in brought if each.day and each.fate is Fate.BROUGHT})
    executions = sum(each.fate is Fate.BROUGHT for each in brought)
    lines = [_days(days, executions)] if days else ["No day is new."]
    for fate in Fate:
        left = [each for each in brought if each.fate is fate]
        if left and fate is not Fate.BROUGHT:
            named = ", ".join(each.execution.id for each in left[:MOST_NAMED])
            more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
            lines.append(f"Left out, {fate}: {named}{more}.")
    if any(each.fate is Fate.OVERWRITTEN for each in brought):
        lines.append("docs/adopt.md says how each execution keeps its own.")
    return lines


def _days(days: Sequence[dt.date], executions: int) -> str:
    brought = f"{len(days)} days" if len(days) > 1 else "1 day"
    of = f"{executions} executions" if executions > 1 else "1 execution"
    return f"Brought {brought} from {of}: {days[0]} to {days[-1]}."
