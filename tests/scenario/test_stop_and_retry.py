from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from mlpipe_sandbox.slack.delivery.reply import Delivery
from tests.scenario.stage import DAILY, Stage
from tests.scenario.tiny_steps import UNLUCKY_SEED


def button(card: dict[str, Any], text: str) -> str | None:
    """The action id of a card's button, if it has one with this text."""
    for block in card["blocks"]:
        if block["type"] == "actions":
            for element in block["elements"]:
                if element["text"]["text"] == text:
                    return str(element["action_id"])
    return None


def running(stage: Stage, line: str = "run day=yesterday") -> dict[str, Any]:
    """The card of an execution whose first step is held."""
    stage.pipeline.hold()
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe {line}")
    return stage.shown("Running Prepare")


def failed(stage: Stage) -> dict[str, Any]:
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe run Seed={UNLUCKY_SEED}")
    card = stage.shown("Prepare failed")
    stage.told("U0ANA", "The last lines of the log")
    return card


def click_again(stage: Stage, click: Delivery, user: str) -> None:
    """Somebody else's click on a copy of the card that shows the button still."""
    payload = copy.deepcopy(click.payload)
    payload["user"]["id"] = user
    payload["trigger_id"] += user
    payload["actions"][0]["action_ts"] = f"{stage.clock.now().timestamp():.6f}"
    del payload["response_url"]  # it answers the first clicker
    assert stage.slack.redeliver(dataclasses.replace(click, payload=payload)).acknowledged


def test_stop_on_the_card_ends_the_execution_and_says_who(stage: Stage) -> None:
    card = running(stage)
    assert button(card, "Retry") is None
    stage.person("U0BEN").click(card, action_id="execution.stop")
    ended = stage.shown("*Stopped* by <@U0BEN>")
    assert ended["ts"] == card["ts"]
    assert button(ended, "Stop") is None
    assert button(ended, "Retry") is not None
    (execution,) = stage.pipeline.executions()
    assert execution["PipelineExecutionStatus"] == "Stopped"


def test_stop_is_for_those_who_may_run(stage: Stage) -> None:
    card = running(stage)
    stage.person("U0DANA").click(card, action_id="execution.stop")
    stage.told("U0DANA", "You do not have the right")
    stage.pipeline.release()
    stage.shown("0.810")


def test_a_click_on_stop_after_the_end_changes_nothing_and_says_so(stage: Stage) -> None:
    card = running(stage)
    stage.person("U0DANA").click(card, action_id="execution.stop")
    click = stage.slack.deliveries("interactive")[-1]
    stage.pipeline.release()
    stage.shown("0.810")
    click_again(stage, click, "U0ANA")
    stage.told("U0ANA", "It has ended already")
    (execution,) = stage.pipeline.executions()
    assert execution["PipelineExecutionStatus"] == "Succeeded"


@pytest.mark.four_ways
def test_a_stopped_execution_goes_on_by_retry_on_the_same_card(stage: Stage) -> None:
    card = running(stage)
    stage.person("U0ANA").click(card, action_id="execution.stop")
    stopped = stage.shown("*Stopped*")
    stage.pipeline.release()
    stage.person("U0BEN").click(stopped, action_id="execution.retry")
    done = stage.shown("0.810")
    assert done["ts"] == card["ts"]
    assert "Tried again by <@U0BEN>" in json.dumps(done)
    assert len(stage.pipeline.executions()) == 1, "AWS tries the same execution again"


def test_retry_keeps_the_day_that_yesterday_was(stage: Stage) -> None:
    card = failed(stage)
    stage.clock.advance(dt.timedelta(days=1))
    stage.person("U0ANA").click(card, action_id="execution.retry")
    stage.shown("Tried again")
    (execution,) = stage.pipeline.executions()
    assert stage.pipeline.parameters(execution)["Day"] == "2013-06-28"


