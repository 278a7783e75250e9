"""What is wrong with a day that somebody can act on: the data, or a model.

Of all that is out of the ordinary only this rings. A strange day, one on which every model fell or
the weather was unheard of, is told by the verdict and rings nowhere.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.columns import BrokenColumn, Levels, broken_columns
from core.evidence.history import LEAST_DAYS, Comparison, Past, Standing, compare, recent
from core.evidence.known_days import NOTHING_KNOWN, KnownDays, yardstick
from core.evidence.label_age import of_same_age
from core.evidence.watched import NEWEST_FIRST, Quantity, Watched, pairs, quantities
from core.manifest import CALENDAR_PREFIX
from core.results import REFERENCE, DayFacts, FeatureFacts

ALARMS_A_DAY: Final = 1 / 30.4
"""False alarms that a channel's budget allows: about one a month."""
MINIMUM: Final = {
    Watched.ROWS: math.log(1.5),
    Watched.LABELLED: math.log(4 / 3),
    Watched.CONVERSIONS: math.log(4 / 3),
    Watched.DIFFERENCE: 0.05,
    Watched.CALIBRATION_DIFFERENCE: math.log(1.1),
    Watched.AGREEMENT: 0.25,
}
"""The least distance from the usual that is worth somebody's morning: a third of the rows, a
quarter of the labels or of the positives, 5 % of the day's entropy, predictions 10 % higher or
lower beside another model's, a quarter on Fisher's scale of correlations (0.90 for 0.94, 0.25 for
0.46)."""
CHECKS_OF_A_COLUMN: Final = 4
"""Empty or stuck, more missing, moved, renamed."""


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
    now = quantities(today)
    before = {day: quantities(result) for day, result in past.items()}
    as_old = {day: quantities(each) for day, each in of_same_age(today, past.values()).items()}
    columns = [f for f in facts.features if not f.name.startswith(CALENDAR_PREFIX)]
    alarming = [quantity for quantity in now if quantity.kind in MINIMUM]
    level = budget / (len(alarming) + CHECKS_OF_A_COLUMN * len(columns))
    against = {
        quantity: compare(
            now[quantity],
            _past(quantity, before if quantity.kind is Watched.ROWS else as_old, today.day, known),
            today.day,
            level=level,
            minimum=MINIMUM[quantity.kind],
        )
        for quantity in alarming
    }
    return [
        *_of_rows(against),
        *_of_columns(today.day, columns, past, Levels(level, budget / ALARMS_A_DAY)),
        *_of_models(facts, against),
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


def _past(
    quantity: Quantity,
    before: Mapping[dt.date, Mapping[Quantity, float]],
    day: dt.date,
    known: KnownDays,
) -> Past:
    """A holiday changes how many rows there are, not who of two models scores them better."""
    values = {each: found[quantity] for each, found in before.items() if quantity in found}
    if quantity.kind in {Watched.ROWS, Watched.CONVERSIONS}:
        return yardstick(values, day, known, weekdays=quantity.kind is Watched.ROWS)
    return recent(values, day)


def _of_rows(against: Mapping[Quantity, Comparison]) -> Iterator[Alarm]:
    rows = against.get(Quantity(Watched.ROWS))
    if rows and rows.standing.is_out:
        yield Alarm(Fault.ROWS, comparison=rows)
    for kind, fault in _LABEL_FAULTS.items():
        labels = against.get(Quantity(kind))
        if labels and labels.standing is Standing.LOW:
            yield Alarm(fault, comparison=labels)


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
        for broken in broken_columns(day, column, days, levels=levels):
            yield Alarm(Fault.COLUMN, column.name, column=broken)


def _of_models(facts: DayFacts, against: Mapping[Quantity, Comparison]) -> Iterator[Alarm]:
    constant = [role for role in facts.models if _is_constant(facts, role)]
    yield from (Alarm(Fault.SCORES_CONSTANT, role) for role in constant)
    sound = [pair for pair in pairs(facts) if not set(pair) & set(constant)]
    unrelated = _unrelated(facts, sound, against)
    yield from (Alarm(Fault.SCORES_UNRELATED, *each) for each in unrelated)
    blamed = {role for role, _, _ in unrelated}
    sound = [pair for pair in sound if not set(pair) & blamed]
    for kind, fault in _MODEL_FAULTS.items():
        accused = _accused(sound, against, kind)
        yield from (Alarm(fault, *each) for each in accused)
        blamed = {role for role, _, _ in accused}
        sound = [pair for pair in sound if not set(pair) & blamed]


def _is_constant(facts: DayFacts, role: str) -> bool:
    quantiles = facts.models[role].statistics.get("score_quantiles")
    if not isinstance(quantiles, list) or len(quantiles) < 2:
        return False
    return facts.rows.scored > 1 and quantiles[0] == quantiles[-1]


def _unrelated(
    facts: DayFacts, watched: Sequence[tuple[str, str]], against: Mapping[Quantity, Comparison]
) -> list[tuple[str, str, Comparison]]:
    """(model, other, what shows it) of each model whose scores correlate with no other model's.

    No correlation means one within 3 standard errors of 0 on that many rows (Fisher's z has the
    variance 1/(n - 3)), where each recent day had more.
    """
    bound = 3 / math.sqrt(max(1, facts.rows.scored - 3))
    unrelated = {
        pair: comparison
        for pair in watched
        if (comparison := against.get(Quantity(Watched.AGREEMENT, *pair))) is not None
        and _is_unrelated(comparison, bound)
    }
    roles = dict.fromkeys(role for pair in unrelated for role in pair)
    return [
        (role, *_beside(role, unrelated))
        for role in roles
        if _is_nameable(role, watched)
        and all(pair in unrelated for pair in watched if role in pair)
    ]


def _is_unrelated(agreement: Comparison, bound: float) -> bool:
    if agreement.value is None or agreement.days < LEAST_DAYS:
        return False
    return abs(agreement.value) <= bound < min(agreement.past.values.values())


def _accused(
    watched: Sequence[tuple[str, str]], against: Mapping[Quantity, Comparison], kind: Watched
) -> list[tuple[str, str, Comparison]]:
    """(model, other, what shows it) of each model that all of its pairs accuse.

    One pair out of the ordinary does not tell which of the two moved; a third model does. With two
    models alone the newer one is named, which changed. The reference never changes: it is a
    yardstick, and nobody can act on it.
    """
    found = {
        pair: comparison
        for pair in watched
        if (comparison := against.get(Quantity(kind, *pair))) is not None
    }
    return [
        (role, *_beside(role, found))
        for role in dict.fromkeys(role for pair in found for role in pair)
        if _is_nameable(role, list(found))
        and all(_accuses(c, kind, role, pair) for pair, c in found.items() if role in pair)
    ]


def _is_nameable(role: str, watched: Sequence[tuple[str, str]]) -> bool:
    mine = [pair for pair in watched if role in pair]
    return role != REFERENCE and (len(mine) > 1 or mine[0][0] == role)


def _beside(role: str, found: Mapping[tuple[str, str], Comparison]) -> tuple[str, Comparison]:
    """The first other model of a role's pairs, and the comparison that shows it."""
    pair, comparison = next((pair, c) for pair, c in found.items() if role in pair)
    return (pair[1] if pair[0] == role else pair[0]), comparison


def _accuses(comparison: Comparison, kind: Watched, role: str, pair: tuple[str, str]) -> bool:
    """Whether a pair that is out of the ordinary speaks against one of its two models."""
    if kind is Watched.AGREEMENT:
        return comparison.standing is Standing.LOW
    if kind is Watched.DIFFERENCE:  # of a loss: higher is worse for the first of the pair
        return comparison.standing is (Standing.HIGH if role == pair[0] else Standing.LOW)
    return comparison.standing.is_out
