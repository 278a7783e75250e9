"""Curves of several trials over each other: how often it happened where they said how likely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.compared import Tried
from core.evidence.reliability import Reliability, reliability
from core.messages import Percent, Translator, say
from reports.charts.calibration import ROOM
from reports.charts.sheet import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    HEADINGS,
    INK,
    LEAST,
    MARGIN,
    RED,
    SMALL,
    WIDTH,
    Place,
    axes,
    headings,
    numbered,
    png,
    sheet,
)
from reports.message import Picture

FILE: Final = "compared.png"
HEIGHT: Final = 8.4
Y_LABELS, X_LABELS, RIGHT = 1.4, 1.0, 0.6
"""Inches at the left, below, and at the right of the axes."""
ORANGE: Final = "#e69f00"
STYLES: Final = (
    (BLUE, "o", "-"),
    (RED, "s", "--"),
    (GREEN, "^", "-."),
    (ORANGE, "D", ":"),
    (INK, "v", "-"),
)
"""Colour, mark and dash: each tells the same, for those who cannot tell colours apart."""


def picture(tried: Sequence[tuple[str, Tried]], t: Translator) -> Picture | None:
    """The picture; None where fewer than two of them have a curve.

    Args:
        tried: What each is called in the picture, and the trial with its evaluation.
        t: The reader's language.
    """
    curves = [(name, points) for name, each in tried if (points := _points(each))]
    if len(curves) < 2:
        return None
    figure = sheet(HEIGHT)
    inner = WIDTH - 2 * MARGIN
    heading = Place(MARGIN, MARGIN, inner, HEIGHT)
    subtitle = t.plain(say("observed over predicted; on the line the two are equal"))
    headings(figure, heading, t.plain(say("Calibration")), subtitle, loud=False)
    above = MARGIN + HEADINGS
    drawn = axes(
        figure,
        Place(MARGIN + Y_LABELS, above, inner - Y_LABELS - RIGHT, HEIGHT - above - X_LABELS),
    )
    most = ROOM * max(max(p.predicted, p.observed) for _, points in curves for p in points)
    drawn.plot([0, most], [0, most], color=GREY, linewidth=2.5, linestyle=(0, (2, 2)))
    for (name, points), (colour, mark, dash) in zip(curves, STYLES, strict=False):
        drawn.plot(
            [each.predicted for each in points],
            [each.observed for each in points],
            color=colour,
            linestyle=dash,
            linewidth=3,
            marker=mark,
            markersize=12,
            label=name,
        )
    for axis, limits in ((drawn.xaxis, drawn.set_xlim), (drawn.yaxis, drawn.set_ylim)):
        limits(0, most)
        numbered(axis, t, most=4, share=True)
    drawn.xaxis.get_major_ticks()[0].label1.set_visible(False)  # the corner has its 0 already
    drawn.grid(visible=True, color=FAINT, linewidth=1.5)
    drawn.set_xlabel(t.plain(say("predicted")), fontsize=LEAST, color=GREY)
    drawn.legend(fontsize=SMALL, frameon=False, loc="upper left")
    return Picture(FILE, png(figure), _alt(curves, t))


def _points(tried: Tried) -> tuple[Reliability, ...]:
    subject = tried.result.subject if tried.result else None
    return reliability(subject) if subject else ()


def _alt(curves: Sequence[tuple[str, Sequence[Reliability]]], t: Translator) -> str:
    ends = [
        t.plain(
            say(
                "{name}: where it predicted {least}, {seen_least} happened; where it predicted "
                "{most}, {seen_most} happened.",
                name=name,
                least=Percent(points[0].predicted, 1),
                seen_least=Percent(points[0].observed, 1),
                most=Percent(points[-1].predicted, 1),
                seen_most=Percent(points[-1].observed, 1),
            )
        )
        for name, points in curves
    ]
    return " ".join([t.plain(say("Calibration of several trials.")), *ends])
