"""The pictures of a report: how the leading metric went, and what the model looks at.

Drawn for a phone: 1,200 pixels wide with type that can still be read at 390. Colours are those of
Okabe and Ito (https://jfly.uni-koeln.de/color/), which the colour-blind can tell apart; shape and
dash tell the same again. The background is light and brings its own margin, for dark screens.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from core.messages import Sentence, Translator, say, say_count
from core.results import Interval
from reports.fonts import drawable, dress
from reports.message import Picture
from reports.metrics import interval, label_text, value
from reports.names import shown
from reports.series import Series

WIDTH, HEIGHT, DPI = 12.0, 7.5, 100
"""Inches and pixels an inch."""
MARGIN: Final = 0.3
"""Inches."""
PAPER: Final = "#fdfdfb"
INK: Final = "#1f1f1f"
GREY: Final = "#555555"
FAINT: Final = "#d9d9d4"
BLUE: Final = "#0072b2"
ORANGE: Final = "#d55e00"
GREEN: Final = "#009e73"
LARGE, SMALL = 30, 24
"""Type sizes in points: on a screen of 390 pixels they come out near 13 and 11 pixels."""
MOST_FEATURES: Final = 12
MOST_DATES: Final = 5
"""Dates written along the axis."""
FEATURE_NAME: Final = 26
"""Characters of a feature's name in the picture."""
TITLE_NAME: Final = 24
"""Characters of the pipeline's name in the heading."""
MOST_NAMED: Final = 5
"""Features that the alt text names."""
LEAST_ROWS: Final = 6
"""Bars get no thicker than where there are so many."""
MANY_DAYS: Final = 31
"""From so many days on the marks shrink."""
BELOW_HEADINGS: Final = 0.82
"""Share of the height that the axes have."""
NOTHING: Final = float("nan")
"""Where a line is broken."""


def trend(series: Series, t: Translator, *, name: str) -> Picture | None:
    """The metric day by day with its intervals, production's beside it; None without a value.

    Args:
        series: The metric.
        t: The reader's language.
        name: The pipeline's, as it is shown.
    """
    if not any(point.found for point in series.points):
        return None
    title = say(
        "{pipeline}: {metric}",
        pipeline=shown(name, TITLE_NAME),
        metric=label_text(series.metric, t),
    )
    subtitle = say("Bars: 95 % interval of each day's rows")
    figure, axes = _sheet(drawable(t.plain(title)), t.plain(subtitle))
    _draw_mean(axes, series, t)
    _draw_production(axes, series, t)
    _draw_days(axes, series, t)
    _dates(axes, series, t)
    if len(axes.get_legend_handles_labels()[0]) > 1:
        _legend(axes)
    return Picture("trend.png", _png(figure), _trend_alt(series, t))


def importance(values: Mapping[str, float], t: Translator) -> Picture | None:
    """The features that move the model's scores most; None without any."""
    top = _most_important(values)[:MOST_FEATURES]
    if not top:
        return None
    figure, axes = _sheet(
        t.plain(say("What moves the model's scores")),
        t.plain(say("Mean absolute SHAP value, in log-odds")),
    )
    places = range(len(top))
    axes.barh(places, [number for _, number in top], color=BLUE, height=0.68)
    axes.set_yticks(places, [drawable(shown(name, FEATURE_NAME)) for name, _ in top])
    axes.set_ylim(max(len(top), LEAST_ROWS) - 0.5, -0.5)
    axes.set_xlim(0, 1.18 * max(top[0][1], 1e-9))
    for place, (_, number) in zip(places, top, strict=True):
        axes.text(number, place, f" {value(t, number)}", va="center", color=INK, fontsize=SMALL)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    return Picture("importance.png", _png(figure), _importance_alt(values, t))


def _draw_mean(axes: Axes, series: Series, t: Translator) -> None:
    means = [series.mean(point.day) for point in series.points]
    if any(mean is not None for mean in means):
        axes.plot(
            range(len(means)),
            [NOTHING if mean is None else mean for mean in means],
            color=GREEN,
            linewidth=7,
            alpha=0.5,
            solid_capstyle="round",
            label=t.plain(say("7-day mean")),
        )


def _draw_production(axes: Axes, series: Series, t: Translator) -> None:
    values = [point.production for point in series.points]
    if any(number is not None for number in values):
        axes.plot(
            range(len(values)),
            [NOTHING if number is None else number for number in values],
            color=ORANGE,
            linewidth=3,
            linestyle=(0, (4, 2)),
            marker="s",
            markersize=0.75 * _marker(series),
            label=t.plain(say("production")),
        )


