"""How often it happened where the model said how likely it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.evidence.reliability import Reliability
from core.evidence.verdict import Labels
from core.messages import Percent, Sentence, Translator, say
from reports.charts.sheet import (
    BLUE,
    FAINT,
    GREY,
    HEADINGS,
    LEAST,
    Place,
    axes,
    fit,
    headings,
    numbered,
)

Y_LABELS, X_LABELS, HALF_A_LABEL = 1.15, 1.0, 0.2
"""Inches at the left, below, and at the right, where "100 %" may stand below the corner."""
ROOM: Final = 1.06
"""The axes go so much further than the greatest rate."""
RARE: Final = 0.05
"""A rate below this needs digits behind the point."""


def draw(
    figure: Figure,
    place: Place,
    points: Sequence[Reliability],
    labels: Labels | None,
    t: Translator,
) -> None:
    """Draw the panel of at least one point: on the line, what was predicted is what happened."""
    headings(figure, place, t.plain(say("Calibration")), t.plain(_subtitle(labels)), loud=False)
    drawn = axes(
        figure,
        Place(
            place.left + Y_LABELS,
            place.top + HEADINGS,
            place.width - Y_LABELS - HALF_A_LABEL,
            place.height - HEADINGS - X_LABELS,
        ),
    )
    most = ROOM * max(max(each.predicted, each.high) for each in points)
    drawn.plot([0, most], [0, most], color=GREY, linewidth=2.5, linestyle=(0, (2, 2)))
    for each in points:
        drawn.plot([each.predicted] * 2, [each.low, each.high], color=BLUE, linewidth=4, alpha=0.45)
    drawn.plot(
        [each.predicted for each in points],
        [each.observed for each in points],
        color=BLUE,
        linewidth=2.5,
        marker="o",
        markersize=11,
    )
    for axis, limits in ((drawn.xaxis, drawn.set_xlim), (drawn.yaxis, drawn.set_ylim)):
        limits(0, most)
        numbered(axis, t, most=3, share=True)
    drawn.xaxis.get_major_ticks()[0].label1.set_visible(False)  # the corner has its 0 already
    drawn.grid(visible=True, color=FAINT, linewidth=1.5)
    drawn.set_xlabel(t.plain(say("predicted")), fontsize=LEAST, color=GREY)
    _name_the_sides(drawn, t, inches=(place.width - Y_LABELS) / 2)


def _subtitle(labels: Labels | None) -> Sentence:
    """The day as a whole."""
    if labels is None or labels.expected is None:
        return say("observed over predicted")
    digits = 1 if max(labels.seen, labels.expected) < RARE else 0
    return say(
        "predicted {expected}, was {seen}",
        expected=Percent(labels.expected, digits),
        seen=Percent(labels.seen, digits),
    )


def _name_the_sides(drawn: Axes, t: Translator, *, inches: float) -> None:
    """Which way a model is off that lies beside the line."""
    for left, down, side, sentence in (
        (0.04, 0.97, "left", say("too low")),
        (0.98, 0.03, "right", say("too high")),
    ):
        text = drawn.text(left, down, t.plain(sentence), transform=drawn.transAxes, ha=side)
        text.set(va="top" if down > left else "bottom", color=GREY)
        fit(text, inches, LEAST)
