"""What is watched of a series every morning, as one number a day each.

A quantity is put on a scale on which equal distances mean about the same (logarithms of counts and
ratios, log-odds of rates, Fisher's z of correlations), so that its days can be compared.
"""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.day_result import DayResult
from core.evidence.leading import leader
from core.manifest import UntilThen
from core.results import CANDIDATE, PRODUCTION, REFERENCE, DayFacts

LEADING_DIFFERENCE: Final = "normalised_entropy"
"""The metric whose difference on the same rows tells that a model is worse than another."""
NEWEST_FIRST: Final = (CANDIDATE, PRODUCTION, REFERENCE)
"""Roles that are watched; in a pair of them the newer one comes first."""
HIGHEST_CORRELATION: Final = 0.999999
"""Correlations are kept this near to 0 before Fisher's z is taken of them."""


class Watched(enum.StrEnum):
    """Kinds of watched quantities."""

    ROWS = "rows"
    """Logarithm of the rows read."""
    LABELLED = "labelled"
    """Logarithm of the share of rows that have a label."""
    LABEL_RATE = "label rate"
    """Log-odds of the share of positives."""
    CONVERSIONS = "conversions"
    """Logarithm of the positives over what the leader expected, where one that has not come is
    negative: what is lost on its way shows nowhere else."""
    DIFFERENCE = "difference"
    """Normalised entropy of one model minus another's on the same rows."""
    AUC_DIFFERENCE = "AUC difference"
    """AUC of the judged model minus the reference's on the same rows."""
    CALIBRATION_DIFFERENCE = "calibration difference"
    """Logarithm of one model's mean score over another's: both had the same labels."""
    AGREEMENT = "agreement"
    """Fisher's z of the correlation of two models' scores."""


MINIMUM: Final = {
    Watched.ROWS: math.log(1.5),
    Watched.LABELLED: math.log(4 / 3),
    Watched.LABEL_RATE: math.log(2),
    Watched.CONVERSIONS: math.log(4 / 3),
    Watched.DIFFERENCE: 0.05,
    Watched.AUC_DIFFERENCE: 0.02,
    Watched.CALIBRATION_DIFFERENCE: math.log(1.1),
    Watched.AGREEMENT: 0.25,
}
"""The least distance from the usual that is worth somebody's morning: a third of the rows, a
quarter of the labels or of the positives that were expected, twice or half the odds of a positive,
5 % of the day's entropy, two in a hundred pairs of rows ranked the other way, predictions 10 %
higher or lower beside another model's, a quarter on Fisher's scale of correlations (0.90 for 0.94,
0.25 for 0.46)."""


@dataclass(frozen=True)
class Quantity:
    """One watched quantity of a series."""

    kind: Watched
    model: str = ""
    """Role of the model; "" where it is of the data."""
    against: str = ""
    """Role of the other model, of a difference or an agreement."""


def quantities(result: DayResult) -> dict[Quantity, float]:
    """Every watched quantity that a day has."""
    if result.facts is None:
        return {}
    return {
        **dict(_of_data(result.facts)),
        **dict(_of_late_labels(result)),
        **dict(_of_pairs(result.facts)),
        **dict(_of_auc(result)),
    }


def pairs(facts: DayFacts) -> tuple[tuple[str, str], ...]:
    """Pairs of models that are watched: production and the newest against what is steadier."""
    known = [role for role in NEWEST_FIRST if role in facts.models]
    return tuple(itertools.combinations(known, 2))


def _of_data(facts: DayFacts) -> Iterator[tuple[Quantity, float]]:
    rows = facts.rows
    if rows.read > 0:
        yield Quantity(Watched.ROWS), math.log(rows.read)
    if rows.read > 0 and rows.labelled > 0:
        yield Quantity(Watched.LABELLED), math.log(rows.labelled / rows.read)
    if rows.weight > 1:
        bound = 0.5 / rows.weight  # half a row: a day without a positive has its odds too
        rate = min(1 - bound, max(bound, rows.base_rate))
        yield Quantity(Watched.LABEL_RATE), math.log(rate / (1 - rate))


def _of_late_labels(result: DayResult) -> Iterator[tuple[Quantity, float]]:
    labels, model = result.run.labels, leader(result)
    if labels is None or labels.until_then is not UntilThen.NEGATIVE:
        return
    if result.facts is None or model is None or result.facts.rows.weight <= 0:
        return
    seen, expected = result.facts.rows.base_rate, model.mean_score
    if seen > 0 and expected > 0:
        yield Quantity(Watched.CONVERSIONS), math.log(seen / expected)


def _of_auc(result: DayResult) -> Iterator[tuple[Quantity, float]]:
    model = leader(result)
    for paired in result.facts.paired if result.facts and model else ():
        pair = (paired.model, paired.against)
        if model and pair == (model.role, REFERENCE) and paired.metric == "auc":
            yield Quantity(Watched.AUC_DIFFERENCE, *pair), paired.difference.value


def _of_pairs(facts: DayFacts) -> Iterator[tuple[Quantity, float]]:
    watched = pairs(facts)
    for paired in facts.paired:
        if (paired.model, paired.against) in watched and paired.metric == LEADING_DIFFERENCE:
            quantity = Quantity(Watched.DIFFERENCE, paired.model, paired.against)
            yield quantity, paired.difference.value
    for found in facts.agreement:
        if (found.model, found.against) in watched and found.score_correlation is not None:
            bound = HIGHEST_CORRELATION
            correlation = max(-bound, min(bound, found.score_correlation))
            yield Quantity(Watched.AGREEMENT, found.model, found.against), math.atanh(correlation)
    for model, against in watched:
        ours, theirs = facts.models[model].mean_score, facts.models[against].mean_score
        if ours > 0 and theirs > 0:
            quantity = Quantity(Watched.CALIBRATION_DIFFERENCE, model, against)
            yield quantity, math.log(ours / theirs)
