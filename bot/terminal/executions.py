"""`mlpipe run`, `status` and `stop`."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.access import Action
from bot.asking import Asking
from bot.data_days import DataDays
from bot.overview import LEAST_ID, Found, named, own_first
from bot.run_request import read, to_start
from bot.store.executions import START, Followed, Progress
from bot.store.leases import Holder, new_name
from bot.targets import MOST_WORD
from bot.terminal.answer import Answer, Exit, unmarked
from bot.terminal.at_hand import COMMAND, AtHand
from bot.terminal.channels import channel_of
from bot.terminal.days import left_to_the_bot
from core.commands import Command
from core.domain import Execution, ExecutionArn, ExecutionStatus
from core.errors import InputError, MlpipeError, NotFoundError, UnavailableError
from core.marks import Marks
from core.messages import Sentence, in_lines, say
from core.parameters import DAY
from core.spans import Span
from reports.execution_card import title
from reports.status import Seen, status_line, status_lines

MOST_RUNNING: Final = 50
MOST_ENDED: Final = 10
LEASE: Final = dt.timedelta(seconds=60)
"""Longer than a start takes."""
WAIT_SECONDS: Final = 5.0
"""Between two looks at an execution that is waited for."""


async def run(has: AtHand, command: Command, *, wait: bool) -> Answer:
    """Start an execution; its card comes where the series is followed.

    Args:
        has: What there is.
        command: `[pipeline] [env=…] [name=value …]`.
        wait: Whether to return only once it has ended.
    """
    request = await read(command, targets=has.targets, book=has.parameters, channel=None)
    if request.marks != Marks() and has.engine is None:
        raise InputError(
            say(
                "The bot keeps tags and notes, and its database is not at hand: set DATABASE_URL, "
                "or leave them out."
            )
        )
    person = await has.permitted(request.target.environment, Action.RUN)
    pipeline, environment = request.target.pipeline, request.target.environment
    if request.days is not None:
        return await left_to_the_bot(has, request, request.days, person, wait=wait)
    followed = to_start(
        dataclasses.replace(request, channel=await channel_of(has, request.target)),
        await has.parameters.parameters(pipeline.name, environment, request.kind),
        asking=Asking(person, delivery=f"console/{uuid.uuid4().hex}"),
        today=await has.targets.today_now(pipeline),
        at=await has.clock.now(),
    )
    if text := followed.parameters.get(DAY):
        day = dt.date.fromisoformat(text)
        await DataDays(has.sagemaker).require(request.target, Span(day, day))
    followed, has_card = await _started(has, followed)
    found = Found(request.target, request.kind, await has.sagemaker.describe(followed), followed)
    if wait:
        found = await _ended(has, found)
    (seen,) = await has.overview.seen([found])
    document = {
        **_document(seen),
        "parameters": dict(followed.parameters),
        "channel": followed.channel if has_card else None,
    }
    lines = [status_line(seen)]
    if has_card:
        lines.append(say("Its card comes in {channel}.", channel=str(followed.channel)))
    return Answer(_text(has, in_lines(lines)), document, _exit(found.execution, waited=wait))


async def status(has: AtHand, command: Command) -> Answer:
    """What runs now; where nothing does, what ended last."""
    places, rest = has.targets.places(command)
    has.targets.refuse_rest(rest, usage=f"{COMMAND} status flights env=production")
    found = await has.overview.newest(places)
    running = [each for each in found if not each.execution.status.ended]
    ended = [each for each in found if each.execution.status.ended] if not running else []
    seen = await has.overview.seen(running[:MOST_RUNNING])
    seen_ended = await has.overview.seen(ended[:MOST_ENDED])
    waiting = len(await has.overview.waiting(places))
    return Answer(
        _text(has, status_lines(seen, seen_ended, waiting=waiting)),
        {
            "running": [_document(each) for each in seen],
            "ended": [_document(each) for each in seen_ended],
            "waiting": waiting,
        },
    )


async def stop(has: AtHand, command: Command) -> Answer:
    """Have an execution stopped: the one that is named, else one's own where there is one."""
    places, rest = has.targets.places(command)
    has.targets.refuse_rest(rest[1:], usage=f"{COMMAND} stop a1b2c3d4")
    found = await has.overview.newest(places)
    running = [each for each in found if not each.execution.status.ended]
    if not running:
        raise NotFoundError(say("Nothing runs now: there is nothing to stop."))
    if rest:
        chosen = named(running, rest[0])
    else:
        person = await has.person(running[0].target.environment)
        own = [each for each in running if each.followed and each.followed.asked_by == person]
        chosen = own_first(own, person) if len(own) == 1 else None
    if chosen is None:
        raise InputError(await _which(has, rest[0] if rest else None, running))
    person = await has.permitted(chosen.target.environment, Action.RUN)
    if chosen.followed is not None and has.executions is not None:
        # The bot's card says who; it would also carry it out, were this cut off here.
        await has.executions.ask_stop(chosen.followed.id, by=person)
    await has.sagemaker.stop_other(chosen.target, chosen.execution.arn)
    if chosen.followed is not None:
        await has.note(chosen.followed, "stop", "done", who=person)
    (seen,) = await has.overview.seen([chosen])
    return Answer(
        _text(has, say("Stopping {title}.", title=title(seen.facts))),
        {**_document(seen), "stopped_by": str(person)},
    )


