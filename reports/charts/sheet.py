"""The paper that pictures are drawn on: sizes, colours, words that fit, the file.

Drawn for a phone: 1,200 pixels wide with type that can still be read at 360. Colours are those of
Okabe and Ito (https://jfly.uni-koeln.de/color/), which the colour-blind can tell apart; shape and
dash tell the same again. The background is light and brings its own margin, for dark screens.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from core.messages import Translator
from reports.fonts import drawable, dress, dress_text

WIDTH, DPI = 12.0, 100
"""Inches and pixels an inch."""
MARGIN: Final = 0.35
"""Inches."""
HEADINGS: Final = 1.3
"""Inches that a panel's two headings take."""
PAPER: Final = "#fdfdfb"
INK: Final = "#1f1f1f"
GREY: Final = "#555555"
FAINT: Final = "#d9d9d4"
BLUE: Final = "#0072b2"
RED: Final = "#d55e00"
GREEN: Final = "#009e73"
LARGE, SMALL, LEAST = 30, 24, 20
"""Type sizes in points: on a screen of 360 pixels they come out near 12, 10 and 8 pixels."""
COLOURS: Final = 64
"""Enough for a few inks and their soft edges; a quarter of the bytes."""
LARGEST, SMALLEST = 1e5, 1e-3
"""Numbers from the first on, or with steps below the second, stand with their power of ten."""


@dataclass(frozen=True)
class Place:
    """Where something lies on its sheet, in inches from the left and from the top."""

    left: float
    top: float
    width: float
    height: float


def sheet(height: float) -> Figure:
    """An empty sheet, so many inches high."""
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def headings(figure: Figure, place: Place, title: str, subtitle: str, *, loud: bool) -> None:
    """Write a panel's two headings at its upper left; a loud one is not to be overlooked."""
    width, height = figure.get_size_inches()
    left = place.left / width
    for text, size, colour, down in (
        (title, LARGE, INK, 0.0),
        (subtitle, SMALL, RED if loud else GREY, 0.62),
    ):
        at = 1 - (place.top + down) / height
        fit(figure.text(left, at, text, color=colour, va="top"), place.width, size)


def axes(figure: Figure, place: Place) -> Axes:
    """Axes that fill a place, with nothing but their lower line."""
    width, height = figure.get_size_inches()
    bottom = height - place.top - place.height
    found = figure.add_axes(
        (place.left / width, bottom / height, place.width / width, place.height / height),
        facecolor=PAPER,
    )
    for side in ("top", "right", "left"):
        found.spines[side].set_visible(False)
    found.spines["bottom"].set_color(FAINT)
    found.tick_params(labelsize=SMALL, colors=INK, length=0, pad=8)
    found.set_axisbelow(True)
    return found


def fit(text: Text, inches: float, size: float) -> None:
    """Set a text at a size and make it fit: smaller first, then cut."""
    words = drawable(text.get_text())
    text.set(text=words, fontsize=size)
    dress_text(text)
    if _inches(text) > inches:
        text.set_fontsize(max(LEAST, size * inches / _inches(text) - 0.5))
    while _inches(text) > inches and words:
        words = words[: min(len(words) - 1, int(len(words) * inches / _inches(text)))].rstrip()
        text.set_text(f"{words}…")


def numbered(axis: Axis, t: Translator, *, most: int, share: bool = False) -> None:
    """Few numbers along an axis, written as the reader's language does; shares in per cent."""
    locator = MaxNLocator(most, steps=[1, 2, 5, 10])
    axis.set_major_locator(locator)

    def written(number: float, _: object) -> str:
        first, second, *_rest = locator.tick_values(*axis.get_view_interval())
        step = (second - first) * (100 if share else 1)
        if abs(number) >= LARGEST or step < SMALLEST:
            return _by_its_power_of_ten(number)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        return f"{t.number(100 * number, digits)} %" if share else t.number(number, digits)

    axis.set_major_formatter(FuncFormatter(written))


def png(figure: Figure) -> bytes:
    """The sheet as a file of few colours; the same sheet gives the same bytes."""
    dress(figure)
    raw = io.BytesIO()
    figure.savefig(raw, format="raw", facecolor=PAPER)
    width, height = figure.canvas.get_width_height()
    drawn = Image.frombytes("RGBA", (width, height), raw.getvalue()).convert("RGB")
    file = io.BytesIO()
    drawn.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(file, format="png", optimize=True)
    return file.getvalue()


def _by_its_power_of_ten(number: float) -> str:
    """Such as 1e300 or -4.8e-4: short enough for an axis."""
    factor, power = f"{number:.1e}".split("e")
    short = factor.removesuffix(".0")
    return short if float(factor) == 0 else f"{short}e{int(power)}"


def _inches(text: Text) -> float:
    return float(text.get_window_extent().width) / DPI
