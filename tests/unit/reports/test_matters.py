from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from core.evidence.what_matters import what_matters
from core.matters import Matters, matters
from core.messages import LANGUAGES, Translator
from core.trials import COMPLETED, Trial
from reports.matters import Explained, answer, report, rows
from reports.trial_places import Place
from tests.unit.reports import golden

NOON = dt.datetime(2013, 6, 30, 12, tzinfo=dt.UTC)
PLACE = Place("flights", "experiment", "since=7d")


def trials(count: int = 72) -> list[Trial]:
    """The rate bends, the booster lifts, the leaves move with the depth, the rest does nothing."""
    source = np.random.default_rng(2)
    found = []
    for number in range(count):
        rate = float(np.exp(source.uniform(-6, -1)))
        leaves = float(source.choice([15, 31, 63, 127]))
        booster = str(source.choice(["gbdt", "dart", "goss"]))
        auc = 0.7 + 0.02 * (number % 6) - 0.006 * (np.log(rate) + 3.2) ** 2
        auc += 0.012 * (booster == "dart") + 0.006 * np.log2(leaves) + 0.008 * source.normal()
        parameters: dict[str, float | str] = {
            "day": f"2013-06-0{1 + number % 6}",
            "LearningRate": rate,
            "NumLeaves": leaves,
            "MaxDepth": leaves / 2,
            "Booster": booster,
            "Seed": float(number),
            "WindowDays": 60.0 if number else 61.0,
        }
        found.append(Trial(str(number), COMPLETED, NOON, parameters, {"auc": float(auc)}))
    return found


def told(found: list[Trial], t: Translator, total: int = 0) -> str:
    explained = Explained(PLACE, matters(found, total=total))
    return "\n".join(t.plain(each) for each in answer(explained.matters, t))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_matters_as_it_is_posted(language: str) -> None:
    alone = Trial("alone", COMPLETED, NOON, {"day": "2013-07-01"}, {"auc": 0.5})
    failed = Trial("failed", "Failed", NOON, {"day": "2013-06-01"}, {})
    found = matters([*trials(), alone, failed], total=5000)
    made = report(Explained(PLACE, found), Translator(language))
    golden.check(f"matters_{language}", made.message, made.pictures)


def test_few_trials_are_said_to_be_too_few_and_nothing_is_drawn() -> None:
    t = Translator()
    assert "Not enough trials to say*: about 10 more" in told(trials(6), t), "each on its own day"
    assert "Not enough trials to say*: about" in told(trials(14), t)
    made = report(Explained(PLACE, matters(trials(6))), t)
    assert not made.pictures
    assert not [each for each in made.message.payload() if each["type"] == "table"]


def test_a_metric_whose_better_end_is_not_known_has_a_highest_not_a_best() -> None:
    odd = [
        Trial(
            each.name, each.status, each.created, each.parameters, {"uplift": each.metrics["auc"]}
        )
        for each in trials()
    ]
    t = Translator()
    header, *_ = rows(matters(odd), t)
    assert header[4] == "Highest at"
    assert "at the end of what was tried" not in told(odd, t)


def test_very_many_parameters_are_listed_in_part() -> None:
    source = np.random.default_rng(0)
    many = [
        Trial(
            str(number),
            COMPLETED,
            NOON,
            {"day": "2013-06-01"} | {f"p{each}": float(source.normal()) for each in range(300)},
            {"auc": float(source.normal())},
        )
        for number in range(60)
    ]
    assert "and 292 more" in told(many, Translator())


def test_nothing_that_differs_is_nothing_to_tell() -> None:
    same = [
        Trial(str(number), COMPLETED, NOON, {"day": "2013-06-01"}, {"auc": number / 100})
        for number in range(20)
    ]
    assert "There is nothing to tell" in told(same, Translator())
    flat = Matters("auc", 20, 20, 0, what_matters([0.5] * 20, [], ["one"] * 20))
    t = Translator()
    assert "AUC is the same in all trials" in t.plain(answer(flat, t)[0])
