"""50 reports due in the same minute, two replicas, one killed at any moment: each comes once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
import time
from collections.abc import Callable, Iterator

import pytest

from bot.resting import RETRY_AFTER
from core.spans import ONE_DAY
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.slack import Channel, Limits, SlackSandbox, default_workspace
from tests.scenario.conftest import MORNING, ROOT
from tests.scenario.replicas import Replicas
from tests.scenario.stage import Stage

pytestmark = pytest.mark.only(transport="socket", database="postgresql", doubled=None)

CHANNELS = tuple(f"C1SUB{each:03d}" for each in range(50))
"""Those that have subscribed."""
ROUNDS = 20
COURSES = range(10)
"""Of so many rounds each, in `make prove`; one of them in every run."""
EVALUATED_EVERY = 5
"""Days of which one has results, and so pictures: of the others each channel hears that it has
none, which comes as surely and costs less."""
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.1
REST_SECONDS = 10.0
REST = RETRY_AFTER + dt.timedelta(minutes=1)
FIRST = dt.date(2013, 6, 28)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "course" in metafunc.fixturenames:
        proving = metafunc.config.getoption("--prove")
        metafunc.parametrize("course", COURSES if proving else COURSES[:1])


@pytest.fixture
def slack(clock: Clock, limits: Limits) -> Iterator[SlackSandbox]:
    """A workspace with a channel for each subscription."""
    workspace = default_workspace(json.loads((ROOT / "deploy/slack/manifest.json").read_text()))
    everybody = workspace.channels[0].members
    more = tuple(Channel(each, each.lower(), "Reports", everybody) for each in CHANNELS)
    wide = dataclasses.replace(workspace, channels=(*workspace.channels, *more))
    with SlackSandbox(wide, clock=clock, limits=limits) as sandbox:
        yield sandbox


def subscribe_all(stage: Stage) -> None:
    """Every channel wants its report at ten, whether there are results or not."""
    stage.configure()
    tables = [
        f'[[subscriptions]]\nchannel = "{channel}"\nat = "10:00"\nlatest = "10:00"\n'
        for channel in CHANNELS
    ]
    stage.config.write_text(stage.config.read_text() + "\n" + "\n".join(tables))


@pytest.fixture
def replicas(stage: Stage) -> Iterator[Replicas]:
    """One that has set up the database, and a second one."""
    subscribe_all(stage)
    replicas = Replicas(stage)
    replicas.start()
    replicas.wait_until_connected()
    replicas.start()
    yield replicas
    replicas.stop()


@pytest.mark.proof
@pytest.mark.slow
def test_each_report_comes_once_whoever_dies_whenever(
    stage: Stage, replicas: Replicas, course: int
) -> None:
    dice = random.Random(f"once {course}")
    half_way = 0
    for number in range(ROUNDS):
        day = FIRST + number * ONE_DAY
        if number % EVALUATED_EVERY == 1:
            stage.pipeline.score(day)
        replicas.wait_until_connected()
        before = posts(stage)
        stage.clock.move_to(MORNING + number * ONE_DAY + dt.timedelta(hours=2))
        wait_for_posts(stage, before + dice.randrange(len(CHANNELS)))
        victim = dice.choice(replicas.running)
        replicas.kill(victim)
        half_way += 0 < replicas.delivered(day) < len(CHANNELS)
        replicas.start()
        replicas.outlast_leases_of(victim)
        wait_until_all_came(replicas, day, len(CHANNELS))
    posted = replicas.posted()
    print(f"{len(posted)} deliveries, {half_way} of {ROUNDS} deaths half way")
    assert len(posted) == ROUNDS * len(CHANNELS)
    assert {key: times for key, times in posted.items() if times != 1} == {}
    assert half_way >= ROUNDS // 4
    assert not [log for log in replicas.logs if "Traceback" in log.read_text()]


def posts(stage: Stage) -> int:
    return len(stage.slack.calls("chat.postMessage"))


def wait_for_posts(stage: Stage, number: int) -> None:
    """Return once Slack has taken so many; what failed is tried again by the bot's clock."""
    _wait(lambda: posts(stage) >= number, idle=lambda: stage.clock.advance(REST))


def wait_until_all_came(replicas: Replicas, day: dt.date, number: int) -> None:
    advance = replicas.stage.clock.advance
    _wait(lambda: replicas.delivered(day) == number, idle=lambda: advance(REST))


def _wait(holds: Callable[[], bool], *, idle: Callable[[], object]) -> None:
    began = rested = time.monotonic()
    while not holds():
        now = time.monotonic()
        assert now - began < PATIENCE_SECONDS
        if now - rested > REST_SECONDS:
            rested = now
            idle()
        time.sleep(LOOK_SECONDS)
