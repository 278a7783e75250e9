"""How numbers are written, plainly: as the report has them in English."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def told(value: float, digits: int) -> str:
    """Rounded as its own decimals say, a half to the even; never "-0.00"."""
    text = f"{Decimal(repr(float(value))):,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def signed(value: float) -> str:
    """A change, with three decimals."""
    text = told(value, 3)
    return text if value <= 0 or float(text.replace(",", "")) == 0 else f"+{text}"


def percent(value: float, digits: int = 0) -> str:
    """A share in per cent."""
    return f"{told(100 * value, digits)}\xa0%"


def share(value: float) -> str:
    """A share of all, the smaller the more decimals."""
    return percent(value, 0 if value == 0 or value >= 0.1 else 1 if value >= 0.01 else 2)


def off(ratio: float) -> str:
    """Which way predictions are off, and how far."""
    size = percent(abs(ratio - 1))
    return "neither too high nor too low" if size == "0\xa0%" else f"{size} too {_way(ratio)}"


def together(parts: list[str]) -> str:
    """A list as people say it."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def date(day: dt.date) -> str:
    """A day with its year."""
    return f"{day:%b} {day.day}, {day.year}"


def _way(ratio: float) -> str:
    return "high" if ratio > 1 else "low"
