from __future__ import annotations

from dataclasses import replace

import pytest

from core.evidence.decomposition import Decomposition, decompose
from core.messages import LANGUAGES, Translator
from core.results import DayFacts, Interval, SliceFacts
from core.spans import ONE_DAY
from reports.verdict.why import why_lines
from tests.unit.evidence.judged_days import TODAY, judged_day
from tests.unit.reports.judged_reports import JUDGED

LOSSES = {"UA": 0.3, "AA": 0.5, "DL": 0.4, "B6": 0.45}
"""Log-loss of the carriers that are always there."""


def day(carriers: dict[str, float], weights: dict[str, float], *, ago: int = 0) -> DayFacts:
    """A day by its carriers' log-loss."""
    facts = judged_day(TODAY - ago * ONE_DAY).facts
    assert facts is not None
    whole = sum(weights[name] for name in carriers)
    slices = [
        SliceFacts(
            column="carrier",
            value=name,
            rows=100,
            weight=weights[name] / whole * facts.rows.weight,
            positive_weight=0.2 * weights[name] / whole * facts.rows.weight,
            metrics={facts.subject: {"log_loss": loss}},
        )
        for name, loss in carriers.items()
    ]
    loss = sum(weights[name] / whole * each for name, each in carriers.items())
    model = facts.models[facts.subject]
    found = {**model.metrics, "log_loss": Interval(value=loss)}
    models = {facts.subject: model.model_copy(update={"metrics": found})}
    names = {"carrier": {"VX": "Virgin America", "HA": "Hawaiian"}}
    return facts.model_copy(update={"slices": slices, "models": models, "names": names})


def apart() -> Decomposition:
    """Two carriers that hardly fly came, and two went."""
    now = {**{name: loss + 0.1 for name, loss in LOSSES.items()}, "VX": 0.5, "OO": 0.5}
    then = {**LOSSES, "HA": 0.42, "YV": 0.42}
    weights = {**dict.fromkeys(LOSSES, 1.0), "VX": 0.02, "OO": 0.04, "HA": 0.02, "YV": 0.02}
    return decompose(day(now, weights), day(then, weights, ago=1), "carrier", "log_loss")


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_that_came_or_went_are_named_however_little_they_did(language: str) -> None:
    t = Translator(language)
    verdict = replace(JUDGED["ordinary"].verdict, decomposition=apart())
    text = "\n".join(t.plain(line) for line in why_lines(verdict))
    assert all(name in text for name in ("Virgin America", "OO", "Hawaiian", "YV"))
    if language == "en":
        assert "by values that came or went." in text
        came = "Among them came: OO (0.99\xa0% of all) and Virgin America (0.49\xa0% of all)"
        assert came in text
        assert "Among them went: " in text


def test_where_nothing_came_or_went_nothing_is_said_of_it() -> None:
    verdict = JUDGED["ordinary"].verdict
    text = "\n".join(Translator().plain(line) for line in why_lines(verdict))
    assert "Among them" not in text
