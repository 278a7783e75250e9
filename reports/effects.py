"""How parameters, their values and what they explain are written."""

from __future__ import annotations

from typing import Final

from core.compared import CODE, IMAGE
from core.evidence.effects import Effect, Point
from core.evidence.factors import Value
from core.evidence.leading import Direction
from core.messages import Percent, Translator, say
from reports.names import shown

NAME: Final = 40
"""Characters of a name, or of a text that a parameter has."""
COMMIT: Final = 12
"""Characters of a commit."""
LARGE: Final = 1000.0
"""From here on a number has no digits behind the point."""


def known_way(way: Direction) -> bool:
    """Whether a metric has a better end."""
    return way in {Direction.HIGHER_IS_BETTER, Direction.LOWER_IS_BETTER}


def best_of(effect: Effect, way: Direction) -> Point:
    """Where the metric is best; highest where nobody knows which way it is better."""
    return effect.lowest if way is Direction.LOWER_IS_BETTER else effect.highest


def called(name: str, t: Translator) -> str:
    """What a parameter is called, for places without markup."""
    known = {CODE: say("Code (commit)"), IMAGE: say("Image")}.get(name)
    return t.plain(known) if known else shown(name, NAME)


def written(name: str, at: Value, t: Translator) -> str:
    """A value of a parameter."""
    if at is None:
        return t.plain(say("not given"))
    if isinstance(at, float):
        return f"{at:.3g}" if abs(at) < 1000 else f"{at:.0f}"
    return shown(at.rpartition("/")[2] if name == IMAGE else at, 12 if name == CODE else NAME)


def share(part: float, t: Translator) -> str:
    """A share in per cent."""
    return t.plain(say("{share}", share=Percent(part, 0)))
