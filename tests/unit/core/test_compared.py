from __future__ import annotations

import dataclasses
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from core.compared import Data, Tried, against, differing, of_recipe, recipe, same_data
from core.evidence.over_days import Answer, Reason
from core.marks import TAG
from core.trials import COMPLETED, Trial

FIRST = dt.date(2013, 6, 1)
NOON = dt.datetime(2013, 6, 30, 12, tzinfo=dt.UTC)


def trial(
    day: int, *, leaves: float, log_loss: float = 0.5, name: str = "", **more: float | str
) -> Trial:
    on = FIRST + dt.timedelta(days=day)
    return Trial(
        name=name or f"{leaves:g}-{day}",
        status=COMPLETED,
        created=NOON + dt.timedelta(minutes=day),
        parameters={"day": on.isoformat(), "NumLeaves": leaves, "started_by": "T0/U0ANA", **more},
        metrics={"log_loss": log_loss, "auc": 1 - log_loss},
    )


def tried(own: Trial, others: list[Trial]) -> Tried:
    return Tried(own, by_day=of_recipe(own, others))


@given(
    losses=st.lists(st.floats(0.1, 0.9), min_size=60, max_size=70),
    gain=st.floats(0.01, 0.05),
)
def test_a_recipe_that_is_better_every_day_is_called_better_and_the_other_worse(
    losses: list[float], gain: float
) -> None:
    old = [trial(day, leaves=31.0, log_loss=loss) for day, loss in enumerate(losses)]
    new = [trial(day, leaves=63.0, log_loss=loss - gain) for day, loss in enumerate(losses)]
    ours, theirs = tried(old[-1], old + new), tried(new[0], old + new)
    found = against(ours, theirs)
    assert found.metric == "auc"
    assert found.days is not None
    assert (found.days.answer, found.days.days) == (Answer.BETTER, len(losses))
    turned = against(theirs, ours).days
    assert turned is not None
    assert turned.answer is Answer.WORSE


def test_one_shared_day_says_nothing_of_recipes() -> None:
    old, new = trial(0, leaves=31.0), trial(0, leaves=63.0, log_loss=0.1)
    found = against(tried(old, [old, new]), tried(new, [old, new]))
    assert found.days is not None
    assert (found.days.answer, found.days.days) == (Answer.CANNOT_TELL_YET, 1)
    assert found.differences["log_loss"].value < 0


def test_trials_of_different_days_are_not_held_against_each_other() -> None:
    old, new = trial(0, leaves=31.0), trial(1, leaves=63.0)
    found = against(tried(old, [old, new]), tried(new, [old, new]))
    assert (found.data, found.differences) == (Data.OTHER_DAY, {})
    assert found.days is not None
    assert found.days.reason is Reason.NO_DAYS


def test_a_recipe_is_what_people_decided_with_the_code_and_without_the_day() -> None:
    base = trial(0, leaves=31.0, code_commit="a1")
    assert recipe(base) == recipe(trial(5, leaves=31.0, code_commit="a1", started_by="schedule"))
    assert recipe(base) != recipe(trial(0, leaves=31.0, code_commit="b2"))
    marks: dict[str, float | str] = {f"{TAG}storm": "T0/U0ANA"}
    assert recipe(base) == recipe(
        dataclasses.replace(base, parameters={**base.parameters, **marks})
    )


def test_of_several_trials_of_a_day_the_newest_counts_and_the_named_one_before_it() -> None:
    first = trial(0, leaves=31.0, name="first")
    second = Trial("second", COMPLETED, NOON + dt.timedelta(hours=9), first.parameters, {})
    failed = Trial("failed", "Failed", NOON + dt.timedelta(hours=10), first.parameters, {})
    assert of_recipe(first, [first, second, failed]) == {FIRST: first}
    later = trial(1, leaves=31.0)
    assert of_recipe(later, [first, second, failed])[FIRST] == second


def test_what_a_trial_does_not_say_is_not_guessed() -> None:
    silent = Trial("silent", COMPLETED, NOON, {"NumLeaves": 31.0}, {"auc": float("nan")})
    other = trial(0, leaves=63.0)
    assert same_data(Tried(silent), Tried(other)) is Data.UNKNOWN
    found = against(Tried(silent), Tried(other))
    assert (found.metric, found.differences, found.days) == (None, {}, None)


def test_only_what_differs_is_listed_the_code_last() -> None:
    one = trial(0, leaves=31.0, code_commit="a1", Seed=1.0)
    other = trial(3, leaves=63.0, code_commit="b2", Seed=1.0)
    assert differing([one, other]) == ["NumLeaves", "code_commit"]
