"""A parameter as a statistician sees it: the columns by which a metric may depend on its values.

A number bends: its columns are a natural cubic spline with few knots, on the scale of orders of
magnitude where its values span one or more. A text has a column for each of its values. That a
parameter was not given is a value too. Nothing is assumed to rise or to fall.

How many knots: F. E. Harrell, Regression Modeling Strategies, 2nd edition, 2015, section 2.4.6;
three or four follow whatever a few dozen to a few hundred trials can show. The outer ones lie at
the ends of what was tried, so that nothing is extrapolated.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from core.evidence.scored import FloatArray

KNOTS, MORE_KNOTS = 3, 4
MANY: Final = 60
"""Trials from which on a curve has more knots."""
BY_ORDERS: Final = 10.0
"""From this ratio of its ends on, a positive parameter acts by orders of magnitude, as sweeps
search it."""
FEWEST: Final = 3
"""Trials that a value needs to be told from others, and that have to differ from the commonest."""
POINTS: Final = 25
"""Of a curve."""
NEAREST: Final = 1e-6
"""Of the whole range, that knots are apart."""
LARGEST: Final = 1e100
"""A number from here on is no value of anything: its square is none that a computer holds."""

Value = float | str | None
"""None: not given, or no number."""


@dataclass(frozen=True, eq=False)
class Factor:
    """A parameter with its value in each trial."""

    name: str
    values: tuple[Value, ...]
    """As numbers where all that are given are numbers, else as texts."""
    numeric: bool
    by_orders: bool
    """Whether its scale is one of orders of magnitude."""
    knots: FloatArray
    """Of a number, on its scale; empty for texts."""
    levels: tuple[Value, ...]
    """Of texts, those with a column of their own, the commonest first."""

    @property
    def tried(self) -> tuple[float, ...]:
        """The different numbers that were tried, ascending; empty for texts."""
        numbers = {value for value in self.values if isinstance(value, float)}
        return tuple(sorted(numbers)) if self.numeric else ()

    @property
    def varied(self) -> bool:
        """Whether it differed in enough trials to tell anything of it."""
        return len(self.values) - max(Counter(self.values).values(), default=0) >= FEWEST

    def of(self, places: Sequence[int]) -> Factor:
        """The same parameter in some of the trials only."""
        return factor(self.name, [self.values[place] for place in places])

    def columns(self, values: Sequence[Value]) -> FloatArray:
        """A row for each value; all of them 0 where it was not given."""
        if not self.numeric:
            return np.array([[float(value == level) for level in self.levels] for value in values])
        found = np.zeros((len(values), len(self.knots)))
        given = [place for place, value in enumerate(values) if isinstance(value, float)]
        numbers = self.on_scale([float(value) for value in values if isinstance(value, float)])
        found[given] = _spline(self.knots, np.clip(numbers, self.knots[0], self.knots[-1]))
        return found

    def points(self) -> tuple[Value, ...]:
        """Values at which its effect is drawn: along its scale, or each text of its own."""
        if not self.numeric:
            return self.levels
        if len(self.tried) <= len(self.knots):
            return self.tried
        along = np.linspace(self.knots[0], self.knots[-1], POINTS)
        if not self.by_orders:
            return tuple(float(each) for each in along)
        return tuple(min(max(math.exp(each), self.tried[0]), self.tried[-1]) for each in along)

    def on_scale(self, numbers: Sequence[float]) -> FloatArray:
        """Numbers as they lie on its axis."""
        found = np.asarray(numbers, dtype=np.float64)
        return np.log(found) if self.by_orders else found


def factor(name: str, given: Sequence[Value]) -> Factor:
    """A parameter from what each trial has of it.

    Args:
        name: Its name.
        given: Numbers, texts, or None; texts that are all numbers are taken for numbers.
    """
    numbers = [_number(value) for value in given]
    known = [number for number in numbers if number is not None]
    as_text = tuple(_text(value) for value in given)
    if not known or len(known) < sum(text is not None for text in as_text):
        counted = Counter(as_text).most_common()
        levels = tuple(level for level, count in counted if count >= FEWEST)
        return Factor(
            name, as_text, numeric=False, by_orders=False, knots=np.array([]), levels=levels
        )
    least, most = min(known), max(known)
    by_orders = least > 0 and most >= BY_ORDERS * least
    scale = np.log(known) if by_orders else np.array(known)
    return Factor(
        name,
        tuple(numbers),
        numeric=True,
        by_orders=by_orders,
        knots=_knots(scale, MORE_KNOTS if len(given) >= MANY else KNOTS),
        levels=(),
    )


def _knots(scale: FloatArray, count: int) -> FloatArray:
    """Where the trials lie; where most have one value, among the values instead."""
    steps = np.linspace(0, 1, count)
    different = np.unique(scale)
    wanted = min(count, len(different))
    for places in (scale, different):
        found = _apart(np.unique(np.quantile(places, steps)))
        if len(found) >= wanted:
            return found
    return np.unique([different[0], different[-1]])


def _apart(knots: FloatArray) -> FloatArray:
    """Knots without those that all but coincide with the one before."""
    gaps = np.diff(knots, prepend=-math.inf)
    return knots[gaps > NEAREST * (knots[-1] - knots[0])] if len(knots) > 1 else knots


def _spline(knots: FloatArray, numbers: FloatArray) -> FloatArray:
    """A column for each knot: 1 at its own and 0 at the others, all of them together 1."""
    if len(knots) == 1:
        return np.ones((len(numbers), 1))
    whole = knots[-1] - knots[0]
    curve = CubicSpline((knots - knots[0]) / whole, np.eye(len(knots)), bc_type="natural")
    found: FloatArray = curve((numbers - knots[0]) / whole)
    return found


def _number(value: Value) -> float | None:
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if abs(number) < LARGEST else None


def _text(value: Value) -> str | None:
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else None
    return value
