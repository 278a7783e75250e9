"""What a person types of a sweep, against what the pipeline and the environment allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.commands import same_name
from core.errors import InputError
from core.inputs import argument, arguments, given_twice, without_value
from core.messages import say
from core.parameters import (
    DAY,
    SCORED_DAYS,
    VALIDATION_DAYS,
    WINDOW_DAYS,
    Parameter,
    ParameterType,
)
from core.range_examples import example_range
from core.sweeps import (
    PARALLEL,
    STRATEGY,
    TRIALS,
    Range,
    Strategy,
    Sweep,
    grid_size,
    is_range,
    read_range,
)

USUAL_TRIALS: Final = 12
USUAL_PARALLEL: Final = 2
_GIVEN_ONCE: Final = frozenset({DAY, WINDOW_DAYS, VALIDATION_DAYS, SCORED_DAYS})
"""Parameters of all trials alike: what is prepared once, and what they are judged by."""


@dataclass(frozen=True)
class Limits:
    """What one sweep may take."""

    trials: int
    parallel: int


def sweepable(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """The parameters that may be given a range."""
    numbers = {ParameterType.INTEGER, ParameterType.FLOAT}
    return tuple(
        each
        for each in parameters
        if not each.internal and each.type in numbers and each.name not in _GIVEN_ONCE
    )


def settings(limits: Limits) -> tuple[Parameter, ...]:
    """How many trials and how they are chosen: parameters of the sweep itself."""
    return (
        Parameter(
            TRIALS,
            ParameterType.INTEGER,
            say("How many are tried in all; a grid tries each point"),
            default=min(USUAL_TRIALS, limits.trials),
            minimum=1,
            maximum=limits.trials,
        ),
        Parameter(
            PARALLEL,
            ParameterType.INTEGER,
            say("How many are tried at a time"),
            default=min(USUAL_PARALLEL, limits.parallel),
            minimum=1,
            maximum=limits.parallel,
        ),
        Parameter(
            STRATEGY,
            ParameterType.STRING,
            say("How points are chosen; Grid tries every combination of listed values"),
            default=Strategy.BAYESIAN.value,
            choices=tuple(each.value for each in Strategy),
        ),
    )


def read_sweep(
    given: Iterable[tuple[str, str]],
    parameters: Sequence[Parameter],
    *,
    limits: Limits,
    today: dt.date,
) -> tuple[Sweep, dict[str, str]]:
    """The sweep, and the pipeline's parameters as SageMaker takes them.

    Args:
        given: Names and texts: ranges, single values, `trials`, `parallel`, `strategy`.
        parameters: Those of the pipeline.
        limits: Of the environment.
        today: The day that it is for the data.

    Raises:
        InputError: for the first that cannot be; `field` is the parameter's name.
    """
    own = {each.name: each for each in settings(limits)}
    chosen: dict[str, str] = {}
    ranges: dict[str, Range] = {}
    rest: list[tuple[str, str]] = []
    for name, text in given:
        setting = next((each for each in own.values() if same_name(each.name, name)), None)
        parameter = next((each for each in parameters if same_name(each.name, name)), None)
        if setting is not None:
            _once(chosen, setting.name, text)
            chosen[setting.name] = argument(setting, text, today=today)
        elif parameter is not None and is_range(text, parameter):
            _once(ranges, parameter.name, text)
            ranges[parameter.name] = _range(parameter, text, parameters)
        else:
            rest.append((name, text))
    values = arguments(rest, parameters, today=today)
    if twice := next((name for name in ranges if name in values), None):
        raise given_twice(twice)
    return _sweep(tuple(ranges.values()), chosen, own, parameters), values


def _once(taken: Mapping[str, object], name: str, text: str) -> None:
    if name in taken:
        raise given_twice(name)
    if not text.strip():
        raise without_value(name)


def _range(parameter: Parameter, text: str, parameters: Sequence[Parameter]) -> Range:
    allowed = sweepable(parameters)
    if parameter in allowed:
        return read_range(parameter, text)
    raise InputError(
        say(
            "{name} is the same for all trials: give it one value. Ranges are for {names}.",
            name=parameter.name,
            names=", ".join(each.name for each in allowed),
        ),
        field=parameter.name,
    )


def _sweep(
    ranges: tuple[Range, ...],
    chosen: Mapping[str, str],
    own: Mapping[str, Parameter],
    parameters: Sequence[Parameter],
) -> Sweep:
    if not ranges:
        allowed = sweepable(parameters)
        if not allowed:
            raise InputError(say("This pipeline has no number that a sweep could change."))
        raise InputError(
            say(
                "A sweep needs a range: write one such as {name}={range}.",
                name=allowed[0].name,
                range=example_range(allowed[0]),
            ),
            field=allowed[0].name,
        )
    most = int(own[TRIALS].maximum or 1)
    strategy = Strategy(chosen.get(STRATEGY) or _usual(ranges, chosen, most))
    trials = int(chosen.get(TRIALS) or str(own[TRIALS].default))
    if strategy is Strategy.GRID:
        trials = _points(ranges, most)
    parallel = int(chosen.get(PARALLEL) or str(own[PARALLEL].default))
    return Sweep(ranges, strategy, trials, min(parallel, trials))


def _usual(ranges: Sequence[Range], chosen: Mapping[str, str], most: int) -> Strategy:
    """A grid where every value is listed and nobody says how many are to be tried."""
    listed = all(each.listed for each in ranges)
    if listed and TRIALS not in chosen and grid_size(ranges) <= most:
        return Strategy.GRID
    return Strategy.BAYESIAN


def _points(ranges: Sequence[Range], most: int) -> int:
    for each in ranges:
        if not each.listed:
            raise InputError(
                say(
                    "Grid tries every combination of listed values: list those of {name}, such as "
                    "{example}, or take another strategy.",
                    name=each.name,
                    example=",".join(each.values),
                ),
                field=each.name,
            )
    points = grid_size(ranges)
    if points > most:
        raise InputError(
            say(
                "That grid has {points} points, and a sweep here has at most {most} trials: list "
                "fewer values, or take another strategy.",
                points=points,
                most=most,
            ),
            field=ranges[0].name,
        )
    return points
