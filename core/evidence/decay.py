"""What decays: loses a little every day, so that no single day stands out.

Told is only what somebody can act on, and who is to blame for it:

- Production falls behind the newest model, in loss or in its mean score: it is stale. The newest
  follows the world, so what moves both is no fault of production's.
- Production or the newest loses what it was ahead of the reference. The reference is frozen, so a
  model that is retrained moves away from it by design: its mean score and the agreement of the
  scores drift without any fault, and a loss that falls is what retraining is for. Only that it gets
  worse beside a model that never changes is news.
- Fewer and fewer rows have a label, or a column has a value.

How many rows there are, the rate of positives and the metrics themselves rise and fall with the
business and the season for weeks on end. Nobody can tell that from a slow fault without another
model that scored the same rows, so they are told day by day and not watched for decay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from core.evidence.accused import Accused
from core.evidence.columns import BrokenColumn, ColumnFault, Days
from core.evidence.history import Comparison, Standing
from core.evidence.of_late import of_late
from core.evidence.watched import MINIMUM, Quantity, Watched
from core.results import CANDIDATE, PRODUCTION, REFERENCE, FeatureFacts

SMALLER: Final = 5
"""What lasts costs on every day, so a fifth of what one day may lose is worth somebody's morning:
what a working week of it adds up to."""
MISSING_MORE: Final = 0.05
"""Least rise of the share without a value: a fifth of what is worth a look on one day."""
BEHIND_THE_NEWEST: Final = Quantity(Watched.DIFFERENCE, CANDIDATE, PRODUCTION)
FROM_THE_NEWEST: Final = Quantity(Watched.CALIBRATION_DIFFERENCE, CANDIDATE, PRODUCTION)
LABELLED: Final = Quantity(Watched.LABELLED)
_BESIDE_THE_REFERENCE: Final = tuple(
    Quantity(Watched.DIFFERENCE, role, REFERENCE) for role in (PRODUCTION, CANDIDATE)
)
_MAY_DECAY: Final = (BEHIND_THE_NEWEST, *_BESIDE_THE_REFERENCE, FROM_THE_NEWEST, LABELLED)


def may_decay(known: Iterable[Quantity]) -> list[Quantity]:
    """The quantities of a day that are watched for decay."""
    found = set(known)
    return [quantity for quantity in _MAY_DECAY if quantity in found]


def lately(
    quantity: Quantity, values: Mapping[dt.date, float], day: dt.date, level: float
) -> Comparison:
    """A quantity of late against what it was before."""
    return of_late(values, day, level=level, minimum=MINIMUM[quantity.kind] / SMALLER)


def worse_of_late(late: Mapping[Quantity, Comparison]) -> Iterator[Accused]:
    """Each model that loses beside another, once: production beside the newest before all."""
    behind = late.get(BEHIND_THE_NEWEST)
    production_is_behind = behind is not None and behind.standing is Standing.LOW
    if behind is not None and production_is_behind:
        yield PRODUCTION, CANDIDATE, behind
    for quantity in _BESIDE_THE_REFERENCE:
        beside = late.get(quantity)
        told = quantity.model == PRODUCTION and production_is_behind
        if beside is not None and beside.standing is Standing.HIGH and not told:
            yield quantity.model, REFERENCE, beside


def scores_of_late(late: Mapping[Quantity, Comparison]) -> Iterator[Accused]:
    """Production, where its mean score moves away from the newest model's, and not back to it."""
    apart = late.get(FROM_THE_NEWEST)
    if apart is None or apart.value is None or apart.usual is None:
        return
    if apart.standing.is_out and abs(apart.value) > abs(apart.usual):
        yield PRODUCTION, CANDIDATE, apart


def labels_of_late(late: Mapping[Quantity, Comparison]) -> Comparison | None:
    """The share of rows with a label, where it has dwindled."""
    found = late.get(LABELLED)
    return found if found is not None and found.standing is Standing.LOW else None


def missing_of_late(
    day: dt.date, today: FeatureFacts, past: Days, level: float
) -> BrokenColumn | None:
    """A column of which ever more is missing."""
    missing = {each: facts.missing for each, facts in past.items()} | {day: today.missing}
    found = of_late(missing, day, level=level, minimum=MISSING_MORE)
    if found.standing is not Standing.HIGH or found.value is None:
        return None
    fault = ColumnFault.MISSING_OF_LATE
    return BrokenColumn(today.name, fault, found.days, found.value, usual=found.usual)
