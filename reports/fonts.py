"""Type for pictures: matplotlib's own for Latin, IPAex Gothic for Japanese."""

from __future__ import annotations

import functools
import unicodedata
from importlib import metadata
from typing import Final

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

LATIN: Final = "DejaVu Sans"
JAPANESE: Final = "IPAexGothic"


def dress(figure: Figure) -> None:
    """Set every text of the figure in our fonts, and take it as it is written: never as TeX."""
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        dress_text(text)


def dress_text(text: Text) -> None:
    """Set one text in our fonts, as it is written."""
    _add_japanese()
    text.set_parse_math(False)
    text.set_fontfamily([LATIN, JAPANESE])


def drawable(text: str) -> str:
    """The text with a box for each character that none of the fonts has, such as emoji.

    Marks that only steer the direction of writing are left out: matplotlib knows none.
    """
    known = _characters()
    seen = (each for each in text if unicodedata.category(each) != "Cf")
    return "".join(each if each == "\n" or ord(each) in known else "□" for each in seen)


@functools.cache
def _add_japanese() -> None:
    # Importing the package would set matplotlib's fonts for the whole process; only its file is
    # wanted.
    font_manager.fontManager.addfont(_japanese_file())


def _japanese_file() -> str:
    package = metadata.distribution("matplotlib-fontja")
    return str(package.locate_file("matplotlib_fontja/fonts/ipaexg.ttf"))


@functools.cache
def _characters() -> frozenset[int]:
    """What the fonts can draw."""
    latin = font_manager.findfont(LATIN, fallback_to_default=False)
    files = (latin, _japanese_file())
    return frozenset(code for file in files for code in FT2Font(file).get_charmap())
