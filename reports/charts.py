"""The pictures of a report: how the leading metric went, and what the model looks at.

Drawn for a phone: 1,200 pixels wide with type that can still be read at 390. Colours are those of
Okabe and Ito (https://jfly.uni-koeln.de/color/), which the colour-blind can tell apart; shape and
dash tell the same again. The background is light and brings its own margin, for dark screens.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from core.messages import Translator, say
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


def trend(series: Series, t: Translator) -> Picture | None:
    """The metric day by day with its intervals, production's beside it; None without a value."""
    known = [point for point in series.points if point.found]
    if not known:
        return None
    figure, axes = _sheet()
    _draw_days(axes, series, t)
    _title(
        axes,
        drawable(label_text(series.metric, t)),
        t.plain(say("Bars: 95 % interval of each day's rows")),
    )
    _dates(axes, series, t)
    if len(axes.get_legend_handles_labels()[0]) > 1:
        _legend(axes)
    return Picture("trend.png", _png(figure), _trend_alt(series, t))


def importance(values: Mapping[str, float], t: Translator) -> Picture | None:
    """The features that move the model's scores most; None without any."""
    top = sorted(values.items(), key=lambda item: (-item[1], item[0]))[:MOST_FEATURES]
    if not top:
        return None
    figure, axes = _sheet()
    top.reverse()
    places = range(len(top))
    axes.barh(places, [number for _, number in top], color=BLUE, height=0.68)
    axes.set_yticks(places, [drawable(shown(name, FEATURE_NAME)) for name, _ in top])
    axes.margins(x=0.14)
    for place, (_, number) in zip(places, top, strict=True):
        axes.text(number, place, f" {value(t, number)}", va="center", color=INK, fontsize=SMALL)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    _title(
        axes,
        t.plain(say("What moves the model's scores")),
        t.plain(say("Mean absolute SHAP value, in log-odds")),
    )
    axes.tick_params(axis="y", length=0)
    return Picture("importance.png", _png(figure), _importance_alt(values, t))


def _draw_days(axes: Axes, series: Series, t: Translator) -> None:
    days = range(len(series.points))
    nothing = float("nan")
    means = [series.mean(point.day) for point in series.points]
    if any(mean is not None for mean in means):
        heights = [nothing if mean is None else mean for mean in means]
        axes.plot(
            days,
            heights,
            color=GREEN,
            linewidth=6,
            alpha=0.55,
            label=t.plain(say("7-day mean")),
            zorder=2,
        )
    if any(point.production is not None for point in series.points):
        heights = [nothing if p.production is None else p.production for p in series.points]
        axes.plot(
            days,
            heights,
            color=ORANGE,
            linewidth=3.5,
            linestyle=(0, (4, 2)),
            marker="s",
            markersize=9,
            label=t.plain(say("production")),
            zorder=3,
        )
    heights = [p.found.value if p.found else nothing for p in series.points]
    for day, point in zip(days, series.points, strict=True):
        if point.found and point.found.low is not None and point.found.high is not None:
            axes.plot(
                [day, day],
                [point.found.low, point.found.high],
                color=BLUE,
                linewidth=3,
                alpha=0.55,
                zorder=3,
            )
    axes.plot(
        days,
        heights,
        color=BLUE,
        linewidth=3,
        marker="o",
        markersize=13,
        label=t.plain(say("the day's model")),
        zorder=4,
    )


def _trend_alt(series: Series, t: Translator) -> str:
    known = [point for point in series.points if point.found]
    last = known[-1]
    values = [point.found.value for point in known if point.found]
    name = label_text(series.metric, t)
    return t.plain(
        say(
            "{metric} of {count} days up to {day}: last {value} (95 % interval {interval}), "
            "lowest {low}, highest {high}; {missing} days in between have no results.",
            metric=name,
            count=len(known),
            day=last.day,
            value=value(t, values[-1]),
            interval=interval(t, last.found),
            low=value(t, min(values)),
            high=value(t, max(values)),
            missing=len(series.missing),
        )
    )


def _importance_alt(values: Mapping[str, float], t: Translator) -> str:
    top = sorted(values.items(), key=lambda item: (-item[1], item[0]))[:5]
    named = ", ".join(f"{shown(name)} {value(t, number)}" for name, number in top)
    return t.plain(
        say(
            "Of {count} features, these move the model's scores most: {named}.",
            count=len(values),
            named=named,
        )
    )


def _sheet() -> tuple[Figure, Axes]:
    figure = Figure(
        figsize=(WIDTH, HEIGHT),
        dpi=DPI,
        facecolor=PAPER,
        layout=ConstrainedLayoutEngine(w_pad=MARGIN, h_pad=MARGIN),
    )
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(labelsize=SMALL, colors=INK, length=0, pad=8)
    return figure, axes


def _title(axes: Axes, title: str, subtitle: str) -> None:
    axes.set_title(f"{title}\n", loc="left", fontsize=LARGE, color=INK, pad=10)
    axes.text(0, 1.02, subtitle, transform=axes.transAxes, fontsize=SMALL, color="#555555")


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
    axes.legend(
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
