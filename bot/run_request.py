"""What a person wants started, and the execution that it becomes."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.asking import Asking
from bot.parameter_book import ParameterBook
from bot.store.day_ranges import DayRange
from bot.store.executions import Followed
from bot.targets import ENVIRONMENT_WORDS, MOST_WORD, Target, Targets, taken_out
from core.commands import Command, same_name
from core.day_ranges import days_of, reads_as_days
from core.domain import ChannelId, Kind
from core.errors import InputError
from core.inputs import arguments
from core.marks import Marks, given_with
from core.messages import say
from core.parameters import DAY, LABEL_AGE, STARTED_BY, Parameter, ParameterType
from core.said_days import reads_as_day
from core.spans import Span


@dataclass(frozen=True)
class Request:
    """What is to be started."""

    target: Target
    kind: Kind
    parameters: Mapping[str, str]
    channel: ChannelId | None
    """Where its card is to stand; None where nobody asked for one."""
    marks: Marks = field(default_factory=Marks)
    """Tags and a note for its trial."""
    days: Span | None = None
    """Several days, one after the other, whatever `parameters` say; None: one day."""


async def read(
    command: Command, *, targets: Targets, book: ParameterBook, channel: ChannelId | None
) -> Request:
    """What `run [pipeline] [env=…] [kind=…] [name=value …] [tags=…] [note=…]` wants started.

    Raises:
        InputError: something of it cannot be meant.
        NotFoundError: there is no such pipeline in SageMaker.
        UnavailableError: SageMaker does not answer.
    """
    environment, command = taken_out(command, ENVIRONMENT_WORDS)
    kind, command = taken_out(command, ("kind",))
    _, without_marks = given_with(command, ())
    word = without_marks.words[0] if without_marks.words else None
    if word is not None and not targets.has_pipeline(word) and reads_as_day(word):
        raise InputError(
            say("There is no pipeline {word}. For that day write day={word}.", word=word)
        )
    target = Target(targets.pipeline(word), targets.environment_in(channel, environment))
    wanted = _kind(kind)
    parameters = await book.parameters(target.pipeline.name, target.environment, wanted)
    marks, command = given_with(command, [each.name for each in parameters])
    if len(command.words) > 1:
        raise InputError(
            say(
                "I do not understand {word}. Write parameters as name=value, such as "
                "day=yesterday.",
                word=command.words[1][:MOST_WORD],
            )
        )
    if marks != Marks() and wanted is not Kind.TRAIN:
        raise InputError(
            say("Tags and a note are kept with a trial, and kind={kind} makes none.", kind=wanted)
        )
    today = await targets.today_now(target.pipeline)
    most = targets.environments[target.environment].most_days
    days, pairs = _days(command.pairs, parameters, today=today, most=most)
    given = arguments(pairs, parameters, today=today)
    return Request(target, wanted, given, channel, marks, days)


def _days(
    pairs: Sequence[tuple[str, str]],
    parameters: Sequence[Parameter],
    *,
    today: dt.date,
    most: int,
) -> tuple[Span | None, Sequence[tuple[str, str]]]:
    """The range of days that was typed, and what was typed with its first day in its place."""
    if not any(each.name == DAY and each.type is ParameterType.DAY for each in parameters):
        return None, pairs
    several = [text for name, text in pairs if same_name(name, DAY) and reads_as_days(text)]
    if len(several) != 1:
        return None, pairs
    days = days_of(several[0], today=today, most=most)
    first = [(name, text if text != several[0] else str(days.first)) for name, text in pairs]
    return (days if len(days) > 1 else None), first


def _kind(word: str | None) -> Kind:
    if word is None:
        return Kind.TRAIN
    kinds = [kind for kind in Kind if kind is not Kind.SWEEP]  # a sweep has a word of its own
    for kind in kinds:
        if kind == word.lower():
            return kind
    raise InputError(
        say(
            "kind has to be one of {kinds}, not {word}.",
            kinds=", ".join(kinds),
            word=word[:MOST_WORD],
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
        marks=request.marks,
    )


def to_run(
    request: Request, days: Span, *, asking: Asking, token: str | None = None, at: dt.datetime
) -> DayRange:
    """The range of days to carry out.

    Args:
        request: What is wanted.
        days: Which days.
        asking: Who asks; the same delivery makes the same token, so that it is begun once.
        token: Another token, where it is known otherwise.
        at: Now.
    """
    return DayRange(
        id=uuid.uuid4().hex,
        token=token or hashlib.sha256(asking.delivery.encode()).hexdigest(),
        pipeline=request.target.pipeline.name,
        environment=request.target.environment,
        kind=request.kind,
        parameters={name: text for name, text in request.parameters.items() if name != DAY},
        span=days,
        requested_at=at,
        asked_by=asking.person,
        channel=request.channel,
        marks=request.marks,
    )


def _label_age(day: str, today: dt.date) -> int:
    """As old as a day's labels are by the clock that people see, which is not SageMaker's."""
    return max(1, (today - dt.date.fromisoformat(day)).days)
