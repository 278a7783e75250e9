from __future__ import annotations

import collections
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.http_retry import FixedValueRetryIntervalCalculator

from bot.metrics import Metrics
from bot.slack.calls import Calls
from bot.slack.client import slack_client
from core.errors import UnavailableError

ONCE = ("chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal", "views.open")
AS_OFTEN_AS_NEEDED = ("chat.update", "conversations.history", "views.update")


class FailingSlack:
    """Takes every call, and does not answer the first of a method in the way that a test names."""

    def __init__(self) -> None:
        self.failure = "dropped"
        self.taken: collections.Counter[str] = collections.Counter()

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.taken[method] += 1
        if self.taken[method] > 1:
            return web.json_response({"ok": True})
        match self.failure:
            case "dropped":
                assert request.transport is not None
                request.transport.abort()
            case "limited":
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "0"}
                )
            case "words":
                return web.Response(status=503, text="upstream connect error")
        return web.Response(status=503, text="<html>", content_type="text/html")


@pytest.fixture
def slack() -> FailingSlack:
    return FailingSlack()


@pytest.fixture
async def calls(slack: FailingSlack) -> AsyncIterator[Calls]:
    app = web.Application()
    app.router.add_post("/api/{method}", slack.answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        address = str(server.make_url("/api/"))
        at_once = FixedValueRetryIntervalCalculator(0)
        client = slack_client(token="t", base_url=address, session=session, pauses=at_once)
        yield Calls(client, Metrics())


@pytest.mark.parametrize("failure", ["dropped", "page", "words"])
@pytest.mark.parametrize("method", ONCE)
async def test_what_slack_may_have_taken_is_not_sent_twice(
    slack: FailingSlack, calls: Calls, method: str, failure: str
) -> None:
    slack.failure = failure
    with pytest.raises(UnavailableError):
        await calls.call(method, channel="C0DAILY")
    assert slack.taken[method] == 1


@pytest.mark.parametrize("failure", ["dropped", "page", "words"])
@pytest.mark.parametrize("method", AS_OFTEN_AS_NEEDED)
async def test_what_can_be_repeated_is_tried_again(
    slack: FailingSlack, calls: Calls, method: str, failure: str
) -> None:
    slack.failure = failure
    await calls.call(method, channel="C0DAILY")
    assert slack.taken[method] == 2


async def test_a_message_waits_its_turn_when_slack_says_so(
    slack: FailingSlack, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.failure = "limited"
    monkeypatch.setattr("random.random", lambda: 0.0)  # slack_sdk's own addition to Retry-After
    await calls.call("chat.postMessage", channel="C0DAILY")
    assert slack.taken["chat.postMessage"] == 2
