"""What a person wants started, and the execution that it becomes."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.asking import Asking
from bot.store.executions import Followed
from bot.targets import Target
from core.domain import ChannelId, EnvironmentName, Kind, PipelineName
from core.errors import InputError, MlpipeError
from core.messages import say
from core.parameters import DAY, LABEL_AGE, STARTED_BY, Parameter

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What is to be started."""

    target: Target
    kind: Kind
    parameters: Mapping[str, str]
    channel: ChannelId


class Lake(Protocol):
    """Knows for which days there are data."""

    async def lake_days(
        self, pipeline: PipelineName, environment: EnvironmentName
    ) -> frozenset[dt.date]:
        """Those days."""


async def require_data(lake: Lake, target: Target, day: dt.date) -> None:
    """Make sure that the data of a day are there, before a pipeline starts only to fail.

    Where the lake cannot be read, or looks like none of ours, the pipeline itself finds out.

    Raises:
        InputError: they are not; the sentence names the days that are.
    """
    try:
        days = await lake.lake_days(target.pipeline.name, target.environment)
    except MlpipeError as error:
        logger.info("whether there are data for %s is not known: %s", day, error)
        return
    if not days or day in days:
        return
    first, last = min(days), max(days)
    if first < day < last:
        nearest = max(each for each in days if each < day)
        raise InputError(
            say(
                "There are no data for {day}. The nearest day before it that has some is "
                "{nearest}: write that one, or wait for the data.",
                day=day.isoformat(),
                nearest=nearest.isoformat(),
            )
        )
    raise InputError(
        say(
            "There are no data for {day}: they reach from {first} to {last}. Write a day of those.",
            day=day.isoformat(),
            first=first.isoformat(),
            last=last.isoformat(),
        )
    )


def to_start(
    request: Request,
    parameters: Sequence[Parameter],
    *,
    asking: Asking,
    today: dt.date,
    at: dt.datetime,
) -> Followed:
    """The execution to follow.

    Args:
        request: What is wanted.
        parameters: Those of the pipeline: the day and who asks are filled in where it has them.
        asking: Who asks; the same delivery makes the same token, so that SageMaker starts it once.
        today: The day that it is for the data; the day before is the default.
        at: Now.
    """
    names = {parameter.name for parameter in parameters}
    values = dict(request.parameters)
    if DAY in names:
        values.setdefault(DAY, (today - dt.timedelta(days=1)).isoformat())
    if LABEL_AGE in names and DAY in values:
        values[LABEL_AGE] = str(_label_age(values[DAY], today))
    if STARTED_BY in names:
        values[STARTED_BY] = str(asking.person)
    return Followed(
        id=uuid.uuid4().hex,
        token=hashlib.sha256(asking.delivery.encode()).hexdigest(),
        pipeline=request.target.pipeline.name,
        environment=request.target.environment,
        kind=request.kind,
        parameters=values,
        requested_at=at,
        asked_by=asking.person,
        channel=request.channel,
    )


def _label_age(day: str, today: dt.date) -> int:
    """As old as a day's labels are by the clock that people see, which is not SageMaker's."""
    return max(1, (today - dt.date.fromisoformat(day)).days)
