from __future__ import annotations

import json
import threading
from collections import Counter
from typing import Any

import boto3
import pytest

from mlops.aws import Aws
from reports.actions import RETRY, STOP
from tests.scenario.stage import DAILY, Stage
from tests.scenario.tiny_steps import UNLUCKY_SEED

EXPERIMENTS = "C0EXP"


def start_elsewhere(stage: Stage, environment: str = "experiment", **parameters: str) -> str:
    """Somebody starts Train in AWS's console; gives the execution's id."""
    given = {"Day": "2013-06-28", **parameters}
    answer = stage.pipeline.sagemaker.start_pipeline_execution(
        PipelineName=f"flights-{environment}-train",
        PipelineParameters=[{"Name": name, "Value": value} for name, value in given.items()],
    )
    return str(answer["PipelineExecutionArn"]).rsplit("/", 1)[-1]


def cards(stage: Stage, channel: str, run: str) -> list[dict[str, Any]]:
    """Those of a run that stand in a channel."""
    return [each for each in stage.person("U0DANA").messages(channel) if run in str(each)]


def test_a_run_that_was_started_elsewhere_gets_one_card_in_each_channel_that_follows(
    stage: Stage,
) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    for channel in (DAILY, EXPERIMENTS):
        ana.command(channel, "/mlpipe follow flights env=experiment")
        stage.shown("has this channel follow flights · experiment", channel)
    stage.pipeline.hold()
    run = start_elsewhere(stage, Seed="3")
    for channel in (DAILY, EXPERIMENTS):
        card = stage.shown("Running Prepare", channel)
        assert "started by sandbox" in str(card)
        assert "Seed=3" in str(card)
    stage.pipeline.release()
    for channel in (DAILY, EXPERIMENTS):
        stage.shown("0.830", channel)
        assert len(cards(stage, channel, run)) == 1
    ana.command(DAILY, "/mlpipe subscriptions")
    stage.told("U0ANA", "a card for every run")
    ana.command(DAILY, "/mlpipe unfollow")
    stage.shown("ended that this channel follows flights · experiment")


def test_what_is_started_from_slack_has_one_card_there_and_one_where_it_is_followed(
    stage: Stage,
) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    for channel in (DAILY, EXPERIMENTS):
        ana.command(channel, "/mlpipe follow flights env=experiment")
        stage.shown("has this channel follow", channel)
    stage.pipeline.hold()
    ana.command(DAILY, "/mlpipe run day=yesterday")
    there = stage.shown("Running Prepare", EXPERIMENTS)
    assert "started by <@U0ANA>" in str(there)
    stage.shown("Running Prepare")
    stage.person("U0BEN").click(there, action_id=STOP)
    stage.shown("*Stopped* by <@U0BEN>", EXPERIMENTS)
    card = stage.shown("*Stopped*")
    stage.pipeline.release()
    ana.click(card, action_id=RETRY)
    stage.shown("0.810")
    stage.shown("0.810", EXPERIMENTS)
    (run,) = [each["PipelineExecutionArn"].rsplit("/")[-1] for each in stage.pipeline.executions()]
    assert len(cards(stage, DAILY, run)) == len(cards(stage, EXPERIMENTS, run)) == 1


def test_what_began_while_the_bot_was_away_gets_its_card_by_what_mlpipe_toml_declares(
    stage: Stage,
) -> None:
    follows = '[[follows]]\nchannel = "C0EXP"\nenvironment = "experiment"\n\n[roles]'
    stage.configure(changes={"[roles]": follows})
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe unfollow env=experiment")
    stage.told("U0ANA", "mlpipe.toml has this channel follow flights", EXPERIMENTS)
    stage.pipeline.hold()
    first = start_elsewhere(stage)
    stage.shown("Running Prepare", EXPERIMENTS)
    stage.bot.stop()
    second = start_elsewhere(stage, Seed=UNLUCKY_SEED)
    stage.pipeline.release()
    stage.pipeline.ended()
    stage.start()
    failed = stage.shown("Prepare failed", EXPERIMENTS)
    assert second in str(failed)
    stage.shown("0.810", EXPERIMENTS)
    assert len(cards(stage, EXPERIMENTS, first)) == len(cards(stage, EXPERIMENTS, second)) == 1


def listen(stage: Stage) -> None:
    """A rule of EventBridge brings SageMaker's events into a queue that mlpipe.toml names."""
    queues: Any = boto3.client("sqs", region_name="us-east-1")
    rules: Any = boto3.client("events", region_name="us-east-1")
    url = queues.create_queue(QueueName="mlpipe")["QueueUrl"]
    named = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    rules.put_rule(Name="mlpipe", EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
    target = {"Id": "queue", "Arn": named["Attributes"]["QueueArn"]}
    rules.put_targets(Rule="mlpipe", Targets=[target])
    image = 'mlpipe-steps:latest"\n'
    stage.configure(changes={image: f'{image}event_queue = "{url}"\n'})


class Asked:
    """How often each operation of AWS was answered."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self._changed = threading.Condition()

    def note(self, operation: str) -> None:
        with self._changed:
            self.counted[operation] += 1
            self._changed.notify_all()

    def wait_for_two(self, operation: str) -> None:
        """Return when it was answered twice more: once was asked from here on."""
        with self._changed:
            wanted = self.counted[operation] + 2
            assert self._changed.wait_for(lambda: self.counted[operation] >= wanted, timeout=180)

    def lists(self) -> int:
        return sum(count for name, count in self.counted.items() if name.startswith("list_pipe"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked, call = Asked(), Aws.call

    async def noted(self: Aws, service: str, operation: str, /, **arguments: Any) -> Any:
        answer = await call(self, service, operation, **arguments)
        asked.note(operation)
        return answer

    monkeypatch.setattr(Aws, "call", noted)
    monkeypatch.setattr("mlops.events.WAIT_SECONDS", 1)
    return asked


def test_where_events_come_nothing_is_asked_while_nothing_changes(
    stage: Stage, asked: Asked
) -> None:
    listen(stage)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe follow")
    stage.shown("has this channel follow", EXPERIMENTS)
    stage.pipeline.hold()
    run = start_elsewhere(stage)
    stage.shown("Running Prepare", EXPERIMENTS)
    asked.wait_for_two("receive_message")
    before = asked.lists()
    asked.wait_for_two("receive_message")
    assert asked.lists() == before
    stage.pipeline.release()
    stage.shown("0.810", EXPERIMENTS)
    assert len(cards(stage, EXPERIMENTS, run)) == 1


def test_wrong_words_are_answered_with_what_to_write(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe follow flights")
    stage.shown("has this channel follow", EXPERIMENTS)
    for text, words in {
        "follow": "This channel follows flights · experiment already.",
        "follow flihgts": "Did you mean flights?",
        "follow flights env=prod": "Did you mean production?",
        "follow flights please": "I do not understand please",
        "unfollow env=production": "This channel does not follow flights · production.",
    }.items():
        ana.command(EXPERIMENTS, f"/mlpipe {text}")
        stage.told("U0ANA", words, EXPERIMENTS)
