"""The order of the features in words: who climbed, who is new, how far it drifted."""

from __future__ import annotations

import math
from typing import Final

from core.evidence.history import Comparison
from core.evidence.order_of_features import OrderOfFeatures
from core.evidence.ranking import CLARIFY_LIMIT, FeatureRank, Ranking
from core.messages import Decimal, Sentence, say
from reports.names import shown

NAME: Final = 40
"""Characters of a feature's name."""
MOST_NAMED: Final = 4
DIGITS: Final = 3


def feature_lines(order: OrderOfFeatures | None) -> list[Sentence]:
    """Changes of the order since the last report and since production's model."""
    if order is None:
        return []
    lines: list[Sentence] = []
    if order.since is not None and order.day is not None:
        lines += _against(say("Since {day}", day=order.day), order.since, order.comparison)
    if order.production is not None:
        lines += _against(say("Since production's model was trained"), order.production, None)
    return lines


def _against(name: Sentence, found: Ranking, usual: Comparison | None) -> list[Sentence]:
    if found.ndcg is None:
        return [say("{baseline}: no importance to compare with.", baseline=name)]
    lines = [_drift(name, found.ndcg, usual)]
    if found.moved:
        lines.append(
            say("Moved: {features}.", features=[_move(e) for e in found.moved[:MOST_NAMED]])
        )
    if found.new:
        lines.append(say("New: {features}.", features=_named(found.new)))
    if found.vanished:
        lines.append(say("Gone: {features}.", features=_named(found.vanished)))
    return lines


def _drift(name: Sentence, ndcg: float, usual: Comparison | None) -> Sentence:
    """Clarify's limit is told beside it; what is out of the ordinary, the recent days say."""
    values = {
        "baseline": name,
        "value": Decimal(ndcg, DIGITS),
        "limit": Decimal(CLARIFY_LIMIT, 1),
    }
    if usual is None or usual.usual is None:
        return say("{baseline}: nDCG {value} (Clarify's limit: {limit}).", **values)
    values["usual"] = Decimal(1 - math.exp(usual.usual), DIGITS)
    if usual.standing.is_out:
        return say(
            "{baseline}: nDCG {value}, less than on any recent day (usually {usual}; Clarify's "
            "limit: {limit}).",
            **values,
        )
    return say(
        "{baseline}: nDCG {value}, ordinary (usually {usual}; Clarify's limit: {limit}).", **values
    )


def _move(found: FeatureRank) -> Sentence:
    return say(
        "{arrow} {feature} {before} → {now}",
        arrow="↑" if found.climbed > 0 else "↓",
        feature=shown(found.feature, NAME),
        before=found.baseline_rank or 0,
        now=found.rank or 0,
    )


def _named(features: tuple[str, ...]) -> list[str]:
    rest = ["…"] if len(features) > MOST_NAMED else []
    return [*(shown(name, NAME) for name in features[:MOST_NAMED]), *rest]