async def _which(has: AtHand, word: str | None, running: Sequence[Found]) -> Sentence:
    seen = await has.overview.seen(running[:MOST_ENDED])
    first = (
        say(
            "Which one? Write the first {least} characters of its id: `{command} stop {id}`",
            least=LEAST_ID,
            command=COMMAND,
            id=running[0].execution.id[:LEAST_ID],
        )
        if word is None
        else say(
            "Nothing runs whose id begins with {word}. Take one of these:", word=word[:MOST_WORD]
        )
    )
    return in_lines([first, *map(status_line, seen)])


async def _started(has: AtHand, followed: Followed) -> tuple[Followed, bool]:
    """It, started; and whether the bot has it, which posts its card and tells how it ends.

    It is stored first, leased to this process, as the bot does it: were this cut off, the bot would
    go on with it, and start nothing twice.
    """
    store = has.executions
    nothing_left = followed.channel is None and followed.marks == Marks()
    if store is None or has.engine is None or nothing_left:
        begun = _running(followed, await has.sagemaker.start(followed))
        await has.note(begun, START, "done", who=followed.asked_by)
        return begun, False
    holder = Holder(new_name(), LEASE)
    await store.add(followed, holder.values(dt.datetime.now(dt.UTC)))
    try:
        started = _running(followed, await has.sagemaker.start(followed))
        await store.save(started)
        await has.note(started, START, "done", who=followed.asked_by)
    except UnavailableError as error:
        raise UnavailableError(
            say(
                "SageMaker does not answer at the moment. The bot keeps trying for ten minutes: "
                "the card comes when it has started."
            )
        ) from error
    except MlpipeError as error:
        refused = dataclasses.replace(followed, progress=Progress.REFUSED, failure=str(error))
        await store.save(refused)
        await has.note(refused, START, "refused", who=followed.asked_by, why=str(error))
        raise
    finally:
        await holder.release(has.engine)
    return started, followed.channel is not None


def _running(followed: Followed, arn: ExecutionArn) -> Followed:
    return dataclasses.replace(followed, arn=arn, progress=Progress.STARTED)


async def _ended(has: AtHand, found: Found) -> Found:
    while not found.execution.status.ended:
        await asyncio.sleep(WAIT_SECONDS)
        execution = await has.sagemaker.described(found.target, found.execution.arn)
        found = dataclasses.replace(found, execution=execution)
    return found


def _exit(execution: Execution, *, waited: bool) -> int:
    well = execution.status is ExecutionStatus.SUCCEEDED
    return 0 if well or not waited else Exit.FAILED


def _text(has: AtHand, sentence: Sentence) -> str:
    return unmarked(has.t.plain(sentence))


def _document(seen: Seen) -> Mapping[str, Any]:
    facts, execution = seen.facts, seen.facts.execution
    return {
        "id": execution.id,
        "arn": execution.arn,
        "pipeline": facts.pipeline,
        "environment": facts.environment,
        "kind": facts.kind.value,
        "day": facts.day or None,
        "status": execution.status.value,
        "started": execution.started,
        "ended": execution.ended,
        "started_by": str(facts.asked_by) if facts.asked_by else facts.started_by,
        "failure": execution.failure_reason,
        "steps": [
            {
                "name": each.name,
                "status": each.status.value,
                "started": each.started,
                "ended": each.ended,
                "failure": each.failure_reason,
            }
            for each in execution.steps
        ],
    }
