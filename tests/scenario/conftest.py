"""A workspace, a SageMaker and the bot between them, over real sockets on loopback."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlpipe_sandbox.aws import AwsSandbox, Image
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.slack import Limits, SlackSandbox, default_workspace
from tests.scenario.bot_thread import BotThread
from tests.scenario.stage import Stage
from tests.scenario.tiny_pipeline import TinyPipeline

ROOT = Path(__file__).parents[2]
MORNING = dt.datetime(2013, 6, 29, 12, 5, tzinfo=dt.UTC)
"""08:05 in New York."""
QUICK = Limits(upload=0.05)


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
def aws(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsSandbox]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    images = {"*": Image(bin=ROOT / ".venv" / "bin", env={"PYTHONPATH": str(ROOT)})}
    with AwsSandbox(state=tmp_path / "aws", clock=clock, images=images) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackSandbox]:
    manifest = json.loads((ROOT / "deploy/slack/manifest.json").read_text())
    with SlackSandbox(default_workspace(manifest), clock=clock, limits=QUICK) as sandbox:
        yield sandbox


@pytest.fixture
def stage(tmp_path: Path, aws: AwsSandbox, slack: SlackSandbox, clock: Clock) -> Iterator[Stage]:
    """Everything but the bot: a test starts it when the stage is set."""
    stage = Stage(
        folder=tmp_path,
        slack=slack,
        clock=clock,
        pipeline=TinyPipeline(folder=tmp_path),
        bot=BotThread(),
    )
    stage.pipeline.create("production")
    stage.pipeline.create("experiment")
    yield stage
    stage.bot.stop()
