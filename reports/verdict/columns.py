"""A broken column in words."""

from __future__ import annotations

from typing import Final

from core.evidence.columns import BrokenColumn, ColumnFault
from core.messages import Sentence, say
from reports.names import shown
from reports.verdict.figures import share, significant

COLUMN: Final = 60
"""Characters of a column's name."""
VALUE: Final = 30
"""Characters of one of its values."""
MOST_VALUES: Final = 3
"""Values that are named."""


def column_fault(broken: BrokenColumn) -> Sentence:
    """What is wrong with a column, with the numbers that show it; without a full stop."""
    column = shown(broken.column, COLUMN)
    match broken.fault:
        case ColumnFault.EMPTY:
            return say(
                "{column} is empty in {share} of rows (usually {usual})",
                column=column,
                share=share(broken.value),
                usual=share(broken.usual or 0.0),
            )
        case ColumnFault.MISSING_MORE:
            return say(
                "{column} has no value in {share} of rows (usually {usual}, at most {most})",
                column=column,
                share=share(broken.value),
                usual=share(broken.usual or 0.0),
                most=share(broken.highest or 0.0),
            )
        case ColumnFault.MISSING_OF_LATE:
            return say(
                "of late {column} has no value in {share} of rows (before: {usual})",
                column=column,
                share=share(broken.value),
                usual=share(broken.usual or 0.0),
            )
        case ColumnFault.STUCK:
            only = shown(broken.new[0], VALUE) if broken.new else significant(broken.value)
            return say("{column} is {value} in every row", column=column, value=only)
        case ColumnFault.RENAMED:
            return _renamed(broken, column)
        case _:
            return _moved(broken, column)


def mend_column(broken: BrokenColumn) -> Sentence:
    """What to do about it."""
    if broken.fault is ColumnFault.RENAMED:
        return say(
            "Ask whoever delivers it whether the names changed: the model knows the old ones."
        )
    if broken.conversion is not None:
        return say(
            "Ask whoever delivers it whether the unit changed: the model was trained on {old}.",
            old=broken.conversion.old,
        )
    return say("Ask whoever delivers it what changed; once it is mended, run the day again.")


def _moved(broken: BrokenColumn, column: str) -> Sentence:
    numbers = {
        "median": significant(broken.value),
        "usual": "?" if broken.usual is None else significant(broken.usual),
    }
    if broken.conversion is not None:
        return say(
            "{column} looks like {new} instead of {old}: its median is {median} (usually {usual})",
            column=column,
            new=broken.conversion.new,
            old=broken.conversion.old,
            **numbers,
        )
    if broken.factor is not None:
        return say(
            "{column} is {factor} times what it was, as in another unit: its median is {median} "
            "(usually {usual})",
            column=column,
            factor=significant(broken.factor),
            **numbers,
        )
    return say(
        "{column} lies beyond all of the past {days} days: its median is {median} (usually "
        "{usual}, never beyond {lowest} to {highest})",
        column=column,
        days=broken.days,
        lowest="?" if broken.lowest is None else significant(broken.lowest),
        highest="?" if broken.highest is None else significant(broken.highest),
        **numbers,
    )


def _renamed(broken: BrokenColumn, column: str) -> Sentence:
    if not broken.new:
        return say(
            "{column} has values in {share} of rows that are not among its frequent ones "
            "(usually {usual}, at most {most})",
            column=column,
            share=share(broken.value),
            usual=share(broken.usual or 0.0),
            most=share(broken.highest or 0.0),
        )
    numbers = {"column": column, "share": share(broken.value), "new": _values(broken.new)}
    if not broken.vanished:
        return say("{column} has values in {share} of rows that are new: {new}", **numbers)
    return say(
        "{column} has values in {share} of rows that are new: {new}. Gone: {gone}",
        gone=_values(broken.vanished),
        **numbers,
    )


def _values(values: tuple[str, ...]) -> str:
    named = [shown(value, VALUE) for value in values[:MOST_VALUES]]
    rest = ["…"] if len(values) > MOST_VALUES else []
    return ", ".join([*named, *rest])
