from __future__ import annotations

import json
from typing import Any

from bot.run_form import FIELD, LAST_DAY, TAGS
from reports.actions import RETRY_DAYS, RUN_PLANNED, STOP_DAYS
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_run import cards
from tests.scenario.test_stop_and_retry import button
from tests.scenario.test_sweep import rows


def days(stage: Stage) -> list[str]:
    """Of the executions, oldest first."""
    return [stage.pipeline.parameters(each)["Day"] for each in stage.pipeline.executions()]


def states(card: dict[str, Any]) -> list[str]:
    """Of the days, in order."""
    return [row[1] for row in rows(card, "Day")[1:]]


def test_days_run_one_after_the_other_on_one_card_that_stops_and_goes_on(stage: Stage) -> None:
    stage.pipeline.fill_lake("2013-06-25", "2013-06-26")
    stage.pipeline.hold()
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    for text, words in {
        "day=2013-06-26..2013-06-25": "write the earlier day first",
        "day=2013-06-24..2013-06-26": "There are no data for 2013-06-24: nothing was started",
        "day=2013-04-01..2013-06-26": "one range here has at most 31",
    }.items():
        ana.command(DAILY, f"/mlpipe run {text}")
        stage.told("U0ANA", words)
    ana.command(DAILY, "/mlpipe run")
    form = ana.wait_for_view("run.submit")
    day, last = f"{FIELD}flights.Day", f"{FIELD}flights.{LAST_DAY}"
    wrong = ana.submit(form, {day: "2013-06-26", last: "2013-06-25"}).errors
    assert "write the earlier day first" in wrong[last]
    wrong = ana.submit(form, {day: "2013-06-24", last: "2013-06-26"}).errors
    assert "There are no data for 2013-06-24" in wrong[last]
    given = {f"{FIELD}flights.Seed": "2", TAGS: "weather", day: "2013-06-25", last: "2013-06-26"}
    assert ana.submit(form, given).ok
    stage.pipeline.held_by()
    card = stage.shown("Running Prepare")
    assert states(card) == ["running", "waiting"]
    assert "Tags: weather." in json.dumps(card)

    ben.click(card, action_id=STOP_DAYS)
    card = stage.shown("*Stopped* by <@U0BEN>")
    assert states(card) == ["stopped", "waiting"]
    assert days(stage) == ["2013-06-25"], "no other begins"

    stage.pipeline.release()
    ana.click(card, action_id=RETRY_DAYS)
    card = stage.shown("all 2 days")
    assert states(card) == ["done", "done"]
    assert [row[2] for row in rows(card, "Day")] == ["AUC", "0.820", "0.820"]
    assert "Mean over 2 days: AUC 0.820" in json.dumps(card)
    assert button(card, "Retry") is None
    assert days(stage) == ["2013-06-25", "2013-06-26"]
    assert len(cards(stage)) == 1


def test_days_outlive_the_bot_and_one_that_fails_holds_up_the_others(stage: Stage) -> None:
    stage.pipeline.hold()
    first = stage.serve()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run day=2013-06-25..06-27 --dry-run")
    plan = stage.told("U0ANA", "nothing was started")
    assert "2013-06-25..2013-06-27" in json.dumps(plan)
    assert days(stage) == []
    for _ in range(2):
        ana.click(plan, action_id=RUN_PLANNED)
    stage.shown("Running Prepare")
    stage.kill(first)
    stage.pipeline.break_training("experiment")  # what runs has the definition of before
    stage.pipeline.release()
    stage.start()
    card = stage.shown("Prepare failed")
    stage.told("U0ANA", "The last lines of the log of *Prepare*")
    assert states(card) == ["done", "failed", "waiting"]
    assert "1 day has not begun" in json.dumps(card)
    assert button(card, "Show the last log lines") == "execution.log"
    assert days(stage) == ["2013-06-25", "2013-06-26"]
    assert len(cards(stage)) == 1
