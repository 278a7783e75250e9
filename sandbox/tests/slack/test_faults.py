"""Deliveries that go wrong on demand, as an app and the people who use it live it."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox
from mlpipe_sandbox.slack.bolt import running
from mlpipe_sandbox.slack.delivery.forgeries import forge
from mlpipe_sandbox.slack.delivery.reply import Forgery
from mlpipe_sandbox.slack.faults import (
    Delayed,
    Doubled,
    Dropped,
    Forged,
    Reordered,
)
from mlpipe_sandbox.slack.faults.book import FaultBook

from .conftest import defined

CHANNEL = "C0DAILY"
TIMED_OUT = '/mlpipe failed with the error "operation_timeout"'
UNREACHED = '/mlpipe failed with the error "dispatch_failed"'


@pytest.fixture
def slack() -> Iterator[SlackSandbox]:
    with SlackSandbox(limits=Limits(acknowledge=0.5, event_retries=())) as sandbox:
        yield sandbox


def texts(bodies: list[dict[str, Any]]) -> list[str]:
    return [each["text"] if "text" in each else each["event"]["text"] for each in bodies]


class TestDeliveries:
    def test_come_twice(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        with slack.faults.add(Doubled(seconds=0.05, kind="slash_commands")) as doubled:
            assert ana.command(CHANNEL, "/mlpipe run").ok
            slack.wait_for(lambda: len(slack.deliveries("slash_commands")) == 2)
            assert doubled.happened == 1
        assert len(heard) == 2
        assert heard[0]["trigger_id"] == heard[1]["trigger_id"]
        ana.command(CHANNEL, "/mlpipe run")
        assert len(heard) == 3

    def test_come_late_while_the_trigger_runs_out(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        slack.faults.add(Delayed(seconds=(0.7, 0.8), times=1))
        assert ana.command(CHANNEL, "/mlpipe late").error == TIMED_OUT
        assert ana.command(CHANNEL, "/mlpipe prompt").ok
        slack.wait_for(lambda: len(slack.deliveries("slash_commands")) == 2)
        assert texts(heard) == ["prompt", "late"]

    def test_keep_on_their_way_the_time_at_which_they_were_signed(
        self, slack: SlackSandbox, ana: Participant
    ) -> None:
        arrived: list[tuple[float, float]] = []

        def define(app: AsyncApp) -> None:
            @app.command("/mlpipe")
            async def command(ack: Any, req: Any) -> None:
                (signed,) = req.headers["x-slack-request-timestamp"]
                arrived.append((float(signed), time.time()))
                await ack()

        slack.faults.add(Delayed(seconds=2))
        with running(slack, defined(define), over="http"):
            ana.command(CHANNEL, "/mlpipe")
            slack.wait_for(lambda: arrived)
        ((signed_at, arrived_at),) = arrived
        assert arrived_at - signed_at >= 2

    def test_overtake_one_another(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        slack.faults.add(Reordered(kind="events_api"))
        for first, second in ("12", "34"):
            ana.message(CHANNEL, first)
            ana.message(CHANNEL, second)
            slack.wait_for(functools.partial(self.has_events, slack, int(second)))
        # An event is acknowledged before its listener runs.
        deadline = time.monotonic() + 10
        while len(heard) < len("1234") and time.monotonic() < deadline:
            time.sleep(0.01)
        assert texts(heard) == ["2", "1", "4", "3"]

    def has_events(self, slack: SlackSandbox, count: int) -> bool:
        return len(slack.deliveries("events_api")) == count

    def test_held_with_none_to_come_go_in_the_end(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        slack.faults.add(Reordered(longest=0.05))
        assert ana.command(CHANNEL, "/mlpipe alone").ok
        assert texts(heard) == ["alone"]

    def test_get_lost_as_the_person_is_shown(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        slack.faults.add(Dropped(times=1))
        assert ana.command(CHANNEL, "/mlpipe").error == TIMED_OUT
        assert ana.command(CHANNEL, "/mlpipe").ok
        assert len(heard) == 1
        assert len(slack.deliveries()) == 1

    def test_cannot_get_lost_on_a_way_that_is_not_there(
        self, slack: SlackSandbox, ana: Participant
    ) -> None:
        slack.faults.add(Dropped(times=1))
        assert ana.command(CHANNEL, "/mlpipe").error == UNREACHED

    @pytest.mark.parametrize("forgery", ["bad_signature", "stale_timestamp"])
    def test_forged_over_http_are_refused_by_bolt(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]], forgery: Forgery
    ) -> None:
        slack.faults.add(Forged(forgery=forgery))
        assert ana.command(CHANNEL, "/mlpipe").ok
        if not slack.connections:
            [forged] = slack.wait_for(slack.faults.forged)
            assert forged.reply.status == 401
            assert forged.payload["trigger_id"] != heard[0]["trigger_id"]
        else:
            assert slack.faults.forged() == []  # there are no signatures to forge
        assert len(heard) == 1

    def test_in_an_unknown_envelope_are_ignored_by_bolt(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        slack.faults.add(Forged(forgery="unknown_envelope"))
        assert ana.command(CHANNEL, "/mlpipe").ok
        if slack.connections:
            [forged] = slack.wait_for(slack.faults.forged)
            assert not forged.reply.acknowledged
        else:
            assert slack.faults.forged() == []  # there are no envelopes to forge
        assert len(heard) == 1

    def test_forged_of_a_view_are_no_second_copy_of_its_submission(self) -> None:
        view = {"id": "V1", "team_id": "T1", "app_installed_team_id": "T1"}
        payload = {"type": "view_submission", "view": view, "user": {"id": "U1", "team_id": "T1"}}
        forged = forge(payload, "foreign_team")
        assert "T1" not in str(forged)
        assert forged["view"]["id"] != "V1"
        assert payload["view"] == {"id": "V1", "team_id": "T1", "app_installed_team_id": "T1"}

    def test_of_a_foreign_team_look_as_if_they_were_there(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        # Bolt with one token does not ask whose they are: the app has to.
        slack.faults.add(Forged(forgery="foreign_team"))
        assert ana.command(CHANNEL, "/mlpipe").ok
        slack.wait_for(slack.faults.forged)
        assert sorted(each["team_id"] for each in heard) == ["T0FOREIGN", "T0MLPIPE"]
        assert slack.faults.forged()[0].payload["team_domain"] == "foreign"


def test_the_same_seed_chooses_the_same_deliveries() -> None:
    def chosen(seed: int) -> list[bool]:
        book = FaultBook()
        book.add(Dropped(share=0.5, seed=seed))
        return [book.fate("interactive", signed=True).dropped for _ in range(64)]

    assert chosen(1) == chosen(1)
    assert chosen(1) != chosen(2)
    assert 16 < sum(chosen(1)) < 48
