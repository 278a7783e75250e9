from __future__ import annotations

import struct

from core.messages import Translator
from reports import charts
from reports.fonts import drawable
from reports.series import series
from tests.unit.reports.samples import DAY, FEATURES, history, result

T = Translator()
LINE = series((*history(14, without=(3, 4)), result()), "auc", DAY)


def size(png: bytes) -> tuple[int, int]:
    """Width and height as the PNG's header has them."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_pictures_are_as_wide_as_a_phone_needs_and_the_same_every_time() -> None:
    first, second = charts.trend(LINE, T, name="flights"), charts.trend(LINE, T, name="flights")
    assert first is not None
    assert size(first.png) == (1200, 750)
    assert first == second
    assert charts.importance(FEATURES, T) == charts.importance(FEATURES, T)


def test_alt_text_carries_the_message() -> None:
    trend, importance = charts.trend(LINE, T, name="flights"), charts.importance(FEATURES, T)
    assert trend is not None
    assert importance is not None
    assert trend.alt == (
        "AUC of 13 days up to Jun 28, 2013: the last is 0.775 (95 % interval 0.757 to 0.792), the "
        "lowest 0.775, the highest 0.832. 2 days have no results."
    )
    assert importance.alt.startswith("Of 13 features, these move the model's scores most: sched")


def test_nothing_to_draw_is_no_picture() -> None:
    assert charts.trend(series((), "auc", DAY), T, name="flights") is None
    assert charts.importance({}, T) is None
    assert charts.importance({"broken": float("nan")}, T) is None


def test_features_of_no_importance_are_drawn() -> None:
    assert charts.importance({"constant": 0.0}, T) is not None


def test_titles_in_japanese_find_their_characters() -> None:
    assert drawable("出発時刻 AUC") == "出発時刻 AUC"
    assert drawable("🛫") == "□"
