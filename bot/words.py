"""The words after the slash command: which there are, and which one a person meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from bot.access import Action
from bot.routes import Subcommand
from core.commands import Command, Token
from core.inputs import MOST_SHOWN, closest
from core.messages import Sentence, say

HELP: Final = "help"
ASK_FOR_HELP: Final = frozenset({HELP, "--help", "-h", "-help", "?", "usage", "ヘルプ"})
"""What people type, alone or after a subcommand, to learn what there is."""


class Words:
    """The subcommands, in the order in which they were offered."""

    def __init__(self, command: str) -> None:
        """`command` is the slash command that they follow."""
        self._command = command
        self._subcommands: dict[str, Subcommand] = {}

    def __iter__(self) -> Iterator[Subcommand]:
        return iter(self._subcommands.values())

    def add(self, subcommand: Subcommand) -> None:
        """Offer one."""
        self._subcommands[subcommand.word] = subcommand

    def get(self, word: str) -> Subcommand | None:
        """The one of this word."""
        return self._subcommands.get(word)

    def not_known(self, command: Command, allowed: Collection[Action]) -> Sentence:
        """That a command begins with none of them, and which whoever may do this can have meant."""
        if command.name:
            return self.no_such(command.name, allowed)
        return say(
            "A command begins with a word, not with {pair}. `{command} help` shows which there "
            "are.",
            pair=command.tokens[0].written[:MOST_SHOWN],
            command=self._command,
        )

    def below_reports(self, word: str) -> Sentence:
        """That a word is no command, but what can be done from a report."""
        return say(
            "{word} is no command: it is in the menu (…) below a report. `{command} report` brings "
            "one.",
            word=word,
            command=self._command,
        )

    def no_such(self, word: str, allowed: Collection[Action]) -> Sentence:
        """That there is no such word, and which whoever may do this can have meant."""
        if close := closest(word, [each.word for each in self if each.action in allowed]):
            return say(
                "There is no command {word}. Did you mean `{command} {close}`?",
                word=word[:MOST_SHOWN],
                command=self._command,
                close=close,
            )
        return say(
            "There is no command {word}. `{command} help` shows what there is.",
            word=word[:MOST_SHOWN],
            command=self._command,
        )


def asks_for_help(command: Command) -> bool:
    """Whether what is there, or what one subcommand takes, is asked: `?`, `run help`, `run -h`."""
    if command.name == HELP or len(command.tokens) > 1:
        return False
    if not command.tokens:
        return not command.name or command.name in ASK_FOR_HELP
    return command.tokens[0].name is None and command.tokens[0].text.lower() in ASK_FOR_HELP


def help_for(word: str) -> Command:
    """The command that asks what another one takes."""
    return Command(HELP, (Token(None, word, word),))
