from __future__ import annotations

import dataclasses
import itertools
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from core.day_result import DayResult
from core.evidence.known_days import Holiday, KnownDays
from core.evidence.scored import Scored
from core.evidence.statistics import statistics
from core.evidence.verdict import verdict
from core.messages import Translator
from core.model_quality import Metric, ModelQuality, Task
from core.results import Gate
from core.spans import ONE_DAY
from reports.charts import morning, trend
from reports.charts.days import of_leader, of_series
from reports.fonts import drawable
from reports.message import Picture
from reports.series import series
from tests.unit.evidence.judged_days import IMPORTANCE, TODAY, days_before, judged_day

T = Translator()
DICE = np.random.default_rng(5)
SCORES = DICE.beta(2, 5, 500)
STATISTICS = statistics(
    Scored((DICE.random(500) < SCORES).astype(np.float64), SCORES, np.ones(500))
)


SURE = statistics(Scored(np.ones(500), 1 - SCORES / 9, np.ones(500)))
"""Of a model that is sure of each row, and right."""


def scored(day: DayResult, kept: Mapping[str, Any] = STATISTICS) -> DayResult:
    """The day with what a diagram of reliability needs."""
    assert day.facts is not None
    models = {
        role: each.model_copy(update={"statistics": kept})
        for role, each in day.facts.models.items()
    }
    return dataclasses.replace(day, facts=day.facts.model_copy(update={"models": models}))


def picture(
    today: DayResult | None,
    history: Sequence[DayResult] = (),
    *,
    t: Translator = T,
    name: str = "flights",
) -> Picture | None:
    known = (*history, today) if today else tuple(history)
    return morning.picture(known, verdict(TODAY, today, history), t, name=name)


def size(found: Picture | None) -> tuple[int, int]:
    """Width and height as the PNG's header has them."""
    assert found is not None
    width, height = struct.unpack(">II", found.png[16:24])
    return width, height


def test_the_picture_is_as_wide_as_a_phone_needs_small_and_the_same_every_time() -> None:
    first = picture(scored(judged_day()), days_before(28))
    assert first == picture(scored(judged_day()), days_before(28))
    assert size(first)[0] == 1200
    assert first is not None
    assert len(first.png) < 100_000


def test_alt_text_carries_the_message() -> None:
    swapped = {**IMPORTANCE, "wind": 1.2, "rain": 0.2}
    today = scored(judged_day(loss=0.9, importance=swapped))
    found = picture(today, days_before(28))
    assert found is not None
    assert found.alt.startswith("Log-loss (production) of Jun 28, 2013: 0.900 (95\xa0% interval ")
    for sentence in (
        "Out of the ordinary: by the 28 days before, ordinary is 0.3",
        "On the same rows, the reference: 0.8",
        "29 days are drawn; the lowest is 0.380, the highest 0.900.",
        "Of 5 features, these move the model's scores most: wind 1.200, hour 0.900, ",
        "Since the last report: wind up 1, hour down 1, rain is new, and origin down 1.",
        "Calibration: where the model predicted ",
    ):
        assert sentence in found.alt


def test_what_a_day_does_not_have_is_left_out() -> None:
    whole = size(picture(scored(judged_day()), days_before(28)))
    without_scores = picture(judged_day(facts=False), days_before(28))
    nothing_but_metrics = picture(judged_day(importance={}), days_before(28))
    assert size(without_scores)[1] < whole[1]
    assert size(nothing_but_metrics)[1] < 0.6 * whole[1]
    assert without_scores is not None
    assert "Calibration" not in without_scores.alt


def test_a_day_without_results_shows_the_days_before() -> None:
    found = picture(None, days_before(5))
    assert found is not None
    assert "1 day has no results." in found.alt


def test_nothing_to_draw_is_no_picture() -> None:
    assert picture(None) is None
    assert trend.picture(of_series(series((), "auc", TODAY)), T, name="flights") is None


def test_days_that_the_gate_refused_are_marked() -> None:
    refused = dataclasses.replace(judged_day(), gate=Gate(passed=False, reason="no", checks=[]))
    found = picture(refused)
    assert found is not None
    assert "The gate said no on Jun 28, 2013." in found.alt


def test_no_day_is_said_to_have_what_no_day_can_have() -> None:
    wild = [judged_day(TODAY - n * ONE_DAY, loss=n % 2 + 0.01) for n in range(1, 29)]
    judged = verdict(TODAY, judged_day(), wild)
    (loss,) = (each for each in judged.metrics if each.metric == "log_loss")
    assert loss.ordinary is not None
    assert loss.ordinary[0] == 0.0


