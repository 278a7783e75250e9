from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.slack.calls import ChannelError, SlackRefusedError
from core.domain import ChannelId, MessageTs, Person, TeamId, UserId
from core.errors import NotPermittedError
from core.messages import say
from reports.message import Message, Picture, Report
from tests.unit.bot.fakes import FakeSlack, message

DAILY = ChannelId("C0DAILY")
TS = MessageTs("1.000000")
ANA = Person(TeamId("T0"), UserId("U0ANA"))


async def test_of_many_edits_that_wait_the_last_is_sent() -> None:
    slack = FakeSlack()
    gateway = slack.gateway()
    await asyncio.gather(*(gateway.edit(DAILY, TS, message(f"v{number}")) for number in range(9)))
    texts = [call["text"] for call in slack.said("chat.update")]
    assert texts[-1] == "v8"
    assert len(texts) < 9


async def test_an_edit_that_failed_does_not_lose_the_last_version() -> None:
    slack = FakeSlack()
    gateway = slack.gateway()
    failures = iter([True])

    def answer(_arguments: dict[str, Any]) -> dict[str, Any]:
        if next(failures, False):
            raise SlackRefusedError("chat.update", "internal")
        return {}

    slack.answers["chat.update"] = answer
    results = await asyncio.gather(
        gateway.edit(DAILY, TS, message("old")),
        gateway.edit(DAILY, TS, message("new")),
        return_exceptions=True,
    )
    assert isinstance(results[0], SlackRefusedError)
    assert slack.said("chat.update")[-1]["text"] == "new"


async def test_nothing_is_said_where_another_company_reads() -> None:
    slack = FakeSlack()
    slack.answers["conversations.info"] = lambda _: {
        "channel": {"is_ext_shared": True, "is_member": True}
    }
    gateway = slack.gateway()
    with pytest.raises(NotPermittedError, match="shared with another company"):
        await gateway.post(DAILY, message("numbers"))
    with pytest.raises(NotPermittedError):
        await gateway.edit(DAILY, TS, message("numbers"))
    assert not slack.said("chat.postMessage")
    assert not slack.said("chat.update")


@pytest.mark.parametrize("channel", [{"is_member": True}, {}])
async def test_nothing_is_said_where_that_is_unknown(channel: dict[str, Any]) -> None:
    slack = FakeSlack()
    slack.answers["conversations.info"] = lambda _: {"channel": channel}
    with pytest.raises(NotPermittedError, match="does not tell"):
        await slack.gateway().post(DAILY, message("numbers"))
    assert not slack.said("chat.postMessage")


async def test_slack_is_asked_about_a_channel_once_in_a_while() -> None:
    slack = FakeSlack()
    gateway = slack.gateway()
    for _ in range(3):
        await gateway.post(DAILY, message("hello"))
    assert len(slack.said("conversations.info")) == 1


async def test_where_the_bot_is_no_member_it_says_how_to_invite_it() -> None:
    slack = FakeSlack()
    slack.answers["conversations.info"] = lambda _: {
        "channel": {"is_ext_shared": False, "is_member": False}
    }
    with pytest.raises(NotPermittedError, match="/invite"):
        await slack.gateway().require(DAILY)


async def test_a_message_is_found_again_by_its_delivery() -> None:
    slack = FakeSlack()
    gateway = slack.gateway()
    await gateway.post(DAILY, message("report"), delivery="report/1")
    (posted,) = slack.said("chat.postMessage")
    slack.answers["conversations.history"] = lambda _: {
        "messages": [{"ts": "9.9"}, {"ts": "7.7", "metadata": posted["metadata"]}]
    }
    assert await gateway.find(DAILY, "report/1") == "7.7"
    assert await gateway.find(DAILY, "report/2") is None


async def test_who_cannot_be_whispered_to_in_the_channel_is_told_alone() -> None:
    slack = FakeSlack()

    def not_there(_arguments: dict[str, Any]) -> dict[str, Any]:
        raise ChannelError(say("not there"))

    slack.answers["chat.postEphemeral"] = not_there
    await slack.gateway().whisper(DAILY, ANA, Message("psst"))
    (told,) = slack.said("chat.postMessage")
    assert (told["channel"], told["text"]) == ("U0ANA", "psst")


def report(names: tuple[str, ...]) -> Report:
    pictures = tuple(Picture(name, b"png", f"what {name} shows") for name in names)
    return Report(Message("the report"), pictures)


async def test_pictures_stand_in_the_message_once_slack_is_done_with_them() -> None:
    slack = FakeSlack()
    answers = iter([{"file": {"mimetype": ""}}, {"file": {"mimetype": "image/png"}}])
    slack.answers["files.info"] = lambda _: next(answers)
    await slack.gateway().post_report(DAILY, report(("trend.png",)))
    (posted,) = slack.said("chat.postMessage")
    assert [block["type"] for block in posted["blocks"]] == ["image"]
    (uploaded,) = slack.said("files.getUploadURLExternal")
    assert uploaded["alt_txt"] == "what trend.png shows"


async def test_a_picture_that_slack_is_not_done_with_comes_in_the_thread() -> None:
    slack = FakeSlack()
    slack.answers["files.info"] = lambda _: {"file": {"mimetype": ""}}
    sent = await slack.gateway().post_report(DAILY, report(("trend.png",)))
    (posted,) = slack.said("chat.postMessage")
    assert "blocks" not in posted
    shared = slack.said("files.completeUploadExternal")[-1]
    assert (shared["channel_id"], shared["thread_ts"]) == (DAILY, sent.ts)


async def test_pictures_that_slack_refuses_in_a_message_come_in_the_thread() -> None:
    slack = FakeSlack()

    def picky(arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments.get("blocks"):
            raise SlackRefusedError("chat.postMessage", "invalid_blocks")
        return {"ts": "7.7"}

    slack.answers["chat.postMessage"] = picky
    sent = await slack.gateway().post_report(DAILY, report(("a.png", "b.png")))
    assert (sent.ts, sent.message.blocks) == ("7.7", ())
    shared = [call for call in slack.said("files.completeUploadExternal") if "thread_ts" in call]
    assert len(shared) == 2


async def test_a_modal_that_was_closed_meanwhile_is_let_be() -> None:
    slack = FakeSlack()

    def gone(_arguments: dict[str, Any]) -> dict[str, Any]:
        raise SlackRefusedError("views.update", "not_found")

    slack.answers["views.update"] = gone
    await slack.gateway().update_view("V1", {"type": "modal"})
