"""Trials: what a try was given and what came out, and which of them somebody asks for.

A question is typed as `auc>0.7 NumLeaves<64 since=7d by=me sort=auc`.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.commands import same_name
from core.errors import InputError, NotFoundError
from core.evidence.leading import Direction, direction
from core.inputs import MOST_SHOWN, closest, given_twice
from core.marks import is_mark, tag
from core.messages import say
from core.people import AT, called_by
from core.since import moment_of

COMPLETED: Final = "Completed"
"""SageMaker's PrimaryStatus of what ended well."""
IDENTITY: Final = frozenset({"day", "started_by", "code_commit", "image"})
"""Parameters that tell whose run a trial is, not what was tried."""
ME: Final = "me"
SCHEDULE: Final = "schedule"
STARTED: Final = "started"
"""What trials are sorted by where nothing else is asked: the newest first."""
MOST_CONDITIONS: Final = 10
"""SageMaker's Search takes 20 in all, of which some are ours."""
_CONDITION: Final = re.compile(
    r"""
    (?P<name>[^\W\d][\w.:/-]*) [ ]*
    (?P<operator>>=|<=|!=|=|>|<) [ ]*
    (?P<value>"[^"]*"|<@[^<>\s]*>|[^\s<>=!"]+)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Trial:
    """One try: the summary trial component of an execution, or that of a job of a sweep."""

    name: str
    status: str
    """SageMaker's PrimaryStatus, such as Completed."""
    created: dt.datetime
    parameters: Mapping[str, float | str]
    metrics: Mapping[str, float]
    """The last value of each."""
    component: str = ""
    """The name of its trial component."""
    artifacts: Mapping[str, str] = field(default_factory=dict)
    """Name → where it lies, as its trial component has them."""

    def typed(self) -> dict[str, str]:
        """The parameters as a person types them: 63, where SageMaker keeps 63.0."""
        return {
            name: f"{value:.15g}" if isinstance(value, float) else str(value)
            for name, value in self.parameters.items()
            if not is_mark(name)
        }


class Operator(enum.StrEnum):
    """How a value is compared, as it is typed."""

    AT_LEAST = ">="
    AT_MOST = "<="
    NOT = "!="
    IS = "="
    ABOVE = ">"
    BELOW = "<"


@dataclass(frozen=True)
class Column:
    """What a word names: a metric or a parameter."""

    name: str
    metric: bool


@dataclass(frozen=True)
class Condition:
    """What the trials that are asked for have in common."""

    column: Column
    operator: Operator
    value: str

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.column.name}{self.operator}{self.value}"


@dataclass(frozen=True)
class Order:
    """Which trials come first."""

    column: Column
    descending: bool


@dataclass(frozen=True)
class Question:
    """Which trials somebody asks for, and in what order."""

    conditions: tuple[Condition, ...] = ()
    since: dt.datetime | None = None
    by: str | None = None
    """`me`, `schedule`, or whom trials name as who started them; before anybody looked that up,
    `@` and what a person is called or their id."""
    order: Order | None = None
    """None: the newest first."""
    tags: tuple[str, ...] = ()
    """Those that people gave them, all of them."""


@dataclass(frozen=True)
class Names:
    """The names that a question may speak of."""

    parameters: frozenset[str]
    metrics: frozenset[str]
    called: Mapping[str, str] = field(default_factory=dict)
    """What metrics are called where people read them, in every language → their names."""

    def with_those_of(self, trials: Collection[Trial]) -> Names:
        """More names: those that some trials have."""
        named = {name for trial in trials for name in trial.parameters if not is_mark(name)}
        return Names(
            self.parameters | named,
            self.metrics.union(*(trial.metrics for trial in trials)),
            self.called,
        )

    def column(self, word: str) -> Column:
        """What a word means: a name, or a part that one name alone has, such as `leaves`.

        Raises:
            UnknownNameError: none, or several.
        """
        every = [Column(name, metric=True) for name in sorted(self.metrics)]
        every += [Column(name, metric=False) for name in sorted(self.parameters)]
        for column in every:
            if same_name(column.name, word):
                return column
        for called, name in self.called.items():
            if same_name(called, word):
                return Column(name, metric=True)
        having = [column for column in every if word.casefold() in column.name.casefold()]
        if len(having) == 1:
            return having[0]
        names = [column.name for column in having or every]
        raise UnknownNameError(word, names, among=bool(having))


