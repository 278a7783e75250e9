"""What matters: how much each parameter explains, and the metric along its values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from core.evidence.effects import Effect
from core.evidence.factors import Value
from core.matters import Matters
from core.messages import Translator, say
from reports.charts.sheet import (
    BLUE,
    FAINT,
    GREY,
    HEADINGS,
    INK,
    LEAST,
    MARGIN,
    SMALL,
    WIDTH,
    Place,
    axes,
    fit,
    headings,
    numbered,
    png,
    sheet,
)
from reports.effects import called, share, written
from reports.message import Picture
from reports.metrics import capital_label, label_text, value

FILE: Final = "matters.png"
ROW: Final = 0.95
"""Inches of a parameter: its name, and the bar below."""
BAR: Final = 0.26
"""Of a row's height."""
NUMBER: Final = 3.6
"""Inches that are kept for a share with its interval."""
PANEL: Final = 4.6
"""Inches of the plot of an effect, its name included."""
NAMED: Final = 0.75
"""Inches of its name."""
Y_LABELS, X_LABELS, RIGHT, GAP = 1.15, 0.75, 0.15, 0.35
"""Inches at the left, below, at the right, and between two plots."""
MOST_PLOTS: Final = 4
MOST_TICKS: Final = 3
MOST_TEXTS: Final = 4
"""Values of a text that have a name below."""


def picture(matters: Matters, t: Translator) -> Picture:
    """The picture of at least one parameter that is seen to matter."""
    effects = matters.found.effects
    bars = HEADINGS + ROW * len(effects)
    plots = effects[:MOST_PLOTS]
    lines = math.ceil(len(plots) / 2)
    figure = sheet(2 * MARGIN + bars + lines * (PANEL + GAP))
    inner = WIDTH - 2 * MARGIN
    metric = matters.metric or ""
    _importance(figure, Place(MARGIN, MARGIN, inner, bars), effects, t)
    half = (inner - GAP) / 2
    for number, each in enumerate(plots):
        left = MARGIN + number % 2 * (half + GAP)
        top = MARGIN + bars + GAP + number // 2 * (PANEL + GAP)
        alone = number == len(plots) - 1 and number % 2 == 0
        _effect(figure, Place(left, top, inner if alone else half, PANEL), each, metric, t)
    return Picture(FILE, png(figure), _alt(matters, t))


def _importance(figure: Figure, place: Place, effects: Sequence[Effect], t: Translator) -> None:
    title, subtitle = say("What matters"), say("share that each explains, with 95 %")
    headings(figure, place, t.plain(title), t.plain(subtitle), loud=False)
    drawn = axes(
        figure, Place(place.left, place.top + HEADINGS, place.width, place.height - HEADINGS)
    )
    drawn.axis("off")
    drawn.set_xlim(0, max(each.importance.high or each.importance.value for each in effects))
    drawn.set_ylim(len(effects), 0)
    for row, each in enumerate(effects):
        found = each.importance
        low, high = found.low or 0.0, found.high or found.value
        drawn.barh(row + 0.66, found.value, height=BAR, color=BLUE)
        drawn.plot([low, high], [row + 0.66] * 2, color=INK, linewidth=3, marker="|", markersize=14)
        ends = say("{low} to {high}", low=share(low, t), high=share(high, t))
        number = f"{share(found.value, t)} ({t.plain(ends)})"
        for words, at, side, inches, size in (
            (called(each.factor.name, t), 0.0, "left", place.width - NUMBER, SMALL),
            (number, 1.0, "right", NUMBER, LEAST),
        ):
            text = drawn.text(at, row + 0.27, words, transform=drawn.get_yaxis_transform())
            text.set(va="center", ha=side, color=INK)
            fit(text, inches, size)


def _effect(figure: Figure, place: Place, effect: Effect, metric: str, t: Translator) -> None:
    """The metric along a parameter's values, and each trial beside it."""
    width, height = figure.get_size_inches()
    named = say(
        "{metric} by {name}",
        metric=capital_label(metric, t),
        name=called(effect.factor.name, t),
    )
    title = figure.text(place.left / width, 1 - place.top / height, t.plain(named), va="top")
    title.set_color(INK)
    fit(title, place.width, SMALL)
    drawn = axes(
        figure,
        Place(
            place.left + Y_LABELS,
            place.top + NAMED,
            place.width - Y_LABELS - RIGHT,
            place.height - NAMED - X_LABELS,
        ),
    )
    if effect.factor.numeric:
        _along(drawn, effect, t)
    else:
        _by_text(drawn, effect, place.width - Y_LABELS - RIGHT, t)
    ends = [end for point in effect.curve for end in (point.low, point.high)]
    _look_at(drawn, [value for _, value in effect.seen], ends)
    numbered(drawn.yaxis, t, most=4)
    drawn.grid(visible=True, axis="y", color=FAINT, linewidth=1.5)
    drawn.tick_params(labelsize=LEAST)


