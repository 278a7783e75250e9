"""Files, uploaded by slack_sdk's files_upload_v2, and pictures in messages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from mlpipe_sandbox.slack import Limits, Participant, SlackSandbox

from .conftest import RunApp

CHANNEL = "C0DAILY"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def picture(file_id: str) -> list[dict[str, object]]:
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "AUC by day"}]


def is_ready(client: WebClient, file_id: str) -> bool:
    return bool(client.files_info(file=file_id)["file"]["mimetype"])


def test_a_picture_uploaded_before_can_be_shown_in_a_message(
    slack: SlackSandbox, client: WebClient, ana: Participant
) -> None:
    answer = client.files_upload_v2(filename="auc.png", content=PNG, alt_txt="AUC by day")
    file_id = answer["file"]["id"]
    slack.wait_for(lambda: is_ready(client, file_id))
    client.chat_postMessage(channel=CHANNEL, text="The day", blocks=picture(file_id))
    shown = ana.messages(CHANNEL)[0]["blocks"][0]
    assert shown["slack_file"] == {"id": file_id}
    fetched = httpx.get(f"{slack.url}/files/{file_id}")
    assert fetched.content == PNG
    assert fetched.headers["content-type"] == "image/png"


def test_a_picture_shown_too_early_is_an_invalid_slack_file() -> None:
    with SlackSandbox(limits=Limits(upload=600)) as slack:
        client = WebClient(token=slack.app.bot_token, base_url=slack.api_url)
        file_id = client.files_upload_v2(filename="auc.png", content=PNG)["file"]["id"]
        assert not is_ready(client, file_id)
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=CHANNEL, text="t", blocks=picture(file_id))
        assert caught.value.response["error"] == "invalid_blocks"
        assert caught.value.response["response_metadata"]["messages"] == [
            "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
        ]


def test_a_file_sent_to_a_thread_appears_there_a_moment_later(
    client: WebClient, ana: Participant
) -> None:
    ts = client.chat_postMessage(channel=CHANNEL, text="parent")["ts"]
    client.files_upload_v2(
        filename="auc.png",
        content=PNG,
        title="AUC",
        channel=CHANNEL,
        thread_ts=ts,
        initial_comment="Here",
    )
    shared = ana.wait_for_message(CHANNEL, "Here")
    assert shared["thread_ts"] == ts
    assert (shared["files"][0]["title"], shared["files"][0]["mimetype"]) == ("AUC", "image/png")


def test_what_was_announced_must_be_what_is_sent(client: WebClient) -> None:
    reserved = client.files_getUploadURLExternal(filename="a.png", length=5)
    assert httpx.post(reserved["upload_url"], content=b"123").status_code == 400
    with pytest.raises(SlackApiError) as caught:
        client.files_completeUploadExternal(files=[{"id": reserved["file_id"]}])
    assert caught.value.response["error"] == "invalid_upload"


def test_a_deleted_file_is_gone(slack: SlackSandbox, client: WebClient) -> None:
    file_id = client.files_upload_v2(filename="auc.png", content=PNG)["file"]["id"]
    client.files_delete(file=file_id)
    with pytest.raises(SlackApiError) as caught:
        client.files_info(file=file_id)
    assert caught.value.response["error"] == "file_deleted"
    assert httpx.get(f"{slack.url}/files/{file_id}").status_code == 404


def test_files_in_a_form_are_checked_and_reach_the_app(
    slack: SlackSandbox, ana: Participant, run_app: RunApp
) -> None:
    got: list[dict[str, Any]] = []

    def define(app: AsyncApp) -> None:
        @app.command("/mlpipe")
        async def opened(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            field = {"type": "file_input", "action_id": "f", "filetypes": ["csv"], "max_files": 1}
            label = {"type": "plain_text", "text": "Rows"}
            block = {"type": "input", "block_id": "rows", "label": label, "element": field}
            view = {"type": "modal", "title": label, "submit": label, "blocks": [block]}
            await client.views_open(
                trigger_id=body["trigger_id"], view={**view, "callback_id": "c"}
            )

        @app.view("c")
        async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
            await ack()
            got.extend(view["state"]["values"]["rows"]["f"]["files"])

    run_app(define)
    ana.command(CHANNEL, "/mlpipe")
    view = ana.wait_for_view("c")
    rows, picture = ana.upload("rows.csv", b"a,b"), ana.upload("rows.png", b"x")
    assert "no more than 1 file" in ana.submit(view, {"rows": [rows, rows]}).errors["rows"]
    assert "rows.png is not" in ana.submit(view, {"rows": [picture]}).errors["rows"]
    assert ana.submit(view, {"rows": [rows]}).ok
    assert [file["name"] for file in got] == ["rows.csv"]
