"""Whatever is typed after the slash command: one polite line to who typed it, and nothing else."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings

from mlpipe_sandbox.slack.delivery.reply import Delivery
from tests.hostile import assert_polite, hostile_texts
from tests.scenario.stage import DAILY, Stage

PARTS: Final = 10
"""Of `make prove`, each with a bot of its own: 5,000 texts in every way."""
IN_A_PART: Final = 500
IN_EVERY_RUN: Final = 150
SIGN_OF_LIFE: Final = "One moment"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "part" in metafunc.fixturenames:
        proving = metafunc.config.getoption("--prove")
        metafunc.parametrize("part", range(PARTS if proving else 1))


class Asker:
    """Types as Ana, or has typed what no composer would let through, and hears what comes back."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ana = stage.person("U0ANA")
        self._numbers = itertools.count(1)
        self._ana.command(DAILY, "/mlpipe help")
        stage.told("U0ANA", "What you can do here")
        self._like = stage.slack.deliveries("slash_commands")[0]
        self._heard = len(self._lines())

    def type(self, text: str) -> list[str]:
        """What Ana is told when she types a text, once the bot is done with it."""
        self._ana.command(DAILY, f"/mlpipe {text}")
        return self._answers()

    def deliver(self, text: str) -> list[str]:
        """The same of a text that comes to the bot as it is, with nothing escaped."""
        payload = {**self._like.payload, "text": text}
        payload["trigger_id"] = f"{next(self._numbers)}.hostile"
        del payload["response_url"]
        delivery: Delivery = dataclasses.replace(self._like, payload=payload)
        assert self._stage.slack.redeliver(delivery).acknowledged
        return self._answers()

    def _answers(self) -> list[str]:
        self._stage.slack.wait_for(lambda: len(self._lines()) > self._heard)
        self._stage.bot.drain()
        lines = self._lines()[self._heard :]
        self._heard += len(lines)
        return [each for each in lines if not each.startswith(SIGN_OF_LIFE)]

    def _lines(self) -> list[str]:
        return [_told(message) for message in self._ana.messages(DAILY)]


def _told(message: dict[str, Any]) -> str:
    assert message.get("is_ephemeral"), message
    return str(message["text"])


@pytest.mark.only(doubled=None)
def test_a_hostile_text_is_answered_by_one_polite_line(
    stage: Stage, part: int, proving: bool
) -> None:
    version = stage.pipeline.register(stage.clock.now().date())
    stage.pipeline.sagemaker.update_model_package(
        ModelPackageArn=version, ModelApprovalStatus="Approved"
    )
    stage.start()
    asker = Asker(stage)
    ways = itertools.cycle((asker.type, asker.deliver))

    @seed(part)
    @settings(
        max_examples=IN_A_PART if proving else IN_EVERY_RUN,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(hostile_texts())
    def one_line_each(text: str) -> None:
        way = next(ways)
        note(f"{way.__name__}: {text!r}")
        answers = way(text)
        assert len(answers) == 1, answers
        assert_polite(answers[0])
        assert not stage.slack.calls("views.open")

    one_line_each()
    assert not stage.slack.calls("chat.postMessage")
    for environment, kind in itertools.product(("production", "experiment"), ("train", "evaluate")):
        assert stage.pipeline.executions(environment, kind) == []
    assert stage.pipeline.approval(version) == "Approved"
