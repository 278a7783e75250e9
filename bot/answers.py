"""What the person who asked is told or shown, for their eyes only; a sign of life where it lasts.

And what a channel is told of what somebody did there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from bot import forms
from bot.asking import Asking
from bot.slack.gateway import Gateway
from core.domain import ChannelId
from core.errors import MlpipeError, UnavailableError
from core.messages import Sentence, Translator, say
from reports.message import Message

logger = logging.getLogger(__name__)

SILENCE_SECONDS: Final = 0.8
"""After which a person hears that the work goes on: within a second of what they did."""
REMEMBERED: Final = 1000
"""Deliveries of late, of which a second copy may come."""


class Answers:
    """Tells people what came of what they asked for."""

    def __init__(self, gateway: Gateway, translator: Translator) -> None:
        self._gateway = gateway
        self._translator = translator
        self._heard: set[str] = set()
        """Deliveries under way whose person has heard of them."""
        self._begun: dict[str, None] = {}
        """Of late, in their order."""

    async def tell(self, asking: Asking, sentence: Sentence) -> None:
        """Say something."""
        await self.show(asking, Message(self._translator.mrkdwn(sentence)))

    async def tell_if_possible(self, asking: Asking, sentence: Sentence) -> bool:
        """Say something, or log that it could not be said; False where it can be tried later."""
        try:
            await self.tell(asking, sentence)
        except MlpipeError as error:
            logger.warning("%s: could not be told: %s", asking.delivery, error)
            return not isinstance(error, UnavailableError)
        return True

    async def show(self, asking: Asking, message: Message, *, replace: bool = False) -> None:
        """Show a message.

        Args:
            asking: Who, and where.
            message: What.
            replace: Whether it takes the place of the message whose button was clicked.
        """
        self.heard(asking)
        if asking.response_url is not None:
            try:
                await self._gateway.respond(asking.response_url, message, replace=replace)
            except UnavailableError:
                logger.info("response_url of %s is used up", asking.delivery)
            else:
                return
        await self._gateway.whisper(asking.channel, asking.person, message)

    async def open(
        self,
        asking: Asking,
        fill: Callable[[], Awaitable[Mapping[str, Any]]],
        *,
        title: Sentence,
        loading: Sentence,
    ) -> None:
        """Open a modal: a skeleton first, for its trigger lives three seconds.

        Args:
            asking: Who.
            fill: Gives the modal; where it raises an MlpipeError, the modal says why.
            title: Of the modal while it has no fields.
            loading: What it says while it is filled.
        """
        assert asking.trigger_id is not None
        view_id = await self._gateway.open_view(
            asking.trigger_id, forms.notice(title, loading, self._translator)
        )
        self.heard(asking)
        try:
            view = await fill()
        except MlpipeError as error:
            view = forms.notice(title, error.sentence, self._translator)
        await self.update(view_id, view)

    async def update(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Change an open modal."""
        await self._gateway.update_view(view_id, view)

    async def tell_all(
        self, asking: Asking, channel: ChannelId, sentence: Sentence, translator: Translator
    ) -> None:
        """Tell a channel what somebody did; where the bot may not, at least who did it.

        Args:
            asking: Who did it.
            channel: Which.
            sentence: What.
            translator: Of the channel's language.
        """
        told = Message(translator.mrkdwn(sentence))
        try:
            await self._gateway.post(channel, told, delivery=asking.delivery)
        except MlpipeError:  # the bot is not in the channel
            await self.tell(asking, sentence)

    def heard(self, asking: Asking) -> None:
        """They see that something happens: no other sign of life is needed."""
        self._heard.add(asking.delivery)

    def done(self, asking: Asking) -> None:
        """Nothing more will be said."""
        self._heard.discard(asking.delivery)

    @asynccontextmanager
    async def sign_of_life(
        self, asking: Asking, *, since: float | None = None
    ) -> AsyncIterator[None]:
        """Say that the work goes on, if it lasts and the person has not heard of it yet.

        A second copy says nothing, also where the database that would tell is slow itself.

        Args:
            asking: Who.
            since: When they did, on the monotonic clock; None: now.
        """
        if asking.delivery in self._begun:
            yield
            return
        self._remember(asking.delivery)
        signs: list[asyncio.Task[None]] = []

        def give() -> None:
            signs.append(asyncio.create_task(self._say_so(asking)))

        # A timer, as nearly all work ends before it: a task each would hold up a burst.
        loop = asyncio.get_running_loop()
        timer = loop.call_at((since or loop.time()) + SILENCE_SECONDS, give)
        try:
            yield
        finally:
            timer.cancel()
            for sign in signs:
                sign.cancel()
                await asyncio.gather(sign, return_exceptions=True)

    async def _say_so(self, asking: Asking) -> None:
        # A choice in a modal has no channel: the modal itself shows what comes of it.
        if asking.channel is not None and asking.delivery not in self._heard:
            await self.tell_if_possible(asking, say("One moment: I am on it …"))

    def _remember(self, delivery: str) -> None:
        self._begun[delivery] = None
        if len(self._begun) > REMEMBERED:
            del self._begun[next(iter(self._begun))]
