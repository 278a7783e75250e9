"""However an execution ends, whenever the bot is restarted: its one card ends in the same state."""

from __future__ import annotations

import enum
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from mlpipe_sandbox.aws import AwsSandbox
from mlpipe_sandbox.aws.faults import JobKilled, JobRefused, JobTimedOut
from reports.actions import RETRY, STOP
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage
from tests.scenario.tiny_steps import UNLUCKY_SEED

PREPARE: Final = "pipelines-*-Prepare-*"


class Moment(enum.StrEnum):
    """When the bot is gone."""

    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    """SageMaker runs it; whether the bot knows is open."""
    SHOWN = "shown"
    """Its card stands."""
    ENDED = "ended"
    """It is over; whether the card says so is open."""


@dataclass(frozen=True)
class End:
    """A way to end."""

    name: str
    shown: str
    """What the last card says."""
    status: str
    line: str = "run day=yesterday"
    faults: tuple[JobKilled | JobRefused | JobTimedOut, ...] = ()
    cause: Callable[[Stage], None] = field(default=lambda stage: stage.pipeline.release())
    """What ends it, once the bot is gone."""


def _stop_elsewhere(stage: Stage) -> None:
    for execution in stage.pipeline.executions():
        if execution["PipelineExecutionStatus"] == "Executing":
            stage.pipeline.sagemaker.stop_pipeline_execution(
                PipelineExecutionArn=execution["PipelineExecutionArn"], ClientRequestToken="s" * 32
            )


def _nothing(_stage: Stage) -> None:
    """It ends by itself."""


ENDS: Final = (
    End("succeeded", "0.810", "Succeeded"),
    End("failed", "no data for that day", "Failed", line=f"run seed={UNLUCKY_SEED}"),
    End("stopped", "*Stopped*", "Stopped", cause=_stop_elsewhere),
    End(
        "timed_out",
        "MaxRuntime",
        "Failed",
        faults=(JobTimedOut(job=PREPARE, seconds=1.0),),
        cause=_nothing,
    ),
    End(
        "killed",
        "more memory",
        "Failed",
        faults=(JobKilled(job=PREPARE, seconds=1.0),),
        cause=_nothing,
    ),
    End("refused", "CapacityError", "Failed", faults=(JobRefused(job=PREPARE),)),
)
FEW: Final = (
    Moment.SHOWN,
    Moment.ENDED,
    Moment.STARTED,
    Moment.ACKNOWLEDGED,
    Moment.SHOWN,
    Moment.SHOWN,
)
"""When the bot is gone in every run, by end."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each end at each moment where everything is proved, else at one of them."""
    if "moment" in metafunc.fixturenames:
        proving = metafunc.config.getoption("--prove")
        pairs = itertools.product(ENDS, Moment) if proving else zip(ENDS, FEW, strict=True)
        each = [pytest.param(end, moment, id=f"{end.name}-{moment}") for end, moment in pairs]
        metafunc.parametrize(("end", "moment"), each)


def test_the_card_ends_as_the_execution_did_after_a_restart(
    stage: Stage, aws: AwsSandbox, end: End, moment: Moment, proving: bool
) -> None:
    for fault in end.faults:
        aws.faults.add(fault)
    stage.pipeline.hold()
    gone = _begin(stage, killed=proving)
    stage.person("U0ANA").command(DAILY, f"/mlpipe {end.line}")
    _wait_until(stage, moment, end)
    gone()
    end.cause(stage)
    stage.pipeline.ended()
    stage.start()
    if moment is Moment.ACKNOWLEDGED and not stage.pipeline.executions():
        return  # killed before it had done anything at all
    (card,) = _cards(stage, end.shown)
    assert _buttons(card).isdisjoint({STOP})
    assert (RETRY in _buttons(card)) == (end.status != "Succeeded")
    (execution,) = stage.pipeline.ended()
    assert execution["PipelineExecutionStatus"] == end.status


def test_a_retry_survives_the_bots_death_right_after_the_click(
    stage: Stage, aws: AwsSandbox
) -> None:
    aws.faults.add(JobKilled(job=PREPARE))
    bot = stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    failed = stage.shown("more memory")
    stage.person("U0BEN").click(failed, action_id=RETRY)
    stage.shown("Tried again by <@U0BEN>")
    stage.kill(bot)
    (execution,) = stage.pipeline.ended()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    stage.start()
    (card,) = _cards(stage, "0.810")
    assert card["ts"] == failed["ts"]


def _begin(stage: Stage, *, killed: bool) -> Callable[[], None]:
    """Start the bot; gives what makes it go away."""
    if killed:
        process = stage.serve()
        return lambda: stage.kill(process)
    stage.start()
    return stage.bot.stop


def _wait_until(stage: Stage, moment: Moment, end: End) -> None:
    if moment is Moment.STARTED:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not stage.pipeline.executions():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    elif moment is Moment.SHOWN:
        stage.shown("Prepare")
    elif moment is Moment.ENDED:
        stage.shown("Prepare")
        end.cause(stage)
        stage.pipeline.ended()


def _cards(stage: Stage, text: str) -> list[dict[str, Any]]:
    """Every card, once one says this."""
    stage.shown(text)
    seen = stage.person("U0DANA").messages(DAILY)
    return [message for message in seen if "flights" in json.dumps(message.get("blocks", []))]


def _buttons(card: dict[str, Any]) -> set[str]:
    return {
        element["action_id"]
        for block in card["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }
