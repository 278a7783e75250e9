"""The audit log as a conversation asks for it."""

from __future__ import annotations

from typing import Final

from bot.clock import Clock
from bot.store.audit import Audit
from bot.trial_book import People
from core.audit import Question, Verified
from core.commands import parse
from core.domain import Person
from core.errors import InputError, NotFoundError
from core.inputs import MOST_SHOWN
from core.messages import Translator, say
from core.people import called_by, is_user_id
from core.since import moment_of
from core.trials import ME, SCHEDULE
from reports.audit import COLUMNS, ROWS, Place, as_csv, page
from reports.message import Message

MOST_LINES: Final = 100_000
"""Of a file: some 30 MB."""
VERIFY: Final = "verify"


class AuditBook:
    """Finds lines, writes them into files, and follows the chain."""

    def __init__(
        self, *, audit: Audit, people: People, clock: Clock, translator: Translator
    ) -> None:
        self._audit = audit
        self._people = people
        self._clock = clock
        self._translator = translator

    async def question(self, text: str, *, me: Person | None) -> Question:
        """The question in a text.

        Args:
            text: Such as `by=@ben action=approve since=7d`.
            me: Whom `by=me` means; None where that is not known.

        Raises:
            InputError: a word means nothing here.
        """
        now = await self._clock.now()
        command = parse(f"audit {text}")
        if command.words:
            raise InputError(
                say(
                    "I do not understand {word}. Write conditions such as by=@ben action=approve "
                    "since=7d.",
                    word=command.words[0][:MOST_SHOWN],
                )
            )
        named = next((word for name, word in command.pairs if name.casefold() == "by"), "")
        return Question.of(
            command.pairs,
            who=await self._who(named, me) if named else None,
            since=lambda word: moment_of(word, now),
        )

    async def _who(self, word: str, me: Person | None) -> str:
        """The end of `T…/U…`; whoever has left is found by their id."""
        if word.casefold() == ME and me is not None:
            return str(me)
        if word.casefold() == SCHEDULE:
            return SCHEDULE
        called = called_by(word) or word
        if is_user_id(called):
            return f"/{called}"
        return f"/{(await self._people.called(called)).user}"

    async def page(self, asked: Question, text: str, *, first: int) -> Message:
        """A page of them.

        Raises:
            NotFoundError: there is none.
        """
        lines, total = await self._audit.page(asked, first=first, count=ROWS)
        if not lines:
            raise NotFoundError(say("The audit log has no line like that."))
        return page(lines, Place(text, first, total), self._translator)

    async def file(self, asked: Question) -> tuple[bytes, int]:
        """All of them as CSV with a header, oldest first, and how many there are.

        Raises:
            InputError: they are too many for a file.
        """
        _, total = await self._audit.page(asked, first=0, count=1)
        if total > MOST_LINES:
            raise InputError(
                say(
                    "That is {count} lines, more than a file takes ({most}). Add since=30d.",
                    count=total,
                    most=MOST_LINES,
                )
            )
        parts = [",".join(COLUMNS) + "\r\n"]
        parts += [as_csv([line]) async for line in self._audit.every(asked)]
        return "".join(parts).encode(), len(parts) - 1

    async def verify(self, noted: str | None = None) -> Verified:
        """Whether the chain holds.

        Args:
            noted: A digest that was told earlier: it has to be in the chain still.

        Raises:
            NotFoundError: it is not.
        """
        found = await self._audit.verify()
        if noted is not None and found.whole and not await self._audit.has(noted):
            raise NotFoundError(
                say(
                    "No line has the digest {digest}: it is written wrongly, or the log was "
                    "written anew since. Compare it with a copy of the database.",
                    digest=noted[:MOST_SHOWN],
                )
            )
        return found
