"""What one person has to be told comes through, whatever Slack does and whoever dies meanwhile."""

from __future__ import annotations

import pytest

from mlpipe_sandbox.slack.faults import ApiStatus
from tests.scenario.stage import DAILY, Stage
from tests.scenario.tiny_steps import UNLUCKY_SEED

pytestmark = pytest.mark.only(doubled=None)

NEVER_TAKEN = ApiStatus(method="chat.postEphemeral", times=None)
LOG = "The last lines of the log of *Prepare*"


def tellings(stage: Stage, text: str) -> int:
    """How often Ana was told something."""
    return sum(text in each.get("text", "") for each in stage.person("U0ANA").messages(DAILY))


def test_why_a_step_failed_is_told_by_the_next_bot_where_the_one_before_could_not(
    stage: Stage, proving: bool
) -> None:
    bot = stage.serve() if proving else None
    if bot is None:
        stage.start()
    with stage.slack.faults.add(NEVER_TAKEN) as untaken:
        stage.person("U0ANA").command(DAILY, f"/mlpipe run Seed={UNLUCKY_SEED}")
        card = stage.shown("Prepare failed")
        stage.slack.wait_for(lambda: untaken.happened > 0)
        stage.bot.stop() if bot is None else stage.kill(bot)
    assert tellings(stage, LOG) == 0
    stage.start()
    stage.told("U0ANA", LOG)
    assert stage.shown("Prepare failed")["ts"] == card["ts"]
    stage.stop_in_good_order()
    assert tellings(stage, LOG) == 1


def test_an_answer_that_slack_did_not_take_is_not_lost(stage: Stage) -> None:
    stage.start()
    faults = stage.slack.faults
    with faults.add(NEVER_TAKEN), faults.add(ApiStatus(method="response_url", times=None)):
        stage.person("U0ANA").command(DAILY, "/mlpipe stauts")
        stage.bot.drain()
        stage.bot.stop()
    stage.start()
    stage.told("U0ANA", "`/mlpipe stauts` was left without an answer")
