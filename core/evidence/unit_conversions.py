"""Units that are mistaken for each other, and which of them explains a column that moved.

A change of unit maps every value of a column by the same rule. Where today's values, mapped back by
such a rule, lie where the column's values usually lie, the unit is the likely reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class UnitConversion:
    """`new = factor * old + offset`."""

    old: str
    new: str
    factor: float
    offset: float = 0.0

    def back(self, value: float) -> float:
        """What a value in the new unit was in the old one."""
        return (value - self.offset) / self.factor

    @property
    def reversed(self) -> UnitConversion:
        """The way back."""
        return UnitConversion(self.new, self.old, 1 / self.factor, -self.offset / self.factor)


_ONE_WAY: Final = (
    UnitConversion("°F", "°C", 5 / 9, -32 * 5 / 9),
    UnitConversion("°C", "K", 1.0, 273.15),
    UnitConversion("°F", "K", 5 / 9, 273.15 - 32 * 5 / 9),
    UnitConversion("mi", "km", 1.609344),
    UnitConversion("ft", "m", 0.3048),
    UnitConversion("in", "mm", 25.4),
    UnitConversion("in", "cm", 2.54),
    UnitConversion("kn", "mph", 1.150779),
    UnitConversion("kn", "km/h", 1.852),
    UnitConversion("mph", "km/h", 1.609344),
    UnitConversion("mph", "m/s", 0.44704),
    UnitConversion("km/h", "m/s", 1 / 3.6),
    UnitConversion("lb", "kg", 0.45359237),
    UnitConversion("hPa", "inHg", 0.02953),
    UnitConversion("h", "min", 60.0),
    UnitConversion("h", "s", 3600.0),
    UnitConversion("min", "s", 60.0),
    UnitConversion("s", "ms", 1000.0),
    UnitConversion("share", "%", 100.0),
    UnitConversion("$", "cent", 100.0),
)
"""Exact by definition, but for knots in miles, inches of mercury and the decimal places shown.

Source: NIST Special Publication 811 (2008), appendix B.
"""
UNITS: Final = tuple(dict.fromkeys(unit for each in _ONE_WAY for unit in (each.old, each.new)))
"""The units that a manifest may name."""


def conversions_from(unit: str | None) -> Iterator[UnitConversion]:
    """The units that values of this one may have been delivered in instead."""
    for conversion in _ONE_WAY:
        if conversion.old == unit:
            yield conversion
        if conversion.new == unit:
            yield conversion.reversed
