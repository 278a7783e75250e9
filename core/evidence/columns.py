"""Columns that broke: empty, stuck, in another unit, moved beyond what was ever seen, renamed.

Weather, traffic and prices move every day, so that a distribution differs is no news. What is
looked for here is what only a broken feed does and a strange day does not: each fault has a
signature of its own, and must not have shown on any of the recent days, those apart on which the
column was broken already (a fault that lasts is still a fault on its second day).

More of a column missing, a move and a renaming are held against the recent days as any other
quantity is, and have to be as rare as one check's share of the budget allows. No strange day
empties a column, makes it stuck or brings just the values that another unit would. That none of n
alike days had such a signature says that it has a probability of about 1/(n + 1), once a month; no
more can be known from a month of days. So that much is enough for a series that has its channel to
itself. Where k series share it, each may have a k-th of that: there the day has to lie so far from
the usual, too, that it is as rare by its distance.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from core.evidence.history import LEAST_DAYS, Comparison, Standing, compare, recent
from core.evidence.moved_quantiles import (
    INNER,
    MEDIAN,
    against_recent,
    common_factor,
    mistaken_unit,
)
from core.evidence.unit_conversions import UnitConversion
from core.results import OTHER_VALUES, FeatureFacts

EMPTY: Final = 0.99
"""Share of rows without a value from which a column counts as empty."""
MISSING_MORE: Final = 0.25
"""Least rise of the share without a value that is worth a look."""
NEW_VALUES: Final = 0.1
"""Least rise of the share of rows with values that no recent day had."""
LASTING: Final = dt.timedelta(days=7)
"""A fault that lasts longer is the new normal; until then its days are no yardstick."""
USUALLY_THERE: Final = 0.5
"""Where more than this is missing anyway, the few values that are there may well be the same."""
FITS: Final = 0.05
"""Quantiles with at least this p-value fit what is usual, where only most values are impossible."""

Days = Mapping[dt.date, FeatureFacts]


@dataclass(frozen=True)
class Levels:
    """How rare what shows a fault has to be."""

    check: float
    """The share of ordinary days on which any one check may ring."""
    share: float = 1.0
    """The series' part of what its channel may ring: 1 where it has it to itself."""

    def allow(self, found: Comparison) -> bool:
        """Whether a signature that none of the recent days has is rare enough."""
        unseen = 1 / (found.days + 1)
        return min(found.fit, unseen) <= self.share * unseen


class ColumnFault(enum.StrEnum):
    """What broke."""

    EMPTY = "empty"
    MISSING_MORE = "more missing"
    MISSING_OF_LATE = "more missing of late"
    """Ever more, though on no single day much more."""
    STUCK = "stuck"
    """Every row has the same value."""
    UNIT = "unit"
    """Values lie where the usual ones would in another unit, or all are scaled by one factor."""
    MOVED = "moved"
    """Most values lie beyond every value of the recent days, by more than these differ."""
    RENAMED = "renamed"
    """Many rows have values that no recent day had."""


@dataclass(frozen=True)
class BrokenColumn:
    """One column's fault, with the numbers that show it."""

    column: str
    fault: ColumnFault
    days: int
    """Recent days that it was compared with."""
    value: float
    """Share without a value, share of rows with new values, or the median of the values."""
    usual: float | None = None
    """The same, as it usually is."""
    lowest: float | None = None
    highest: float | None = None
    """The least and the greatest value of the recent days (units and moves)."""
    conversion: UnitConversion | None = None
    """The unit that explains the move."""
    factor: float | None = None
    """What all values were multiplied by."""
    new: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    """Values that came and went, most frequent first (renamed)."""


def broken_columns(
    day: dt.date, today: FeatureFacts, past: Days, *, levels: Levels
) -> list[BrokenColumn]:
    """The faults that a column shows, most telling first; none without enough history.

    Args:
        day: The day judged.
        today: The column on that day.
        past: The column on earlier days.
        levels: How rare what shows a fault has to be.
    """
    kept = set(recent(dict.fromkeys(past, 0.0), day).values)
    days = {d: past[d] for d in sorted(kept)}
    sound = {d: facts for d, facts in days.items() if d < day - LASTING}
    for latest in sorted(days.keys() - sound.keys()):
        if not _faults(latest, days[latest], sound, levels):
            sound[latest] = days[latest]
    return _faults(day, today, sound, levels)


def _faults(day: dt.date, today: FeatureFacts, days: Days, levels: Levels) -> list[BrokenColumn]:
    if len(days) < LEAST_DAYS:
        return []
    if today.missing >= EMPTY:
        return list(_empty(day, today, days, levels))
    if today.distinct <= 1:
        return list(_stuck(day, today, days, levels))
    return [
        *_more_missing(day, today, days, levels.check),
        *(_moved(day, today, days, levels) if today.kind == "numeric" else ()),
        *(_renamed(day, today, days, levels.check) if today.kind == "categorical" else ()),
    ]


