"""How a metric went: each day with its interval, the other model, and where ordinary days lie."""

from __future__ import annotations

import math
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.messages import Sentence, Translator, say
from core.results import Interval
from reports.charts import alt_text
from reports.charts.days import Trend
from reports.charts.sheet import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    HEADINGS,
    INK,
    MARGIN,
    PAPER,
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
from reports.metrics import capital_label, value
from reports.names import shown

HEIGHT: Final = 6.0
"""Inches of the panel without the lines that say what is what."""
DATES, LINE = 0.65, 0.48
"""Inches for the dates, and for a line that says what is what."""
COLUMNS: Final = 2
"""In which it is said."""
Y_LABELS, HALF_A_DATE = 1.15, 0.4
"""Inches for the numbers at the left, and at the right for the last date."""
DATES_BELOW: Final = 16
"""Points between the axis and the dates: clear of the lowest number at the left."""
WEEK, FEW = 7, 3
"""Days from one date that is written to the next, and where only a week is drawn."""
NOTHING: Final = float("nan")
"""Where a line is broken."""


def picture(trend: Trend, t: Translator, *, name: str) -> Picture | None:
    """The panel alone; None without a value."""
    if not trend.known:
        return None
    figure = sheet(height(trend) + MARGIN)
    draw(figure, Place(0, 0, WIDTH, height(trend)), trend, t, name=name)
    return Picture("trend.png", png(figure), alt_text.of_trend(trend, t))


def height(trend: Trend) -> float:
    """Inches of the panel."""
    return HEIGHT + _legend_height(trend)


def draw(figure: Figure, place: Place, trend: Trend, t: Translator, *, name: str) -> None:
    """Draw the panel of a trend that has a value.

    Args:
        figure: The sheet.
        place: Where.
        trend: What.
        t: The reader's language.
        name: The pipeline's.
    """
    inner = place.width - 2 * MARGIN
    title = say(
        "{metric} · {pipeline}", metric=capital_label(trend.metric, t), pipeline=shown(name)
    )
    heading = Place(place.left + MARGIN, place.top + MARGIN, inner, place.height)
    loud = trend.judged is not None and trend.judged.is_out
    headings(figure, heading, t.plain(title), t.plain(_subtitle(trend, t)), loud=loud)
    above = MARGIN + HEADINGS
    drawn = axes(
        figure,
        Place(
            place.left + MARGIN + Y_LABELS,
            place.top + above,
            inner - Y_LABELS - HALF_A_DATE,
            place.height - above - DATES - _legend_height(trend),
        ),
    )
    _draw_known(drawn, trend, t)
    _draw_ordinary(drawn, trend, t)
    _draw_beside(drawn, trend, t)
    _draw_days(drawn, trend, t)
    _draw_refused(drawn, trend, t)
    _finish(drawn, trend, t)
    _legend(figure, drawn, heading, bottom=place.top + place.height)


def _subtitle(trend: Trend, t: Translator) -> Sentence:
    last = trend.days[-1]
    if last.found is None:
        return say("{day}: no results", day=t.month_day(last.day))
    number = value(t, last.found.value)
    ordinary = trend.judged.ordinary if trend.judged else None
    if ordinary is None:
        return say("{day}: {value}", day=t.month_day(last.day), value=number)
    low, high = (value(t, each) for each in ordinary)
    return say(
        "{day}: {value}, ordinary {low} to {high}",
        day=t.month_day(last.day),
        value=number,
        low=low,
        high=high,
    )


def _draw_known(drawn: Axes, trend: Trend, t: Translator) -> None:
    """A grey strip for each day that is known to be unlike others."""
    label = t.plain(say("holiday or noted"))
    for place, each in enumerate(trend.days):
        if each.unlike:
            ends = place - 0.5, place + 0.5
            drawn.axvspan(*ends, color=GREY, alpha=0.22, linewidth=0, label=label)
            label = ""


