"""Ranges and values that a hint shows for a hyperparameter: such as are allowed, about its default.

The seed takes whole numbers up to 2 billion, a fraction ends at 1: an example that does not fit
would be typed, and refused.
"""

from __future__ import annotations

import math
from typing import Final

from core.parameters import Parameter, ParameterType

NARROW: Final = 4.0
WIDE: Final = 2.0
"""An example reaches from the default divided by the one to the default times the other."""
LEAST_WHOLE: Final = 9
"""An example of whole numbers is at least so wide: 0..9 for a seed."""


def example_range(parameter: Parameter) -> str:
    """A range that is allowed, such as `0.01..0.1` about 0.05; two numbers, the smaller first."""
    return "..".join(map(_text, _ends(parameter)))


def example_values(parameter: Parameter) -> str:
    """Values that are allowed, with a comma between two."""
    low, high = _ends(parameter)
    default = None if parameter.default is None else float(parameter.default)
    middle = _in_short((low + high) / 2, parameter)
    between = default if default is not None and low < default < high else middle
    return ",".join(_text(each) for each in sorted({low, min(max(between, low), high), high}))


def example_value(parameter: Parameter) -> str:
    """One number that is allowed: the default, else the end of an example."""
    default = parameter.default
    return _text(float(default if default is not None else _ends(parameter)[0]))


def _ends(parameter: Parameter) -> tuple[float, float]:
    least = -math.inf if parameter.minimum is None else parameter.minimum
    most = math.inf if parameter.maximum is None else parameter.maximum
    middle = _middle(parameter, least, most)
    low, high = sorted((middle / NARROW, middle * WIDE))
    if high >= most and middle == most:
        low = min(low, middle) if low < 0 else middle / WIDE  # a share that is all by default
    low, high = _in_short(low, parameter), _in_short(high, parameter)
    if _whole(parameter):
        high = max(high, low + LEAST_WHOLE)
    low, high = float(max(low, least)), float(min(high, most))
    if low < high:
        return low, high
    end = min(low + 1.0, float(most))
    return max(end - 1.0, float(least)), end


def _middle(parameter: Parameter, least: float, most: float) -> float:
    if parameter.default is not None:
        return float(parameter.default)
    if math.isfinite(most) and math.isfinite(least):
        return (least + most) / 2
    return min(max(1.0, least), most)


def _in_short(value: float, parameter: Parameter) -> float:
    """With one digit that counts, as people write a first guess."""
    if value == 0:
        return 0.0
    digits = -math.floor(math.log10(abs(value)))
    short = round(value, digits)
    return float(round(short)) if _whole(parameter) else short


def _whole(parameter: Parameter) -> bool:
    return parameter.type is ParameterType.INTEGER


def _text(value: float) -> str:
    return repr(value).removesuffix(".0")
