"""Checks what a person typed against what a pipeline's parameters allow."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import math
import re
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.commands import normalise, same_name
from core.errors import InputError
from core.messages import say
from core.parameters import VALIDATION_DAYS, WINDOW_DAYS, Parameter, ParameterType
from core.range_examples import example_value
from core.said_days import nearest

MOST_SHOWN: Final = 80
"""Characters of what was typed that an answer repeats."""
VERSION: Final = re.compile(r"[vV#]?(\d{1,9})")
"""A registered version as people write it: `3`, `v3`, `#3`."""
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}")
_FLOAT: Final = re.compile(r"[+-]?(\d{1,18}(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
MOST_CHARACTERS: Final = 1024
"""Of a String parameter: the limit of a PipelineParameter's Value in SageMaker's API."""


def day_of(text: str, *, today: dt.date) -> dt.date:
    """The day that a person means; without a year, the nearest one.

    Args:
        text: Such as `2013-06-28`, `6月28日`, `06-28`, `yesterday` or `昨日`.
        today: The day that it is for the data; only days before it are over.

    Raises:
        InputError: it is none, or is not over yet.
    """
    day = nearest(text, today=today)
    text = text[:MOST_SHOWN]
    if day is None:
        raise InputError(
            say("{text} is not a day: write one such as 2013-06-28, or yesterday.", text=text)
        )
    if day == today:
        raise InputError(
            say(
                "{day} is not over yet: yesterday is the newest day that can be scored.",
                day=day.isoformat(),
            )
        )
    if day > today:
        raise InputError(
            say(
                "{day} has not happened yet: it is {today}. Write a day before that.",
                day=day.isoformat(),
                today=today.isoformat(),
            )
        )
    return day


def zone_of(text: str) -> str:
    """The time zone that a person means, by its IANA name.

    Raises:
        InputError: there is none of that name.
    """
    plain = normalise(text).replace(" ", "_")
    by_lower = _zones()
    if found := by_lower.get(plain.casefold()):
        return found
    cities = {name.rsplit("/", 1)[-1]: name for name in by_lower.values() if "/" in name}
    shown = text[:MOST_SHOWN]
    if city := closest(plain, cities):
        raise InputError(
            say(
                "There is no time zone {text}. Did you mean {close}?",
                text=shown,
                close=cities[city],
            )
        )
    raise InputError(
        say("There is no time zone {text}. Write one such as Europe/Berlin.", text=shown)
    )


@functools.cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


def arguments(
    given: Iterable[tuple[str, str]], parameters: Sequence[Parameter], *, today: dt.date
) -> dict[str, str]:
    """What was typed, name by name, as SageMaker takes it.

    Raises:
        InputError: for the first that is unknown, given twice, empty or not allowed; `field` is the
            parameter's name, or what was typed where there is no such parameter.
    """
    asked = [parameter for parameter in parameters if not parameter.internal]
    values: dict[str, str] = {}
    for name, text in given:
        parameter = _named(name, asked)
        if parameter.name in values:
            raise given_twice(parameter.name)
        if not normalise(text):
            raise without_value(parameter.name)
        values[parameter.name] = argument(parameter, text, today=today)
    check_together(values, parameters)
    return values


def given_twice(name: str) -> InputError:
    """The same name stands twice in what was typed: which of the two is meant is not guessed."""
    return InputError(say("{name} is given twice: write it once.", name=name), field=name)


def without_value(name: str) -> InputError:
    """Nothing follows the equal sign."""
    sentence = say(
        "{name} has no value: write one after the equal sign, or leave {name} out.", name=name
    )
    return InputError(sentence, field=name)


def check_together(values: Mapping[str, str], parameters: Sequence[Parameter]) -> None:
    """Refuse values that are allowed one by one but not together; defaults count too.

    Raises:
        InputError: `field` is the parameter that was given.
    """
    defaults = {each.name: str(each.default) for each in parameters if each.default is not None}
    effective = {**defaults, **values}
    if not {WINDOW_DAYS, VALIDATION_DAYS} <= effective.keys():
        return
    window, validation = effective[WINDOW_DAYS], effective[VALIDATION_DAYS]
    if int(validation) >= int(window):
        raise InputError(
            say(
                "ValidationDays ({validation}) has to be smaller than WindowDays ({window}), "
                "which it is taken from.",
                validation=validation,
                window=window,
            ),
            field=VALIDATION_DAYS if VALIDATION_DAYS in values else WINDOW_DAYS,
        )


def argument(parameter: Parameter, text: str, *, today: dt.date) -> str:
    """One value as SageMaker takes it.

    Raises:
        InputError: it has the wrong type, is out of range or none of the choices.
    """
    plain = normalise(text)
    try:
        return _checked(parameter, plain, today=today)
    except InputError as error:
        raise InputError(error.sentence, field=parameter.name) from None


def _checked(parameter: Parameter, plain: str, *, today: dt.date) -> str:
    match parameter.type:
        case ParameterType.DAY:
            return day_of(plain, today=today).isoformat()
        case ParameterType.INTEGER:
            if not _INTEGER.fullmatch(plain):
                raise InputError(
                    say(
                        "{name} has to be a whole number, not {text}.",
                        name=parameter.name,
                        text=plain[:MOST_SHOWN],
                    )
                )
            return _in_range(parameter, int(plain), str(int(plain)))
        case ParameterType.FLOAT:
            if not _FLOAT.fullmatch(plain) or not math.isfinite(float(plain)):
                raise InputError(
                    say(
                        "{name} has to be a number such as {example}, not {text}.",
                        name=parameter.name,
                        example=example_value(parameter),
                        text=plain[:MOST_SHOWN],
                    )
                )
            return _in_range(parameter, float(plain), repr(float(plain)))
        case ParameterType.STRING:
            return _chosen(parameter, plain)


def _in_range(parameter: Parameter, value: float, text: str) -> str:
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise InputError(
            say(
                "{name} has to be {range}, not {text}.",
                name=parameter.name,
                range=range_of(parameter),
                text=text,
            )
        )
    return text


def range_of(parameter: Parameter) -> str:
    """What a number may be, in short: `2 … 730`, `≥ 1`, `≤ 5`; empty without limits."""
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None:
        return f"{low:.12g} … {high:.12g}"
    if low is not None:
        return f"≥ {low:.12g}"
    return "" if high is None else f"≤ {high:.12g}"


def _chosen(parameter: Parameter, plain: str) -> str:
    if parameter.choices:
        for choice in parameter.choices:
            if choice.casefold() == plain.casefold():
                return choice
        raise InputError(
            say(
                "{name} has to be one of {choices}, not {text}.",
                name=parameter.name,
                choices=", ".join(parameter.choices),
                text=plain[:MOST_SHOWN],
            )
        )
    if not plain or len(plain) > MOST_CHARACTERS:
        raise InputError(
            say(
                "{name} has to have 1 to {most} characters.",
                name=parameter.name,
                most=MOST_CHARACTERS,
            )
        )
    return plain


def _named(name: str, parameters: Iterable[Parameter]) -> Parameter:
    known = list(parameters)
    for parameter in known:
        if same_name(parameter.name, name):
            return parameter
    names = [parameter.name for parameter in known]
    shown = name[:MOST_SHOWN]
    if close := closest(name, names):
        raise InputError(
            say("There is no parameter {name}. Did you mean {close}?", name=shown, close=close),
            field=name,
        )
    raise InputError(
        say(
            "There is no parameter {name}. There are {names}.",
            name=shown,
            names=", ".join(names),
        ),
        field=name,
    )


def closest(word: str, known: Iterable[str]) -> str | None:
    """Which of the known words somebody probably meant, if any is near."""
    by_lower = {each.casefold(): each for each in known}
    begun = [lower for lower in by_lower if lower.startswith(word.casefold())]
    if len(begun) == 1 and word:
        return by_lower[begun[0]]
    close = difflib.get_close_matches(word.casefold(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None
