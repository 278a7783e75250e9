"""What reaches the bot too late, or for the first time when its trigger_id has died."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mlpipe_sandbox.slack import Limits
from mlpipe_sandbox.slack.delivery.reply import Delivery
from mlpipe_sandbox.slack.delivery.signed_http import encode, sign
from mlpipe_sandbox.slack.faults import Delayed, Doubled, Dropped
from reports.actions import STOP
from tests.scenario.stage import DAILY, Stage

pytestmark = pytest.mark.only(doubled=None)
TOO_LATE = "Type it again"
NOTHING_DONE = "seconds after you asked. Nothing was done"
ALMOST_FIVE_MINUTES = 290
"""Later, Bolt takes a signature for one that somebody has kept."""
SLACKS_OWN = "operation_timeout"
"""What Slack itself shows where a command was not acknowledged in time."""


@pytest.fixture
def limits() -> Limits:
    """A trigger_id lives shorter than anything here is late; nobody waits three seconds."""
    return Limits(trigger=0.4, acknowledge=1.2)


def told(stage: Stage, user: str = "U0ANA") -> list[str]:
    """Everything that one person alone has seen of the app."""
    seen = stage.person(user).messages(DAILY)
    return [each["text"] for each in seen if each.get("is_ephemeral")]


def stop_after(stage: Stage, *, deliveries: int) -> None:
    """Stop the bot once it has acknowledged so many and worked them off."""
    stage.slack.wait_for(lambda: len(stage.slack.deliveries()) == deliveries)
    stage.stop_in_good_order()


def test_a_form_that_comes_too_late_opens_nothing_and_says_so(stage: Stage) -> None:
    stage.start()
    stage.slack.faults.add(Delayed(seconds=0.6))
    stage.person("U0ANA").command(DAILY, "/mlpipe run")
    stage.told("U0ANA", TOO_LATE)
    stop_after(stage, deliveries=1)
    assert len(told(stage)) == 1
    assert stage.person("U0ANA").views() == []


def test_a_form_whose_first_delivery_was_lost_opens_nothing_and_says_so(stage: Stage) -> None:
    stage.start()
    stage.slack.faults.add(Dropped(times=1))
    stage.slack.faults.add(Doubled(seconds=1.4, times=1))
    assert not stage.person("U0ANA").command(DAILY, "/mlpipe run").ok
    stage.told("U0ANA", TOO_LATE)
    stop_after(stage, deliveries=1)
    (slacks_own, ours) = told(stage)
    assert SLACKS_OWN in slacks_own
    assert TOO_LATE in ours
    assert stage.person("U0ANA").views() == []


def test_a_second_delivery_of_a_form_that_came_too_late_says_nothing_more(stage: Stage) -> None:
    stage.start()
    stage.slack.faults.add(Delayed(seconds=0.6, times=1))
    stage.slack.faults.add(Doubled(seconds=0.2, times=1))
    stage.person("U0ANA").command(DAILY, "/mlpipe run")
    stage.told("U0ANA", TOO_LATE)
    stop_after(stage, deliveries=2)
    assert len(told(stage)) == 1


def test_a_run_whose_first_delivery_was_lost_is_started_once(stage: Stage) -> None:
    stage.start()
    stage.slack.faults.add(Dropped(times=1))
    stage.slack.faults.add(Doubled(seconds=1.3, times=1))
    stage.slack.faults.add(Doubled(seconds=1.5, times=1))
    assert not stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday").ok
    stage.shown("0.810")
    assert len(stage.pipeline.executions()) == 1


@pytest.fixture
def locked(stage: Stage) -> Iterator[sqlite3.Connection]:
    """The bot's database, in which somebody else writes for long."""
    stage.start()
    lock = sqlite3.connect(
        stage.folder / "mlpipe.db", isolation_level=None, check_same_thread=False
    )
    lock.execute("BEGIN IMMEDIATE")
    yield lock
    lock.close()


