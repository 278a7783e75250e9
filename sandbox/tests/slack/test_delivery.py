"""How deliveries reach the app, and what people see when they do not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox
from mlpipe_sandbox.slack.client.outcome import TROUBLE
from mlpipe_sandbox.slack.delivery.signed_http import sign

from .conftest import RunApp

CHANNEL = "C0DAILY"
VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Title"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "more",
                    "text": {"type": "plain_text", "text": "More"},
                }
            ],
        }
    ],
}


def acknowledging(app: AsyncApp) -> None:
    @app.command("/mlpipe")
    async def command(ack: Any) -> None:
        await ack()


def deaf(app: AsyncApp) -> None:
    @app.command("/mlpipe")
    async def command(ack: Any) -> None:
        pass


def trigger(slack: SlackSandbox) -> str:
    slack.person("U0ANA").command(CHANNEL, "/mlpipe")
    return str(slack.deliveries("slash_commands")[-1].payload["trigger_id"])


def clicked(slack: SlackSandbox, ana: Participant) -> str:
    ana.click(ana.views()[-1], action_id="more")
    return str(slack.deliveries("interactive")[-1].payload["trigger_id"])


def refused(client: WebClient, method: str, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def test_the_signature_is_the_one_that_slack_sdk_verifies() -> None:
    timestamp, body = str(int(time.time())), b"token=x&text=a+b"
    made = sign("secret", timestamp=timestamp, body=body)
    assert SignatureVerifier("secret").is_valid(body, timestamp, made)


def test_without_a_connection_a_command_fails_to_dispatch(
    slack: SlackSandbox, ana: Participant
) -> None:
    assert ana.command(CHANNEL, "/mlpipe").error == (
        '/mlpipe failed with the error "dispatch_failed"'
    )
    assert ana.messages(CHANNEL)[0]["is_ephemeral"]


def test_a_command_has_the_fields_that_slack_sends(
    slack: SlackSandbox, ana: Participant, run_socket_app: RunApp
) -> None:
    run_socket_app(acknowledging)
    ana.command("C0EXP", "/mlpipe  run  flights ")
    [delivery] = slack.deliveries("slash_commands")
    payload = delivery.payload
    assert (payload["command"], payload["text"]) == ("/mlpipe", "run  flights")
    assert (payload["channel_id"], payload["channel_name"]) == ("C0EXP", "ml-experiments")
    assert (payload["user_id"], payload["user_name"]) == ("U0ANA", "ana")
    assert {"token", "team_id", "team_domain", "api_app_id", "response_url"} <= payload.keys()
    assert payload["is_enterprise_install"] == "false"


def test_each_delivery_goes_to_one_of_several_connections(
    slack: SlackSandbox, ana: Participant, run_socket_app: RunApp
) -> None:
    seen: list[str] = []

    def counting(name: str) -> Any:
        def define(app: AsyncApp) -> None:
            @app.command("/mlpipe")
            async def command(ack: Any) -> None:
                seen.append(name)
                await ack()

        return define

    run_socket_app(counting("one"))
    run_socket_app(counting("two"))
    for _ in range(4):
        assert ana.command(CHANNEL, "/mlpipe").ok
    assert sorted(seen) == ["one", "one", "two", "two"]


def test_an_app_reconnects_after_slack_asks_it_to(
    slack: SlackSandbox, ana: Participant, run_socket_app: RunApp
) -> None:
    run_socket_app(acknowledging)
    tickets = len(slack.calls("apps.connections.open"))
    slack.disconnect()
    slack.wait_for(lambda: len(slack.calls("apps.connections.open")) > tickets)
    slack.wait_until_connected()
    assert ana.command(CHANNEL, "/mlpipe").ok


class TestAnAppThatAcknowledgesNothing:
    @pytest.fixture
    def slack(self) -> Iterator[SlackSandbox]:
        with SlackSandbox(limits=Limits(acknowledge=0.2, event_retries=(0.0, 0.0))) as sandbox:
            yield sandbox

    def test_shows_slacks_own_error(self, run_app: RunApp, ana: Participant) -> None:
        run_app(deaf)
        assert ana.command(CHANNEL, "/mlpipe").error == (
            '/mlpipe failed with the error "operation_timeout"'
        )
        assert ana.messages(CHANNEL)[0]["text"].endswith('"operation_timeout"')

    def test_is_told_of_an_event_again_with_the_same_id(
        self, run_socket_app: RunApp, slack: SlackSandbox, ana: Participant
    ) -> None:
        # Bolt acknowledges events by itself, unless nobody listens for them.
        run_socket_app(deaf)
        ana.message(CHANNEL, "hello")
        slack.wait_for(lambda: len(slack.deliveries("events_api")) == 3)
        ids = {each.payload["event_id"] for each in slack.deliveries("events_api")}
        assert len(ids) == 1

    def test_leaves_the_person_with_trouble_at_a_view(
        self, run_socket_app: RunApp, slack: SlackSandbox, ana: Participant
    ) -> None:
        run_socket_app(deaf)
        client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
        view = client.views_open(trigger_id=trigger(slack), view=VIEW)["view"]
        assert ana.submit(view).error == TROUBLE
        assert ana.views()[0]["id"] == view["id"]


class TestTriggers:
    def test_open_one_view_once(self, slack: SlackSandbox, client: WebClient) -> None:
        trigger_id = trigger(slack)
        client.views_open(trigger_id=trigger_id, view=VIEW)
        assert refused(client, "views.open", trigger_id=trigger_id, view=VIEW) == (
            "exchanged_trigger_id"
        )
        assert refused(client, "views.open", trigger_id="1.2.3", view=VIEW) == "invalid_trigger_id"

    def test_die(self) -> None:
        with SlackSandbox(limits=Limits(trigger=-1)) as slack:
            client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
            arguments = {"trigger_id": trigger(slack), "view": VIEW}
            assert refused(client, "views.open", **arguments) == "expired_trigger_id"

    def test_push_three_views_at_most(
        self, slack: SlackSandbox, client: WebClient, ana: Participant
    ) -> None:
        client.views_open(trigger_id=trigger(slack), view=VIEW)
        for _ in range(2):
            client.views_push(trigger_id=clicked(slack, ana), view=VIEW)
        assert refused(client, "views.push", trigger_id=clicked(slack, ana), view=VIEW) == (
            "push_limit_reached"
        )
        assert len(ana.views()) == 3

    def test_push_only_from_within_the_modal(self, slack: SlackSandbox, client: WebClient) -> None:
        assert refused(client, "views.push", trigger_id=trigger(slack), view=VIEW) == "not_found"
        client.views_open(trigger_id=trigger(slack), view=VIEW)
        assert refused(client, "views.push", trigger_id=trigger(slack), view=VIEW) == (
            "invalid_trigger_id"
        )


class TestResponseUrls:
    def respond(self, url: str, **message: object) -> httpx.Response:
        return httpx.post(url, json=message)

    def test_work_five_times(self, slack: SlackSandbox, ana: Participant) -> None:
        ana.command(CHANNEL, "/mlpipe")
        url = slack.deliveries("slash_commands")[0].payload["response_url"]
        for number in range(5):
            assert self.respond(url, text=str(number)).text == "ok"
        sixth = self.respond(url, text="6")
        assert (sixth.status_code, sixth.json()["error"]) == (404, "used_url")

    def test_expire(self) -> None:
        with SlackSandbox(limits=Limits(response_url=-1)) as slack:
            slack.person("U0ANA").command(CHANNEL, "/mlpipe")
            url = slack.deliveries("slash_commands")[0].payload["response_url"]
            assert self.respond(url, text="late").json()["error"] == "expired_url"

    def test_reach_channels_that_the_bot_is_not_in(
        self, slack: SlackSandbox, ana: Participant
    ) -> None:
        ana.command("C0RANDOM", "/mlpipe")
        url = slack.deliveries("slash_commands")[0].payload["response_url"]
        assert self.respond(url, text="hi", response_type="in_channel").text == "ok"
        assert slack.person("U0BEN").messages("C0RANDOM")[0]["text"] == "hi"

    def test_delete_or_leave_what_was_clicked(
        self, slack: SlackSandbox, client: WebClient, ana: Participant
    ) -> None:
        button = {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "X"}}
        blocks = [{"type": "actions", "elements": [button]}]
        client.chat_postMessage(channel=CHANNEL, text="card", blocks=blocks)
        card = ana.messages(CHANNEL)[0]
        ana.click(card, action_id="x")
        url = slack.deliveries("interactive")[0].payload["response_url"]
        self.respond(url, text="beside it", replace_original=False)
        assert [each["text"] for each in ana.messages(CHANNEL)] == ["card", "beside it"]
        self.respond(url, delete_original=True)
        assert [each["text"] for each in ana.messages(CHANNEL)] == ["beside it"]


def test_the_same_delivery_can_be_sent_twice(
    run_socket_app: RunApp, slack: SlackSandbox, ana: Participant
) -> None:
    seen: list[str] = []

    def define(app: AsyncApp) -> None:
        @app.command("/mlpipe")
        async def command(ack: Any, body: Any) -> None:
            seen.append(body["trigger_id"])
            await ack()

    run_socket_app(define)
    ana.command(CHANNEL, "/mlpipe")
    assert slack.redeliver(slack.deliveries()[0]).acknowledged
    assert len(seen) == 2
    assert len(set(seen)) == 1