class UnknownNameError(InputError):
    """A word names no metric and no parameter, or several."""

    def __init__(self, word: str, names: Sequence[str], *, among: bool) -> None:
        word = word[:MOST_SHOWN]
        close = closest(word, names)
        if among:
            sentence = say("{word} may be {names}: write which.", word=word, names=", ".join(names))
        elif close:
            sentence = say("No trial has {word}. Did you mean {close}?", word=word, close=close)
        else:
            sentence = say(
                "No trial has {word}. There are {names}.",
                word=word,
                names=", ".join(names)[: MOST_SHOWN * 4],
            )
        super().__init__(sentence, field=word)


def no_trial(name: str, command: str) -> NotFoundError:
    """That no trial has a name; `command` is how mlpipe is called there."""
    return NotFoundError(
        say(
            "There is no trial {name}. `{command} trials` lists them.",
            name=name[:MOST_SHOWN],
            command=command,
        )
    )


def question(text: str, names: Names, *, now: dt.datetime) -> Question:
    """The question in a text.

    Args:
        text: Conditions and `since=`, `by=`, `tag=`, `sort=`, in any order.
        names: Metrics and parameters that trials have.
        now: For `since=7d`.

    Raises:
        UnknownNameError: a word may be a name that is not in `names`.
        InputError: a word means nothing here.
    """
    conditions: list[Condition] = []
    settings: dict[str, str] = {}
    tags: list[str] = []
    for match in _CONDITION.finditer(text):
        name, value = match["name"], match["value"].strip('"')
        operator = Operator(match["operator"])
        if operator is Operator.IS and name.casefold() in {"since", "by", "sort"}:
            if name.casefold() in settings:
                raise given_twice(name)
            settings[name.casefold()] = value
        elif operator is Operator.IS and name.casefold() == "tag":
            tags.append(tag(value))
        else:
            conditions.append(_condition(names.column(name), operator, value))
    if left := _CONDITION.sub(" ", text).split():
        raise InputError(
            say(
                "I do not understand {word}. Write conditions such as auc>0.7 NumLeaves<64 "
                "since=7d by=me sort=auc.",
                word=left[0][:MOST_SHOWN],
            )
        )
    if len(conditions) + len(tags) > MOST_CONDITIONS:
        raise InputError(say("At most {most} conditions at once.", most=MOST_CONDITIONS))
    return Question(
        tuple(conditions),
        since=moment_of(settings["since"], now) if "since" in settings else None,
        by=_by(settings["by"]) if "by" in settings else None,
        order=_order(settings["sort"], names) if "sort" in settings else None,
        tags=tuple(dict.fromkeys(tags)),
    )


def beside_conditions(text: str) -> tuple[tuple[str, ...], str]:
    """The words of a text that belong to no condition, and its conditions alone."""
    conditions = " ".join(match[0] for match in _CONDITION.finditer(text))
    return tuple(_CONDITION.sub(" ", text).split()), conditions


def _condition(column: Column, operator: Operator, value: str) -> Condition:
    compares = operator not in {Operator.IS, Operator.NOT}
    if (compares or column.metric) and not _is_number(value):
        raise InputError(
            say(
                "{name} is compared with a number, not with {text}.",
                name=column.name,
                text=value[:MOST_SHOWN],
            ),
            field=column.name,
        )
    return Condition(column, operator, value)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _by(text: str) -> str:
    word = text.lstrip("@").casefold()
    if word in {ME, SCHEDULE}:
        return word
    called = called_by(text)
    if called is None:
        raise InputError(
            say("by= takes {me}, {schedule} or a person such as @ana.", me=ME, schedule=SCHEDULE),
            field="by",
        )
    return f"{AT}{called}"


def _order(text: str, names: Names) -> Order | None:
    """The best first, the greatest where nobody knows which way is better; `-` turns it round."""
    word, turned = text.removeprefix("-"), text.startswith("-")
    if word.casefold() == STARTED and not turned:
        return None
    if word.casefold() == STARTED:
        return Order(Column(STARTED, metric=False), descending=False)
    column = names.column(word)
    descending = not column.metric or direction(column.name) is not Direction.LOWER_IS_BETTER
    return Order(column, descending=descending is not turned)
