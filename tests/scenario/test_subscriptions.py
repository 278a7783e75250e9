from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from reports.actions import ON_IT, SERIES_MENU, UNSUBSCRIBE
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, RANDOM, Stage

DAY = dt.date(2013, 6, 28)
EXPERIMENTS = "C0EXP"
PRODUCTION = "subscribe.field.flights.production."


def form(stage: Stage, line: str = "subscribe", channel: str = EXPERIMENTS) -> dict[str, Any]:
    """The form that a line opens, once it is filled."""
    stage.person("U0ANA").command(channel, f"/mlpipe {line}")
    return stage.person("U0ANA").wait_for_view("subscribe.submit")


def reports(stage: Stage, channel: str = EXPERIMENTS) -> list[str]:
    """The texts of the reports that everybody in a channel sees."""
    return [
        message["text"]
        for message in stage.slack.messages(channel)
        if any(block["type"] == "header" for block in message.get("blocks", []))
    ]


@pytest.mark.four_ways
def test_pressing_submit_is_enough_and_the_report_comes_when_it_is_ready(stage: Stage) -> None:
    stage.start()
    assert stage.person("U0ANA").submit(form(stage)).ok
    told = stage.shown("subscribed this channel to flights · production", EXPERIMENTS)["text"]
    assert "as soon as the evaluation is ready, at the latest at 10:00" in told
    assert "The next comes by 2013-06-29 10:00 EDT." in told
    assert "`/mlpipe unsubscribe flights env=production` ends it." in told
    stage.pipeline.score(DAY)
    stage.shown("AUC 0.79", EXPERIMENTS)
    assert len(reports(stage)) == 1


