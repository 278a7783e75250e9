"""What the app was not granted, and what it may not know of; and that the documentation says so."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from mlpipe_sandbox.slack import Channel, SlackSandbox, UserGroup, default_workspace
from mlpipe_sandbox.slack.scopes import HISTORY_BY_KIND, READ_BY_KIND, SCOPES_OF_EVENT
from mlpipe_sandbox.slack.web.methods import METHODS

CHANNEL, SECRET = "C0DAILY", "C0SECRET"
DOCS = Path(__file__).parents[3] / "docs" / "sandbox-slack.md"
BY_CHANNEL = {
    "conversations.history": HISTORY_BY_KIND["channel"],
    "conversations.info": READ_BY_KIND["channel"],
    "conversations.list": READ_BY_KIND["channel"],
    "conversations.members": READ_BY_KIND["channel"],
    "conversations.replies": HISTORY_BY_KIND["channel"],
}
"""Methods whose scope depends on the kind of the conversation: here a public channel."""
NEEDED = {name: each.scope for name, each in METHODS.items() if each.scope} | BY_CHANNEL


def manifest(*, scopes: tuple[str, ...] = (), events: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "display_information": {"name": "small"},
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {"event_subscriptions": {"bot_events": list(events)}},
    }


def code(client: WebClient, method: str, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


@pytest.fixture(scope="module")
def ungranted() -> Iterator[WebClient]:
    """A client whose token was granted nothing."""
    with SlackSandbox(default_workspace(manifest())) as slack:
        yield WebClient(token=slack.app.bot_token, base_url=slack.api_url)


@pytest.mark.parametrize(("method", "scope"), NEEDED.items())
def test_a_method_needs_its_scope(ungranted: WebClient, method: str, scope: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        ungranted.api_call(method, json={"channel": CHANNEL, "ts": "1.0"})
    answer = caught.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


@pytest.mark.parametrize(
    ("event", "scope"),
    [(event, min(scopes)) for event, scopes in SCOPES_OF_EVENT.items() if scopes],
)
def test_an_event_needs_its_scope(event: str, scope: str) -> None:
    for granted in ((), (scope,)):
        app = default_workspace(manifest(scopes=granted, events=(event,))).app
        assert app.manifest.hears(event) is bool(granted)


def test_a_message_is_not_told_to_an_app_that_may_not_read_it() -> None:
    said = manifest(events=("message.channels", "app_mention"))
    with SlackSandbox(default_workspace(said)) as slack:
        slack.person("U0ANA").message(CHANNEL, "hello <@U0MLPIPE>")
        assert slack.deliveries("events_api") == []


def test_a_private_channel_that_the_bot_is_not_in_does_not_exist_for_it() -> None:
    workspace = default_workspace()
    secret = Channel(SECRET, "secret", members=("U0ANA",), is_private=True)
    workspace = dataclasses.replace(workspace, channels=(*workspace.channels, secret))
    with SlackSandbox(workspace) as slack:
        slack.person("U0ANA").message(SECRET, "nobody else hears this")
        ts = slack.messages(SECRET)[0]["ts"]
        client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
        for method, arguments in {
            "chat.delete": {"ts": ts},
            "chat.getPermalink": {"message_ts": ts},
            "chat.postEphemeral": {"user": "U0ANA", "text": "psst"},
            "chat.postMessage": {"text": "hello"},
            "chat.update": {"ts": ts, "text": "x"},
            "conversations.history": {},
            "conversations.info": {},
            "conversations.join": {},
            "conversations.members": {},
            "conversations.replies": {"ts": ts},
            "reactions.add": {"timestamp": ts, "name": "eyes"},
        }.items():
            refused = code(client, method, channel=SECRET, **arguments)
            assert (method, refused) == (method, "channel_not_found")
        names = client.conversations_list(types="public_channel,private_channel")["channels"]
        assert SECRET not in {each["id"] for each in names}


class TestUserGroups:
    def test_are_listed_with_their_people_when_asked_for(self, client: WebClient) -> None:
        [group] = client.usergroups_list(include_users=True, include_count=True)["usergroups"]
        assert (group["id"], group["handle"]) == ("S0LEADS", "ml-leads")
        assert (group["users"], group["user_count"]) == (["U0CHIE", "U0DANA"], 2)
        assert "users" not in client.usergroups_list()["usergroups"][0]
        users = client.usergroups_users_list(usergroup="S0LEADS")["users"]
        assert users == ["U0CHIE", "U0DANA"]
        assert code(client, "usergroups.users.list", usergroup="S0NONE") == "no_such_subteam"

    def test_that_are_disabled_are_only_listed_on_request(self) -> None:
        old = UserGroup("S0OLD", "old", "Old", users=("U0ANA",), is_disabled=True)
        workspace = dataclasses.replace(default_workspace(), user_groups=(old,))
        with SlackSandbox(workspace) as slack:
            client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
            assert client.usergroups_list()["usergroups"] == []
            assert client.usergroups_list(include_disabled=True)["usergroups"][0]["date_delete"]
            assert code(client, "usergroups.users.list", usergroup="S0OLD") == "no_such_subteam"


def test_the_documentation_has_every_method_with_its_scope_and_rate() -> None:
    row = re.compile(r"^\| `([a-zA-Z.]+)` \| ([^|]*) \| (\d+) \|", re.MULTILINE)
    documented = {
        name: (scope.strip(" `") or None, int(rate))
        for name, scope, rate in row.findall(DOCS.read_text())
    }
    assert documented == {
        name: (NEEDED.get(name), method.per_minute) for name, method in METHODS.items()
    }
