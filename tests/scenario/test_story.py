"""A day with the bot, told once: every way of asking it something."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from reports.actions import APPROVE, RETRY, STOP
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage

DAY = dt.date(2013, 6, 28)


@pytest.mark.doubled
def test_a_day_with_the_bot(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    version = stage.pipeline.register(DAY)
    stage.pipeline.hold()
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")

    ana.command(DAILY, "/mlpipe help")
    stage.told("U0ANA", "What you can do here")
    ana.command(DAILY, "/mlpipe repotr")
    stage.told("U0ANA", "Did you mean `/mlpipe report`?")

    ana.command(DAILY, "/mlpipe run")
    assert ana.submit(ana.wait_for_view("run.submit")).ok
    card = stage.shown("Running Prepare")
    ben.click(card, action_id=STOP)
    stopped = stage.shown("*Stopped* by <@U0BEN>")
    stage.pipeline.release()
    ana.click(stopped, action_id=RETRY)
    done = stage.shown("0.810")
    assert done["ts"] == card["ts"]

    ana.command(DAILY, "/mlpipe run day=2013-06-27 seed=5")
    stage.shown("0.850")
    ana.command(DAILY, "/mlpipe report")
    stage.slack.wait_for(lambda: _pictures(stage), timeout=PATIENCE_SECONDS)

    ana.command(DAILY, "/mlpipe promote 1 steadier on storm days")
    ben.click(stage.shown("steadier"), action_id=APPROVE)
    stage.slack.wait_for(
        lambda: stage.pipeline.approval(version) == "Approved", timeout=PATIENCE_SECONDS
    )
    stage.slack.wait_for(
        lambda: "<@U0BEN>" in str(stage.shown("steadier")), timeout=PATIENCE_SECONDS
    )
    assert len(stage.pipeline.executions()) == 2


def _pictures(stage: Stage) -> list[dict[str, Any]]:
    return [
        block
        for message in stage.person("U0DANA").messages(DAILY)
        for block in message.get("blocks", [])
        if block["type"] == "image"
    ]
