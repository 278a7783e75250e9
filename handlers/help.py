"""`/mlpipe help`: what this person may do here, with examples."""

from __future__ import annotations

from bot.access import Action
from bot.asking import Asking
from bot.conversations import HELP, Conversations, Subcommand
from core.commands import Command
from core.messages import Markup, Sentence, say


class Help:
    """The conversation."""

    def __init__(self, app: Conversations) -> None:
        self._app = app

    async def show(self, asking: Asking, _command: Command) -> None:
        """Answer `/mlpipe help`, and `/mlpipe` alone."""
        allowed = self._app.access.actions(asking.person)
        lines = [
            self._line(subcommand)
            for subcommand in self._app.subcommands
            if subcommand.action in allowed and subcommand.word != HELP
        ]
        await self._app.tell(asking, _joined([say("What you can do here:"), *lines]))

    def _line(self, subcommand: Subcommand) -> Sentence:
        examples = "  ".join(f"`{self._app.command} {example}`" for example in subcommand.examples)
        return say(
            "• `{usage}` {purpose}\n    {examples}",
            usage=f"{self._app.command} {subcommand.usage}",
            purpose=subcommand.purpose,
            examples=Markup(examples, examples),
        )


def _joined(lines: list[Sentence]) -> Sentence:
    names = {f"line{number}": line for number, line in enumerate(lines)}
    return Sentence("\n".join(f"{{{name}}}" for name in names), names)


def register(app: Conversations) -> None:
    """Offer the conversation."""
    app.subcommand(
        Subcommand(
            word=HELP,
            action=Action.HELP,
            purpose=say("Show what you can do here."),
            usage=HELP,
            examples=(HELP,),
            work=Help(app).show,
        )
    )
