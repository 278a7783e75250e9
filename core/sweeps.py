"""A sweep: which hyperparameters are tried over what, and the tuning step that this becomes.

A range is typed `8..64`; values to choose among are listed, `8,16,32`.
"""

from __future__ import annotations

import copy
import datetime as dt
import enum
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.errors import InputError
from core.inputs import argument
from core.messages import say
from core.parameters import Parameter, ParameterType
from core.range_examples import example_range, example_values

BETWEEN: Final = ".."
"""Between the least and the greatest value of a range."""
COMMA: Final = ","
MOST_VALUES: Final = 30
"""API: Values of a CategoricalParameterRange."""
STRATEGY: Final = "Strategy"
TRIALS: Final = "Trials"
PARALLEL: Final = "Parallel"
"""What a sweep is started with, beside its ranges and the pipeline's own parameters."""
OBJECTIVE: Final = "mean_log_loss"
"""The metric that the Train step reports over its rolling days, and a sweep makes small."""
BY_ORDERS: Final = 10.0
"""From this ratio of its ends on, a positive range is searched by orders of magnitude."""
TUNING: Final = "Tuning"
"""Type of the step in a definition."""


class Strategy(enum.StrEnum):
    """How SageMaker chooses the points."""

    BAYESIAN = "Bayesian"
    RANDOM = "Random"
    HYPERBAND = "Hyperband"
    GRID = "Grid"


@dataclass(frozen=True)
class Range:
    """Where the values of one hyperparameter come from."""

    name: str
    type: ParameterType
    values: tuple[str, ...]
    """Its least and greatest value, or all that are listed."""
    listed: bool

    def __str__(self) -> str:
        """As it is typed."""
        return (COMMA if self.listed else BETWEEN).join(self.values)


@dataclass(frozen=True)
class Sweep:
    """What SageMaker's tuning is asked to do."""

    ranges: tuple[Range, ...]
    strategy: Strategy
    trials: int
    parallel: int

    def typed(self) -> dict[str, str]:
        """As text by name; `taken_apart` is the inverse."""
        return {
            **{each.name: str(each) for each in self.ranges},
            STRATEGY: self.strategy.value,
            TRIALS: str(self.trials),
            PARALLEL: str(self.parallel),
        }


def taken_apart(typed: Mapping[str, str]) -> tuple[Sweep, dict[str, str]]:
    """The sweep that `Sweep.typed` wrote, and whatever stood beside it.

    A range whose ends are written as whole numbers is one of whole numbers: a number with a
    fraction is always written with its point.
    """
    own = {STRATEGY, TRIALS, PARALLEL}
    ranges = {name: text for name, text in typed.items() if _is_several(text) and name not in own}
    sweep = Sweep(
        tuple(_written(name, text) for name, text in ranges.items()),
        Strategy(typed[STRATEGY]),
        int(typed[TRIALS]),
        int(typed[PARALLEL]),
    )
    rest = {name: text for name, text in typed.items() if name not in own | ranges.keys()}
    return sweep, rest


def _written(name: str, text: str) -> Range:
    listed = BETWEEN not in text
    values = tuple(text.split(COMMA if listed else BETWEEN))
    whole = all(value.lstrip("+-").isdigit() for value in values)
    return Range(name, ParameterType.INTEGER if whole else ParameterType.FLOAT, values, listed)


def _is_several(text: str) -> bool:
    return bool(_SEVERAL.fullmatch(text))


def is_range(text: str, parameter: Parameter) -> bool:
    """Whether a text gives a hyperparameter several values rather than one."""
    return parameter.type in _NUMBERS and (BETWEEN in text or COMMA in text or "…" in text)


def read_range(parameter: Parameter, text: str) -> Range:
    """A range as somebody typed it.

    Raises:
        InputError: it is none; the field is the parameter's name.
    """
    text = text.replace("…", BETWEEN)
    listed = BETWEEN not in text
    parts = [part.strip() for part in text.split(COMMA if listed else BETWEEN)]
    values = tuple(argument(parameter, part, today=dt.date.max) for part in parts if part)
    if listed and len(set(values)) < 2:
        raise _wrong(parameter)
    if listed and len(values) > MOST_VALUES:
        raise InputError(
            say("{name} takes at most {most} values.", name=parameter.name, most=MOST_VALUES),
            field=parameter.name,
        )
    if not listed and (len(parts) != 2 or len(values) != 2 or float(values[0]) >= float(values[1])):
        raise _wrong(parameter)
    values = tuple(dict.fromkeys(values)) if listed else values
    return Range(parameter.name, parameter.type, values, listed)


def grid_size(ranges: Sequence[Range]) -> int:
    """How many points a grid over listed values has."""
    return math.prod(len(each.values) for each in ranges)


