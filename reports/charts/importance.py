"""What moves the model's scores: the features by importance, and which won or lost places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.evidence.ranking import Ranking
from core.messages import Translator, say
from reports.charts.sheet import (
    BLUE,
    GREEN,
    HEADINGS,
    INK,
    LEAST,
    RED,
    SMALL,
    Place,
    axes,
    fit,
    headings,
)
from reports.metrics import value
from reports.names import shown

MOST_FEATURES: Final = 6
ROW: Final = 0.86
"""Inches of a feature: its name, and the bar below."""
BAR: Final = 0.26
"""Of a row's height."""
NUMBER, MOVE = 1.05, 0.85
"""Inches that are kept for a feature's number, and for the places won or lost."""


@dataclass(frozen=True)
class Feature:
    """One feature of a model."""

    name: str
    number: float
    """Mean absolute SHAP value."""
    climbed: int = 0
    """Places won since the last report, below 0 where it lost some."""
    is_new: bool = False
    """Whether the last report did not have it."""


def features_of(importance: Mapping[str, float], since: Ranking | None) -> tuple[Feature, ...]:
    """The features whose importance is a number, the most important first."""
    moves = {each.feature: each for each in since.features} if since else {}
    finite = [(name, number) for name, number in importance.items() if math.isfinite(number)]
    return tuple(
        Feature(
            name,
            number,
            climbed=moves[name].climbed if name in moves else 0,
            is_new=name in moves and moves[name].baseline_rank is None,
        )
        for name, number in sorted(finite, key=lambda item: (-item[1], item[0]))
    )


def height(features: Sequence[Feature]) -> float:
    """Inches of the panel."""
    return HEADINGS + ROW * len(features[:MOST_FEATURES])


def draw(figure: Figure, place: Place, features: Sequence[Feature], t: Translator) -> None:
    """Draw the panel of at least one feature; arrows tell the places won and lost."""
    moved = any(each.climbed or each.is_new for each in features)
    subtitle = say("SHAP; ▲▼ since last report") if moved else say("mean absolute SHAP value")
    title = t.plain(say("What moves scores"))
    headings(figure, place, title, t.plain(subtitle), loud=False)
    top = features[:MOST_FEATURES]
    rows = Place(place.left, place.top + HEADINGS, place.width, ROW * len(top))
    drawn = axes(figure, rows)
    drawn.axis("off")
    widest = max(top[0].number, 1e-9)
    drawn.set_xlim(0, widest)
    drawn.set_ylim(len(top), 0)
    for row, each in enumerate(top):
        drawn.barh(row + 0.66, each.number, height=BAR, color=BLUE)
        _write(drawn, row, each, width=place.width, t=t)


def _write(drawn: Axes, row: int, feature: Feature, *, width: float, t: Translator) -> None:
    """The name at the left, the number at the right, the move between them."""
    room = width - NUMBER
    move, colour = _move(feature, t)
    for words, at, side, inches, size, ink in (
        (shown(feature.name), 0.0, "left", room - MOVE, SMALL, INK),
        (move, room, "right", MOVE, LEAST, colour),
        (value(t, feature.number), width, "right", NUMBER, LEAST, INK),
    ):
        place = (at / width, row + 0.27)
        text = drawn.text(*place, words, transform=drawn.get_yaxis_transform(), color=ink)
        text.set(va="center", ha=side)
        fit(text, inches, size)


def _move(feature: Feature, t: Translator) -> tuple[str, str]:
    if feature.is_new:
        return t.plain(say("new")), GREEN
    if feature.climbed > 0:
        return f"▲{feature.climbed}", BLUE
    return (f"▼{-feature.climbed}", RED) if feature.climbed else ("", INK)
