"""What comes to a channel by itself: `/mlpipe subscriptions`, and ending one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.follow_book import FollowBook
from bot.routes import Button, Subcommand
from bot.subscriptions import SubscriptionBook
from bot.targets import Targets
from core.commands import Command
from core.domain import ChannelId
from core.errors import NotFoundError
from core.follows import Follow
from core.messages import Sentence, Translator, in_lines, say
from core.subscriptions import Subscription, SubscriptionKey
from reports import blocks
from reports.actions import UNSUBSCRIBE
from reports.message import Message
from reports.subscriptions import Listed, follows, listed, unsubscribed


class Subscriptions:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: SubscriptionBook,
        follows: FollowBook,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._book = book
        self._follows = follows
        self._targets = targets
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe subscriptions …`: the list, for the eyes of who asks."""
        assert asking.channel is not None
        followed = await self._follows.of_channel(asking.channel)
        found = await self._named(
            asking.channel, command, usage="subscriptions", or_else=bool(followed)
        )
        await self._show(asking, found, followed=followed)

    async def end(self, asking: Asking, command: Command) -> None:
        """`/mlpipe unsubscribe …`: the only one that is meant, else the list to choose from."""
        assert asking.channel is not None
        found = await self._named(asking.channel, command, usage="unsubscribe flights")
        if len(found) == 1:
            await self._end(asking, found[0].key)
        else:
            await self._show(asking, found)

    async def click(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Unsubscribe: the list without it takes the list's place."""
        key = SubscriptionKey.parse(body["actions"][0].get("value") or "")
        await self._end(asking, key)
        left = await self._book.of_channel(key.channel)
        if left:
            await self._show(asking, left, replace=True)
        else:
            empty = Message(self._translator.mrkdwn(self._none()))
            await self._app.show(asking, empty, replace=True)

    async def _named(
        self, channel: ChannelId, command: Command, *, usage: str, or_else: bool = False
    ) -> tuple[Subscription, ...]:
        places, rest = self._targets.places(command)
        self._targets.refuse_rest(rest, usage=f"{self._app.command} {usage}")
        wanted = {(each.pipeline.name, each.environment) for each in places}
        found = tuple(
            each
            for each in await self._book.of_channel(channel)
            if (each.key.pipeline, each.key.environment) in wanted
        )
        if not found and not or_else:
            raise NotFoundError(self._none())
        return found

    def _none(self) -> Sentence:
        return say(
            "Nothing comes to this channel by itself. `{command} subscribe` changes that.",
            command=self._app.command,
        )

    async def _show(
        self,
        asking: Asking,
        found: Sequence[Subscription],
        *,
        followed: Sequence[Follow] = (),
        replace: bool = False,
    ) -> None:
        now = await self._app.clock.now()
        following = [(each, self._book.following(each, now)) for each in found]
        message = listed(
            [Listed(each, next_.due if next_ else None) for each, next_ in following],
            self._translator,
            may_end=self._app.access.permits(asking.person, Action.SUBSCRIBE),
        )
        lines = [follows(each.key, command=self._app.command) for each in followed]
        if lines and not found:
            message = Message(self._translator.mrkdwn(in_lines(lines)))
        elif lines:
            below = [blocks.section(self._translator.mrkdwn(in_lines(lines)))]
            message = message.followed_by(below)
        await self._app.show(asking, message, replace=replace)

    async def _end(self, asking: Asking, key: SubscriptionKey) -> None:
        ending = await self._book.get(key)
        await self._book.remove(key, by=asking.person, at=await self._app.clock.now())
        translator = Translator(ending.language) if ending else self._translator
        told = unsubscribed(key, asking.person)
        await self._app.tell_all(asking, key.channel, told, translator)


def register(
    app: Conversations,
    *,
    book: SubscriptionBook,
    follows: FollowBook,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    subscriptions = Subscriptions(
        app=app, book=book, follows=follows, targets=targets, translator=translator
    )
    app.subcommand(
        Subcommand(
            word="subscriptions",
            action=Action.STATUS,
            purpose=say("Show what comes to this channel by itself, and when."),
            usage="subscriptions [pipeline] [env=…]",
            examples=("subscriptions",),
            work=subscriptions.command,
        )
    )
    app.subcommand(
        Subcommand(
            word="unsubscribe",
            action=Action.SUBSCRIBE,
            purpose=say("End what comes to this channel by itself."),
            usage="unsubscribe [pipeline] [env=…]",
            examples=("unsubscribe",),
            work=subscriptions.end,
        )
    )
    app.button(Button(UNSUBSCRIBE, Action.SUBSCRIBE, subscriptions.click))
