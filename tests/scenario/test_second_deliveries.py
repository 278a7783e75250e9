"""A second copy of anything that Slack delivers does nothing; and one that did would be found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from bot.asking import Asking
from bot.conversations import Conversations
from bot.store.deliveries import Deliveries
from reports.actions import TRIALS_TICKED
from tests.scenario.causes import delivery_of
from tests.scenario.everything import UNKNOWN, ask_everything, come_again
from tests.scenario.stage import Stage

pytestmark = pytest.mark.only(doubled=None)

OF_NO_CONSEQUENCE = {TRIALS_TICKED}
"""Slack keeps these itself: the bot does nothing the first time either."""


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Everything that the bot listens to, once it has started."""
    found = {UNKNOWN}

    def noting(method: str, name: Callable[[Any], str]) -> None:
        original = getattr(Conversations, method)

        def offer(self: Conversations, route: Any) -> None:
            found.add(name(route))
            original(self, route)

        monkeypatch.setattr(Conversations, method, offer)

    noting("subcommand", lambda route: f"/mlpipe {route.word}")
    noting("button", lambda route: str(route.action_id))
    noting("choice", lambda route: f"{route.menu}.{route.word}")
    noting("submission", lambda route: str(route.callback_id))
    noting("shortcut", lambda route: str(route.callback_id))
    noting("event", lambda route: str(route.kind))
    return found


def test_a_second_copy_of_anything_does_nothing_and_would_be_found_if_it_did(
    stage: Stage, routes: set[str]
) -> None:
    everything = ask_everything(stage)
    assert set(everything) == routes
    for delivery in everything.values():
        come_again(stage, delivery)
    copies = stage.causes.copies()
    assert all(copies[delivery_of(each.payload)] == 2 for each in everything.values())
    assert stage.causes.twice() == []
    for route, delivery in everything.items():
        with every_claim_granted(), stage.causes.of_no_consequence() as twice:
            come_again(stage, delivery)
            if route in OF_NO_CONSEQUENCE:
                assert twice() == []
                continue
            (named,) = twice()
            assert named.startswith(f"{route}: copy 1 caused ")
            assert "; copy 2 caused nothing; copy 3 caused " in named


@contextmanager
def every_claim_granted() -> Iterator[None]:
    """A bot that takes every copy for the first."""

    async def granted(_self: Deliveries, _asking: Asking, *, at: dt.datetime) -> bool:
        return at is not None

    with mock.patch.object(Deliveries, "claim", granted):
        yield