def _empty(day: dt.date, today: FeatureFacts, days: Days, levels: Levels) -> Iterator[BrokenColumn]:
    missing = {d: facts.missing for d, facts in days.items()}
    found = compare(today.missing, recent(missing, day), day, level=levels.check)
    if max(missing.values()) < EMPTY and levels.allow(found):
        yield BrokenColumn(
            today.name, ColumnFault.EMPTY, len(days), today.missing, usual=found.usual
        )


def _stuck(day: dt.date, today: FeatureFacts, days: Days, levels: Levels) -> Iterator[BrokenColumn]:
    distinct = {d: math.log(max(1, facts.distinct)) for d, facts in days.items()}
    found = compare(0.0, recent(distinct, day), day, level=levels.check)
    usually_missing = statistics.median(facts.missing for facts in days.values())
    if usually_missing > USUALLY_THERE or min(distinct.values()) == 0.0:
        return
    if levels.allow(found):
        only = today.quantiles[MEDIAN] if today.quantiles else math.nan
        yield BrokenColumn(
            today.name, ColumnFault.STUCK, len(days), only, new=tuple(today.shares or ())[:1]
        )


def _more_missing(
    day: dt.date, today: FeatureFacts, days: Days, level: float
) -> Iterator[BrokenColumn]:
    missing = {d: facts.missing for d, facts in days.items()}
    most = max(missing.values())
    past = recent(missing, day)
    found = compare(today.missing, past, day, level=level, minimum=MISSING_MORE)
    if found.standing is Standing.HIGH and today.missing >= most + MISSING_MORE:
        yield BrokenColumn(
            today.name,
            ColumnFault.MISSING_MORE,
            len(days),
            today.missing,
            usual=found.usual,
            highest=most,
        )


def _moved(day: dt.date, today: FeatureFacts, days: Days, levels: Levels) -> Iterator[BrokenColumn]:
    known = {d: facts.quantiles for d, facts in days.items() if facts.quantiles}
    if today.quantiles is None or len(known) < LEAST_DAYS:
        return
    against = against_recent(day, today.quantiles, known, levels.check)
    middle = against[INNER.index(MEDIAN)]
    lowest = min(quantiles[0] for quantiles in known.values())
    highest = max(quantiles[-1] for quantiles in known.values())
    median = today.quantiles[MEDIAN]
    width = highest - lowest
    beyond = not lowest <= median <= highest and levels.allow(middle)
    moved = middle.standing.is_out and not lowest - width <= median <= highest + width
    all_out = all(found.standing.is_out for found in against)
    factor = common_factor(against) if all_out else None
    conversion = None
    if beyond or all_out:
        fits = levels.check if all_out else FITS
        conversion = mistaken_unit(day, today, known, span=(lowest, highest), fits=fits)
    if moved or conversion or factor:
        yield BrokenColumn(
            column=today.name,
            fault=ColumnFault.UNIT if conversion or factor else ColumnFault.MOVED,
            days=len(known),
            value=median,
            usual=middle.usual,
            lowest=lowest,
            highest=highest,
            conversion=conversion,
            factor=factor,
        )


def _renamed(day: dt.date, today: FeatureFacts, days: Days, level: float) -> Iterator[BrokenColumn]:
    """Some values are new on any day: how many usually are, each recent day says of the others."""
    if today.levels_of is not None:
        yield from _others(day, today, days, level)
        return
    shares = {d: facts.shares or {} for d, facts in days.items()}
    now = today.shares or {}
    on_days = Counter(itertools.chain.from_iterable(shares.values()))
    new = {value: share for value, share in now.items() if value not in on_days}
    alone = {
        d: math.fsum(share for value, share in each.items() if on_days[value] == 1)
        for d, each in shares.items()
    }
    share = math.fsum(new.values())
    found = compare(share, recent(alone, day), day, level=level, minimum=NEW_VALUES)
    if found.standing is not Standing.HIGH or share < NEW_VALUES:
        return
    usual = {
        v: math.fsum(each.get(v, 0.0) for each in shares.values()) / len(days) for v in on_days
    }
    vanished = sorted((v for v in on_days if v not in now), key=lambda v: -usual[v])
    yield BrokenColumn(
        today.name,
        ColumnFault.RENAMED,
        len(days),
        share,
        usual=found.usual,
        new=tuple(new),
        vanished=tuple(vanished),
    )


def _others(day: dt.date, today: FeatureFacts, days: Days, level: float) -> Iterator[BrokenColumn]:
    """Of a capped column values come and go: what is new is among the others, as some always is."""
    usual = {
        d: (facts.shares or {}).get(OTHER_VALUES, 0.0)
        for d, facts in days.items()
        if facts.levels_of == today.levels_of
    }
    share = (today.shares or {}).get(OTHER_VALUES, 0.0)
    found = compare(share, recent(usual, day), day, level=level, minimum=NEW_VALUES)
    if found.standing is Standing.HIGH and share >= max(usual.values()) + NEW_VALUES:
        yield BrokenColumn(
            column=today.name,
            fault=ColumnFault.RENAMED,
            days=found.days,
            value=share,
            usual=found.usual,
            highest=max(usual.values()),
        )
