"""The Web API as slack_sdk's own client finds it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox, default_workspace

CHANNEL, ELSEWHERE = "C0DAILY", "C0RANDOM"


def refused(call: Callable[..., object], *args: object, **arguments: object) -> SlackApiError:
    with pytest.raises(SlackApiError) as caught:
        call(*args, **arguments)
    return caught.value


def code(call: Callable[..., object], *args: object, **arguments: object) -> str:
    return str(refused(call, *args, **arguments).response["error"])


def test_the_token_says_who_calls(slack: SlackSandbox, client: WebClient) -> None:
    me = client.auth_test()
    assert (me["user_id"], me["team_id"], me["bot_id"]) == ("U0MLPIPE", "T0MLPIPE", "B0MLPIPE")
    assert code(WebClient(base_url=slack.api_url).auth_test) == "not_authed"
    assert code(WebClient(token="xoxb-other", base_url=slack.api_url).auth_test) == "invalid_auth"
    app_level = WebClient(token=slack.app.app_token, base_url=slack.api_url)
    assert code(app_level.auth_test) == "not_allowed_token_type"
    assert code(client.apps_connections_open, app_token=slack.app.bot_token) == (
        "not_allowed_token_type"
    )


def test_a_scope_that_the_manifest_lacks_is_named() -> None:
    manifest = {
        "display_information": {"name": "small"},
        "oauth_config": {"scopes": {"bot": ["chat:write", "channels:read"]}},
    }
    with SlackSandbox(default_workspace(manifest)) as slack:
        client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
        client.chat_postMessage(channel=CHANNEL, text="allowed")
        error = refused(client.conversations_history, channel=CHANNEL).response
        assert (error["error"], error["needed"]) == ("missing_scope", "channels:history")
        assert error["provided"] == "chat:write,channels:read"
        assert code(client.users_info, user="U0ANA") == "missing_scope"
        assert code(client.views_publish, user_id="U0ANA", view={}) == "not_enabled"


def test_a_message_goes_where_the_bot_is(client: WebClient) -> None:
    assert client.chat_postMessage(channel="#ml-daily", text="hi")["channel"] == CHANNEL
    assert client.chat_postMessage(channel="U0ANA", text="hi")["channel"].startswith("D")
    assert code(client.chat_postMessage, channel="C0NOWHERE", text="hi") == "channel_not_found"
    assert code(client.chat_postEphemeral, channel=ELSEWHERE, user="U0ANA", text="hi") == (
        "not_in_channel"
    )
    client.conversations_join(channel=ELSEWHERE)
    client.chat_postEphemeral(channel=ELSEWHERE, user="U0ANA", text="hi")


def test_a_message_must_say_something_and_not_too_much(client: WebClient) -> None:
    assert code(client.api_call, "chat.postMessage", json={"channel": CHANNEL}) == "no_text"
    assert code(client.chat_postMessage, channel=CHANNEL, text="x" * 40_001) == "msg_too_long"
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_700}} for _ in range(5)]
    assert code(client.chat_postMessage, channel=CHANNEL, text="t", blocks=long) == (
        "msg_blocks_too_long"
    )


def test_an_update_by_text_is_marked_edited_and_drops_the_blocks(
    client: WebClient, ana: Participant
) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "One"}}]
    ts = client.chat_postMessage(channel=CHANNEL, text="one", blocks=blocks)["ts"]
    client.chat_update(channel=CHANNEL, ts=ts, text="one", blocks=blocks)
    assert "edited" not in ana.messages(CHANNEL)[0]
    client.chat_update(channel=CHANNEL, ts=ts, text="two")
    [message] = ana.messages(CHANNEL)
    assert message["text"] == "two"
    assert message["edited"]["user"] == "U0MLPIPE"
    assert "blocks" not in message


def test_only_its_own_messages_can_be_changed(client: WebClient, ana: Participant) -> None:
    ana.message(CHANNEL, "mine")
    theirs = ana.messages(CHANNEL)[0]["ts"]
    assert code(client.chat_update, channel=CHANNEL, ts=theirs, text="x") == "cant_update_message"
    assert code(client.chat_delete, channel=CHANNEL, ts=theirs) == "cant_delete_message"
    assert code(client.chat_update, channel=CHANNEL, ts="1.0", text="x") == "message_not_found"
    whispered = client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="x")["message_ts"]
    assert code(client.chat_update, channel=CHANNEL, ts=whispered, text="y") == "message_not_found"


def test_history_comes_newest_first_in_pages_without_replies(client: WebClient) -> None:
    first = client.chat_postMessage(channel=CHANNEL, text="0")["ts"]
    for number in range(1, 5):
        client.chat_postMessage(channel=CHANNEL, text=str(number))
    client.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=first)
    seen = [
        message["text"]
        for page in client.conversations_history(channel=CHANNEL, limit=2)
        for message in page["messages"]
    ]
    assert seen == ["4", "3", "2", "1", "0"]
    thread = client.conversations_replies(channel=CHANNEL, ts=first)["messages"]
    assert [message["text"] for message in thread] == ["0", "reply"]
    assert thread[0]["reply_count"] == 1
    after = client.conversations_history(channel=CHANNEL, oldest=first)["messages"]
    assert len(after) == 4
    assert code(client.conversations_history, channel=CHANNEL, cursor="?") == "invalid_cursor"
    assert code(client.conversations_replies, channel=CHANNEL, ts="1.0") == "thread_not_found"


def test_metadata_comes_back_when_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "report", "event_payload": {"day": "2013-06-28"}}
    client.chat_postMessage(channel=CHANNEL, text="t", metadata=metadata)
    read = client.conversations_history(channel=CHANNEL)["messages"][0]
    assert "metadata" not in read
    read = client.conversations_history(channel=CHANNEL, include_all_metadata=True)["messages"][0]
    assert read["metadata"] == metadata
    wrong = {"event_type": "a b", "event_payload": {}}
    assert code(client.chat_postMessage, channel=CHANNEL, text="t", metadata=wrong) == (
        "invalid_metadata_schema"
    )


def test_a_reply_to_nothing_and_an_unknown_method_are_refused(
    slack: SlackSandbox, client: WebClient
) -> None:
    assert code(client.chat_postMessage, channel=CHANNEL, text="t", thread_ts="1.0") == (
        "invalid_thread_ts"
    )
    assert code(client.api_call, "chat.sing") == "unknown_method"
    missing = refused(client.api_call, "chat.postMessage", json={"text": "t"}).response
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]
    broken = httpx.post(
        f"{slack.api_url}chat.postMessage",
        content="{",
        headers={
            "content-type": "application/json; charset=utf-8",
            "authorization": f"Bearer {slack.app.bot_token}",
        },
    )
    assert broken.json()["error"] == "invalid_json"


def test_people_and_channels_can_be_looked_up(client: WebClient) -> None:
    assert client.users_info(user="U0CHIE")["user"]["profile"]["title"] == "Infrastructure"
    assert "locale" not in client.users_info(user="U0CHIE")["user"]
    assert client.users_info(user="U0CHIE", include_locale=True)["user"]["locale"] == "ja-JP"
    assert code(client.users_info, user="U0NOBODY") == "user_not_found"
    assert len(client.users_list()["members"]) == 5
    names = [each["name"] for each in client.conversations_list()["channels"]]
    assert names == ["ml-daily", "ml-experiments", "random"]
    assert not client.conversations_info(channel=ELSEWHERE)["channel"]["is_member"]
    assert "U0DANA" in client.conversations_members(channel=CHANNEL)["members"]
    opened = client.conversations_open(users="U0DANA")["channel"]["id"]
    assert client.conversations_info(channel=opened)["channel"]["user"] == "U0DANA"


def test_every_call_is_recorded_with_its_answer(slack: SlackSandbox, client: WebClient) -> None:
    client.chat_postMessage(channel=CHANNEL, text="for the record")
    [call] = slack.calls("chat.postMessage")
    assert call.arguments["text"] == "for the record"
    assert call.ok


def test_a_permalink_leads_to_the_page(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=CHANNEL, text="t")["ts"]
    link = client.chat_getPermalink(channel=CHANNEL, message_ts=ts)["permalink"]
    assert httpx.get(link).headers["location"] == f"/?channel=C0DAILY&message={ts}"


@pytest.fixture
def strict() -> Iterator[WebClient]:
    limits = dataclasses.replace(Limits(), enforce_rates=True)
    with SlackSandbox(limits=limits) as slack:
        yield WebClient(token=slack.app.bot_token, base_url=slack.api_url)


def test_too_many_posts_to_a_channel_are_told_to_wait(strict: WebClient) -> None:
    for _ in range(3):
        strict.chat_postMessage(channel=CHANNEL, text="t")
    error = refused(strict.chat_postMessage, channel=CHANNEL, text="t").response
    assert (error.status_code, error["error"]) == (429, "ratelimited")
    assert int(error.headers["retry-after"]) >= 1
    strict.chat_postMessage(channel="C0EXP", text="another channel has its own rate")
