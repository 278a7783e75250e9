"""The one way out to Slack: every message, edit, whisper and view is sent here."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from bot.slack.blocks_taken import Sent, send_what_is_taken
from bot.slack.calls import Calls, ChannelError, SlackRefusedError
from bot.slack.channels import Channels
from bot.slack.delivery_ids import delivered, metadata, without_foot
from bot.slack.newest import Newest
from bot.slack.pacing import Pacer
from bot.slack.pictures import Pictures
from bot.slack.webhooks import Webhooks
from core.domain import ChannelId, MessageTs, Person
from reports.message import File, Message, Picture, Report

logger = logging.getLogger(__name__)

VIEW_GONE: Final = "not_found"
"""What views.update answers for a view that is not open."""
LOOK_BACK: Final = 100
"""Messages of a channel that are searched at a time for one that may have been posted."""
SKEW: Final = dt.timedelta(minutes=10)
"""How far Slack's clock and ours may differ."""


class Gateway:
    """Sends, at Slack's pace and only where the bot may speak."""

    def __init__(
        self,
        *,
        calls: Calls,
        channels: Channels,
        pacer: Pacer,
        pictures: Pictures,
        webhooks: Webhooks,
    ) -> None:
        self._calls = calls
        self._channels = channels
        self._pacer = pacer
        self._pictures = pictures
        self._webhooks = webhooks
        self._edits = Newest[tuple[ChannelId, MessageTs], Message]()
        self._homes = Newest[Person, Mapping[str, Any]]()

    @property
    def waiting(self) -> int:
        """How many messages and edits wait for their channel's turn."""
        return self._pacer.waiting

    async def require(self, channel: ChannelId) -> None:
        """Make sure that the bot may speak there before work begins; see Channels.require."""
        await self._channels.require(channel)

    async def post(
        self,
        channel: ChannelId,
        message: Message,
        *,
        delivery: str | None = None,
        also: Sequence[str] = (),
        thread: MessageTs | None = None,
        foot: int = 0,
    ) -> MessageTs:
        """Post a message.

        Args:
            channel: Where.
            message: What.
            delivery: Written into the metadata, by which `find` finds the message again.
            also: Other deliveries that the same message is.
            thread: The message to answer below.
            foot: How many of its last blocks change later on: `read` leaves them out.
        """
        await self._channels.require(channel)
        async with self._pacer.turn(channel):
            answer = await self._calls.call(
                "chat.postMessage",
                channel=channel,
                **_content(message),
                thread_ts=thread,
                metadata=metadata(delivery, also, foot=foot) if delivery else None,
                unfurl_links=False,
                unfurl_media=False,
            )
        return MessageTs(str(answer["ts"]))

    async def post_report(
        self,
        channel: ChannelId,
        report: Report,
        *,
        delivery: str | None = None,
        also: Sequence[str] = (),
        thread: MessageTs | None = None,
    ) -> Sent:
        """Post a message with its pictures.

        A picture that Slack is not done with in time, or does not take into the message, comes in
        the message's thread.
        """
        await self._channels.require(channel)
        ready = await asyncio.gather(*(self._pictures.upload(each) for each in report.pictures))
        files = {
            picture.name: file_id
            for picture, file_id in zip(report.pictures, ready, strict=True)
            if file_id is not None
        }
        send = functools.partial(
            self.post,
            channel,
            delivery=delivery,
            also=also,
            thread=thread,
            foot=len(report.foot),
        )
        sent = await send_what_is_taken(send, report, files)
        for picture in report.pictures:
            if picture.name not in sent.pictures:
                await self._pictures.share(picture, channel, thread or sent.ts)
        return sent

    async def edit(self, channel: ChannelId, ts: MessageTs, message: Message) -> None:
        """Edit a message; returns when this version, or a later one, stands in Slack.

        Versions that come while one waits for its turn replace each other: the last is never lost.
        """
        await self._channels.require(channel)
        turn = self._pacer.turn(channel)
        update = functools.partial(self._update, channel, ts)
        await self._edits.send((channel, ts), message, update, turn=turn)

    async def _update(self, channel: ChannelId, ts: MessageTs, message: Message) -> None:
        await self._calls.call("chat.update", channel=channel, ts=ts, **_content(message))

    async def find(
        self,
        channel: ChannelId,
        delivery: str,
        *,
        since: dt.datetime | None = None,
        thread: MessageTs | None = None,
    ) -> MessageTs | None:
        """The message that `post` left with this delivery's id, if Slack shows one.

        Args:
            channel: Where.
            delivery: Its id.
            since: It was not sent before: however much was said since, it is found. Without it the
                last messages are looked at.
            thread: The message below which it would stand; None: in the channel itself.
        """
        found = await self.find_all(channel, {delivery}, since=since, thread=thread)
        return found.get(delivery)

    async def find_all(
        self,
        channel: ChannelId,
        deliveries: AbstractSet[str],
        *,
        since: dt.datetime | None = None,
        thread: MessageTs | None = None,
    ) -> dict[str, MessageTs]:
        """Delivery's id → the message that it is, of those that Slack shows; see `find`."""
        found: dict[str, MessageTs] = {}
        method = "conversations.replies" if thread else "conversations.history"
        oldest = None if since is None else str((since - SKEW).timestamp())
        cursor: str | None = None
        while True:
            answer = await self._calls.call(
                method,
                channel=channel,
                ts=thread,
                limit=LOOK_BACK,
                include_all_metadata=True,
                oldest=oldest,
                cursor=cursor,
            )
            for message in answer.get("messages", []):
                ts = MessageTs(str(message["ts"]))
                found |= dict.fromkeys(delivered(message, deliveries), ts)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if since is None or not cursor or len(found) == len(deliveries):
                return found

    async def read(self, channel: ChannelId, ts: MessageTs) -> Message | None:
        """A message that `post` left in a channel, without its foot; None where it is gone."""
        answer = await self._calls.call(
            "conversations.history",
            channel=channel,
            latest=ts,
            inclusive=True,
            limit=1,
            include_all_metadata=True,
        )
        for message in answer.get("messages", []):
            if str(message["ts"]) == ts:
                return Message(str(message.get("text", "")), above=tuple(without_foot(message)))
        return None

    async def whisper(self, channel: ChannelId | None, person: Person, message: Message) -> None:
        """Tell one person, in the channel for their eyes only, else in their own conversation."""
        if channel is not None:
            try:
                await self._calls.call(
                    "chat.postEphemeral", channel=channel, user=person.user, **_content(message)
                )
            except (ChannelError, SlackRefusedError) as error:
                logger.info("no whisper in %s: %s", channel, error)
            else:
                return
        await self._calls.call("chat.postMessage", channel=person.user, **_content(message))

    async def hand(self, person: Person, message: Message, file: File | Picture) -> None:
        """Give a file to one person: below a message in their own conversation with the bot."""
        answer = await self._calls.call(
            "chat.postMessage", channel=person.user, **_content(message)
        )
        own, ts = ChannelId(str(answer["channel"])), MessageTs(str(answer["ts"]))
        if isinstance(file, Picture):
            await self._pictures.share(file, own, ts)
        else:
            await self._pictures.share_file(file, own, ts)

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer a command or click by its response_url, for the eyes of who asked only.

        Raises:
            UnavailableError: Slack did not take it.
        """
        await self._webhooks.send(response_url, message, replace=replace)

    async def permalink(self, channel: ChannelId, ts: MessageTs) -> str | None:
        """The address of a message, if Slack gives one."""
        try:
            answer = await self._calls.call("chat.getPermalink", channel=channel, message_ts=ts)
        except (ChannelError, SlackRefusedError):
            return None
        return str(answer["permalink"])

    async def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a modal; gives its id. The trigger lives about three seconds."""
        answer = await self._calls.call("views.open", trigger_id=trigger_id, view=dict(view))
        return str(answer["view"]["id"])

    async def publish_home(self, person: Person, view: Mapping[str, Any]) -> None:
        """Show a view in a person's home tab; returns when it, or a later one, stands there."""

        async def publish(newest: Mapping[str, Any]) -> None:
            await self._calls.call("views.publish", user_id=person.user, view=dict(newest))

        await self._homes.send(person, view, publish, turn=self._pacer.turn(person.user))

    async def update_view(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Change an open modal; nothing happens when the person closed it meanwhile."""
        try:
            await self._calls.call("views.update", view_id=view_id, view=dict(view))
        except SlackRefusedError as error:
            if error.code != VIEW_GONE:
                raise
            logger.info("view %s was closed before it was filled", view_id)


def _content(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.payload() or None}