def _draw_ordinary(drawn: Axes, trend: Trend, t: Translator) -> None:
    """Where a day like the last is ordinary, by the days before it."""
    ordinary = trend.judged.ordinary if trend.judged else None
    if ordinary is not None:
        drawn.axhspan(
            *ordinary, color=GREEN, alpha=0.15, linewidth=0, label=t.plain(say("ordinary days"))
        )


def _draw_beside(drawn: Axes, trend: Trend, t: Translator) -> None:
    values = [each.beside for each in trend.days]
    if any(number is not None for number in values):
        drawn.plot(
            range(len(values)),
            [NOTHING if number is None else number for number in values],
            color=GREY,
            linewidth=3,
            linestyle=(0, (3, 1.5)),
            marker="s",
            markersize=6,
            label=t.plain(trend.beside),
        )


def _draw_days(drawn: Axes, trend: Trend, t: Translator) -> None:
    bars = False
    for place, each in enumerate(trend.days):
        if (ends := _ends(each.found)) is not None:
            bars = True
            drawn.plot([place] * 2, ends, color=BLUE, linewidth=4, alpha=0.45)
    label = say("{model}, bar: 95 % interval", model=trend.drawn) if bars else trend.drawn
    drawn.plot(
        range(len(trend.days)),
        [each.found.value if each.found else NOTHING for each in trend.days],
        color=BLUE,
        linewidth=2.5,
        marker="o",
        markersize=11,
        label=t.plain(label),
    )
    last = trend.days[-1].found
    if last is not None:
        out = trend.judged is not None and trend.judged.is_out
        drawn.plot(
            [len(trend.days) - 1],
            [last.value],
            color=RED if out else BLUE,
            marker="D" if out else "o",
            markersize=19,
            markeredgecolor=PAPER,
            markeredgewidth=2.5,
            zorder=4,
        )


def _draw_refused(drawn: Axes, trend: Trend, t: Translator) -> None:
    refused = [
        (place, each.found.value)
        for place, each in enumerate(trend.days)
        if each.refused and each.found
    ]
    if refused:
        drawn.plot(
            *zip(*refused, strict=True),
            color=INK,
            linestyle="",
            marker="x",
            markersize=24,
            markeredgewidth=4,
            zorder=5,
            label=t.plain(say("the gate said no")),
        )


def _finish(drawn: Axes, trend: Trend, t: Translator) -> None:
    last = len(trend.days) - 1
    places = list(range(last, -1, -WEEK if last >= WEEK else -FEW))
    drawn.set_xticks(places, [t.month_day(trend.days[place].day) for place in places])
    drawn.tick_params(axis="x", pad=DATES_BELOW)
    drawn.set_xlim(-0.8, last + 0.8)
    numbered(drawn.yaxis, t, most=4)
    drawn.yaxis.grid(visible=True, color=FAINT, linewidth=1.5)


def _legend(figure: Figure, drawn: Axes, heading: Place, *, bottom: float) -> None:
    """What is what, below the dates."""
    handles, labels = drawn.get_legend_handles_labels()
    width, height = figure.get_size_inches()
    figure.legend(
        handles[::-1],
        labels[::-1],
        loc="lower left",
        bbox_to_anchor=(heading.left / width, 1 - bottom / height),
        ncols=COLUMNS,
        fontsize=SMALL,
        frameon=False,
        handlelength=1.6,
        columnspacing=1.5,
        labelspacing=0.3,
        borderpad=0,
        borderaxespad=0,
    )


def _legend_height(trend: Trend) -> float:
    entries = 1 + sum(
        (
            any(each.beside is not None for each in trend.days),
            trend.judged is not None and trend.judged.ordinary is not None,
            any(each.refused and each.found for each in trend.days),
            any(each.unlike for each in trend.days),
        )
    )
    return LINE * math.ceil(entries / COLUMNS)


def _ends(found: Interval | None) -> tuple[float, float] | None:
    """An interval that can be drawn."""
    if found is None or found.low is None or found.high is None:
        return None
    drawable = math.isfinite(found.low) and math.isfinite(found.high)
    return (found.low, found.high) if drawable else None
