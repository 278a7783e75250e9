"""`mlpipe matters`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.explanations import Explanations
from bot.terminal.answer import Answer, table, unmarked
from bot.terminal.at_hand import COMMAND, AtHand
from bot.terminal.trials import NOBODY
from core.commands import Command
from core.evidence.effects import Effect
from core.trials import ME
from reports.matters import answer, basis, rows


async def matters(has: AtHand, command: Command) -> Answer:
    """Which parameters explain a metric: `[pipeline] [env=…] [auc] [conditions]`."""
    target, command = has.targets.one(command, None)
    by_me = ("by", ME) in [(name.casefold(), value.casefold()) for name, value in command.pairs]
    asker = await has.person(target.environment) if by_me else NOBODY
    explanations = Explanations(trials=has.trials)
    explained = await explanations.asked(target, command, person=asker, called=COMMAND)
    found = explained.matters.found
    said = [unmarked(has.t.plain(each)) for each in answer(explained.matters, has.t)]
    told = [table(rows(explained.matters, has.t))] if found.effects else []
    rests_on = [unmarked(has.t.plain(each)) for each in basis(explained)]
    return Answer(
        "\n".join([*said, *told, *rests_on]),
        {
            "pipeline": target.pipeline.name,
            "environment": target.environment,
            "metric": explained.matters.metric,
            "answer": found.answer.name.lower(),
            "total": explained.matters.total,
            "looked_at": explained.matters.looked_at,
            "trials": found.trials,
            "days": found.days,
            "explained": found.explained,
            "effects": [_effect(each) for each in found.effects],
            "not_seen": found.not_seen,
            "hardly_varied": found.hardly_varied,
            "would_be_seen": found.would_be_seen,
            "more_trials": found.more_trials,
        },
    )


def _effect(found: Effect) -> Mapping[str, Any]:
    importance = found.importance
    return {
        "parameter": found.factor.name,
        "importance": {"value": importance.value, "low": importance.low, "high": importance.high},
        "p_value": found.p_value,
        "moved_together": found.alike,
        "curve": [
            {"at": each.at, "value": each.value, "low": each.low, "high": each.high}
            for each in found.curve
        ],
    }
