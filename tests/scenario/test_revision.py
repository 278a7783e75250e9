"""A day whose labels have matured is scored again, and its report says what it became."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.manifest import UntilThen
from core.results import LateLabels
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage

DAY = dt.date(2013, 6, 28)
ONE, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
YOUNG = LateLabels(age=1, matures_after=7, until_then=UntilThen.NEGATIVE)


def saying(stage: Stage, text: str) -> list[dict[str, Any]]:
    return [each for each in stage.person("U0DANA").messages(DAILY) if text in each["text"]]


def test_what_a_day_became_is_said_once_in_the_thread_of_its_report(stage: Stage) -> None:
    stage.pipeline.score(DAY, auc=0.7, labels=YOUNG)
    stage.start(mornings=True)
    report = stage.shown("Jun 28")
    stage.pipeline.score(DAY + WEEK - ONE, labels=YOUNG)
    stage.clock.advance(WEEK - ONE)
    stage.shown("Jul 4")
    (revision,) = stage.slack.wait_for(
        lambda: saying(stage, "As known now"), timeout=PATIENCE_SECONDS
    )
    assert revision["thread_ts"] == report["ts"]
    assert "AUC 0.80 ± 0.02 (0.69 then)" in revision["text"]
    (execution,) = stage.pipeline.ended("production", kind="evaluate")
    assert stage.pipeline.parameters(execution) == {
        "Day": "2013-06-28",
        "StartedBy": "schedule",
        "LabelAge": "7",
        "Versions": "production=1",
    }
    stage.bot.stop()
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    stage.told("U0ANA", "What you can do here")
    assert len(saying(stage, "As known now")) == 1
