"""`mlpipe run day=2013-06-01..2013-06-14`: the bot carries it out, one day after the other."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Mapping
from typing import Final

from bot.asking import Asking
from bot.data_days import DataDays
from bot.run_request import Request, to_run
from bot.store.day_ranges import DayRange, DayRanges
from bot.terminal.answer import Answer, Exit, unmarked
from bot.terminal.at_hand import AtHand
from bot.terminal.channels import channel_of
from core.day_ranges import End
from core.domain import Person
from core.errors import InputError
from core.messages import Sentence, in_lines, say, say_count
from core.spans import Span

WAIT_SECONDS: Final = 5.0
"""Between two looks at days that are waited for."""
_ENDS: Final[Mapping[End, Sentence]] = {
    End.DONE: say("done"),
    End.FAILED: say("failed"),
    End.STOPPED: say("stopped"),
}


async def left_to_the_bot(
    has: AtHand, request: Request, days: Span, person: Person, *, wait: bool
) -> Answer:
    """Keep a range of days where the bot finds it.

    Args:
        has: What there is.
        request: What is to be run.
        days: For which days.
        person: Who asks.
        wait: Whether to return only once all have ended.

    Raises:
        InputError: a day has no data, or the bot's database is not at hand.
    """
    if has.engine is None:
        raise InputError(
            say(
                "The bot runs one day after the other, and its database is not at hand: set "
                "DATABASE_URL, or run one day."
            )
        )
    await DataDays(has.sagemaker).require(request.target, days)
    channel = await channel_of(has, request.target)
    wanted = to_run(
        dataclasses.replace(request, channel=channel),
        days,
        asking=Asking(person, delivery=f"console/{uuid.uuid4().hex}"),
        at=await has.clock.now(),
    )
    store = DayRanges(has.engine)
    await store.add(wanted)
    found = await _over(store, wanted) if wait else wanted
    lines = [
        say_count(
            "{count} day is left to the bot.",
            "{count} days are left to the bot, which runs one after the other.",
            count=len(days),
        )
    ]
    if found.end is not None:
        lines = [say("{days}: {end}.", days=str(days), end=_ENDS[found.end])]
    if channel is not None:
        lines.append(say("Its card comes in {channel}.", channel=str(channel)))
    document = {
        "id": found.id,
        "pipeline": found.pipeline,
        "environment": found.environment,
        "kind": found.kind.value,
        "first": days.first,
        "last": days.last,
        "end": found.end.value if found.end else None,
        "parameters": dict(found.parameters),
        "started_by": str(person),
        "channel": channel,
    }
    badly = found.end in {End.FAILED, End.STOPPED}
    return Answer(unmarked(has.t.plain(in_lines(lines))), document, Exit.FAILED if badly else 0)


async def _over(store: DayRanges, days: DayRange) -> DayRange:
    while True:
        found = await store.get(days.id) or days
        if found.end is not None:
            return found
        await asyncio.sleep(WAIT_SECONDS)
