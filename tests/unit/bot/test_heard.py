from __future__ import annotations

import dataclasses

from bot.heard import ALL_SECONDS, DEAF_SECONDS, Heard
from bot.store.executions import Progress
from core.domain import ExecutionArn, MessageTs
from mlops.events import execution_of
from tests.unit.bot.tracking import ANA, ARN, FOLLOWED

EXPERIMENT = FOLLOWED.environment
ROW = dataclasses.replace(FOLLOWED, arn=ARN, progress=Progress.STARTED, message=MessageTs("1.0"))


class World:
    def __init__(self) -> None:
        self.now = 0.0
        self.heard = Heard({}, monotonic=lambda: self.now)

    def looked(self) -> None:
        self.heard.looks(ROW)
        self.heard.lists(EXPERIMENT)
        self.now += 1.0


def test_without_a_queue_everything_is_looked_at_in_every_round() -> None:
    world = World()
    for _ in range(3):
        assert world.heard.due(ROW)
        assert world.heard.lists(EXPERIMENT)
        world.looked()


def test_with_a_queue_only_what_changed_is_looked_at_and_everything_once_in_a_while() -> None:
    world = World()
    world.heard.hear(EXPERIMENT, ())
    world.looked()
    assert not world.heard.due(ROW)
    assert not world.heard.lists(EXPERIMENT)
    world.heard.hear(EXPERIMENT, [ARN])
    assert world.heard.woken.is_set()
    assert world.heard.due(ROW)
    assert world.heard.lists(EXPERIMENT)
    world.now += 0.1
    world.looked()
    assert not world.heard.due(ROW)
    for _ in range(3):
        world.now += ALL_SECONDS / 3
        world.heard.hear(EXPERIMENT, ())
    assert world.heard.due(ROW)
    assert world.heard.lists(EXPERIMENT)


def test_a_change_during_a_look_is_another_change() -> None:
    world = World()
    world.heard.hear(EXPERIMENT, [ARN])
    world.now += 1.0
    world.heard.looks(ROW)
    world.now += 1.0
    world.heard.hear(EXPERIMENT, [ARN])
    assert world.heard.due(ROW)


def test_what_somebody_waits_for_needs_no_event() -> None:
    world = World()
    world.heard.hear(EXPERIMENT, ())
    world.looked()
    for waited in (
        dataclasses.replace(ROW, arn=None),
        dataclasses.replace(ROW, stop_by=ANA),
        dataclasses.replace(ROW, retry_token="t"),
        dataclasses.replace(ROW, message=None),
    ):
        assert world.heard.due(waited)


def test_a_queue_that_does_not_answer_is_as_none() -> None:
    world = World()
    world.heard.hear(EXPERIMENT, ())
    world.looked()
    world.now += DEAF_SECONDS
    assert world.heard.due(ROW)
    assert world.heard.lists(EXPERIMENT)


def test_only_sagemakers_events_of_executions_tell_one() -> None:
    told = '{"source": "aws.sagemaker", "detail": {"pipelineExecutionArn": "arn"}}'
    assert execution_of(told) == ExecutionArn("arn")
    for other in (
        "",
        "[]",
        "null",
        '{"source": "aws.s3", "detail": {"pipelineExecutionArn": "arn"}}',
        '{"source": "aws.sagemaker", "detail": {"ModelPackageArn": "arn"}}',
        '{"source": "aws.sagemaker", "detail": null}',
    ):
        assert execution_of(other) is None
