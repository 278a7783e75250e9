"""`/mlpipe follow` and `unfollow`: every run of a pipeline gets a card here, whoever starts it."""

from __future__ import annotations

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.follow_book import FollowBook
from bot.routes import Subcommand
from bot.slack.gateway import Gateway
from bot.targets import ENVIRONMENT_WORDS, Targets, taken_out
from core.commands import Command
from core.domain import ChannelId
from core.errors import InputError, NotFoundError
from core.follows import FollowKey
from core.messages import say
from reports.names import code, mention, shown


class Follow:
    """The conversation."""

    def __init__(
        self, *, app: Conversations, book: FollowBook, gateway: Gateway, targets: Targets
    ) -> None:
        self._app = app
        self._book = book
        self._gateway = gateway
        self._targets = targets

    async def begin(self, asking: Asking, command: Command) -> None:
        """`/mlpipe follow …`: stored, then the channel is told."""
        assert asking.channel is not None
        key = self._key(asking.channel, command, word="follow")
        await self._gateway.require(asking.channel)
        now = await self._app.clock.now()
        if not await self._book.add(key, by=asking.person, at=now):
            raise InputError(
                say(
                    "This channel follows {pipeline} · {environment} already.",
                    pipeline=key.pipeline,
                    environment=key.environment,
                )
            )
        told = say(
            "{person} has this channel follow {pipeline} · {environment}: every run of it gets a "
            "card here, whoever starts it. `{command} unfollow {pipeline_word} "
            "env={environment_word}` ends it.",
            person=mention(asking.person),
            pipeline=shown(key.pipeline),
            environment=shown(key.environment),
            command=self._app.command,
            pipeline_word=code(key.pipeline),
            environment_word=code(key.environment),
        )
        await self._app.tell_all(asking, asking.channel, told)

    async def end(self, asking: Asking, command: Command) -> None:
        """`/mlpipe unfollow …`: what runs keeps its card to the end; new runs get none."""
        assert asking.channel is not None
        key = self._key(asking.channel, command, word="unfollow")
        now = await self._app.clock.now()
        if not await self._book.remove(key, by=asking.person, at=now):
            raise NotFoundError(
                say(
                    "This channel does not follow {pipeline} · {environment}.",
                    pipeline=key.pipeline,
                    environment=key.environment,
                )
            )
        told = say(
            "{person} ended that this channel follows {pipeline} · {environment}.",
            person=mention(asking.person),
            pipeline=shown(key.pipeline),
            environment=shown(key.environment),
        )
        await self._app.tell_all(asking, asking.channel, told)

    def _key(self, channel: ChannelId, command: Command, *, word: str) -> FollowKey:
        named, command = taken_out(command, ENVIRONMENT_WORDS)
        environment = self._targets.environment_in(channel, named)
        rest = [token.written if token.name else token.text for token in command.tokens]
        self._targets.refuse_rest(
            rest[1:], usage=f"{self._app.command} {word} flights env=production"
        )
        if rest and "=" in rest[0]:
            self._targets.refuse_rest(rest, usage=f"{self._app.command} {word} flights")
        pipeline = self._targets.pipeline(rest[0] if rest else None)
        return FollowKey(channel, pipeline.name, environment)


def register(app: Conversations, *, book: FollowBook, gateway: Gateway, targets: Targets) -> None:
    """Offer the conversation."""
    follow = Follow(app=app, book=book, gateway=gateway, targets=targets)
    app.subcommand(
        Subcommand(
            word="follow",
            action=Action.SUBSCRIBE,
            purpose=say("Give every run of a pipeline a card here, whoever starts it."),
            usage="follow [pipeline] [env=…]",
            examples=("follow", "follow flights env=production"),
            work=follow.begin,
        )
    )
    app.subcommand(
        Subcommand(
            word="unfollow",
            action=Action.SUBSCRIBE,
            purpose=say("Give no more cards to runs that were started elsewhere."),
            usage="unfollow [pipeline] [env=…]",
            examples=("unfollow",),
            work=follow.end,
        )
    )
