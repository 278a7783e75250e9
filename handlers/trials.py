"""`/mlpipe trials`: the tries that somebody asks for; `/mlpipe trial`: one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.pointed_at import PointedAt
from bot.routes import Button, Shortcut, Subcommand
from bot.slack.gateway import Gateway
from bot.targets import Target, Targets
from bot.trial_book import TrialBook
from bot.trial_files import write_files
from core.commands import Command
from core.errors import InputError, NotFoundError
from core.messages import Translator, say, say_count
from core.trial_table import Format
from core.trials import no_trial
from reports.actions import (
    LOOK_AT_TRIAL,
    TRIAL,
    TRIAL_CHARTS,
    TRIALS_BEFORE,
    TRIALS_CSV,
    TRIALS_MORE,
    TRIALS_PARQUET,
)
from reports.charts import of_trial
from reports.message import File, Message
from reports.names import shown
from reports.one_trial import one
from reports.trial_places import Place
from reports.trials import DRAWN, file_message, page


class Trials:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: TrialBook,
        gateway: Gateway,
        pointed_at: PointedAt,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._gateway = gateway
        self._pointed_at = pointed_at
        self._book = book
        self._targets = targets
        self._translator = translator

    async def list(self, asking: Asking, command: Command) -> None:
        """`/mlpipe trials …`: the first page, for the eyes of who asks."""
        target, command = self._targets.one(command, asking.channel)
        place = Place(target.pipeline.name, target.environment, " ".join(command.rewritten))
        if not place.fits:
            raise InputError(say("That is too long: write fewer conditions."))
        await self._show(asking, target, place)

    async def turn(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on More or Before: another page takes the page's place."""
        place = Place.loads(body["actions"][0]["value"])
        await self._show(
            asking, self._targets.at(place.pipeline, place.environment), place, replace=True
        )

    async def csv(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on All as CSV."""
        await self._hand(asking, body, Format.CSV)

    async def parquet(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on All as Parquet."""
        await self._hand(asking, body, Format.PARQUET)

    async def one(self, asking: Asking, command: Command) -> None:
        """`/mlpipe trial NAME`."""
        target, command = self._targets.one(command, asking.channel)
        words = command.rewritten
        if len(words) != 1:
            raise InputError(
                say(
                    "Which trial? Write its name, as `{command} trials` lists it.",
                    command=self._app.command,
                )
            )
        await self._look(asking, target, words[0])

    async def chosen(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A choice in a page's menu."""
        value = body["actions"][0]["selected_option"]["value"]
        pipeline, environment, name = value.split("/", 2)
        await self._look(asking, self._targets.at(pipeline, environment), name)

    async def pointed(self, asking: Asking, _body: Mapping[str, Any]) -> None:
        """The shortcut on a card or a report: the trial of its run."""
        at = await self._pointed_at.of(asking)
        if at.run is None:
            raise NotFoundError(say("No run of it is known, and so no trial."))
        await self._look(asking, at.target, at.run)

    async def _show(
        self, asking: Asking, target: Target, place: Place, *, replace: bool = False
    ) -> None:
        question = await self._book.question(target, place.text)
        found = await self._book.page(
            target, question, person=asking.person, first=place.first, count=DRAWN
        )
        if not found.trials:
            raise await self._book.none_found(target, place.text, self._app.command)
        shown = page(
            found.trials, place=place, question=question, total=found.total, t=self._translator
        )
        await self._app.show(asking, shown, replace=replace)

    async def _hand(self, asking: Asking, body: Mapping[str, Any], form: Format) -> None:
        place = Place.loads(body["actions"][0]["value"])
        target = self._targets.at(place.pipeline, place.environment)
        question = await self._book.question(target, place.text)
        pages = self._book.pages(target, question, person=asking.person)
        name = f"{place.pipeline}-{place.environment}-trials.{form}"
        with TemporaryDirectory(prefix="mlpipe-") as folder:
            path = Path(folder) / name
            count = await write_files(pages, {form: path})
            if not count:
                raise await self._book.none_found(target, place.text, self._app.command)
            said = file_message(place, question, count, t=self._translator)
            await self._gateway.hand(asking.person, said, File(name, path))
        await self._app.tell(
            asking,
            say_count(
                "{file} with {count} trial is in your own messages with me.",
                "{file} with {count} trials is in your own messages with me.",
                count=count,
                file=shown(name),
            ),
        )

    async def _look(self, asking: Asking, target: Target, name: str) -> None:
        facts = await self._book.look(target, name)
        if facts is None:
            raise no_trial(name, self._app.command)
        place = Place(target.pipeline.name, target.environment)
        await self._app.show(asking, one(facts, place=place, t=self._translator))

    async def charts(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Charts of a trial."""
        pipeline, environment, name = body["actions"][0]["value"].split("/", 2)
        target = self._targets.at(pipeline, environment)
        facts = await self._book.look(target, name)
        if facts is None:
            raise no_trial(name, self._app.command)
        drawn = None
        if facts.result is not None:
            drawn = await asyncio.to_thread(of_trial.picture, facts.result, self._translator)
        if drawn is None:
            raise NotFoundError(say("Its evaluation left nothing to draw."))
        heading = say(
            "*{pipeline} · {environment} · {name}*",
            pipeline=shown(pipeline),
            environment=shown(environment),
            name=shown(name),
        )
        said = Message(self._translator.mrkdwn(heading))
        await self._gateway.hand(asking.person, said, drawn)
        await self._app.tell(asking, say("The charts are in your own messages with me."))


def register(
    app: Conversations,
    *,
    book: TrialBook,
    gateway: Gateway,
    pointed_at: PointedAt,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    trials = Trials(
        app=app,
        book=book,
        gateway=gateway,
        pointed_at=pointed_at,
        targets=targets,
        translator=translator,
    )
    app.subcommand(
        Subcommand(
            word="trials",
            action=Action.STATUS,
            purpose=say("Find trials, the best or the newest first."),
            usage="trials [pipeline] [env=…] [auc>0.7 NumLeaves<64 since=7d by=@ana sort=auc]",
            examples=("trials", "trials auc>0.7 since=7d sort=auc"),
            work=trials.list,
        )
    )
    app.subcommand(
        Subcommand(
            word="trial",
            action=Action.STATUS,
            purpose=say("Show one trial beside production."),
            usage="trial [pipeline] [env=…] NAME",
            examples=("trial 4f1c2a9b7d3e",),
            work=trials.one,
        )
    )
    app.shortcut(Shortcut(LOOK_AT_TRIAL, Action.STATUS, trials.pointed))
    app.button(Button(TRIALS_MORE, Action.STATUS, trials.turn))
    app.button(Button(TRIALS_BEFORE, Action.STATUS, trials.turn))
    app.button(Button(TRIALS_CSV, Action.STATUS, trials.csv))
    app.button(Button(TRIALS_PARQUET, Action.STATUS, trials.parquet))
    app.button(Button(TRIAL_CHARTS, Action.STATUS, trials.charts))
    app.button(Button(TRIAL, Action.STATUS, trials.chosen))
