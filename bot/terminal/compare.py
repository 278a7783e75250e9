"""`mlpipe compare`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from bot.comparisons import Comparisons
from bot.terminal.answer import Answer, table, unmarked
from bot.terminal.at_hand import COMMAND, AtHand
from bot.terminal.trials import NOBODY, document
from core.commands import Command
from core.compared import Against
from reports.compared import rows, verdicts


async def compare(has: AtHand, command: Command) -> Answer:
    """Trials beside each other, the first as what the others are held against."""
    target, command = has.targets.one(command, None)
    comparisons = Comparisons(trials=has.trials, sagemaker=has.sagemaker)
    compared = await comparisons.of(target, command.rewritten, person=NOBODY, command=COMMAND)
    lines = [unmarked(has.t.plain(each)) for each in verdicts(compared)]
    return Answer(
        "\n".join([table(rows(compared, has.t)), *lines]),
        {
            "pipeline": target.pipeline.name,
            "environment": target.environment,
            "trials": [document(each.trial) for each in compared.tried],
            "against_first": [_against(each) for each in compared.others],
        },
    )


def _against(found: Against) -> Mapping[str, Any]:
    features = found.order.features if found.order else ()
    return {
        "data": found.data.name.lower(),
        "differences": {
            name: {"value": each.value, "low": each.low, "high": each.high}
            for name, each in found.differences.items()
        },
        "metric": found.metric,
        "over_days": None if found.days is None else dataclasses.asdict(found.days),
        "importance": {each.feature: [each.baseline_share, each.share] for each in features},
    }
