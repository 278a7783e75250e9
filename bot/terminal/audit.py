"""`mlpipe audit`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.access import Action
from bot.audit_book import VERIFY, AuditBook
from bot.store.audit import Audit
from bot.terminal.answer import Answer, Exit, unmarked
from bot.terminal.at_hand import COMMAND, AtHand
from core.audit import Question
from core.commands import Command
from core.domain import Person
from core.errors import InputError, NotFoundError, UnavailableError
from core.messages import say
from reports.audit import document, in_words, verified


async def audit(
    has: AtHand, command: Command, *, first: int, limit: int, csv: Path | None
) -> Answer:
    """Lines of the audit log, newest first; or whether it is as it was written.

    Args:
        has: What there is.
        command: `[by=… action=… …]`, or `verify [DIGEST]`.
        first: How many come before.
        limit: How many at most.
        csv: Where to write all of them instead.
    """
    log, book = _log(has)
    person = await _permitted(has)
    words = command.rewritten
    if words and words[0].casefold() == VERIFY:
        return await _verify(has, book, words[1:])
    asked = await book.question(" ".join(words), me=person)
    if csv is not None:
        return await _file(has, book, asked, csv)
    lines, total = await log.page(asked, first=first, count=limit)
    if not lines:
        raise NotFoundError(say("The audit log has no line like that."))
    return Answer(
        "\n".join(unmarked(has.t.plain(in_words(each.entry))) for each in lines),
        {"total": total, "first": first, "lines": [document(each) for each in lines]},
    )


def _log(has: AtHand) -> tuple[Audit, AuditBook]:
    if has.engine is None:
        raise UnavailableError(
            say("The bot's database is not at hand: set DATABASE_URL to it, as the bot has it.")
        )
    log = Audit(has.engine)
    book = AuditBook(audit=log, people=has.people, clock=has.clock, translator=has.t)
    return log, book


async def _permitted(has: AtHand) -> Person:
    """Who asks, by the environment that decides who somebody is: the first of mlpipe.toml."""
    return await has.permitted(next(iter(has.settings.environments)), Action.AUDIT)


async def _verify(has: AtHand, book: AuditBook, words: tuple[str, ...]) -> Answer:
    if len(words) > 1:
        raise InputError(
            say(
                "verify takes one digest that was told earlier, or nothing: `{command} audit "
                "verify`.",
                command=COMMAND,
            )
        )
    found = await book.verify(*words)
    return Answer(
        unmarked(has.t.plain(verified(found))),
        {
            "whole": found.whole,
            "lines": found.lines,
            "digest": found.digest,
            "broken": document(found.broken) if found.broken else None,
            "missing": found.missing,
        },
        exit=0 if found.whole else Exit.FAILED,
    )


async def _file(has: AtHand, book: AuditBook, asked: Question, path: Path) -> Answer:
    content, count = await book.file(asked)
    try:
        await asyncio.to_thread(path.write_bytes, content)
    except OSError as error:
        raise InputError(
            say("{path} cannot be written: {why}", path=str(path), why=error.strerror or "?")
        ) from error
    said = say("{count} lines written to {path}.", count=count, path=str(path))
    return Answer(unmarked(has.t.plain(said)), {"lines": count, "file": str(path)})
