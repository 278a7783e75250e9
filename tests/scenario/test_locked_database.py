from __future__ import annotations

import asyncio
import datetime as dt
import threading
from pathlib import Path

import pytest

from bench.trouble import locked
from bot.sagemaker import SageMaker
from bot.store import database
from tests.scenario.stage import DAILY, Stage
from tests.scenario.way import Database

pytestmark = pytest.mark.only(database=Database.SQLITE)
A_DUTY_TOO = "a duty failed; it is tried again at the next tick"
"""What the bot logs where one of its own meets the lock."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the bot keeps its state."""
    return tmp_path / "mlpipe.db"


def test_what_waits_for_the_database_gives_a_sign_of_life_and_is_done_then(
    stage: Stage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0.1)  # and so meets it again and again
    stage.expected_errors.append(A_DUTY_TOO)
    stage.start()
    with locked(file):
        stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
        stage.person("U0BEN").command(DAILY, "/mlpipe status")
        stage.told("U0ANA", "One moment")
        stage.told("U0BEN", "One moment")
    stage.told("U0BEN", "run")
    stage.shown("0.810")
    assert len(stage.pipeline.executions()) == 1


def test_a_second_copy_that_waits_for_the_database_gives_no_sign_of_life(
    stage: Stage, file: Path
) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    stage.told("U0ANA", "What you can do here")
    stage.bot.drain()
    (delivery,) = stage.slack.deliveries()
    with locked(file):
        stage.slack.redeliver(delivery)
        stage.person("U0BEN").command(DAILY, "/mlpipe help")
        stage.told("U0BEN", "One moment")
    stage.bot.drain()
    assert stage.causes.twice() == []


def test_work_that_meets_a_locked_database_says_so_and_nothing_is_started(
    stage: Stage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, lock = threading.Event(), threading.Event()

    async def slow(*_arguments: object) -> frozenset[dt.date]:
        at_work.set()
        await asyncio.to_thread(lock.wait, 10)
        return frozenset({dt.date(2013, 6, 28)})

    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0.1)
    stage.expected_errors.append(A_DUTY_TOO)
    monkeypatch.setattr(SageMaker, "lake_days", slow)
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    assert at_work.wait(10)
    with locked(file):
        lock.set()
        stage.told("U0ANA", "The database does not answer at the moment. Try again in a minute.")
    assert stage.pipeline.executions() == []