def test_a_second_click_on_retry_changes_nothing(stage: Stage) -> None:
    card = running(stage)
    stage.person("U0ANA").click(card, action_id="execution.stop")
    stopped = stage.shown("*Stopped*")
    stage.person("U0ANA").click(stopped, action_id="execution.retry")
    click = stage.slack.deliveries("interactive")[-1]
    stage.shown("Running Prepare")
    click_again(stage, click, "U0BEN")
    stage.told("U0BEN", "It runs already: its card shows how far it is.")
    stage.pipeline.release()
    stage.shown("0.810")


def test_who_asked_sees_the_end_of_the_failed_steps_log_and_nobody_else(stage: Stage) -> None:
    failed(stage)
    told = stage.told("U0ANA", "The last lines of the log of *Prepare*")["text"]
    assert "There is no data for that day" in told
    assert told.count("```") == 2
    assert not any("last lines" in m.get("text", "") for m in stage.person("U0BEN").messages(DAILY))


def test_anybody_who_may_run_sees_it_by_the_cards_button(stage: Stage) -> None:
    card = failed(stage)
    stage.person("U0BEN").click(card, action_id="execution.log")
    stage.told("U0BEN", "The last lines of the log of *Prepare*")
    stage.person("U0DANA").click(card, action_id="execution.log")
    stage.told("U0DANA", "You do not have the right")


def test_each_step_links_its_log_in_the_console(stage: Stage) -> None:
    card = failed(stage)
    (plan,) = [block for block in card["blocks"] if block["type"] == "plan"]
    (prepare,) = [task for task in plan["tasks"] if task["title"] == "Prepare"]
    assert prepare["status"] == "error"
    (source,) = prepare["sources"]
    assert "$252Faws$252Fsagemaker$252FProcessingJobs" in source["url"]


def test_the_command_stops_ones_own_execution(stage: Stage) -> None:
    running(stage)
    stage.person("U0ANA").command(DAILY, "/mlpipe stop")
    stage.told("U0ANA", "Stopping 🧪 experiment · flights · Jun 28, 2013")
    stage.shown("*Stopped* by <@U0ANA>")


def test_the_command_asks_which_where_none_is_ones_own(stage: Stage) -> None:
    running(stage)
    (execution,) = stage.pipeline.executions()
    identifier = execution["PipelineExecutionArn"].rsplit("/", 1)[-1]
    ben = stage.person("U0BEN")
    ben.command(DAILY, "/mlpipe stop")
    stage.told("U0BEN", "Which one?")
    ben.command(DAILY, "/mlpipe stop nothing")
    stage.told("U0BEN", "Nothing runs whose id begins with nothing. Take one of these:")
    ben.command(DAILY, f"/mlpipe stop {identifier[:3]}")
    stage.told("U0BEN", f"{identifier[:3]} is not enough of an id to tell which. Write more")
    ben.command(DAILY, f"/mlpipe stop {identifier[:4]}")
    stage.shown("*Stopped* by <@U0BEN>")
    ben.command(DAILY, "/mlpipe stop")
    stage.told("U0BEN", "Nothing runs now: there is nothing to stop.")


def test_what_was_started_elsewhere_can_be_stopped_too(stage: Stage) -> None:
    stage.pipeline.hold()
    stage.start()
    answer = stage.pipeline.sagemaker.start_pipeline_execution(
        PipelineName="flights-experiment-train",
        PipelineParameters=[{"Name": "Day", "Value": "2013-06-27"}],
    )
    identifier = answer["PipelineExecutionArn"].rsplit("/", 1)[-1]
    stage.person("U0ANA").command(DAILY, f"/mlpipe stop {identifier}")
    stage.told("U0ANA", "Stopping")
    (execution,) = stage.pipeline.ended()
    assert execution["PipelineExecutionStatus"] in {"Stopping", "Stopped"}


def test_a_stop_asked_for_before_the_bot_died_is_carried_out_after_it(stage: Stage) -> None:
    card = running(stage)
    stage.bot.stop()
    # What the click leaves in the database before SageMaker is told.
    stage.ask_stop_in_the_database(card, by="T0MLPIPE/U0ANA")
    stage.start()
    stage.shown("*Stopped* by <@U0ANA>")
