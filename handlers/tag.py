"""`/mlpipe tag`: what people say of a trial, kept with it."""

from __future__ import annotations

import dataclasses

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.routes import Subcommand
from bot.targets import Targets
from bot.trial_book import TrialBook
from core.commands import Command
from core.errors import InputError
from core.marks import Marks, after, marks
from core.messages import Sentence, Translator, say
from core.trials import Trial, no_trial
from reports.message import Message
from reports.names import code
from reports.one_trial import said_of


class Tags:
    """The conversation."""

    def __init__(
        self, *, app: Conversations, book: TrialBook, targets: Targets, translator: Translator
    ) -> None:
        self._app = app
        self._book = book
        self._targets = targets
        self._translator = translator

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe tag NAME …`: kept, then said what the trial has now."""
        target, command = self._targets.one(command, asking.channel)
        if not command.tokens or command.tokens[0].name is not None:
            raise InputError(self._usage())
        name, wanted = command.tokens[0].text, marks(Command("tag", command.tokens[1:]))
        if wanted == Marks():
            raise InputError(self._usage())
        trial = await self._book.named(target, name)
        if trial is None:
            raise no_trial(name, self._app.command)
        await self._book.mark(target, trial, wanted, person=asking.person)
        now = after(trial.parameters, wanted, person=str(asking.person))
        await self._app.show(asking, self._told(dataclasses.replace(trial, parameters=now)))

    def _told(self, trial: Trial) -> Message:
        t = self._translator
        kept = said_of(trial)
        heading = say("Kept with trial `{name}`:", name=code(trial.name))
        nothing = say("Trial `{name}` has no tag and no note.", name=code(trial.name))
        lines = [t.mrkdwn(each) for each in ([heading, *kept] if kept else [nothing])]
        return Message("\n".join(lines))

    def _usage(self) -> Sentence:
        return say(
            "Say which trial and what to keep with it: `{command} tag {example}`.",
            command=self._app.command,
            example='NAME weather note="good in storms"',
        )


def register(
    app: Conversations, *, book: TrialBook, targets: Targets, translator: Translator
) -> None:
    """Offer the conversation."""
    tags = Tags(app=app, book=book, targets=targets, translator=translator)
    app.subcommand(
        Subcommand(
            word="tag",
            action=Action.NOTE,
            purpose=say("Keep tags and a note with a trial; `trials tag=…` finds it."),
            usage="tag [pipeline] [env=…] NAME [tag …] [-tag …] [note=…]",
            examples=('tag 4f1c2a9b7d3e weather note="good in storms"',),
            work=tags.command,
        )
    )
