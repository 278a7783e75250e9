"""Whatever a trial's parameters, metrics and artifacts are called: Slack takes the message."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from core.marks import NOTE, TAG
from core.matters import matters
from core.messages import Translator
from core.trials import COMPLETED, Column, Condition, Operator, Question, Trial
from reports.matters import Explained
from reports.matters import report as explained
from reports.one_trial import one
from reports.trial_facts import TrialFacts
from reports.trial_places import Place
from reports.trials import DRAWN, page
from tests.unit.reports.samples import result
from tests.unit.reports.test_hostile_names import LANGUAGE, NAMES, NINE, check, usual

PLACE = Place("flights", "experiment")
MOST = 320
"""API: characters of a parameter's key."""
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


def trial(name: str, other: str, number: float) -> Trial:
    name, other = name[:MOST], other[:MOST]
    return Trial(
        "4f1c2a9b7d3e",
        other,
        NINE,
        {
            "day": other,
            "image": name,
            "code_commit": other,
            "started_by": name,
            NOTE: other,
            f"{TAG}{name}": other,
            **{f"{name}{each}": other if each % 2 else number for each in range(110)},
        },
        {f"{other}{each}": number + each for each in range(40)},
        artifacts={f"{name}{each}": other for each in range(9)},
    )


@usual
@given(name=NAMES, other=NAMES, number=NUMBERS, t=LANGUAGE)
def test_the_page_of_a_trial_takes_anything(
    name: str, other: str, number: float, t: Translator
) -> None:
    mine, theirs = trial(name, other, number), trial(other, name, 0.5)
    places = {"lake": name, "results": other}
    facts = TrialFacts(mine, result(missing={name: other}), theirs, result(), places)
    check(one(facts, place=PLACE, t=t))
    check(one(TrialFacts(mine), place=PLACE, t=t))


@usual
@example(name="&" * 5000, other="<!channel>", number=0.0, t=Translator("en"))
@given(name=NAMES, other=NAMES, number=NUMBERS, t=LANGUAGE)
def test_a_table_of_trials_takes_anything(
    name: str, other: str, number: float, t: Translator
) -> None:
    conditions = [
        Condition(Column(f"{name}{each}", metric=each % 2 == 0), Operator.IS, other)
        for each in range(10)
    ]
    found = [trial(f"{name}{each}", other, number + each) for each in range(DRAWN)]
    asked = Question(tuple(conditions), since=NINE, by=name)
    check(page(found, place=PLACE, question=asked, total=1000, t=t))


@usual
@given(name=NAMES, other=NAMES, number=NUMBERS, t=LANGUAGE)
def test_what_matters_takes_anything(name: str, other: str, number: float, t: Translator) -> None:
    """As many trials as it takes for some parameters to be seen."""
    found = [
        Trial(
            str(each),
            COMPLETED,
            NINE,
            {
                "day": other,
                name[:MOST]: [other, f"{other}2", name][each % 3],
                f"{name[: MOST - 1]}2": number * (each % 4),
                **{f"{other[: MOST - 3]}{more}": float((each * more) % 7) for more in range(12)},
            },
            {other: number + each % 3},
        )
        for each in range(40)
    ]
    told = Explained(Place("flights", "experiment", other), matters(found))
    drawn = explained(told, t)
    check(drawn.message)
