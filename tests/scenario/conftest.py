"""A workspace, a SageMaker and the bot between them, over real sockets on loopback."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import cli
from mlpipe_sandbox.aws import AwsSandbox, Image
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.slack import Limits, SlackSandbox, default_workspace
from mlpipe_sandbox.slack.faults import Delayed, Doubled
from tests.postgres import Postgres
from tests.scenario.bot_errors import unexpected
from tests.scenario.bot_thread import BotThread
from tests.scenario.causes import Causes
from tests.scenario.second_deliveries import assert_second_deliveries_do_nothing
from tests.scenario.stage import Stage
from tests.scenario.tiny_pipeline import TinyPipeline
from tests.scenario.way import Database, Way, ways

ROOT = Path(__file__).parents[2]
MORNING = dt.datetime(2013, 6, 29, 12, 5, tzinfo=dt.UTC)
"""08:05 in New York."""
QUICK = Limits(upload=0.05)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what stands on the stage in each of its ways."""
    if "way" in metafunc.fixturenames:
        proving = bool(metafunc.config.getoption("--prove"))
        each_way = [
            pytest.param(way, id=str(way), marks=pytest.mark.proof)
            for way in ways(metafunc.definition.iter_markers(), proving=proving)
        ]
        metafunc.parametrize("way", each_way)


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
def aws(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsSandbox]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    trial = ["python", str(ROOT / "tests/scenario/tiny_trial.py"), "--ml", "/opt/ml"]
    image = Image(ROOT / ".venv" / "bin", env={"PYTHONPATH": str(ROOT)}, entrypoint=trial)
    images = {"*": image}
    with AwsSandbox(state=tmp_path / "aws", clock=clock, images=images) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def limits(way: Way) -> Limits:
    """Where this Slack is quicker than Slack."""
    return dataclasses.replace(QUICK, trigger=way.doubled.trigger) if way.doubled else QUICK


@pytest.fixture
def slack(clock: Clock, way: Way, limits: Limits) -> Iterator[SlackSandbox]:
    manifest = json.loads((ROOT / "deploy/slack/manifest.json").read_text())
    doubled = way.doubled
    with SlackSandbox(default_workspace(manifest), clock=clock, limits=limits) as sandbox:
        if doubled:
            sandbox.faults.add(Delayed(seconds=(0, doubled.late)))
            sandbox.faults.add(Doubled(seconds=doubled.again))
        yield sandbox


@pytest.fixture
def database_url(way: Way, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database for the bot."""
    if way.database is Database.SQLITE:
        return f"sqlite:///{tmp_path}/mlpipe.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty()


@pytest.fixture
def stage(
    tmp_path: Path,
    aws: AwsSandbox,
    slack: SlackSandbox,
    clock: Clock,
    way: Way,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Stage]:
    """Everything but the bot: a test starts it when the stage is set."""
    stage = Stage(
        folder=tmp_path,
        slack=slack,
        clock=clock,
        pipeline=TinyPipeline(folder=tmp_path),
        bot=BotThread(),
        way=way,
        database_url=database_url,
        causes=Causes(tmp_path / "causes.jsonl"),
    )
    stage.pipeline.create("production")
    stage.pipeline.create("experiment")
    with stage.causes.noted():
        yield stage
        if way.doubled:
            assert_second_deliveries_do_nothing(stage)
        stage.stop()
    assert stage.causes.twice() == []
    assert not unexpected(stage, [*caplog.get_records("call"), *caplog.records])


@pytest.fixture
def as_it_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log stays with pytest, whatever the console sets up."""
    monkeypatch.setattr(cli, "set_up_logging", lambda **_: None)
