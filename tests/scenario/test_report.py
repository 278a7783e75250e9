from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from reports.actions import AS_SENT, RETRY_RUN
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage

DAY = dt.date(2013, 6, 28)
ONE = dt.timedelta(days=1)


def reports(stage: Stage) -> list[dict[str, Any]]:
    """The messages with pictures that everybody sees."""
    return [
        message
        for message in stage.person("U0DANA").messages(DAILY)
        if any(block["type"] == "image" for block in message.get("blocks", []))
    ]


def score_two_weeks(stage: Stage) -> None:
    for number in range(14):
        stage.pipeline.score(DAY - number * ONE, auc=0.85 - number / 100)


def test_a_word_for_metrics_that_is_not_all_is_told(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe report metrics=most")
    stage.told("U0ANA", "metrics= takes all only")


def test_a_report_has_numbers_and_a_picture_whose_alt_text_carries_it(stage: Stage) -> None:
    score_two_weeks(stage)
    stage.start()
    stage.person("U0DANA").command(DAILY, "/mlpipe report")
    stage.told("U0DANA", "One moment")
    report = stage.slack.wait_for(
        lambda: next(iter(reports(stage)), None), timeout=PATIENCE_SECONDS
    )
    (image,) = [block for block in report["blocks"] if block["type"] == "image"]
    assert "AUC (production) of Jun 28, 2013: 0.840" in image["alt_text"]
    assert stage.slack.file(image["slack_file"]["id"]).startswith(b"\x89PNG")
    assert "0.850" in json.dumps(report)


def test_a_day_without_evaluation_is_told_with_the_days_there_are(stage: Stage) -> None:
    stage.pipeline.score(DAY - 3 * ONE)
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe report 2013-06-28")
    text = stage.told("U0ANA", "has not been evaluated")["text"]
    assert "2013-06-25" in text
    assert "/mlpipe run flights env=production day=2013-06-28" in text
    assert reports(stage) == []


def test_who_may_not_run_is_not_told_to(stage: Stage) -> None:
    stage.start()
    stage.person("U0DANA").command(DAILY, "/mlpipe report 2013-06-28")
    text = stage.told("U0DANA", "has not been evaluated")["text"]
    assert "/mlpipe run" not in text


def test_what_is_no_day_is_told(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe report someday")
    stage.told("U0ANA", "write one such as 2013-06-28")


@pytest.mark.four_ways
def test_the_mornings_report_comes_by_itself_once(stage: Stage) -> None:
    score_two_weeks(stage)
    stage.start(mornings=True)
    stage.slack.wait_for(lambda: reports(stage), timeout=PATIENCE_SECONDS)
    stage.bot.stop()
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    stage.told("U0ANA", "What you can do here")
    assert len(reports(stage)) == 1
    assert stage.pipeline.executions("production") == [], "the day was evaluated already"


def test_the_morning_trains_then_reports(stage: Stage) -> None:
    stage.start(mornings=True)
    report = stage.slack.wait_for(
        lambda: next(iter(reports(stage)), None), timeout=PATIENCE_SECONDS
    )
    assert "0.810" in json.dumps(report)
    (execution,) = stage.pipeline.executions("production")
    assert stage.pipeline.parameters(execution)["StartedBy"] == "schedule"
    assert stage.pipeline.parameters(execution)["Day"] == "2013-06-28"


def test_the_next_morning_comes_when_the_clock_says_so(stage: Stage) -> None:
    score_two_weeks(stage)
    stage.start(mornings=True)
    stage.slack.wait_for(lambda: len(reports(stage)) == 1, timeout=PATIENCE_SECONDS)
    stage.clock.advance(dt.timedelta(days=1))
    stage.slack.wait_for(lambda: len(reports(stage)) == 2, timeout=PATIENCE_SECONDS)
    (execution,) = stage.pipeline.executions("production")
    assert stage.pipeline.parameters(execution)["Day"] == "2013-06-29"


def test_when_training_fails_the_channel_is_told_and_production_is_scored(stage: Stage) -> None:
    stage.pipeline.break_training("production")
    stage.start(mornings=True)
    stage.shown("There is no data for that day")
    (report,) = stage.slack.wait_for(lambda: reports(stage), timeout=PATIENCE_SECONDS)
    assert len(stage.pipeline.executions("production", "evaluate")) == 1
    assert "the morning's run failed at Prepare: There is no data for that day" in report["text"]
    stage.person("U0DANA").click(report, action_id=RETRY_RUN)
    stage.told("U0DANA", "You do not have the right")
    stage.person("U0CHIE").click(report, action_id=RETRY_RUN)
    card = stage.shown("Tried again by <@U0CHIE>")
    assert card["ts"] != report["ts"]
    assert len(stage.pipeline.executions("production")) == 1, "AWS tries the same execution again"


def test_a_day_is_shown_as_known_now_and_as_it_was_sent(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.start(mornings=True)
    sent = stage.shown("flights · Jun 28")
    stage.pipeline.score(DAY, auc=0.6, again=True)
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe report 2013-06-28")
    now = stage.slack.wait_for(
        lambda: next((each for each in reports(stage) if each["ts"] != sent["ts"]), None), 30
    )
    assert now["text"] != sent["text"]
    ana.click(now, action_id=AS_SENT)

    def in_the_thread() -> list[dict[str, Any]]:
        return [
            m for m in stage.slack.messages(DAILY) if m.get("thread_ts") == now["ts"] != m["ts"]
        ]

    (shown,) = stage.slack.wait_for(in_the_thread, PATIENCE_SECONDS)
    assert shown["text"] == sent["text"]
    assert [block["type"] for block in shown["blocks"]] == [
        block["type"] for block in sent["blocks"] if block["type"] != "actions"
    ]


def test_where_nothing_came_by_itself_no_button_offers_it(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe report 2013-06-28")
    report = stage.slack.wait_for(
        lambda: next(iter(reports(stage)), None), timeout=PATIENCE_SECONDS
    )
    assert AS_SENT not in json.dumps(report)


def test_that_the_morning_works_again_is_told_once_below_its_failure(stage: Stage) -> None:
    stage.pipeline.break_training("production")
    stage.start(mornings=True)
    failed = stage.shown("There is no data for that day")
    stage.slack.wait_for(lambda: reports(stage), timeout=PATIENCE_SECONDS)
    stage.clock.advance(ONE)
    stage.slack.wait_for(lambda: len(reports(stage)) == 2, timeout=PATIENCE_SECONDS)
    assert "(2 days in a row, since Jun 28, 2013)" in reports(stage)[-1]["text"]
    cards = [each for each in stage.slack.messages(DAILY) if "Prepare failed" in each["text"]]
    assert [each.get("thread_ts") for each in cards[1:]] == [failed["ts"]]
    stage.pipeline.mend_training("production")
    stage.clock.advance(ONE)
    again = stage.shown("works again: 2013-06-30 has been trained and scored")
    assert again["thread_ts"] == failed["ts"]
    stage.slack.wait_for(lambda: len(reports(stage)) == 3, timeout=PATIENCE_SECONDS)
    assert "works again; it had failed on 2 days in a row" in json.dumps(reports(stage)[-1])
    stage.clock.advance(ONE)
    stage.slack.wait_for(lambda: len(reports(stage)) == 4, timeout=PATIENCE_SECONDS)
    told = [each for each in stage.slack.messages(DAILY) if "works again" in each["text"]]
    assert len(told) == 1


def test_silence_is_told_in_full_once_then_counted_and_its_end_announced(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    approved = stage.pipeline.register(DAY - 36 * ONE)
    stage.pipeline.sagemaker.update_model_package(
        ModelPackageArn=approved, ModelApprovalStatus="Approved"
    )
    stage.configure(mornings=True, changes={'run_at = "06:00"\n': ""})
    stage.start()
    stale = stage.shown("production is 36 days old")
    assert "*Production is stale:* version 1 was trained for May 23, 2013" in json.dumps(stale)
    stage.clock.advance(ONE + dt.timedelta(hours=2))
    silent = stage.shown("Jun 29: no results.")
    assert "No run for it is known here." in json.dumps(silent)
    stage.clock.advance(ONE)
    again = stage.shown("Jun 30: no results for 2 days, since Jun 29, 2013.")
    assert "image" not in [block["type"] for block in again["blocks"]]
    stage.pipeline.score(DAY + 3 * ONE)
    stage.clock.advance(ONE)
    back = stage.shown("Jul 1: back, ")
    assert "Back after 2 days without results" in json.dumps(back)
