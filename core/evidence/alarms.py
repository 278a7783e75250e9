"""What is wrong with a day that somebody can act on: the data, or a model.

Of all that is out of the ordinary only this rings. A strange day, one on which every model fell or
the weather was unheard of, is told by the verdict and rings nowhere.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.accused import accused, is_constant, unrelated
from core.evidence.alone import alone
from core.evidence.columns import BrokenColumn, ColumnFault, Levels, broken_columns
from core.evidence.decay import (
    labels_of_late,
    lately,
    may_decay,
    missing_of_late,
    scores_of_late,
    worse_of_late,
)
from core.evidence.history import Comparison, Past, Standing, compare, recent
from core.evidence.known_days import NOTHING_KNOWN, KnownDays, yardstick
from core.evidence.label_age import of_same_age
from core.evidence.order_of_features import moved
from core.evidence.watched import MINIMUM, NEWEST_FIRST, Quantity, Watched, pairs, quantities
from core.manifest import CALENDAR_PREFIX
from core.results import REFERENCE, DayFacts, FeatureFacts

ALARMS_A_DAY: Final = 1 / 30.4
"""False alarms that a channel's budget allows: about one a month."""
CHECKS_OF_A_COLUMN: Final = 5
"""Empty or stuck, more missing, ever more missing, moved, renamed."""


class Fault(enum.StrEnum):
    """What somebody can act on."""

    RUN = "run"
    """The morning's run failed or has not ended."""
    REFUSED = "refused"
    """The gate found the new model's evaluation not sane, so no version was registered."""
    ROWS = "rows"
    """Far fewer rows than usual, or far more."""
    LABELS = "labels"
    """Far fewer rows have a label than usual."""
    FEWER_LABELS = "fewer labels"
    """Fewer and fewer rows have a label."""
    ONE_CLASS = "one class"
    """No row is positive, or every row is."""
    CONVERSIONS = "conversions"
    """Far fewer conversions came than were expected, where what has not come is negative."""
    COLUMN = "column"
    """A feature's column broke."""
    SCORES_CONSTANT = "constant scores"
    """A model gives every row the same score."""
    SCORES_UNRELATED = "unrelated scores"
    """A model's scores have nothing to do with the other models': they belong to other rows."""
    SCORES_APART = "scores apart"
    """A model's scores do not agree with the other models' as they usually do."""
    CALIBRATION = "calibration"
    """A model's mean score moved away from the other models'."""
    WORSE = "worse"
    """A model lost on the same rows on which another did not."""
    RANKS_WORSE = "ranks worse"
    """The judged model's AUC fell, and the reference's on the same rows did not."""
    DECAY = "decay"
    """A model gets worse beside another, a little every day."""
    STALE = "stale"
    """Production's mean score moves away from the newest model's, a little every day."""
    FEATURES = "order of features"
    """The order of a model's features changed."""


