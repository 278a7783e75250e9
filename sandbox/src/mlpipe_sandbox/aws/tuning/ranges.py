"""The ranges of a tuning job: checked as AWS checks them, and as Optuna's distributions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.shapes import Document

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

MOST_RANGES: Final = 30
"""Of all kinds together: https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html"""
_WIDE: Final = 100.0
"""With ScalingType Auto, a positive range is searched by orders of magnitude from this ratio on."""


def checked(ranges: Document, *, static: Mapping[str, str]) -> list[str]:
    """Names of the hyperparameters that are tuned.

    Args:
        ranges: ParameterRanges of the request, or nothing.
        static: StaticHyperParameters.

    Raises:
        ValidationError: there is no range, one is wrong, or a hyperparameter is given twice.
    """
    names: list[str] = []
    for member, check in _CHECKS.items():
        for one in ranges.get(member, ()):
            names.append(one["Name"])
            check(one)
    if not names:
        raise ValidationError("At least one hyperparameter range must be specified.")
    if len(names) > MOST_RANGES:
        raise ValidationError(f"A tuning job has at most {MOST_RANGES} hyperparameter ranges.")
    twice = sorted({name for name in names if names.count(name) > 1 or name in static})
    if twice:
        raise ValidationError(
            f"Hyperparameters must be given once, as a range or as static: {', '.join(twice)}."
        )
    return names


def grid(ranges: Document) -> list[dict[str, str]]:
    """Every point of a grid over categorical ranges."""
    listed = ranges.get("CategoricalParameterRanges", ())
    names = [one["Name"] for one in listed]
    points = itertools.product(*(one["Values"] for one in listed))
    return [dict(zip(names, point, strict=True)) for point in points]


def distributions(ranges: Document) -> dict[str, BaseDistribution]:
    """By name of the hyperparameter: where its values come from."""
    return dict(_distributions(ranges))


def text(value: object) -> str:
    """A value as training jobs are given it."""
    return repr(value) if isinstance(value, float) else str(value)


def _distributions(ranges: Document) -> Iterator[tuple[str, BaseDistribution]]:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    for one in ranges.get("IntegerParameterRanges", ()):
        low, high = int(one["MinValue"]), int(one["MaxValue"])
        yield one["Name"], IntDistribution(low, high, log=_logarithmic(one, low, high))
    for one in ranges.get("ContinuousParameterRanges", ()):
        least, most = float(one["MinValue"]), float(one["MaxValue"])
        yield one["Name"], FloatDistribution(least, most, log=_logarithmic(one, least, most))
    for one in ranges.get("CategoricalParameterRanges", ()):
        yield one["Name"], CategoricalDistribution(tuple(one["Values"]))


def _logarithmic(one: Document, low: float, high: float) -> bool:
    scale = one.get("ScalingType", "Auto")
    return scale == "Logarithmic" or (scale == "Auto" and low > 0 and high / low >= _WIDE)


def _check_integer(one: Document) -> None:
    _check_numbers(one, int, "an integer")


def _check_continuous(one: Document) -> None:
    _check_numbers(one, float, "a number")


def _check_numbers(one: Document, read: Callable[[str], float], kind: str) -> None:
    try:
        low, high = read(one["MinValue"]), read(one["MaxValue"])
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValidationError(
            f"MinValue and MaxValue of hyperparameter range {one['Name']} must each be {kind}."
        )
    if low > high:
        raise ValidationError(
            f"MinValue of hyperparameter range {one['Name']} must not be greater than MaxValue."
        )
    scale = one.get("ScalingType", "Auto")
    if scale == "ReverseLogarithmic":
        raise ValidationError("The sandbox does not know the ScalingType ReverseLogarithmic.")
    if scale == "Logarithmic" and low <= 0:
        raise ValidationError(
            f"Logarithmic scaling of hyperparameter range {one['Name']} needs a MinValue above 0."
        )


def _check_categorical(one: Document) -> None:
    if len(set(one["Values"])) < len(one["Values"]):
        raise ValidationError(f"Values of hyperparameter range {one['Name']} must be unique.")


_CHECKS: Final[Mapping[str, Callable[[Document], None]]] = {
    "IntegerParameterRanges": _check_integer,
    "ContinuousParameterRanges": _check_continuous,
    "CategoricalParameterRanges": _check_categorical,
}