def test_what_is_not_ready_at_the_latest_is_said_to_be_missing(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").submit(form(stage))
    stage.shown("subscribed this channel", EXPERIMENTS)
    assert reports(stage) == []
    stage.clock.move_to(dt.datetime(2013, 6, 29, 14, tzinfo=dt.UTC))
    stage.shown("⚫ flights · Jun 28: no results.", EXPERIMENTS)


def test_two_series_come_in_one_message_and_each_whole_one_at_a_choice(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    for environment in ("production", "experiment"):
        field = f"subscribe.field.flights.{environment}."
        at_half_past_nine = {f"{field}when": "at", f"{field}time": "09:30"}
        ana.submit(form(stage, f"subscribe env={environment}"), at_half_past_nine)
        stage.shown(f"subscribed this channel to flights · {environment}", EXPERIMENTS)
    stage.pipeline.score(DAY)
    stage.pipeline.score(DAY, environment="experiment", auc=0.7, refused="AUC is low.")
    stage.clock.move_to(dt.datetime(2013, 6, 29, 13, 30, tzinfo=dt.UTC))
    told = stage.shown(ON_IT, EXPERIMENTS)  # its buttons come once what rang is kept
    assert "2 models" in str(told)
    assert len(reports(stage)) == 1
    ana.click(told, action_id=ON_IT)
    told = stage.shown("flights · experiment: 🙋 <@U0ANA> is on it", EXPERIMENTS)
    ana.select(told, action_id=SERIES_MENU, value=f"whole/flights/experiment/{DAY}")
    stage.slack.wait_for(
        lambda: any(
            "flights · experiment · Jun 28" in each["text"] and each.get("thread_ts") == told["ts"]
            for each in stage.slack.messages(EXPERIMENTS)
        ),
        20,
    )


def test_a_channel_is_told_in_its_own_language(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.start()
    chosen = {f"{PRODUCTION}language": "ja", f"{PRODUCTION}metrics": ["log_loss"]}
    stage.person("U0ANA").submit(form(stage), chosen)
    (text,) = stage.slack.wait_for(lambda: reports(stage), PATIENCE_SECONDS)
    assert "対数損失" in text


def test_managers_get_one_line_without_statistics(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.start()
    stage.person("U0ANA").submit(form(stage), {f"{PRODUCTION}audience": "manager"})
    message = stage.shown("too early to tell: 0 of 14 days are known", EXPERIMENTS)
    assert "AUC" not in json.dumps(message)


def test_a_channel_may_have_charts_that_slack_draws(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.start()
    stage.person("U0ANA").submit(form(stage), {f"{PRODUCTION}charts": "native"})
    message = stage.shown("AUC 0.79", EXPERIMENTS)
    kinds = [block["type"] for block in message["blocks"]]
    assert "data_visualization" in kinds
    assert "image" not in kinds


def test_the_form_shows_what_the_channel_hears_already_and_changes_it(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.submit(form(stage), {f"{PRODUCTION}when": "at", f"{PRODUCTION}time": "09:30"})
    stage.shown("Every day at 09:30", EXPERIMENTS)
    again = form(stage)
    (time,) = (b for b in again["blocks"] if b["block_id"] == f"{PRODUCTION}time")
    assert time["element"]["initial_time"] == "09:30"
    ana.submit(again, {f"{PRODUCTION}days": "weekdays", f"{PRODUCTION}content": "changes"})
    stage.shown("Monday to Friday at 09:30", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe subscriptions")
    listed = stage.told("U0ANA", "1 subscription of this channel", EXPERIMENTS)
    assert "when something changed" in json.dumps(listed)


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("zone", "Tokio", "Did you mean Asia/Tokyo?"),
        ("zone", "qqqqq", "Write one such as Europe/Berlin."),
        ("quiet", "christmas", "write one such as 2013-07-04"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    stage: Stage, field: str, value: str, line: str
) -> None:
    stage.start()
    answer = stage.person("U0ANA").submit(form(stage), {f"{PRODUCTION}{field}": value})
    assert line in answer.errors[f"{PRODUCTION}{field}"]


def test_another_environment_is_chosen_in_the_form(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.select(form(stage), action_id="subscribe.environment", value="experiment")
    stage.slack.wait_for(lambda: "flights.experiment.time" in json.dumps(ana.views()))
    ana.submit(ana.views()[-1])
    stage.shown("flights · experiment", EXPERIMENTS)


def test_where_the_bot_is_no_member_it_says_what_to_do(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(RANDOM, "/mlpipe subscribe")
    ana = stage.person("U0ANA")
    stage.slack.wait_for(lambda: "Invite me first" in json.dumps(ana.views()))


def test_a_word_that_is_no_pipeline_is_told(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(EXPERIMENTS, "/mlpipe subscribe fligths")
    stage.told("U0ANA", "Did you mean flights?", EXPERIMENTS)


def test_what_mlpipe_toml_declares_is_changed_there(stage: Stage) -> None:
    stage.start(mornings=True)
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe subscribe")
    stage.slack.wait_for(lambda: "who runs mlpipe changes it there" in json.dumps(ana.views()))
    ana.command(DAILY, "/mlpipe unsubscribe")
    stage.told("U0ANA", "who runs mlpipe changes it there")
    ana.command(DAILY, "/mlpipe subscriptions")
    listed = json.dumps(stage.told("U0ANA", "1 subscription of this channel"))
    assert "by mlpipe.toml" in listed
    assert UNSUBSCRIBE not in listed


def test_the_button_ends_a_subscription_and_the_list_goes_on_without_it(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.submit(form(stage))
    stage.shown("subscribed this channel", EXPERIMENTS)
    ana.submit(form(stage, "subscribe env=experiment"))
    stage.shown("flights · experiment", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe unsubscribe")
    listed = stage.told("U0ANA", "2 subscriptions of this channel", EXPERIMENTS)
    ana.click(listed, action_id=UNSUBSCRIBE, value="C0EXP/flights/experiment")
    stage.shown("unsubscribed this channel from flights · experiment", EXPERIMENTS)
    left = stage.told("U0ANA", "1 subscription of this channel", EXPERIMENTS)
    assert left["ts"] == listed["ts"], "it takes the longer one's place"
    ana.command(EXPERIMENTS, "/mlpipe unsubscribe")
    stage.shown("unsubscribed this channel from flights · production", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe subscriptions")
    stage.told("U0ANA", "Nothing comes to this channel by itself", EXPERIMENTS)


def test_who_may_not_subscribe_is_refused_and_sees_no_button(stage: Stage) -> None:
    stage.configure(
        changes={
            '"*" = ["help", "report", "status", "subscribe", "note", "alarm"]': '"*" = ["status"]'
        }
    )
    stage.start()
    stage.person("U0ANA").submit(form(stage))
    stage.shown("subscribed this channel", EXPERIMENTS)
    dana = stage.person("U0DANA")
    dana.command(EXPERIMENTS, "/mlpipe unsubscribe")
    stage.told("U0DANA", "You do not have the right", EXPERIMENTS)
    dana.command(EXPERIMENTS, "/mlpipe subscriptions")
    listed = stage.told("U0DANA", "1 subscription of this channel", EXPERIMENTS)
    assert UNSUBSCRIBE not in json.dumps(listed)
