"""Of all who want the same, at the same time or one after the other, one has it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.alarms import AlarmStore
from bot.store.approvals import Approvals
from bot.store.audit import Audit
from bot.store.daily import DailyState, DailyWorks, Task
from bot.store.deliveries import Deliveries
from bot.store.executions import Executions
from bot.store.leases import Holder
from bot.store.notes import Notes
from bot.store.subscriptions import Subscriptions
from core.approvals import State, Verdict
from core.domain import ChannelId, MessageTs
from core.evidence.alarms import Fault
from core.evidence.mutes import Mute, MuteKey
from core.notes import Note, NoteKey
from core.spans import ONE_DAY, Span
from tests.unit.bot.stored import (
    ANA,
    ASKED,
    ASKING,
    DAILY,
    ENTRY,
    FOLLOWED,
    NOON,
    ONE,
    OTHER,
    SUBSCRIPTION,
)


async def test_one_of_many_deliveries_wins(engine: AsyncEngine) -> None:
    deliveries = Deliveries(engine, ONE)
    claims = await asyncio.gather(*(deliveries.claim(ASKING, at=NOON) for _ in range(10)))
    assert sorted(claims) == [False] * 9 + [True]


async def test_a_delivery_can_be_forgotten_once_it_is_old(engine: AsyncEngine) -> None:
    deliveries = Deliveries(engine, ONE)
    await deliveries.claim(ASKING, at=NOON)
    await deliveries.forget(before=NOON)
    assert not await deliveries.claim(ASKING, at=NOON)
    await deliveries.forget(before=NOON + dt.timedelta(seconds=1))
    assert await deliveries.claim(ASKING, at=NOON)


async def test_what_nobody_answers_any_more_is_taken_once(engine: AsyncEngine) -> None:
    mine, others = Deliveries(engine, ONE), Deliveries(engine, OTHER)
    for key in ("command/1", "command/2", "command/3"):
        await mine.claim(dataclasses.replace(ASKING, delivery=key), at=NOON)
    await mine.answered("command/2")
    assert await others.take_unanswered() == (), "it is worked on"
    await mine.let_go()
    taken = await asyncio.gather(*(others.take_unanswered() for _ in range(5)))
    assert sorted(asking.delivery for each in taken for asking in each) == [
        "command/1",
        "command/3",
    ]
    assert {asking.said for each in taken for asking in each} == {"/mlpipe run"}
    await others.answered("command/1")
    await others.let_go()
    assert [asking.delivery for asking in await mine.take_unanswered()] == ["command/3"]


async def test_what_a_dead_process_had_is_taken_once_its_lease_ended(engine: AsyncEngine) -> None:
    dead = Holder("dead", dt.timedelta(seconds=-1))
    await Deliveries(engine, dead).claim(ASKING, at=NOON)
    (asking,) = await Deliveries(engine, ONE).take_unanswered()
    assert (asking.person, asking.channel) == (ASKING.person, ASKING.channel)
    assert await Deliveries(engine, OTHER).take_unanswered() == ()


async def test_the_same_token_is_stored_once(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    assert await executions.add(FOLLOWED)
    assert not await executions.add(dataclasses.replace(FOLLOWED, id="e2"))


async def test_who_stops_in_good_order_keeps_nobody_waiting(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    await executions.add(FOLLOWED)
    assert await executions.lease("e1", ONE, now=NOON)
    await ONE.release(engine)
    assert await executions.lease("e1", OTHER, now=NOON)
    await ONE.release(engine)
    assert not await executions.lease("e1", ONE, now=NOON), "what another holds stays its own"


async def test_a_lease_keeps_others_out_until_it_ends(engine: AsyncEngine) -> None:
    executions = Executions(engine)
    await executions.add(FOLLOWED)
    assert await executions.lease("e1", ONE, now=NOON)
    assert await executions.lease("e1", ONE, now=NOON)
    assert not await executions.lease("e1", OTHER, now=NOON + dt.timedelta(seconds=59))
    assert await executions.lease("e1", OTHER, now=NOON + dt.timedelta(seconds=61))


async def test_a_days_task_has_one_winner(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    await works.begin(DAILY, at=NOON)
    holders = [Holder(str(number), ONE.length) for number in range(8)]
    taken = await asyncio.gather(*(works.take(DAILY, holder, now=NOON) for holder in holders))
    assert sum(work is not None for work in taken) == 1


async def test_a_days_task_is_taken_over_once_its_owner_died(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    await works.begin(DAILY, at=NOON)
    first = await works.take(DAILY, ONE, now=NOON)
    assert first is not None
    assert not first.taken_over
    assert await works.take(DAILY, OTHER, now=NOON) is None
    over = await works.take(DAILY, OTHER, now=NOON + dt.timedelta(seconds=61))
    assert over is not None
    assert over.taken_over


async def test_a_days_task_that_is_done_stays_done(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    await works.begin(DAILY, at=NOON)
    work = await works.take(DAILY, ONE, now=NOON)
    assert work is not None
    await works.save(dataclasses.replace(work, state=DailyState.DONE))
    assert await works.take(DAILY, ONE, now=NOON) is None


async def test_tasks_are_told_apart_by_channel_and_begun_once(engine: AsyncEngine) -> None:
    works = DailyWorks(engine)
    elsewhere = dataclasses.replace(DAILY, channel=ChannelId("C0EXP"))
    for _ in range(2):
        await works.begin(DAILY, elsewhere, DAILY.run, at=NOON)
    assert set(await works.unfinished(Task.REPORT)) == {DAILY, elsewhere}
    assert await works.unfinished(Task.RUN) == (DAILY.run,)


async def test_of_two_decisions_one_is_stored(engine: AsyncEngine) -> None:
    approvals = Approvals(engine)
    await approvals.add(ASKED, ENTRY)
    moves = await asyncio.gather(
        *(
            approvals.move(
                dataclasses.replace(ASKED, state=State.EXECUTING, verdict=verdict),
                before=State.REQUESTED,
                entry=dataclasses.replace(ENTRY, action=verdict),
            )
            for verdict in (Verdict.APPROVE, Verdict.REJECT)
        )
    )
    assert sorted(moves) == [False, True]
    entries = await Audit(engine).about("a1")
    assert len(entries) == 2, "the decision that lost leaves no trace of a change"


async def test_a_decision_does_not_forget_a_card_posted_meanwhile(engine: AsyncEngine) -> None:
    approvals = Approvals(engine)
    await approvals.add(ASKED, ENTRY)
    await approvals.show(
        dataclasses.replace(ASKED, channel=ChannelId("C0DAILY"), message=MessageTs("1.2"))
    )
    decided = dataclasses.replace(ASKED, state=State.EXECUTING, verdict=Verdict.APPROVE)
    await approvals.move(decided, before=State.REQUESTED, entry=ENTRY)
    (stored,) = await approvals.unsettled()
    assert stored.approval.message == "1.2"


async def test_who_mute_the_same_alarm_at_once_keep_one_mute_together(engine: AsyncEngine) -> None:
    store = AlarmStore(engine)
    key = MuteKey(DAILY.pipeline, DAILY.environment, Fault.ROWS)
    spans = [Span(DAILY.day + n * ONE_DAY, DAILY.day + 9 * ONE_DAY) for n in (0, 0, 1, 2, 3)]
    await asyncio.gather(*(store.mute(Mute(key, span, ANA, NOON), ENTRY) for span in spans))
    (kept,) = await store.mutes(DAILY.pipeline, DAILY.environment)
    assert kept.span == spans[0]


async def test_who_note_the_same_days_at_once_leave_one_note_and_know_of_the_others(
    engine: AsyncEngine,
) -> None:
    store = Notes(engine)
    key = NoteKey(DAILY.pipeline, DAILY.environment, Span(DAILY.day, DAILY.day))
    notes = [Note(key, f"by {n}", False, ANA, NOON) for n in range(5)]
    before = await asyncio.gather(*(store.put(note, ENTRY) for note in notes))
    (kept,) = await store.of_series(DAILY.pipeline, DAILY.environment)
    assert before.count(None) == 1, "the first replaced nothing"
    assert {note for note in before if note} == set(notes) - {kept}


async def test_who_subscribe_a_channel_at_once_leave_one_subscription(engine: AsyncEngine) -> None:
    store = Subscriptions(engine)
    wanted = [dataclasses.replace(SUBSCRIPTION, language=each) for each in ("en", "ja", "en", "ja")]
    await asyncio.gather(*(store.put(each, ENTRY) for each in wanted))
    (kept,) = await store.all()
    assert kept in wanted
