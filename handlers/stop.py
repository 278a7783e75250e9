"""Stopping an execution: `/mlpipe stop`, and the button on its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.overview import LEAST_ID, Found, Overview, named
from bot.routes import Button, Subcommand
from bot.sagemaker import SageMaker
from bot.store.audit import Audit
from bot.store.executions import Executions
from bot.targets import MOST_WORD, Targets
from bot.tracker import Tracker
from core.audit import Entry
from core.commands import Command
from core.domain import Person
from core.errors import InputError, NotFoundError
from core.messages import Sentence, in_lines, say
from reports.actions import STOP
from reports.execution_card import title
from reports.names import mention
from reports.status import status_line

MOST_LISTED: Final = 10


class Stop:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        audit: Audit,
        overview: Overview,
        sagemaker: SageMaker,
        store: Executions,
        targets: Targets,
        tracker: Tracker,
    ) -> None:
        self._app = app
        self._audit = audit
        self._overview = overview
        self._sagemaker = sagemaker
        self._store = store
        self._targets = targets
        self._tracker = tracker

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe stop …`: the one that is named, else the asker's own where there is one."""
        places, rest = self._targets.places(command)
        self._targets.refuse_rest(rest[1:], usage=f"{self._app.command} stop a1b2c3d4")
        found = await self._overview.newest(places)
        running = [each for each in found if not each.execution.status.ended]
        if rest:
            chosen = named(running, rest[0])
            if chosen is None:
                raise InputError(await self._no_such(rest[0], running))
        else:
            chosen = _own(running, asking.person)
            if chosen is None:
                raise InputError(await self._which(running))
        await self._app.tell(asking, await self._stop(chosen, asking.person))

    async def click(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on a card's Stop: the card itself says what came of it."""
        followed = await self._store.get(body["actions"][0].get("value") or "")
        if followed is None:
            raise NotFoundError(
                say(
                    "I know nothing of this run any more. `{command} status` shows what runs.",
                    command=self._app.command,
                )
            )
        if await self._tracker.stop(followed, by=asking.person):
            return
        fresh = await self._store.get(followed.id)
        if fresh is not None and fresh.stop_by is not None:
            raise InputError(
                say(
                    "{person} stopped it already: its card says when its jobs have ended.",
                    person=mention(fresh.stop_by),
                )
            )
        raise InputError(say("It has ended already: there is nothing to stop."))

    async def _stop(self, found: Found, by: Person) -> Sentence:
        if found.followed is None:
            await self._sagemaker.stop_other(found.target, found.execution.arn)
            target = found.target
            details = {"pipeline": target.pipeline.name, "environment": target.environment}
            at = await self._app.clock.now()
            arn = found.execution.arn
            await self._audit.add(Entry(at, str(by), "stop", arn, "done", details))
        elif not await self._tracker.stop(found.followed, by=by):
            return say("It is being stopped already: its card says when its jobs have ended.")
        (seen,) = await self._overview.seen([found])
        return say("Stopping {title}.", title=title(seen.facts))

    async def _which(self, running: Sequence[Found]) -> Sentence:
        if not running:
            return say("Nothing runs now: there is nothing to stop.")
        question = say(
            "Which one? Write the first {least} characters of its id: `{command} stop {id}`",
            least=LEAST_ID,
            command=self._app.command,
            id=running[0].execution.id[:LEAST_ID],
        )
        return in_lines([question, *await self._lines(running)])

    async def _no_such(self, word: str, running: Sequence[Found]) -> Sentence:
        shown = word[:MOST_WORD]
        if not running:
            return say("Nothing runs now: there is nothing to stop.")
        wrong = say("Nothing runs whose id begins with {word}. Take one of these:", word=shown)
        if any(each.execution.id.lower().startswith(word.lower()) for each in running):
            wrong = say(
                "{word} is not enough of an id to tell which. Write more of one of these:",
                word=shown,
            )
        return in_lines([wrong, *await self._lines(running)])

    async def _lines(self, running: Sequence[Found]) -> list[Sentence]:
        return [status_line(each) for each in await self._overview.seen(running[:MOST_LISTED])]


def _own(running: Sequence[Found], person: Person) -> Found | None:
    """The only one that this person started."""
    own = [each for each in running if each.followed and each.followed.asked_by == person]
    return own[0] if len(own) == 1 else None


def register(
    app: Conversations,
    *,
    audit: Audit,
    overview: Overview,
    sagemaker: SageMaker,
    store: Executions,
    targets: Targets,
    tracker: Tracker,
) -> None:
    """Offer the conversation."""
    stop = Stop(
        app=app,
        audit=audit,
        overview=overview,
        sagemaker=sagemaker,
        store=store,
        targets=targets,
        tracker=tracker,
    )
    app.subcommand(
        Subcommand(
            word="stop",
            action=Action.RUN,
            purpose=say("Stop what you started, or the one you name."),
            usage="stop [pipeline] [env=…] [id]",
            examples=("stop", "stop a1b2c3d4"),
            work=stop.command,
        )
    )
    app.button(Button(STOP, Action.RUN, stop.click))
