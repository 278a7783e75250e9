"""Brings what a team's own executions evaluated to where every day's results lie (core.results).

What is brought is a copy: many pipelines write each execution's evaluation to the same place.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
import logging
import time
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from core.domain import Execution, Pipeline
from core.errors import InputError, MlpipeError, NotFoundError
from core.model_quality import parse_importance, parse_model_quality
from core.results import ANALYSIS, EVALUATION, RUN, Run, days_prefix, run_prefix
from core.written_days import day_in
from mlops.adopted import AdoptedExecutions, DoneStep
from mlops.aws import Aws
from mlops.output_files import OutputFiles, OverwrittenError

logger = logging.getLogger(__name__)

HISTORY: Final = dt.timedelta(days=60)
"""How far before the newest execution the first look reaches."""
AGAIN: Final = dt.timedelta(days=3)
"""How far every further one does: an execution that takes longer is found after a restart."""
FRESH_SECONDS: Final = 20.0
"""For so long nothing new is looked for."""


class Fate(enum.StrEnum):
    """What became of an execution."""

    BROUGHT = "brought"
    RUNNING = "still running"
    NOT_EVALUATED = "the step of its evaluation did not succeed"
    NOT_THERE = "its evaluation is not in S3 any more"
    OVERWRITTEN = "a later execution wrote its evaluation to the same place"
    UNREADABLE = "its evaluation cannot be read"
    NO_DAY = "its day parameter has no day"


@dataclass(frozen=True)
class Brought:
    """An execution that was looked at."""

    execution: Execution
    fate: Fate
    day: dt.date | None = None


class Imports:
    """Of one adopted pipeline, in the environment where it runs."""

    def __init__(
        self, aws: Aws, pipeline: Pipeline, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        assert pipeline.adopted is not None
        self._aws = aws
        self._pipeline = pipeline
        self._adopted = pipeline.adopted
        self._executions = AdoptedExecutions(aws, self._adopted.sagemaker_pipeline)
        self._files = OutputFiles(aws)
        self._monotonic = monotonic
        self._next_look = float("-inf")
        self._known: set[str] | None = None
        self._done: set[tuple[str, str]] = set()
        self._lock = asyncio.Lock()

    async def refresh(self) -> None:
        """Bring what is new; after the first time, at most every `FRESH_SECONDS`."""
        async with self._lock:
            if self._monotonic() < self._next_look:
                return
            await self.bring(HISTORY if self._known is None else AGAIN)
            self._next_look = self._monotonic() + FRESH_SECONDS

    async def bring(self, span: dt.timedelta = HISTORY) -> tuple[Brought, ...]:
        """Bring every execution of a span before the newest that was not brought before.

        Returns:
            Those that were looked at, newest first.

        Raises:
            MlpipeError: AWS would not; what was brought by then stays.
        """
        if self._known is None:
            self._known = await self._brought_before()
        known = self._known
        found = [
            each
            for each in await self._executions.since(span)
            if each.id not in known and (each.id, each.status) not in self._done
        ]
        looked_at = await asyncio.gather(*(self._look(each) for each in found))
        for each in looked_at:
            if each.fate is Fate.BROUGHT:
                known.add(each.execution.id)
            elif each.fate is not Fate.RUNNING:
                # A retry changes the status, and then it is looked at again.
                self._done.add((each.execution.id, each.execution.status))
        return tuple(looked_at)

    async def _look(self, execution: Execution) -> Brought:
        steps = await self._executions.steps(execution.arn)
        place = await self._executions.evaluation(steps, self._adopted.evaluation)
        if place is None:
            ended = execution.status.ended
            return Brought(execution, Fate.NOT_EVALUATED if ended else Fate.RUNNING)
        parameters = await self._executions.parameters(execution.arn)
        day = self._day(execution, parameters)
        if day is None:
            return Brought(execution, Fate.NO_DAY)
        try:
            evaluation = await self._files.read(place)
            parse_model_quality(evaluation)
        except MlpipeError as error:
            fate = _fate(error)
            logger.warning("execution %s is left out: %s", execution.id, error)
            return Brought(execution, fate, day)
        files = {EVALUATION: evaluation, **await self._analysis(steps)}
        await self._write(execution, day, files, parameters, steps)
        return Brought(execution, Fate.BROUGHT, day)

    def _day(self, execution: Execution, parameters: dict[str, str]) -> dt.date | None:
        name = self._adopted.day_parameter
        if name is not None:
            return day_in(parameters.get(name, ""))
        zone = zoneinfo.ZoneInfo(self._pipeline.time_zone)
        started = execution.started.astimezone(zone).date()
        return started - dt.timedelta(days=self._adopted.days_back)

    async def _analysis(self, steps: dict[str, DoneStep]) -> dict[str, bytes]:
        """The importance, where there is one: a report without it says less."""
        if self._adopted.importance is None:
            return {}
        place = await self._executions.importance(steps, self._adopted.importance)
        if place is None:
            return {}
        try:
            body = await self._files.read(place)
            parse_importance(body)
        except (InputError, NotFoundError, OverwrittenError) as error:
            logger.info("no importance: %s", error)
            return {}
        return {ANALYSIS: body}

    async def _write(
        self,
        execution: Execution,
        day: dt.date,
        files: dict[str, bytes],
        parameters: dict[str, str],
        steps: dict[str, DoneStep],
    ) -> None:
        """The files, and run.json last: with it they are complete."""
        adopted, name = self._adopted, self._pipeline.name
        lead = adopted.leading[:1]
        run = Run(
            pipeline=name,
            environment=adopted.environment,
            day=day,
            run=execution.id,
            kind="train" if any(step.trained for step in steps.values()) else "evaluate",
            execution_arn=execution.arn,
            started=execution.started,
            parameters=parameters,
            files=tuple(files),
            leading=adopted.leading,
            better={lead[0]: adopted.better} if lead and adopted.better else {},
        )
        prefix = run_prefix(name, day, execution.id)
        for file, body in (*files.items(), (RUN, run.model_dump_json().encode())):
            await self._aws.call(
                "s3",
                "put_object",
                Bucket=self._aws.environment.bucket,
                Key=f"{prefix}{file}",
                Body=body,
                ContentType="application/json",
            )

    async def _brought_before(self) -> set[str]:
        prefix = days_prefix(self._pipeline.name)

        def read(client: Any) -> set[str]:
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=self._aws.environment.bucket, Prefix=prefix
            )
            keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
            return {key.split("/")[-2] for key in keys if key.endswith(f"/{RUN}")}

        found: set[str] = await self._aws.run(read, "s3")
        return found


def _fate(error: MlpipeError) -> Fate:
    match error:
        case OverwrittenError():
            return Fate.OVERWRITTEN
        case NotFoundError():
            return Fate.NOT_THERE
        case InputError():
            return Fate.UNREADABLE
        case _:
            raise error