def tunes(definition: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The tuning step of a definition; None where it has none."""
    return next((step for step in definition.get("Steps", ()) if step["Type"] == TUNING), None)


def hyperparameters(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the pipeline's parameters that its tuning step may be given a range for."""
    step = tunes(definition)
    if step is None:
        return ()
    arguments = step["Arguments"]
    static = arguments["TrainingJobDefinition"].get("StaticHyperParameters", {})
    ranges = arguments["HyperParameterTuningJobConfig"].get("ParameterRanges", {})
    named = {*static, *(one["Name"] for each in ranges.values() for one in each)}
    declared = [parameter["Name"] for parameter in definition.get("Parameters", ())]
    return tuple(name for name in declared if name in named)


def with_sweep(definition: Mapping[str, Any], sweep: Sweep) -> dict[str, Any]:
    """A definition whose tuning step does this sweep.

    SageMaker resolves expressions for values, not for how many ranges there are: each sweep is a
    version of the pipeline. What is not swept has the value of the pipeline's own parameter.
    """
    changed = copy.deepcopy(dict(definition))
    step = tunes(changed)
    assert step is not None, "the definition does not tune"
    names = hyperparameters(definition)
    config = step["Arguments"]["HyperParameterTuningJobConfig"]
    config["Strategy"] = sweep.strategy.value
    config["ParameterRanges"] = parameter_ranges(sweep.ranges)
    config["ResourceLimits"] |= {
        "MaxNumberOfTrainingJobs": sweep.trials,
        "MaxParallelTrainingJobs": sweep.parallel,
    }
    training = step["Arguments"]["TrainingJobDefinition"]
    swept = {each.name for each in sweep.ranges}
    training["StaticHyperParameters"] = {
        **{
            name: value
            for name, value in training.get("StaticHyperParameters", {}).items()
            if name not in names
        },
        **{name: _as_text(name) for name in names if name not in swept},
    }
    return changed


def as_before(stored: Mapping[str, Any], defined: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored definition but for the last sweep that was written into it."""
    here, there = tunes(defined), tunes(stored)
    if here is None or there is None:
        return stored
    restored = copy.deepcopy(dict(stored))
    for part, member in (
        ("HyperParameterTuningJobConfig", "Strategy"),
        ("HyperParameterTuningJobConfig", "ParameterRanges"),
        ("HyperParameterTuningJobConfig", "ResourceLimits"),
        ("TrainingJobDefinition", "StaticHyperParameters"),
    ):
        step = tunes(restored)
        assert step is not None
        step["Arguments"][part][member] = copy.deepcopy(here["Arguments"][part][member])
    return restored


def parameter_ranges(ranges: Sequence[Range]) -> dict[str, list[dict[str, Any]]]:
    """As SageMaker's API takes them (ParameterRanges)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for member, one in map(_parameter_range, ranges):
        found.setdefault(member, []).append(one)
    return found


def ranges_of(parameter_ranges: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Range, ...]:
    """The inverse of `parameter_ranges`: what a tuning job was given."""
    found = []
    for member, ranges in parameter_ranges.items():
        whole = member == "IntegerParameterRanges"
        kind = ParameterType.INTEGER if whole else ParameterType.FLOAT
        for each in ranges:
            listed = tuple(each.get("Values", ()))
            ends = (str(each.get("MinValue", "")), str(each.get("MaxValue", "")))
            found.append(Range(each["Name"], kind, listed or ends, listed=bool(listed)))
    return tuple(found)


def _parameter_range(each: Range) -> tuple[str, dict[str, Any]]:
    if each.listed:
        return "CategoricalParameterRanges", {"Name": each.name, "Values": list(each.values)}
    low, high = each.values
    wide = float(low) > 0 and float(high) / float(low) >= BY_ORDERS
    whole = each.type is ParameterType.INTEGER
    return "IntegerParameterRanges" if whole else "ContinuousParameterRanges", {
        "Name": each.name,
        "MinValue": low,
        "MaxValue": high,
        "ScalingType": "Logarithmic" if wide else "Linear",
    }


def _as_text(name: str) -> dict[str, Any]:
    """A parameter as text, which is all that hyperparameters take, as SageMaker's SDK writes it."""
    return {"Std:Join": {"On": "", "Values": [{"Get": f"Parameters.{name}"}]}}


def _wrong(parameter: Parameter) -> InputError:
    return InputError(
        say(
            "{name} takes a range such as {range}, the smaller first, or values such as {values}.",
            name=parameter.name,
            range=example_range(parameter),
            values=example_values(parameter),
        ),
        field=parameter.name,
    )


_NUMBER: Final = r"[-+]?[0-9.]+(?:e[-+]?[0-9]+)?"
_SEVERAL: Final = re.compile(rf"{_NUMBER}(?:\.\.{_NUMBER}|(?:,{_NUMBER})+)")
_NUMBERS: Final = frozenset({ParameterType.INTEGER, ParameterType.FLOAT})
