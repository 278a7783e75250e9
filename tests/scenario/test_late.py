"""What reaches the bot too late, or for the first time when its trigger_id has died."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from mlpipe_sandbox.slack import Limits
from mlpipe_sandbox.slack.faults import Delayed, Doubled, Dropped
from tests.scenario.stage import DAILY, Stage

pytestmark = pytest.mark.only(doubled=None)
TOO_LATE = "Type it again"
SLACKS_OWN = "operation_timeout"
"""What Slack itself shows where a command was not acknowledged in time."""


@pytest.fixture
def limits() -> Limits:
    """A trigger_id lives shorter than anything here is late; nobody waits three seconds."""
    return Limits(trigger=0.4, acknowledge=1.2)


def told(stage: Stage) -> list[str]:
    """Everything that Ana alone has seen of the app."""
    seen = stage.person("U0ANA").messages(DAILY)
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


@pytest.mark.only(database="sqlite", doubled=None)
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
