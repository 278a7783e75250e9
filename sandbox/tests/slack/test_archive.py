"""A workspace that ends, and the next one on its archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from mlpipe_sandbox.slack import Limits, SlackSandbox

CHANNEL, RANDOM = "C0DAILY", "C0RANDOM"
ANA = "U0ANA"
PNG = b"\x89PNG\r\n\x1a\n"
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": HOME["blocks"]}


@contextmanager
def workspace(folder: Path) -> Iterator[tuple[SlackSandbox, WebClient]]:
    with SlackSandbox(archive=folder / "slack.db", limits=Limits(upload=0)) as slack:
        yield slack, WebClient(token=slack.app.bot_token, base_url=slack.api_url)


def say(client: WebClient, text: str, **more: Any) -> str:
    return str(client.chat_postMessage(channel=CHANNEL, text=text, **more)["ts"])


def test_messages_are_there_again_as_they_were_last(tmp_path: Path) -> None:
    with workspace(tmp_path) as (slack, client):
        edited, deleted, parent = (say(client, text) for text in ("first", "second", "third"))
        client.chat_update(channel=CHANNEL, ts=edited, text="changed")
        client.chat_delete(channel=CHANNEL, ts=deleted)
        reply = say(client, "reply", thread_ts=parent)
        gone = say(client, "another", thread_ts=parent)
        client.chat_delete(channel=CHANNEL, ts=gone)
        client.reactions_add(channel=CHANNEL, timestamp=parent, name="eyes")
        client.chat_postEphemeral(channel=CHANNEL, user=ANA, text="only you")
        metadata = {"event_type": "report", "event_payload": {"day": "2013-06-28"}}
        say(client, "with metadata", metadata=metadata)
        slack.person(ANA).message(RANDOM, "hello")
        direct = client.chat_postMessage(channel="U0BEN", text="psst")["channel"]
        before = slack.messages()
    with workspace(tmp_path) as (slack, client):
        assert slack.messages() == before
        [parent_now] = [each for each in slack.messages() if each["ts"] == parent]
        assert (parent_now["reply_count"], parent_now["latest_reply"]) == (1, reply)
        assert client.conversations_open(users="U0BEN")["channel"]["id"] == direct
        assert float(say(client, "next")) > max(float(each["ts"]) for each in before)


def test_a_card_of_an_earlier_run_can_be_changed_and_clicked(tmp_path: Path) -> None:
    button = {
        "type": "button",
        "action_id": "go",
        "text": {"type": "plain_text", "text": "Go"},
    }
    with workspace(tmp_path) as (_, client):
        ts = say(client, "card", blocks=[{"type": "actions", "elements": [button]}])
    with workspace(tmp_path) as (slack, client):
        [card] = slack.messages(CHANNEL)
        slack.person(ANA).click(card, action_id="go")
        assert [each.kind for each in slack.deliveries()] == ["interactive"]
        client.chat_update(channel=CHANNEL, ts=ts, text="done")
        assert [each["text"] for each in slack.messages(CHANNEL)] == ["done"]


def test_files_are_there_again_at_the_workspaces_new_address(tmp_path: Path) -> None:
    with workspace(tmp_path) as (slack, client):
        client.files_upload_v2(channel=CHANNEL, filename="chart.png", content=PNG, title="Chart")
        client.files_getUploadURLExternal(filename="never.png", length=3)
        [message] = slack.messages(CHANNEL)
        [file] = message["files"]
    with workspace(tmp_path) as (slack, client):
        assert slack.file(file["id"]) == PNG
        [message] = slack.messages(CHANNEL)
        assert message["files"][0]["url_private"].startswith(f"{slack.url}/files/")
        assert client.files_info(file=file["id"])["file"]["title"] == "Chart"
        image = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "again"}
        say(client, "again", blocks=[image])
        client.files_delete(file=file["id"])
    with workspace(tmp_path) as (slack, client):
        assert slack.messages(CHANNEL)[0]["files"] == []
        with pytest.raises(Exception, match="file_deleted"):
            client.files_info(file=file["id"])


def test_home_tabs_and_members_are_there_again_and_open_modals_are_not(tmp_path: Path) -> None:
    with workspace(tmp_path) as (slack, client):
        client.views_publish(user_id=ANA, view=HOME)
        home = slack.person(ANA).home()
        client.conversations_join(channel=RANDOM)
        slack.person(ANA).command(CHANNEL, "/mlpipe run")
        [command] = slack.deliveries("slash_commands")
        opened = client.views_open(trigger_id=command.payload["trigger_id"], view=MODAL)["view"]
    with workspace(tmp_path) as (slack, client):
        assert json.dumps(slack.person(ANA).home()) == json.dumps(home)
        assert "U0MLPIPE" in client.conversations_members(channel=RANDOM)["members"]
        assert slack.person(ANA).views() == []
        # An app may remember which views it has dealt with.
        slack.person(ANA).command(CHANNEL, "/mlpipe run")
        [command] = slack.deliveries("slash_commands")
        another = client.views_open(trigger_id=command.payload["trigger_id"], view=MODAL)["view"]
        assert another["id"] != opened["id"]
