"""How well a model did, for people who do not read metrics: up is better, a band is as usual."""

from __future__ import annotations

from typing import Final

from core.evidence.leading import Direction
from core.messages import Translator, say, say_count
from reports.charts.days import Trend
from reports.charts.sheet import (
    BLUE,
    GREEN,
    HEADINGS,
    MARGIN,
    RED,
    WIDTH,
    Place,
    axes,
    headings,
    png,
    sheet,
)
from reports.message import Picture
from reports.names import shown

HEIGHT: Final = 6.4
DATES, WORDS = 0.8, 1.4
"""Inches: of the sheet, for the dates, and for the words at the left."""
MOST_DATES: Final = 5
NOTHING: Final = float("nan")
"""Where a line is broken."""


def picture(trend: Trend, verdict: str, t: Translator, *, name: str) -> Picture | None:
    """The picture; None where nobody knows which way is better, or on fewer than two days.

    Args:
        trend: The leading metric.
        verdict: What the message says: so does the alt text.
        t: The reader's language.
        name: The pipeline's.
    """
    judged = trend.judged
    turned = {Direction.HIGHER_IS_BETTER: 1.0, Direction.LOWER_IS_BETTER: -1.0}
    way = turned.get(judged.direction) if judged else None
    if judged is None or way is None or len(trend.known) < 2:
        return None
    figure = sheet(HEIGHT)
    title = t.plain(say("How well {pipeline} predicts", pipeline=shown(name)))
    heading = Place(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT)
    subtitle = say("Up is better; the band is as on other days")
    if judged.ordinary is None:
        subtitle = say("Up is better")
    headings(figure, heading, title, t.plain(subtitle), loud=False)
    above = MARGIN + HEADINGS
    drawn = axes(
        figure,
        Place(MARGIN + WORDS, above, WIDTH - 2 * MARGIN - WORDS, HEIGHT - above - DATES),
    )
    if judged.ordinary is not None:
        low, high = sorted(way * each for each in judged.ordinary)
        drawn.axhspan(low, high, color=GREEN, alpha=0.15, linewidth=0)
    values = [way * each.found.value if each.found else NOTHING for each in trend.days]
    drawn.plot(values, color=BLUE, linewidth=4, marker="o", markersize=9)
    last = RED if judged.is_out else BLUE
    drawn.plot(len(values) - 1, values[-1], color=last, marker="D", markersize=18)
    bottom, top = drawn.get_ylim()
    inside = 0.08 * (top - bottom)
    ends = [t.plain(say("worse")), t.plain(say("better"))]
    drawn.set_yticks([bottom + inside, top - inside], ends)
    drawn.set_ylim(bottom, top)
    step = max(1, -(-(len(values) - 1) // (MOST_DATES - 1)))
    places = list(range(len(values) - 1, -1, -step))
    drawn.set_xticks(places, [t.month_day(trend.days[place].day) for place in places])
    return Picture("plain.png", png(figure), f"{title}: {verdict} {_days(trend, t)}")


def _days(trend: Trend, t: Translator) -> str:
    return t.plain(
        say_count(
            "{count} day up to {day}.",
            "{count} days up to {day}.",
            count=len(trend.known),
            day=trend.days[-1].day,
        )
    )
