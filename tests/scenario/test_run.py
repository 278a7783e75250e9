from __future__ import annotations

import asyncio
import datetime as dt
import json
import threading
from typing import Any

import pytest

from bot import answers
from bot.sagemaker import SageMaker
from reports.actions import RUN_PLANNED
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, RANDOM, Stage
from tests.scenario.tiny_steps import UNLUCKY_SEED

FIELD = "run.parameter.flights."


def cards(stage: Stage) -> list[dict[str, Any]]:
    """The messages of the app that everybody in the channel sees."""
    seen = stage.person("U0DANA").messages(DAILY)
    return [message for message in seen if not message.get("is_ephemeral")]


@pytest.mark.four_ways
def test_a_line_starts_one_execution_and_its_card_ends_with_metrics(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday num_leaves=63")
    card = stage.shown("0.810")
    assert len(cards(stage)) == 1
    (execution,) = stage.pipeline.executions()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert stage.pipeline.parameters(execution) == {
        "Day": "2013-06-28",
        "NumLeaves": "63",
        "StartedBy": "T0MLPIPE/U0ANA",
    } | {
        name: value
        for name, value in stage.pipeline.parameters(execution).items()
        if name in {"LearningRate", "Seed"}
    }
    assert "AUC" in json.dumps(card)


def test_the_card_is_there_while_steps_run_and_moves_with_them(stage: Stage) -> None:
    stage.pipeline.hold()
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run")
    stage.person("U0ANA").submit(stage.person("U0ANA").wait_for_view("run.submit"))
    running = stage.shown("Prepare")
    stage.pipeline.release()
    ended = stage.shown("0.810")
    assert ended["ts"] == running["ts"], "one card, edited"


def test_a_step_that_was_taken_from_an_earlier_run_says_so(stage: Stage) -> None:
    stage.pipeline.cache_preparation("experiment")
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    assert "cache" not in json.dumps(stage.shown("0.810"))
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.shown("from the cache of an earlier run")


def test_a_failure_shows_the_step_and_its_reason(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe run Seed={UNLUCKY_SEED}")
    card = stage.shown("There is no data for that day")
    assert "Prepare" in json.dumps(card)
    stage.told("U0ANA", "The last lines of the log of *Prepare*")


def test_the_modal_asks_for_each_parameter_prefilled(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run")
    view = ana.wait_for_view("run.submit")
    elements = {
        block["block_id"].removeprefix(FIELD): block["element"]
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert elements["Day"]["type"] == "datepicker"
    assert elements["Day"]["initial_date"] == "2013-06-28"
    assert elements["NumLeaves"]["type"] == "number_input"
    assert elements["NumLeaves"]["initial_value"] == "31"
    assert elements["NumLeaves"]["max_value"] == "4096"
    assert elements["LearningRate"]["is_decimal_allowed"] is True
    assert "StartedBy" not in elements
    chosen = elements["run.environment"]["initial_option"]["value"]
    assert chosen == "experiment"


def test_a_submission_starts_what_it_says_where_it_says(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run")
    view = ana.wait_for_view("run.submit")
    ana.select(view, action_id="run.environment", value="production")
    view = stage.slack.wait_for(
        lambda: next(
            (
                v
                for v in ana.views()
                if '"environment":"production"' in json.dumps(v)
                or "production" in v["private_metadata"]
            ),
            None,
        )
    )
    outcome = ana.submit(view, {f"{FIELD}Seed": "3", "run.environment": "production"})
    assert outcome.ok
    stage.shown("0.830")
    assert stage.pipeline.executions("experiment") == []
    (execution,) = stage.pipeline.executions("production")
    assert stage.pipeline.parameters(execution)["Seed"] == "3"


def test_a_wrong_value_is_told_at_its_field_and_starts_nothing(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run")
    view = ana.wait_for_view("run.submit")
    outcome = ana.submit(view, {f"{FIELD}Day": "2014-01-01"})
    assert "has not happened yet" in outcome.errors[f"{FIELD}Day"]
    outcome = ana.submit(view, {f"{FIELD}Day": "2013-06-27"})
    assert outcome.ok, "mended, the same view goes through"
    stage.shown("0.810")
    assert len(stage.pipeline.executions()) == 1


def test_wrong_input_is_one_line_that_says_what_to_do(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    for text, words in {
        "run flihgts": "Did you mean flights?",
        "run env=prod day=yesterday": "Did you mean production?",
        "run NumLeafs=3": "Did you mean NumLeaves?",
        "run NumLeaves=many": "has to be a whole number",
        "run day=2014-01-01": "has not happened yet",
        "run kind=dance": "train, evaluate",
    }.items():
        ana.command(DAILY, f"/mlpipe {text}")
        stage.told("U0ANA", words)
    assert stage.pipeline.executions() == []
    assert cards(stage) == []


def test_a_day_without_data_is_refused_before_anything_starts(stage: Stage) -> None:
    stage.pipeline.fill_lake("2013-06-26", "2013-06-28")
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run day=2013-06-27")
    stage.told("U0ANA", "There are no data for 2013-06-27. The nearest day before it")
    ana.command(DAILY, "/mlpipe run day=2013-01-01")
    stage.told("U0ANA", "they reach from 2013-06-26 to 2013-06-28")
    assert stage.pipeline.executions() == []
    ana.command(DAILY, "/mlpipe run")
    form = ana.wait_for_view("run.submit")
    wrong = ana.submit(form, {f"{FIELD}Day": "2013-06-27"}).errors
    assert "There are no data for 2013-06-27." in wrong[f"{FIELD}Day"]
    assert stage.pipeline.executions() == []
    ana.command(DAILY, "/mlpipe run day=yesterday")
    stage.shown("0.810")


def test_a_command_delivered_twice_starts_one_execution(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    (delivery,) = stage.slack.deliveries("slash_commands")
    assert stage.slack.redeliver(delivery).acknowledged
    stage.shown("0.810")
    assert len(stage.pipeline.executions()) == 1
    assert len(cards(stage)) == 1


@pytest.mark.four_ways
def test_a_submission_delivered_twice_starts_one_execution(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run")
    ana.submit(ana.wait_for_view("run.submit"))
    delivery = next(
        each
        for each in stage.slack.deliveries("interactive")
        if each.payload["type"] == "view_submission"
    )
    stage.slack.redeliver(delivery)
    stage.shown("0.810")
    assert len(stage.pipeline.executions()) == 1


def test_where_the_bot_is_no_member_nothing_is_started(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(RANDOM, "/mlpipe run day=yesterday")
    stage.told("U0ANA", "Invite me first", RANDOM)
    assert stage.pipeline.executions() == []


def test_production_can_be_scored_without_training(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run kind=evaluate env=production")
    stage.shown("0.810")
    assert len(stage.pipeline.executions("production", "evaluate")) == 1
    assert stage.pipeline.executions("production", "train") == []


def test_a_pipeline_that_is_not_in_sagemaker_is_told_with_what_to_do(stage: Stage) -> None:
    stage.pipeline.sagemaker.delete_pipeline(
        PipelineName="flights-experiment-train", ClientRequestToken="x" * 32
    )
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.told("U0ANA", "mlpipe pipeline upsert --env experiment")
    stage.person("U0ANA").command(DAILY, "/mlpipe run")
    view = stage.slack.wait_for(
        lambda: next((v for v in stage.person("U0ANA").views() if "upsert" in json.dumps(v)), None)
    )
    assert view["type"] == "modal"


def test_it_works_in_a_persons_own_conversation_with_the_bot(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(ana.dm(), "/mlpipe run day=yesterday")
    ana.wait_for_message(ana.dm(), "0.810", timeout=PATIENCE_SECONDS)


def test_what_lasts_gives_a_sign_of_life_within_a_second(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    async def slow(*_arguments: object) -> frozenset[dt.date]:
        await asyncio.to_thread(answered.wait, 10)
        return frozenset()

    monkeypatch.setattr(SageMaker, "lake_days", slow)
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.told("U0ANA", "One moment")
    answered.set()
    stage.shown("0.810")


def test_what_is_quick_gives_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "SILENCE_SECONDS", 30.0)  # so that even a busy machine is quick
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run")
    ana.submit(ana.wait_for_view("run.submit"))
    stage.shown("0.810")
    assert not any("One moment" in each.get("text", "") for each in ana.messages(DAILY))


def test_a_channel_says_which_environment_a_run_without_one_means(stage: Stage) -> None:
    bucket = 'bucket = "mlpipe-production"'
    stage.configure(changes={bucket: f'{bucket}\nchannels = ["C0EXP"]'})
    stage.start()
    ana = stage.person("U0ANA")
    ana.command("C0EXP", "/mlpipe run day=yesterday")
    stage.shown("PRODUCTION", "C0EXP")
    ana.command(DAILY, "/mlpipe run day=yesterday")
    stage.shown("experiment")
    ana.command("C0EXP", "/mlpipe run")
    form = ana.wait_for_view("run.submit")
    assert '"environment":"production"' in form["private_metadata"]


def test_a_dry_run_starts_nothing_until_it_is_clicked_and_then_once(stage: Stage) -> None:
    Record(stage.pipeline, "production").trial("served", auc=0.8, NumLeaves=31.0)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run day=yesterday num_leaves=63 —dry-run")
    plan = stage.told("U0ANA", "nothing was started")
    assert "NumLeaves 63 (production: 31)" in json.dumps(plan)
    assert stage.pipeline.executions() == []
    for _ in range(2):
        ana.click(plan, action_id=RUN_PLANNED)
    stage.shown("0.810")
    (started,) = stage.pipeline.executions()
    assert stage.pipeline.parameters(started)["NumLeaves"] == "63"


def test_the_card_ends_with_what_the_run_cost(stage: Stage) -> None:
    stage.configure(changes={'"ml.m5.xlarge" = 0.23': '"ml.m5.xlarge" = 36000.0'})
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    card = json.dumps(stage.shown("0.810"), ensure_ascii=False)
    assert "It cost $" in card
