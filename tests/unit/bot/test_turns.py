from __future__ import annotations

import dataclasses

from bot.store.executions import Followed, Progress
from bot.turns import Turns
from core.domain import ChannelId, Execution, ExecutionArn, ExecutionStatus, MessageTs
from tests.unit.bot.tracking import ANA, FOLLOWED, NOON


def row(name: str, *, channel: str = "C0DAILY", shown: bool = True) -> Followed:
    return dataclasses.replace(
        FOLLOWED,
        id=name,
        token=name,
        arn=ExecutionArn(f"arn/{name}"),
        progress=Progress.STARTED,
        status=ExecutionStatus.EXECUTING,
        channel=ChannelId(channel),
        message=MessageTs("1.0") if shown else None,
    )


def listed(
    *rows: Followed, status: ExecutionStatus = ExecutionStatus.EXECUTING
) -> dict[ExecutionArn, Execution]:
    found = [each.arn for each in rows if each.arn is not None]
    return {
        arn: Execution(arn=arn, sagemaker_pipeline="p", status=status, started=NOON)
        for arn in found
    }


def test_what_somebody_waits_for_comes_first_then_ends_then_new_cards() -> None:
    runs, new, ended = row("runs"), row("new", shown=False), row("ended")
    stopped = dataclasses.replace(row("stopped"), stop_by=ANA)
    seen = listed(runs, new, stopped) | listed(ended, status=ExecutionStatus.FAILED)
    chosen = Turns().choose([runs, new, ended, stopped], seen, most=9)
    assert [each.id for each in chosen] == ["stopped", "ended", "new", "runs"]


def test_of_many_the_one_that_was_not_looked_at_for_longest_has_its_turn() -> None:
    now = [0.0]
    turns = Turns(monotonic=lambda: now[0])
    rows = [row(f"e{number}") for number in range(5)]
    had: list[str] = []
    for now[0] in range(5):
        chosen = turns.choose(rows, listed(*rows), most=2)
        assert turns.left
        for each in chosen:
            turns.had(each.id)
            had.append(each.id)
    assert sorted(had) == sorted(each.id for each in rows * 2)
    assert turns.lag <= 2.0


def test_channels_take_turns() -> None:
    full = [row(f"full{number}", channel="C0FULL") for number in range(10)]
    other = row("other", channel="C0OTHER")
    chosen = Turns().choose([*full, other], listed(*full, other), most=2)
    assert [each.id for each in chosen] == ["full0", "other"]
