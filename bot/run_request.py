"""What a person wants started, and the execution that it becomes."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.asking import Asking
from bot.store.executions import Followed
from bot.targets import Target
from core.domain import ChannelId, Kind
from core.parameters import DAY, LABEL_AGE, STARTED_BY, Parameter


@dataclass(frozen=True)
class Request:
    """What is to be started."""

    target: Target
    kind: Kind
    parameters: Mapping[str, str]
    channel: ChannelId


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