def test_holidays_and_noted_days_are_marked() -> None:
    history, today = days_before(28), judged_day()
    known = KnownDays({TODAY - ONE_DAY: Holiday("a holiday")})
    judged = verdict(TODAY, today, history, known=known)
    found = morning.picture((*history, today), judged, T, name="flights", known_days=known)
    assert found is not None
    assert "Holidays, or noted: Jun 27, 2013." in found.alt


def test_the_band_is_what_the_verdict_calls_ordinary() -> None:
    history, today = days_before(40), judged_day()
    judged = verdict(TODAY, today, history)
    line = of_leader((*history, today), judged)
    assert judged.headline is not None
    assert line.judged is not None
    assert line.judged.ordinary == judged.headline.ordinary
    assert len(line.days) == 29


def test_days_before_anything_was_in_production_are_not_called_productions() -> None:
    history, today = days_before(20, roles=("candidate", "reference")), judged_day()
    line = of_leader((*history, today), verdict(TODAY, today, history))
    assert (T.plain(line.drawn), T.plain(line.model)) == ("the day's model", "production")
    since = days_before(20)
    line = of_leader((*since, today), verdict(TODAY, today, since))
    assert T.plain(line.drawn) == "production"


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> dict[Text, Bbox]:
    """Every text that is drawn from now on, with the pixels that it takes."""
    drawn: dict[Text, Bbox] = {}
    draw = Text.draw

    def kept(text: Text, renderer: RendererBase) -> None:
        if text.get_visible() and text.get_text().strip():
            drawn[text] = text.get_window_extent()
        draw(text, renderer)

    monkeypatch.setattr(Text, "draw", kept)
    return drawn


def check(words: Mapping[Text, Bbox], found: Picture | None) -> None:
    """No words lie on others, and none leave the sheet."""
    width, height = size(found)
    for text, box in words.items():
        assert 0 <= box.x0 < box.x1 <= width, text
        assert 0 <= box.y0 < box.y1 <= height, text
    for (one, first), (other, second) in itertools.combinations(words.items(), 2):
        assert not first.overlaps(second), (one, other)


HOSTILE: Mapping[str, float] = {
    name: 1.0 / place
    for place, name in enumerate(
        ("W" * 300, "שלום" * 40, "🛫👩‍🚀" * 50, "two\nlines", "$\\frac{1}{$", "出発時刻" * 30),
        start=1,
    )
}


@pytest.mark.parametrize(
    ("language", "days", "importance", "name"),
    [
        ("en", 28, IMPORTANCE, "flights"),
        ("ja", 6, IMPORTANCE, "flights"),
        ("en", 0, HOSTILE, "<$x_{1}$\n" + "W" * 300),
        ("ja", 28, HOSTILE, "出発時刻" * 30),
    ],
)
def test_no_words_lie_on_others_or_leave_the_sheet(
    language: str,
    days: int,
    importance: Mapping[str, float],
    name: str,
    words: dict[Text, Bbox],
) -> None:
    today = dataclasses.replace(
        scored(judged_day(loss=0.9, importance=importance)),
        gate=Gate(passed=False, reason="no", checks=[]),
    )
    history = days_before(days)
    known = KnownDays({TODAY - ONE_DAY: Holiday("a holiday")})
    found = morning.picture(
        (*history, today),
        verdict(TODAY, today, history),
        Translator(language),
        name=name,
        known_days=known,
    )
    check(words, found)


@pytest.mark.parametrize("numbers", [(1e300, -1e300, 3.0), (0.0, 2e-11), (5e8, float("nan")), (7,)])
def test_numbers_of_any_size_stay_on_the_sheet(
    numbers: Sequence[float], words: dict[Text, Bbox]
) -> None:
    days = (*days_before(len(numbers) - 1), judged_day())
    *history, today = (
        dataclasses.replace(
            day, facts=None, quality=ModelQuality(Task.REGRESSION, {"r2": Metric(number)})
        )
        for day, number in zip(days, numbers, strict=True)
    )
    check(words, picture(today, history))


def test_rates_up_to_all_stay_on_the_sheet(words: dict[Text, Bbox]) -> None:
    check(words, picture(scored(judged_day(), SURE), days_before(28)))
    assert "100 %" in {text.get_text() for text in words}


def test_titles_in_japanese_find_their_characters() -> None:
    assert drawable("出発時刻 AUC") == "出発時刻 AUC"
    assert drawable("🛫") == "□"
    assert drawable("\N{FIRST STRONG ISOLATE}אב\N{POP DIRECTIONAL ISOLATE}") == "אב"
