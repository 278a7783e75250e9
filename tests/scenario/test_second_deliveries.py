"""A second copy of anything that Slack delivers does nothing; and one that did would be found."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from bot.asking import Asking
from bot.conversations import Conversations
from bot.store.deliveries import Deliveries
from mlpipe_sandbox.slack.delivery.reply import Delivery
from reports.actions import (
    APPROVE,
    DELETE_NOTE,
    LOG,
    MORE_HELP,
    REJECT,
    RETRY,
    STOP,
    UNSUBSCRIBE,
)
from tests.scenario.causes import delivery_of, what
from tests.scenario.stage import DAILY, Stage
from tests.scenario.tiny_steps import UNLUCKY_SEED

pytestmark = pytest.mark.only(doubled=None)
DAY = dt.date(2013, 6, 28)
EXPERIMENTS = "C0EXP"
UNKNOWN = "/mlpipe nothing"


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
    noting("submission", lambda route: str(route.callback_id))
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
            (named,) = twice()
            assert named.startswith(f"{route}: copy 1 caused ")
            assert "; copy 2 caused nothing; copy 3 caused " in named


def come_again(stage: Stage, delivery: Delivery) -> None:
    """Deliver it once more; returns when the bot has made of it what it makes."""
    assert stage.slack.redeliver(delivery).acknowledged
    stage.bot.drain()


@contextmanager
def every_claim_granted() -> Iterator[None]:
    """A bot that takes every copy for the first."""

    async def granted(_self: Deliveries, _asking: Asking, *, at: dt.datetime) -> bool:
        return at is not None

    with mock.patch.object(Deliveries, "claim", granted):
        yield


def ask_everything(stage: Stage) -> dict[str, Delivery]:
    """Ask in every way there is; gives one delivery for each, by what it asks."""
    stage.pipeline.score(DAY)
    for _ in range(2):
        stage.pipeline.register(DAY)
    stage.pipeline.hold()
    stage.start()
    _ask_for_help(stage)
    _run(stage)
    _report_and_promote(stage)
    _subscribe(stage)
    _note(stage)
    stage.bot.drain()
    return {what(each.payload): each for each in stage.slack.deliveries()}


def _ask_for_help(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe help")
    ana.click(stage.told("U0ANA", "What you can do here"), action_id=MORE_HELP)
    ana.command(DAILY, UNKNOWN)
    stage.told("U0ANA", "There is no command nothing")


def _run(stage: Stage) -> None:
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, f"/mlpipe run seed={UNLUCKY_SEED}")
    stage.pipeline.held_by()
    stage.pipeline.release()
    ben.click(stage.shown("Prepare failed"), action_id=LOG)
    stage.told("U0BEN", "The last lines of the log")
    stage.pipeline.hold()
    ana.command(DAILY, "/mlpipe run")
    form = ana.wait_for_view("run.submit")
    ana.select(form, action_id="run.environment", value="experiment")
    _choose_the_like(stage, "run.pipeline")
    assert ana.submit(ana.wait_for_view("run.submit")).ok
    card = stage.shown("Running Prepare")
    ana.command(DAILY, "/mlpipe status")
    stage.bot.drain()
    ben.click(card, action_id=STOP)
    ben.click(stage.shown("*Stopped* by <@U0BEN>"), action_id=RETRY)
    stage.shown("Running Prepare")
    ana.command(DAILY, "/mlpipe stop")
    stage.shown("*Stopped* by <@U0ANA>")


def _choose_the_like(stage: Stage, action_id: str) -> None:
    """A choice in a menu that is there where there are several pipelines."""
    stage.bot.drain()
    chosen = stage.slack.deliveries("interactive")[-1]
    (action,) = chosen.payload["actions"]
    payload = {
        **chosen.payload,
        "trigger_id": f"{chosen.payload['trigger_id']}.{action_id}",
        "actions": [{**action, "action_id": action_id}],
    }
    come_again(stage, dataclasses.replace(chosen, payload=payload))


def _report_and_promote(stage: Stage) -> None:
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, "/mlpipe report")
    stage.shown("AUC 0.")
    for version, decision in (("1", APPROVE), ("2", REJECT)):
        ana.command(DAILY, f"/mlpipe promote {version} because of {decision}")
        ben.click(stage.shown(f"because of {decision}"), action_id=decision)
        stage.bot.drain()


def _subscribe(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, "/mlpipe subscribe")
    form = ana.wait_for_view("subscribe.submit")
    ana.select(form, action_id="subscribe.environment", value="production")
    _choose_the_like(stage, "subscribe.pipeline")
    assert ana.submit(ana.wait_for_view("subscribe.submit")).ok
    stage.shown("subscribed this channel", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe subscriptions")
    listed = stage.told("U0ANA", "1 subscription of this channel", EXPERIMENTS)
    ana.click(listed, action_id=UNSUBSCRIBE)
    stage.shown("unsubscribed this channel", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe unsubscribe")
    stage.told("U0ANA", "Nothing comes to this channel", EXPERIMENTS)


def _note(stage: Stage) -> None:
    ana = stage.person("U0ANA")
    ana.command(EXPERIMENTS, '/mlpipe note yesterday "the feed was down"')
    stage.shown("the feed was down", EXPERIMENTS)
    ana.command(EXPERIMENTS, "/mlpipe notes")
    stage.bot.drain()
    ana.click(stage.told("U0ANA", "the feed was down", EXPERIMENTS), action_id=DELETE_NOTE)
    stage.bot.drain()
