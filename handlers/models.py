"""`/mlpipe models`: the registered versions; `/mlpipe model`: everything about one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.model_book import ModelBook, no_version, of_words, version_of
from bot.routes import Button, Subcommand
from bot.targets import Target, Targets
from core.commands import Command
from core.messages import Translator, say
from reports.actions import MODEL, MODELS_BEFORE, MODELS_MORE
from reports.models import ROWS, one, page
from reports.trial_places import Place


class Models:
    """The conversation."""

    def __init__(
        self, *, app: Conversations, book: ModelBook, targets: Targets, translator: Translator
    ) -> None:
        self._app = app
        self._book = book
        self._targets = targets
        self._translator = translator

    async def list(self, asking: Asking, command: Command) -> None:
        """`/mlpipe models …`: the newest, for the eyes of who asks."""
        target, words = of_words(self._targets, command)
        self._targets.refuse_rest(words, usage=f"{self._app.command} models env=production")
        await self._show(asking, target, Place(target.pipeline.name, target.environment))

    async def turn(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on More or Before: another page takes the page's place."""
        place = Place.loads(body["actions"][0]["value"])
        target = self._targets.at(place.pipeline, place.environment)
        await self._show(asking, target, place, replace=True)

    async def one(self, asking: Asking, command: Command) -> None:
        """`/mlpipe model VERSION`."""
        target, words = of_words(self._targets, command)
        await self._look(asking, target, version_of(words, self._app.command))

    async def chosen(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A choice in a page's menu."""
        value = body["actions"][0]["selected_option"]["value"]
        pipeline, environment, number = value.rsplit("/", 2)
        await self._look(asking, self._targets.at(pipeline, environment), int(number))

    async def _show(
        self, asking: Asking, target: Target, place: Place, *, replace: bool = False
    ) -> None:
        rows, total = await self._book.page(target, first=place.first, count=ROWS)
        if not rows:
            raise no_version(None, (), target)
        now = await self._app.clock.now()
        shown = page(rows, place=place, total=total, now=now, t=self._translator)
        await self._app.show(asking, shown, replace=replace)

    async def _look(self, asking: Asking, target: Target, number: int) -> None:
        facts = await self._book.one(target, number)
        may_ask = self._app.access.permits(asking.person, Action.PROMOTE)
        now = await self._app.clock.now()
        await self._app.show(asking, one(facts, now=now, may_ask=may_ask, t=self._translator))


def register(
    app: Conversations, *, book: ModelBook, targets: Targets, translator: Translator
) -> None:
    """Offer the conversation."""
    models = Models(app=app, book=book, targets=targets, translator=translator)
    app.subcommand(
        Subcommand(
            word="models",
            action=Action.STATUS,
            purpose=say("List the registered versions: which serves, who decided and why."),
            usage="models [pipeline] [env=…]",
            examples=("models", "models env=experiment"),
            work=models.list,
        )
    )
    app.subcommand(
        Subcommand(
            word="model",
            action=Action.STATUS,
            purpose=say("Show everything about one version."),
            usage="model [pipeline] [env=…] VERSION",
            examples=("model 3",),
            work=models.one,
        )
    )
    app.button(Button(MODELS_MORE, Action.STATUS, models.turn))
    app.button(Button(MODELS_BEFORE, Action.STATUS, models.turn))
    app.button(Button(MODEL, Action.STATUS, models.chosen))