@pytest.mark.only(database="sqlite")
def test_a_form_that_waited_for_the_database_too_long_opens_nothing_and_says_so(
    stage: Stage, locked: sqlite3.Connection
) -> None:
    stage.slack.faults.add(Doubled(seconds=0.6, times=1))
    assert stage.person("U0ANA").command(DAILY, "/mlpipe run").ok
    stage.slack.wait_for(lambda: len(stage.slack.deliveries()) == 2)
    locked.execute("ROLLBACK")
    stage.told("U0ANA", TOO_LATE)
    stop_after(stage, deliveries=2)
    assert len(told(stage)) == 1


@pytest.mark.only(transport="http")
@pytest.mark.parametrize("seconds", [5, ALMOST_FIVE_MINUTES])
def test_a_run_that_was_long_on_its_way_starts_nothing_and_says_so(
    stage: Stage, seconds: int
) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    stage.told("U0ANA", "What you can do here")
    (asked,) = stage.slack.deliveries()
    run = {**asked.payload, "text": "run day=yesterday", "trigger_id": "9.late"}
    for _ in range(2):
        arrive(stage, run, seconds=seconds)
    stage.told("U0ANA", NOTHING_DONE)
    stage.stop_in_good_order()
    assert len(told(stage)) == 2
    assert stage.pipeline.executions() == []


@pytest.mark.only(transport="http")
def test_a_run_that_comes_again_after_almost_five_minutes_does_nothing(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.shown("0.810")
    before = told(stage)
    (run,) = stage.slack.deliveries()
    arrive(stage, run.payload, seconds=ALMOST_FIVE_MINUTES)
    stage.stop_in_good_order()
    assert told(stage) == before
    assert len(stage.pipeline.executions()) == 1


def arrive(stage: Stage, command: dict[str, Any], *, seconds: int) -> None:
    """A command reaches the bot so long after Slack signed and sent it."""
    body, content_type = encode("slash_commands", command)
    timestamp = str(int(time.time()) - seconds)
    headers = {
        "content-type": content_type,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": sign(stage.slack.app.signing_secret, timestamp=timestamp, body=body),
    }
    url = f"http://127.0.0.1:{stage.bot.port}/slack/events"
    assert httpx.post(url, content=body, headers=headers).status_code == httpx.codes.OK


@pytest.mark.only(transport="http")
def test_a_run_that_comes_only_when_its_trigger_died_starts_nothing_and_says_so(
    stage: Stage,
) -> None:
    stage.start()
    stage.slack.faults.add(Dropped(times=1))
    # Much more than three: Slack tells whole seconds, and on a busy machine late.
    stage.slack.faults.add(Doubled(seconds=6.0, times=1))
    assert not stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday").ok
    stage.told("U0ANA", NOTHING_DONE)
    stop_after(stage, deliveries=1)
    assert stage.pipeline.executions() == []


@pytest.mark.only(transport="http")
def test_a_run_that_comes_a_second_late_is_started(stage: Stage) -> None:
    stage.start()
    stage.slack.faults.add(Delayed(seconds=1.0, times=1))
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.shown("0.810")


@pytest.mark.parametrize("seconds", [5, ALMOST_FIVE_MINUTES])
def test_a_click_that_comes_late_changes_nothing_and_says_so(stage: Stage, seconds: int) -> None:
    stage.pipeline.hold()
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.person("U0DANA").click(stage.shown("Prepare"), action_id=STOP)
    stage.told("U0DANA", "You do not have the right")
    (refused,) = stage.slack.deliveries("interactive")
    late = made_before(refused, stage, seconds=seconds, by="U0BEN")
    for _ in range(2):
        assert stage.slack.redeliver(late).acknowledged
    stage.told("U0BEN", NOTHING_DONE)
    stage.stop_in_good_order()
    assert len(told(stage, "U0BEN")) == 1
    (execution,) = stage.pipeline.executions()
    assert execution["PipelineExecutionStatus"] == "Executing"


def made_before(click: Delivery, stage: Stage, *, seconds: int, by: str) -> Delivery:
    """The same click of another person, made some seconds ago."""
    (action,) = click.payload["actions"]
    moment = stage.clock.now().timestamp() - seconds
    payload = {
        **click.payload,
        "user": {**click.payload["user"], "id": by},
        "trigger_id": "9.late",
        "actions": [{**action, "action_ts": f"{moment:.6f}"}],
    }
    del payload["response_url"]
    return dataclasses.replace(click, payload=payload)
