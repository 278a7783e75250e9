"""Jobs, the embedded AWS and the bot, killed at any moment: the card ends as the execution did."""

from __future__ import annotations

import contextlib
import enum
import json
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reports.actions import RETRY
from tests.scenario.aws_process import AwsProcess
from tests.scenario.stage import DAILY, Stage

pytestmark = pytest.mark.only(doubled=None)

KILLED_WITH_ITS_RUNNER: Final = "InternalServerError"
"""What the embedded AWS says of jobs that it finds dead when it starts."""
COURSES: Final = range(12)
"""Random ones of `make prove`, in every way."""
SHORT_COURSE: Final = (1,)
"""In every run: the bot dies once."""
MOST_CALLS: Final = 8
"""Of the bot to Slack, after which the next one dies: an undisturbed card has ended by then."""
LATEST: Final = 4.0
"""Seconds after which it dies all the same: who was killed before it began calls no more."""
LONG_PATIENCE_SECONDS: Final = 180.0
"""The bot asks an AWS that did not answer ever more rarely."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    proving = metafunc.config.getoption("--prove")
    if "bot_is_there" in metafunc.fixturenames:
        there = {True: "bot_there", False: "bot_away"}
        metafunc.parametrize("bot_is_there", there if proving else [True], ids=there.get)
    if "course" in metafunc.fixturenames:
        metafunc.parametrize("course", COURSES if proving else SHORT_COURSE)


class Victim(enum.StrEnum):
    """Who is killed."""

    BOT = "bot"
    AWS = "aws"
    BOTH = "both"


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsProcess]:
    """An AWS that can be killed, in the place of the one in the test's own process."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    process = AwsProcess(tmp_path / "aws")
    for name, value in process.environment.items():
        monkeypatch.setenv(name, value)
    yield process
    process.kill()


def running(stage: Stage) -> dict[str, Any]:
    """The card of an execution whose first step is held."""
    stage.pipeline.hold()
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.pipeline.held_by()
    return stage.shown("Running Prepare")


def assert_retry_succeeds(stage: Stage, card: dict[str, Any]) -> None:
    """On the one card that there is."""
    stage.pipeline.release()
    stage.person("U0BEN").click(card, action_id=RETRY)
    assert stage.shown("0.810")["ts"] == card["ts"]
    assert len(cards(stage)) == 1
    (execution,) = stage.pipeline.ended()
    assert execution["PipelineExecutionStatus"] == "Succeeded"


@pytest.mark.usefixtures("aws")
def test_a_job_killed_by_somebody_else_fails_and_can_be_retried(
    stage: Stage, bot_is_there: bool
) -> None:
    card = running(stage)
    if not bot_is_there:
        stage.bot.stop()
    os.kill(stage.pipeline.held_by(), signal.SIGKILL)
    (execution,) = stage.pipeline.ended()
    assert execution["PipelineExecutionStatus"] == "Failed"
    if not bot_is_there:
        stage.start()
    failed = stage.shown("more memory")
    assert failed["ts"] == card["ts"]
    assert_retry_succeeds(stage, failed)


def test_an_execution_killed_with_its_runner_fails_and_can_be_retried(
    stage: Stage, aws: AwsProcess, bot_is_there: bool
) -> None:
    card = running(stage)
    if not bot_is_there:
        stage.bot.stop()
    aws.kill()
    aws.start()
    if not bot_is_there:
        stage.start()
    failed = stage.shown(KILLED_WITH_ITS_RUNNER)
    assert failed["ts"] == card["ts"]
    assert_retry_succeeds(stage, failed)


def test_whoever_dies_whenever_the_card_ends_as_the_execution_did(
    stage: Stage, aws: AwsProcess, course: int
) -> None:
    # Deaths have to be repeatable, not unpredictable.
    chance = random.Random(f"{stage.way} {course}")
    bot = stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    victims = chance.choices(list(Victim), k=chance.randint(1, 3))
    for victim in victims:
        wait_for_calls(stage, chance.randint(0, MOST_CALLS))
        if victim is not Victim.AWS:
            stage.kill(bot)
        if victim is not Victim.BOT:
            aws.kill()
            aws.start()
        if victim is not Victim.AWS:
            bot = stage.serve()
    if victims[0] is not Victim.AWS and not stage.pipeline.executions():
        assert cards(stage) == []  # killed before it had done anything at all
        return
    if victims[0] is Victim.AWS and not has_begun(stage):
        assert cards(stage) == []  # AWS had died before it could be asked anything
        return
    assert_card_is_true(stage)


def has_begun(stage: Stage) -> bool:
    """Whether a run is kept; else who asked is told to try again, sooner or later."""
    ana = stage.person("U0ANA")

    def known() -> str | None:
        if stage.a_run_is_kept():
            return "begun"
        told = [each["text"] for each in ana.messages(DAILY) if each.get("is_ephemeral")]
        return "told" if any("does not answer" in each for each in told) else None

    return stage.slack.wait_for(known, timeout=LONG_PATIENCE_SECONDS) == "begun"


def wait_for_calls(stage: Stage, more: int) -> None:
    """Wait until the bot has called Slack so many times more, if it does."""
    wanted = len(stage.slack.calls()) + more
    with contextlib.suppress(TimeoutError):
        stage.slack.wait_for(lambda: len(stage.slack.calls()) >= wanted, timeout=LATEST)


def assert_card_is_true(stage: Stage) -> None:
    """There is one execution, one card, and both say the same in the end."""

    def last_card() -> bool:
        shown = [json.dumps(each, ensure_ascii=False) for each in cards(stage)]
        return any("failed:*" in each or "0.810" in each for each in shown)

    stage.slack.wait_for(last_card, timeout=LONG_PATIENCE_SECONDS)
    (execution,) = stage.pipeline.ended()
    (card,) = cards(stage)
    succeeded = execution["PipelineExecutionStatus"] == "Succeeded"
    assert ("0.810" in json.dumps(card)) == succeeded
    assert (RETRY in json.dumps(card)) != succeeded


def cards(stage: Stage) -> list[dict[str, Any]]:
    """Every card in the channel."""
    seen = stage.person("U0DANA").messages(DAILY)
    return [message for message in seen if "flights" in json.dumps(message.get("blocks", []))]
