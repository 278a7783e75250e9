"""The Web API failing on demand, as an app meets it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from mlpipe_sandbox.slack import Participant, SlackSandbox
from mlpipe_sandbox.slack.faults import ApiDelayed, ApiError, ApiRateLimited, ApiReset, ApiStatus

CHANNEL = "C0DAILY"


class TestTheWebApi:
    def test_refuses_a_method_as_often_as_asked(
        self, slack: SlackSandbox, client: WebClient
    ) -> None:
        slack.faults.add(ApiError(method="chat.postMessage", error="channel_not_found", times=2))
        for _ in range(2):
            with pytest.raises(SlackApiError, match="channel_not_found"):
                client.chat_postMessage(channel=CHANNEL, text="t")
        client.auth_test()
        client.chat_postMessage(channel=CHANNEL, text="t")

    def test_says_to_come_again_later(self, slack: SlackSandbox) -> None:
        client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
        client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
        slack.faults.add(ApiRateLimited(retry_after=1, times=1))
        client.auth_test()
        first, second = slack.calls("auth.test")
        assert (first.response["error"], second.ok) == ("ratelimited", True)

    def test_fails_as_a_server_does(self, slack: SlackSandbox, client: WebClient) -> None:
        slack.faults.add(ApiStatus(method="chat.postMessage", status=502, times=1))
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=CHANNEL, text="t")
        assert caught.value.response.status_code == 502
        assert slack.messages(CHANNEL) == []

    @pytest.mark.parametrize("done", [False, True])
    def test_breaks_off_before_or_after_the_work(self, slack: SlackSandbox, done: bool) -> None:
        slack.faults.add(ApiReset(method="chat.postMessage", times=1, done=done))
        with pytest.raises(httpx.TransportError):
            httpx.post(
                f"{slack.api_url}chat.postMessage",
                json={"channel": CHANNEL, "text": "t"},
                headers={"authorization": f"Bearer {slack.app.bot_token}"},
            )
        assert len(slack.messages(CHANNEL)) == done

    def test_takes_its_time(self, slack: SlackSandbox) -> None:
        slack.faults.add(ApiDelayed(seconds=1, method="auth.test"))
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{slack.api_url}auth.test", timeout=0.1)
        assert httpx.post(f"{slack.api_url}api.test", timeout=0.9).json()["ok"]

    def test_fails_at_a_response_url_too(
        self, slack: SlackSandbox, ana: Participant, heard: list[dict[str, Any]]
    ) -> None:
        ana.command(CHANNEL, "/mlpipe")
        url = heard[0]["response_url"]
        slack.faults.add(ApiStatus(method="response_url", times=1))
        assert httpx.post(url, json={"text": "lost"}).status_code == 503
        assert httpx.post(url, json={"text": "kept"}).text == "ok"
        assert [each["text"] for each in ana.messages(CHANNEL)] == ["kept"]

    def test_enforces_rates_when_switched_on(self, slack: SlackSandbox, client: WebClient) -> None:
        def posts() -> None:
            for _ in range(4):
                client.chat_postMessage(channel=CHANNEL, text="t")

        posts()
        slack.faults.enforce_rates()
        with pytest.raises(SlackApiError, match="ratelimited"):
            posts()
        slack.faults.enforce_rates(on=False)
        posts()
