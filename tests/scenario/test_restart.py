from __future__ import annotations

import json
from typing import Any

import pytest

from tests.scenario.stage import DAILY, Stage


def cards(stage: Stage) -> list[dict[str, Any]]:
    seen = stage.person("U0DANA").messages(DAILY)
    return [message for message in seen if not message.get("is_ephemeral")]


@pytest.mark.four_ways
def test_a_bot_that_was_killed_goes_on_with_the_same_card(stage: Stage) -> None:
    stage.pipeline.hold()
    bot = stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    card = stage.shown("Prepare")
    stage.kill(bot)
    stage.pipeline.release()
    (execution,) = stage.pipeline.ended()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert "0.810" not in json.dumps(cards(stage)), "nobody was there to tell"
    stage.serve()
    ended = stage.shown("0.810")
    assert ended["ts"] == card["ts"]
    assert len(cards(stage)) == 1
    assert len(stage.pipeline.executions()) == 1


@pytest.mark.only(database="postgresql", doubled=None)
def test_a_replica_takes_over_from_a_dead_one_when_its_leases_end_and_not_before(
    stage: Stage,
) -> None:
    stage.pipeline.hold()
    dead = stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    card = stage.shown("Running Prepare")
    stage.strike_down(dead)
    stage.pipeline.release()
    stage.pipeline.ended()
    stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe status")
    stage.told("U0ANA", "Nothing runs")
    assert "0.810" not in json.dumps(cards(stage)), "the dead one may have a call on its way"
    stage.outlast_leases()
    assert stage.shown("0.810")["ts"] == card["ts"]
    assert len(cards(stage)) == 1


def test_a_bot_that_is_told_to_stop_ends_well(stage: Stage) -> None:
    bot = stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    stage.told("U0ANA", "What you can do here")
    assert bot.stop() == 0
    assert "Traceback" not in bot.log.read_text()


def test_no_secret_is_in_the_log(stage: Stage) -> None:
    bot = stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    stage.told("U0ANA", "What you can do here")
    bot.stop()
    log = bot.log.read_text()
    app = stage.slack.app
    for secret in (app.bot_token, app.app_token, app.signing_secret):
        assert secret not in log
