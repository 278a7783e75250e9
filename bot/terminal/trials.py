"""`mlpipe trials` and `trial`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bot.terminal.answer import Answer, table, unmarked
from bot.terminal.at_hand import COMMAND, AtHand
from bot.trial_files import write_files
from core.commands import Command
from core.day_result import DayResult
from core.domain import Person, TeamId, UserId
from core.errors import InputError
from core.messages import say, say_count
from core.trial_table import Format
from core.trials import ME, Trial, no_trial
from reports.one_trial import rows_beside
from reports.trials import DRAWN, how_it_went, page_rows

NOBODY: Final = Person(TeamId(""), UserId(""))


async def trials(has: AtHand, command: Command, *, first: int, limit: int) -> Answer:
    """Those that are asked for, in the order that is asked for.

    Args:
        has: What there is.
        command: `[pipeline] [env=…] [conditions]`.
        first: How many come before.
        limit: How many at most.
    """
    target, command = has.targets.one(command, None)
    text = " ".join(command.rewritten)
    question = await has.trials.question(target, text)
    asker = await has.person(target.environment) if question.by == ME else NOBODY
    found: list[Trial] = []
    seen = total = 0
    async for page in has.trials.pages(target, question, person=asker):
        found += page.trials[max(0, first - seen) : first + limit - seen]
        seen, total = seen + len(page.trials), page.total
        if seen >= first + limit:
            break
    if found:
        went = [has.t.plain(each) for each in how_it_went(found[:DRAWN], question, has.t)]
        lines = "\n".join([table(page_rows(found, question, has.t)), *went])
    else:
        none = await has.trials.none_found(target, text, COMMAND)
        lines = unmarked(has.t.plain(none.sentence))
    return Answer(
        lines,
        {
            "pipeline": target.pipeline.name,
            "environment": target.environment,
            "total": total if found else 0,
            "first": first,
            "trials": [document(each) for each in found],
        },
    )


async def trials_in_files(has: AtHand, command: Command, files: Mapping[Format, Path]) -> Answer:
    """All of those that are asked for, written to files.

    Raises:
        NotFoundError: there is none like that.
    """
    target, command = has.targets.one(command, None)
    text = " ".join(command.rewritten)
    question = await has.trials.question(target, text)
    asker = await has.person(target.environment) if question.by == ME else NOBODY
    count = await write_files(has.trials.pages(target, question, person=asker), files)
    if not count:
        raise await has.trials.none_found(target, text, COMMAND)
    names = [str(path) for path in files.values()]
    said = say_count(
        "{count} trial is in {files}.",
        "{count} trials are in {files}.",
        count=count,
        files=", ".join(names),
    )
    return Answer(
        has.t.plain(said),
        {
            "pipeline": target.pipeline.name,
            "environment": target.environment,
            "total": count,
            "files": names,
        },
    )


async def trial(has: AtHand, command: Command) -> Answer:
    """One of them, beside production's newest."""
    target, command = has.targets.one(command, None)
    words = command.rewritten
    if len(words) != 1:
        raise InputError(
            say(
                "Which trial? Write its name, as `{command} trials` lists it.",
                command=COMMAND,
            )
        )
    facts = await has.trials.look(target, words[0])
    if facts is None:
        raise no_trial(words[0], COMMAND)
    beside = facts.beside
    return Answer(
        table(rows_beside(facts, has.t)),
        {
            "pipeline": target.pipeline.name,
            "environment": target.environment,
            "trial": document(facts.trial) | _more(facts.trial, facts.result),
            "production": document(beside) | _more(beside, facts.beside_result) if beside else None,
        },
    )


def _more(found: Trial, result: DayResult | None) -> dict[str, Any]:
    """What a list of trials does not have."""
    intervals = {name: result.interval(name) for name in found.metrics} if result else {}
    return {
        "intervals": {
            name: [each.low, each.high]
            for name, each in intervals.items()
            if each is not None and each.low is not None and each.high is not None
        },
        "importance": dict(result.importance) if result else {},
        "artifacts": dict(found.artifacts),
    }


def document(found: Trial) -> dict[str, Any]:
    """A trial as scripts get it."""
    return {
        "name": found.name,
        "status": found.status,
        "started": found.created,
        "parameters": dict(found.parameters),
        "metrics": dict(found.metrics),
    }
