"""What people do with a report, on its own buttons."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from core.spans import ONE_DAY
from reports.actions import HAND_BACK, ON_IT, REPORT_MENU, UNMUTE
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage

DAY = dt.date(2013, 6, 28)
MORNING = f"flights/production/{DAY}"
REFUSED = "AUC is below 0.5."


def report(stage: Stage) -> dict[str, Any]:
    """A report that somebody asked for, with an alarm."""
    stage.pipeline.score(DAY, refused=REFUSED)
    stage.start()
    return again(stage)


def again(stage: Stage, day: str = "yesterday") -> dict[str, Any]:
    """The report of the same morning, newly asked for."""
    dana = stage.person("U0DANA")
    known = [each["ts"] for each in dana.messages(DAILY)]

    def new() -> dict[str, Any] | None:
        found = [each for each in dana.messages(DAILY) if each["ts"] not in known]
        return next((each for each in found if REPORT_MENU in json.dumps(each)), None)

    dana.command(DAILY, f"/mlpipe report {day}")
    return stage.slack.wait_for(new, PATIENCE_SECONDS)


def choose(
    stage: Stage,
    message: dict[str, Any],
    word: str,
    *,
    user: str = "U0ANA",
    morning: str = MORNING,
) -> None:
    stage.person(user).select(message, action_id=REPORT_MENU, value=f"{word}/{morning}")


@pytest.mark.four_ways
def test_one_is_on_it_for_all_to_see_until_it_is_handed_back(stage: Stage) -> None:
    message = report(stage)
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.click(message, action_id=ON_IT)
    taken = stage.shown("<@U0ANA> is on it since")
    assert taken["ts"] == message["ts"]
    assert REFUSED.rstrip(".") in json.dumps(taken), "the rest stays as it was"
    ben.click(taken, action_id=HAND_BACK)
    stage.told("U0BEN", "<@U0ANA> has it since")
    ana.click(stage.shown(HAND_BACK), action_id=HAND_BACK)
    stage.shown(ON_IT)


def test_an_alarm_is_muted_with_an_end_said_all_the_same_and_rings_again(stage: Stage) -> None:
    message = report(stage)
    ana = stage.person("U0ANA")
    assert "\U0001f534" in message["text"]
    choose(stage, message, "mute")
    form = ana.wait_for_view("mute.submit")
    assert "mute.until" in ana.submit(form, {"mute.until": "2014-06-28"}).errors
    assert ana.submit(form, {"mute.until": "2013-07-05"}).ok
    stage.shown("Muted by <@U0ANA> up to Jul 5, 2013: a version that the gate refused.")
    quiet = again(stage)
    assert "\U0001f534" not in quiet["text"]
    assert "Muted: the gate refused the new version" in json.dumps(quiet)
    choose(stage, quiet, "mute")
    assert ana.submit(ana.wait_for_view("mute.submit"), {"mute.until": "2013-07-09"}).ok
    longer = stage.shown("Muted by <@U0ANA> up to Jul 9, 2013")
    choose(stage, longer, "mute")
    ana.click(ana.wait_for_view("mute.submit"), action_id=UNMUTE)
    dana = stage.person("U0DANA")
    stage.slack.wait_for(lambda: "Muted by" not in json.dumps(dana.messages(DAILY)))
    assert "\U0001f534" in again(stage)["text"]


def test_a_mute_from_an_old_report_ends_in_days_to_come(stage: Stage) -> None:
    old = DAY - 20 * ONE_DAY
    stage.pipeline.score(old, refused=REFUSED)
    stage.start()
    ana = stage.person("U0ANA")
    choose(stage, again(stage, str(old)), "mute", morning=f"flights/production/{old}")
    form = ana.wait_for_view("mute.submit")
    (until,) = (each for each in form["blocks"] if each["block_id"] == "mute.until")
    assert until["element"]["initial_date"] == "2013-07-06", "a week from today"
    refused = ana.submit(form, {"mute.until": str(DAY)}).errors
    assert refused["mute.until"] == (
        "That day has passed: choose one from Jun 29, 2013 to Sep 28, 2013."
    )
    assert "Choose a day" in ana.submit(form, {"mute.until": "2013-09-29"}).errors["mute.until"]
    assert ana.submit(form, {"mute.until": "2013-07-06"}).ok
    stage.shown("Muted by <@U0ANA> up to Jul 6, 2013")


def test_a_closer_look_comes_into_the_thread(stage: Stage) -> None:
    stage.pipeline.score(DAY - ONE_DAY, auc=0.7)
    message = report(stage)
    ana = stage.person("U0ANA")
    choose(stage, message, "details", user="U0DANA")
    assert stage.shown("Every metric of Jun 28, 2013")["thread_ts"] == message["ts"]
    choose(stage, message, "compare")
    form = ana.wait_for_view("compare.submit")
    (day,) = (each for each in form["blocks"] if each["block_id"] == "compare.day")
    assert day["element"]["initial_date"] == str(DAY - ONE_DAY), "the only other one"
    for wrong, told in {
        str(DAY): "That is the same day: choose another.",
        "2013-06-29": "2013-06-29 is not over yet",
        "2014-06-28": "2014-06-28 has not happened yet: it is 2013-06-29.",
        "2013-06-20": "2013-06-20 has not been evaluated. The nearest that are: 2013-06-27.",
    }.items():
        assert told in ana.submit(form, {"compare.day": wrong}).errors["compare.day"]
    assert ana.submit(form, {"compare.day": str(DAY - ONE_DAY)}).ok
    assert stage.shown("beside Jun 27, 2013")["thread_ts"] == message["ts"]
    choose(stage, message, "compare")
    ana.submit(ana.wait_for_view("compare.submit"), {"compare.day": "2013-01-20"})
    stage.told("U0ANA", "2013-01-20 has not been evaluated, nor has any day near it.")


def test_where_no_other_day_was_evaluated_the_form_says_so(stage: Stage) -> None:
    choose(stage, report(stage), "compare")
    ana = stage.person("U0ANA")
    stage.slack.wait_for(lambda: "No other day near 2013-06-28" in json.dumps(ana.views()))
    assert not ana.views()[-1].get("submit")


def test_retraining_and_promoting_begin_at_the_report(stage: Stage) -> None:
    message = report(stage)
    stage.pipeline.register(DAY)
    ana = stage.person("U0ANA")
    choose(stage, message, "retrain", user="U0DANA")
    stage.told("U0DANA", "You do not have the right")
    choose(stage, message, "retrain")
    form = ana.wait_for_view("run.submit")
    assert json.loads(form["private_metadata"])["environment"] == "production"
    (day,) = (each for each in form["blocks"] if each["block_id"].endswith(".Day"))
    assert day["element"]["initial_date"] == str(DAY)
    choose(stage, message, "promote")
    stage.shown("asks that version 1 serve")
