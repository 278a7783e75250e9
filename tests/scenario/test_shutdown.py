"""SIGTERM in the middle: who was acknowledged is answered, if need be after the next start."""

from __future__ import annotations

import itertools
import random
import threading
from typing import Final

import pytest

from mlpipe_sandbox.aws import AwsSandbox
from mlpipe_sandbox.aws.faults import ApiDelayed
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage

PEOPLE: Final = ("U0ANA", "U0BEN", "U0CHIE", "U0DANA")
MOST: Final = 40
"""Acknowledgements, at most, after which SIGTERM comes."""


class Burst:
    """Four people type one command after the other until the bot is gone."""

    def __init__(self, stage: Stage, words: itertools.count[int]) -> None:
        self._stage = stage
        self._words = words
        self._more = threading.Condition()
        self.acknowledged: dict[str, str] = {}
        """By the word that was typed, who typed it."""
        self._threads = [threading.Thread(target=self._type, args=(each,)) for each in PEOPLE]
        for thread in self._threads:
            thread.start()

    def wait_for(self, number: int) -> None:
        """Return once so many were acknowledged."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.acknowledged) >= number, PATIENCE_SECONDS)

    def end(self) -> None:
        """Return once nobody types any more."""
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def unanswered(self) -> set[str]:
        """What was acknowledged and not answered."""
        said = "\n".join(
            message["text"]
            for each in PEOPLE
            for message in self._stage.person(each).messages(DAILY)
        )
        return {word for word in self.acknowledged if f"There is no command {word}." not in said}

    def _type(self, person: str) -> None:
        while True:
            word = f"zzz{next(self._words)}zzz"
            if not self._stage.person(person).command(DAILY, f"/mlpipe {word}").ok:
                return
            with self._more:
                self.acknowledged[word] = person
                self._more.notify_all()


def stop_in_the_middle(stage: Stage, *, moments: int) -> None:
    chance = random.Random(4)
    words = itertools.count()
    for number in (chance.randrange(1, MOST) for _ in range(moments)):
        bot = stage.serve()
        burst = Burst(stage, words)
        burst.wait_for(number)
        bot.ask_to_stop()
        assert bot.ended() == 0
        burst.end()
        assert burst.unanswered() == set(), number


@pytest.mark.only(transport="socket")
def test_over_socket_mode_everybody_acknowledged_is_answered_before_the_end(
    stage: Stage, proving: bool
) -> None:
    stop_in_the_middle(stage, moments=25 if proving else 1)


@pytest.mark.only(transport="http")
def test_over_http_everybody_acknowledged_is_answered_before_the_end(
    stage: Stage, proving: bool
) -> None:
    stop_in_the_middle(stage, moments=25 if proving else 1)


@pytest.mark.parametrize("killed", [False, True], ids=["told_twice", "killed"])
def test_what_cannot_be_finished_is_told_after_the_next_start_and_gone_on_with(
    stage: Stage, aws: AwsSandbox, killed: bool
) -> None:
    bot = stage.serve()
    for operation in ("StartPipelineExecution", "ListPipelineExecutions"):
        aws.faults.add(ApiDelayed(operation=operation, seconds=8.0, times=None))
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.told("U0ANA", "I am on it")
    stage.wait_until_a_run_is_kept()
    stage.person("U0BEN").command(DAILY, "/mlpipe status")
    stage.told("U0BEN", "I am on it")
    if killed:
        stage.kill(bot)
    else:
        bot.ask_to_stop()
        bot.wait_for_line("working off 2 acknowledged")
        assert bot.stop() == 0
        log = bot.log.read_text()
        assert "2 left without an answer: told after the next start" in log
        assert log.count(": cut_off") == 2
        assert "Traceback" not in log
    aws.faults.clear()
    stage.serve()
    stage.shown("0.810")
    assert len(stage.pipeline.executions()) == 1
    stage.told("U0BEN", "`/mlpipe status` was left without an answer: I was restarted")
    stage.told("U0ANA", "`/mlpipe run day=yesterday` was left without an answer")