def _along(drawn: Axes, effect: Effect, t: Translator) -> None:
    factor = effect.factor
    seen = [(at, value) for at, value in effect.seen if isinstance(at, float)]
    drawn.plot(*_columns(seen), linestyle="", marker="o", markersize=7, color=GREY, alpha=0.4)
    at, values = _columns([(point.at, point.value) for point in effect.curve])
    lows, highs = [point.low for point in effect.curve], [point.high for point in effect.curve]
    few = len(effect.curve) == len(factor.tried)
    drawn.fill_between(at, lows, highs, color=BLUE, alpha=0.2, linewidth=0)
    drawn.plot(at, values, color=BLUE, linewidth=3.5, marker="o" if few else "", markersize=11)
    if factor.by_orders:
        drawn.set_xscale("log")
    ends = at if few and len(at) <= MOST_TICKS else [at[0], at[len(at) // 2], at[-1]]
    drawn.xaxis.set_major_locator(FixedLocator(ends))
    drawn.xaxis.set_minor_locator(NullLocator())
    drawn.xaxis.set_major_formatter(
        FuncFormatter(
            lambda number, _: written(factor.name, number if few else float(f"{number:.2g}"), t)
        )
    )
    labels = drawn.get_xticklabels()
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")


def _by_text(drawn: Axes, effect: Effect, width: float, t: Translator) -> None:
    rows: dict[Value, int] = {point.at: row for row, point in enumerate(effect.curve)}
    seen = [(float(rows[at]), value) for at, value in effect.seen if at in rows]
    aside = np.random.default_rng(0).uniform(-0.12, 0.12, len(seen))  # so that they do not hide
    at, values = _columns(seen)
    beside = [each + more for each, more in zip(at, aside.tolist(), strict=True)]
    drawn.plot(beside, values, linestyle="", marker="o", markersize=7, color=GREY, alpha=0.4)
    for row, point in enumerate(effect.curve):
        drawn.plot([row, row], [point.low, point.high], color=BLUE, linewidth=5, alpha=0.5)
        drawn.plot([row], [point.value], color=BLUE, marker="D", markersize=13)
    drawn.set_xlim(-0.5, len(effect.curve) - 0.5)
    named = effect.curve[:MOST_TEXTS]
    drawn.set_xticks(range(len(named)), [""] * len(named))
    for row, point in enumerate(named):
        text = drawn.text(row, -0.04, "", transform=drawn.get_xaxis_transform(), color=INK)
        text.set(ha="center", va="top", text=written(effect.factor.name, point.at, t))
        fit(text, 0.95 * width / len(effect.curve), LEAST)


def _look_at(drawn: Axes, seen: Sequence[float], ends: Sequence[float]) -> None:
    """So much of the axis that the curve is seen, though a trial failed utterly."""
    low, high = (float(each) for each in np.quantile(seen, [0.02, 0.98]))
    low, high = min(low, *ends), max(high, *ends)
    room = 0.06 * (high - low) or 0.5
    drawn.set_ylim(low - room, high + room)


def _columns(pairs: Sequence[tuple[Value, float]]) -> tuple[list[float], list[float]]:
    return [float(at) for at, _ in pairs if isinstance(at, float)], [value for _, value in pairs]


def _alt(matters: Matters, t: Translator) -> str:
    metric = matters.metric or ""
    about = say("What matters for {metric}.", metric=label_text(metric, t))
    told = [_in_words(each, t) for each in matters.found.effects[:MOST_PLOTS]]
    return " ".join([t.plain(about), *told])


def _in_words(effect: Effect, t: Translator) -> str:
    name = effect.factor.name
    return t.plain(
        say(
            "{name} explains {share} and moves it by {swing}, from {least} at {low} to {most} at "
            "{high}.",
            name=called(name, t),
            share=share(effect.importance.value, t),
            swing=value(t, effect.swing),
            least=value(t, effect.lowest.value),
            low=written(name, effect.lowest.at, t),
            most=value(t, effect.highest.value),
            high=written(name, effect.highest.at, t),
        )
    )