_LABEL_FAULTS: Final = {
    Watched.LABELLED: Fault.LABELS,
    Watched.CONVERSIONS: Fault.CONVERSIONS,
}
"""What tells of labels that were lost."""
_MODEL_FAULTS: Final = {
    Watched.AGREEMENT: Fault.SCORES_APART,
    Watched.DIFFERENCE: Fault.WORSE,
    Watched.CALIBRATION_DIFFERENCE: Fault.CALIBRATION,
}
"""What tells of a model's fault, the most telling first: each explains the ones below it."""
_ALONE: Final = {
    Watched.DIFFERENCE: Fault.WORSE,
    Watched.AUC_DIFFERENCE: Fault.RANKS_WORSE,
    Watched.CALIBRATION_DIFFERENCE: Fault.CALIBRATION,
}
"""What a model did where a leading metric is worse and the reference's is not."""
_OF_THE_DAY: Final = {Watched.ROWS, Watched.LABEL_RATE, Watched.CONVERSIONS}
"""What a holiday brings or takes."""


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong."""

    fault: Fault
    subject: str = ""
    """The column, or the role of the model; "" where it is of all rows."""
    against: str = ""
    """Role of the model beside which it shows."""
    comparison: Comparison | None = None
    """The quantity that shows it, against its recent days."""
    column: BrokenColumn | None = None

    @property
    def column_fault(self) -> ColumnFault | None:
        """What broke, where it is a column."""
        return self.column.fault if self.column else None

    @property
    def turned(self) -> bool:
        """Whether the comparison is of the other model with the subject, not the other way round.

        A difference then has the other sign, a ratio is upside down.
        """
        pair = [role for role in NEWEST_FIRST if role in {self.subject, self.against}]
        return pair == [self.against, self.subject]


def alarms(
    today: DayResult,
    history: Iterable[DayResult],
    *,
    budget: float = ALARMS_A_DAY,
    known: KnownDays = NOTHING_KNOWN,
) -> list[Alarm]:
    """What is wrong with a day, the data's faults first: they explain the models'.

    Args:
        today: The day judged.
        history: Earlier days of the same series.
        budget: False alarms a day that this series may raise, all checks together.
        known: Which days are known to be unlike others, and which are in no baseline.
    """
    facts = today.facts
    if facts is None:
        return []
    past = known.without_left_out(result for result in history if result.day < today.day)
    as_old = of_same_age(today, past.values())
    columns = [f for f in facts.features if not f.name.startswith(CALENDAR_PREFIX)]
    now = quantities(today)
    alarming = [quantity for quantity in now if quantity.kind in MINIMUM]
    lasting = may_decay(now)
    checks = len(alarming) + len(lasting) + CHECKS_OF_A_COLUMN * len(columns)
    level = budget / (checks + bool(today.importance))
    before = {day: quantities(result) for day, result in past.items()}
    before_as_old = {day: quantities(result) for day, result in as_old.items()}
    against, late = {}, {}
    for quantity in alarming:
        values = _values(quantity, before if quantity.kind is Watched.ROWS else before_as_old)
        usual = _past(quantity, values, today.day, known)
        minimum = MINIMUM[quantity.kind]
        against[quantity] = compare(now[quantity], usual, today.day, level=level, minimum=minimum)
        if quantity in lasting:
            values = {**values, today.day: now[quantity]}
            late[quantity] = lately(quantity, values, today.day, level)
    beside = alone(today, as_old, against, known)
    moved_order = moved(today, past, level) if today.importance else None
    return [
        *_of_rows(facts, against, labels_of_late(late)),
        *_of_columns(today.day, columns, past, Levels(level, budget / ALARMS_A_DAY)),
        *_of_models(facts, against, late, beside),
        *([Alarm(Fault.FEATURES, facts.subject, comparison=moved_order)] if moved_order else []),
    ]


def of_run(today: DayResult | None, *, failed: bool) -> list[Alarm]:
    """What is wrong with the morning's run itself: nothing statistical, so no budget is spent.

    Args:
        today: The day's results; None where it has none.
        failed: Whether the run failed, or has not ended by the time of the report.
    """
    refused = today is not None and today.gate is not None and not today.gate.passed
    found = ((Fault.REFUSED, refused), (Fault.RUN, failed and not refused))
    return [Alarm(fault) for fault, raised in found if raised]


def _values(
    quantity: Quantity, days: Mapping[dt.date, Mapping[Quantity, float]]
) -> dict[dt.date, float]:
    return {day: found[quantity] for day, found in days.items() if quantity in found}


def _past(
    quantity: Quantity, values: Mapping[dt.date, float], day: dt.date, known: KnownDays
) -> Past:
    """A holiday changes how many rows there are, not who of two models scores them better."""
    if quantity.kind in _OF_THE_DAY:
        return yardstick(values, day, known, weekdays=quantity.kind is Watched.ROWS)
    return recent(values, day)


def _of_rows(
    facts: DayFacts, against: Mapping[Quantity, Comparison], fewer_labels: Comparison | None
) -> Iterator[Alarm]:
    """A rate of positives far from the usual may be a strange day; that none is left rings."""
    rows = against.get(Quantity(Watched.ROWS))
    if rows and rows.standing.is_out:
        yield Alarm(Fault.ROWS, comparison=rows)
    lost = {fault: against.get(Quantity(kind)) for kind, fault in _LABEL_FAULTS.items()}
    found = {f: each for f, each in lost.items() if each and each.standing is Standing.LOW}
    yield from (Alarm(fault, comparison=each) for fault, each in found.items())
    rate = against.get(Quantity(Watched.LABEL_RATE))
    if rate and rate.standing.is_out and facts.rows.base_rate in {0.0, 1.0}:
        yield Alarm(Fault.ONE_CLASS, comparison=rate)
    if fewer_labels and not found:
        yield Alarm(Fault.FEWER_LABELS, comparison=fewer_labels)


def _of_columns(
    day: dt.date,
    columns: Sequence[FeatureFacts],
    past: Mapping[dt.date, DayResult],
    levels: Levels,
) -> Iterator[Alarm]:
    before = {
        d: {feature.name: feature for feature in result.facts.features}
        for d, result in past.items()
        if result.facts
    }
    for column in columns:
        days = {d: known[column.name] for d, known in before.items() if column.name in known}
        found = broken_columns(day, column, days, levels=levels)
        of_late = None if found else missing_of_late(day, column, days, levels.check)
        for broken in [*found, *([of_late] if of_late else [])]:
            yield Alarm(Fault.COLUMN, column.name, column=broken)


def _of_models(
    facts: DayFacts,
    against: Mapping[Quantity, Comparison],
    late: Mapping[Quantity, Comparison],
    beside: tuple[Quantity, Comparison] | None,
) -> Iterator[Alarm]:
    """What a model is blamed for, once each: the most telling."""
    blamed = {role for role in facts.models if is_constant(facts, role)}
    yield from (Alarm(Fault.SCORES_CONSTANT, role) for role in facts.models if role in blamed)
    sound = [pair for pair in pairs(facts) if not set(pair) & blamed]
    strangers = unrelated(facts, sound, against)
    yield from (Alarm(Fault.SCORES_UNRELATED, *each) for each in strangers)
    blamed |= {role for role, _, _ in strangers}
    for kind, fault in _MODEL_FAULTS.items():
        sound = [pair for pair in sound if not set(pair) & blamed]
        found = accused(sound, against, kind)
        yield from (Alarm(fault, *each) for each in found)
        blamed |= {role for role, _, _ in found}
    if beside and not {beside[0].model, REFERENCE} & blamed:
        quantity, comparison = beside
        yield Alarm(_ALONE[quantity.kind], quantity.model, quantity.against, comparison)
        blamed.add(quantity.model)
    lasting = {Fault.DECAY: worse_of_late(late), Fault.STALE: scores_of_late(late)}
    for fault, of_late in lasting.items():
        for each in (each for each in of_late if each[0] not in blamed):
            yield Alarm(fault, *each)
            blamed.add(each[0])