def _draw_days(axes: Axes, series: Series, t: Translator) -> None:
    days = range(len(series.points))
    for day, point in zip(days, series.points, strict=True):
        found = point.found
        if found and found.low is not None and found.high is not None:
            axes.plot([day, day], [found.low, found.high], color=BLUE, linewidth=3, alpha=0.55)
    axes.plot(
        days,
        [point.found.value if point.found else NOTHING for point in series.points],
        color=BLUE,
        linewidth=2,
        marker="o",
        markersize=_marker(series),
        label=t.plain(say("the day's model")),
    )
    _write_last(axes, series, t)


def _write_last(axes: Axes, series: Series, t: Translator) -> None:
    """The newest value, in figures beside its point."""
    known = [(day, point.found) for day, point in enumerate(series.points) if point.found]
    day, found = known[-1]
    axes.annotate(
        value(t, found.value),
        (day, found.value),
        xytext=(14, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL,
        color=BLUE,
    )


def _marker(series: Series) -> float:
    """Points wide: so that two months of days stay apart."""
    return min(13.0, 13.0 * MANY_DAYS / len(series.points))


def _trend_alt(series: Series, t: Translator) -> str:
    known = [(point.day, point.found) for point in series.points if point.found]
    values = [found.value for _, found in known]
    day, last = known[-1]
    sentence = say_count(
        "{metric} of {day}: {value}. No other day has results.",
        "{metric} of {count} days up to {day}: the last is {value}, the lowest {low}, the highest "
        "{high}.",
        count=len(known),
        metric=label_text(series.metric, t),
        day=day,
        value=_with_interval(last, t),
        low=value(t, min(values)),
        high=value(t, max(values)),
    )
    gaps = len(series.missing)
    if not gaps:
        return t.plain(sentence)
    missing = say_count("{count} day has no results.", "{count} days have no results.", count=gaps)
    return f"{t.plain(sentence)} {t.plain(missing)}"


def _with_interval(found: Interval, t: Translator) -> Sentence | str:
    number = value(t, found.value)
    if found.low is None or found.high is None:
        return number
    return say("{value} (95 % interval {interval})", value=number, interval=interval(t, found))


def _importance_alt(values: Mapping[str, float], t: Translator) -> str:
    top = _most_important(values)[:MOST_NAMED]
    named = ", ".join(f"{shown(name)} {value(t, number)}" for name, number in top)
    return t.plain(
        say_count(
            "The model's scores come from {count} feature: {named}.",
            "Of {count} features, these move the model's scores most: {named}.",
            count=len(values),
            named=named,
        )
    )


def _most_important(values: Mapping[str, float]) -> list[tuple[str, float]]:
    finite = [(name, number) for name, number in values.items() if math.isfinite(number)]
    return sorted(finite, key=lambda item: (-item[1], item[0]))


def _sheet(title: str, subtitle: str) -> tuple[Figure, Axes]:
    """A figure with its headings, written from its own left edge whatever the axes need."""
    layout = ConstrainedLayoutEngine(w_pad=MARGIN, h_pad=MARGIN, rect=(0, 0, 1, BELOW_HEADINGS))
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor=PAPER, layout=layout)
    FigureCanvasAgg(figure)
    left = MARGIN / WIDTH
    figure.text(left, 0.95, title, fontsize=LARGE, color=INK, va="top")
    figure.text(left, 0.865, subtitle, fontsize=SMALL, color=GREY, va="top")
    axes = figure.add_subplot(facecolor=PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(labelsize=SMALL, colors=INK, length=0, pad=8)
    return figure, axes


def _dates(axes: Axes, series: Series, t: Translator) -> None:
    last = len(series.points) - 1
    every = max(1, -(-last // (MOST_DATES - 1)))
    places = list(range(last, -1, -every))
    axes.set_xticks(places, [t.month_day(series.points[place].day) for place in places])
    axes.set_xlim(-0.6, last + 0.6)
    axes.yaxis.grid(visible=True, color=FAINT, linewidth=1.5)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", nbins=5)


def _legend(axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1],
        labels[::-1],
        loc="upper center",
        bbox_to_anchor=(0.5, -0.12),
        ncols=3,
        fontsize=SMALL,
        frameon=False,
        handlelength=1.4,
        columnspacing=1.2,
    )


def _png(figure: Figure) -> bytes:
    dress(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor=PAPER, metadata={"Software": None})
    return file.getvalue()
