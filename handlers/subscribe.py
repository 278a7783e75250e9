"""`/mlpipe subscribe`: a form in which pressing Submit is enough; the channel is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any, Final

import slackblocks as slack
from pydantic import BaseModel, ConfigDict

from bot import forms, subscription_form
from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.routes import Button, Subcommand, Submission
from bot.slack.gateway import Gateway
from bot.subscriptions import SubscriptionBook
from bot.targets import Target, Targets
from core.commands import Command
from core.domain import PRODUCTION, ChannelId, EnvironmentName, PipelineName
from core.messages import Translator, say
from core.subscriptions import Subscription, SubscriptionKey, Times
from reports.message import Message
from reports.subscriptions import Listed, subscribed

CALLBACK: Final = "subscribe.submit"
PIPELINE: Final = "subscribe.pipeline"
ENVIRONMENT: Final = "subscribe.environment"
FIELD: Final = "subscribe.field."
LATEST: Final = dt.time(10)
"""When a report that is not ready says so, unless somebody chooses another time."""


class Origin(BaseModel):
    """The modal's private metadata: what Slack brings back with every choice and submission."""

    model_config = ConfigDict(frozen=True)

    channel: ChannelId
    pipeline: PipelineName
    environment: EnvironmentName

    @property
    def key(self) -> SubscriptionKey:
        """What the modal is about."""
        return SubscriptionKey(self.channel, self.pipeline, self.environment)


class Subscribe:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: SubscriptionBook,
        gateway: Gateway,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._book = book
        self._gateway = gateway
        self._targets = targets
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe subscribe …`: the form, about what was named, else the first in production."""
        assert asking.channel is not None
        places, rest = self._targets.places(command)
        self._targets.refuse_rest(rest, usage=f"{self._app.command} subscribe flights")
        target = next((each for each in places if each.environment == PRODUCTION), places[0])
        fill = functools.partial(self._first, _about(target, asking.channel))
        await self._app.open(asking, fill, title=_TITLE, loading=_LOADING)

    async def choose(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """Another pipeline or environment was chosen: what the channel hears of it is shown."""
        assert asking.view_id is not None
        await self._app.update(asking.view_id, await self._modal(self._chosen(body["view"])))

    def read_modal(self, view: Mapping[str, Any]) -> Subscription:
        """What a submitted modal says, from memory alone.

        Raises:
            FieldsError: what is wrong, at its field.
        """
        origin = self._chosen(view)
        usual = self._usual(origin, ())
        return subscription_form.read(view["state"]["values"], usual, prefix=_prefix(origin))

    async def submit(self, asking: Asking, read: Subscription) -> None:
        """The modal was submitted: the subscription is stored, then the channel is told."""
        channel = read.key.channel
        await self._gateway.require(channel)
        now = await self._app.clock.now()
        subscription = dataclasses.replace(read, since=now, by=asking.person)
        await self._book.put(subscription)
        following = self._book.following(subscription, now)
        told = subscribed(
            Listed(subscription, following.due if following else None),
            asking.person,
            command=self._app.command,
        )
        text = Translator(subscription.language).mrkdwn(told)
        await self._gateway.post(channel, Message(text), delivery=asking.delivery)

    def _chosen(self, view: Mapping[str, Any]) -> Origin:
        origin = Origin.model_validate_json(view["private_metadata"])
        values = view["state"]["values"]
        target = Target(
            self._targets.pipeline(forms.selected(values, PIPELINE) or origin.pipeline),
            self._targets.environment(
                forms.selected(values, ENVIRONMENT), default=origin.environment
            ),
        )
        return _about(target, origin.channel)

    async def _first(self, origin: Origin) -> Mapping[str, Any]:
        await self._gateway.require(origin.channel)
        return await self._modal(origin)

    async def _modal(self, origin: Origin) -> Mapping[str, Any]:
        known = await self._book.of_channel(origin.channel)
        self._book.require_made_here(origin.key)
        target = Target(self._book.pipeline(origin.pipeline), origin.environment)
        blocks = [
            *forms.place(
                self._targets,
                target,
                pipeline=PIPELINE,
                environment=ENVIRONMENT,
                translator=self._translator,
            ),
            *subscription_form.fields(
                self._usual(origin, known), prefix=_prefix(origin), t=self._translator
            ),
        ]
        view = slack.ModalView(
            title=forms.plain(_TITLE, self._translator),
            submit=forms.plain(say("Subscribe"), self._translator),
            close=forms.plain(say("Cancel"), self._translator),
            callback_id=CALLBACK,
            private_metadata=origin.model_dump_json(),
            blocks=blocks,
        )
        filled: Mapping[str, Any] = view.to_dict()
        return filled

    def _usual(self, origin: Origin, known: tuple[Subscription, ...]) -> Subscription:
        """What the channel hears of it already, else as it hears of others, else what is usual."""
        same = [each for each in known if each.key == origin.key]
        like = next(iter([*same, *known]), None)
        if like is not None:
            return dataclasses.replace(like, key=origin.key, since=None, by=None)
        zone = self._book.pipeline(origin.pipeline).time_zone
        return Subscription(
            key=origin.key,
            times=Times(LATEST, zone, when_ready=True),
            language=self._translator.language,
        )


_TITLE: Final = say("Subscribe this channel")
_LOADING: Final = say("One moment: looking at what comes here …")


def _about(target: Target, channel: ChannelId) -> Origin:
    return Origin(channel=channel, pipeline=target.pipeline.name, environment=target.environment)


def _prefix(origin: Origin) -> str:
    return f"{FIELD}{origin.pipeline}.{origin.environment}."


def register(
    app: Conversations,
    *,
    book: SubscriptionBook,
    gateway: Gateway,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    subscribe = Subscribe(
        app=app, book=book, gateway=gateway, targets=targets, translator=translator
    )
    app.subcommand(
        Subcommand(
            word="subscribe",
            action=Action.SUBSCRIBE,
            purpose=say("Have reports come to this channel by themselves."),
            usage="subscribe [pipeline] [env=…]",
            examples=("subscribe", "subscribe flights env=production"),
            work=subscribe.command,
        )
    )
    for action_id in (PIPELINE, ENVIRONMENT):
        app.button(Button(action_id, Action.SUBSCRIBE, subscribe.choose))
    app.submission(
        Submission(
            CALLBACK,
            Action.SUBSCRIBE,
            read=subscribe.read_modal,
            channel=lambda subscription: subscription.key.channel,
            work=subscribe.submit,
        )
    )
