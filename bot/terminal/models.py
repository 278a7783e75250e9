"""`mlpipe models` and `model`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model_book import no_version, of_words, version_of
from bot.terminal.answer import Answer, table, unmarked
from bot.terminal.at_hand import COMMAND, AtHand
from core.approvals import Approval
from core.commands import Command
from reports.model_facts import ModelRow
from reports.models import in_words, page_rows


async def models(has: AtHand, command: Command, *, first: int, limit: int) -> Answer:
    """The registered versions, newest first.

    Args:
        has: What there is.
        command: `[pipeline] [env=…]`.
        first: How many come before.
        limit: How many at most.
    """
    target, words = of_words(has.targets, command)
    has.targets.refuse_rest(words, usage=f"{COMMAND} models env=production")
    rows, total = await has.models.page(target, first=first, count=limit)
    if not rows:
        raise no_version(None, (), target)
    now = await has.clock.now()
    return Answer(
        table(page_rows(rows, now=now, t=has.t)),
        {
            "pipeline": target.pipeline.name,
            "environment": target.environment,
            "total": total,
            "first": first,
            "versions": [_document(each) for each in rows],
        },
    )


async def model(has: AtHand, command: Command) -> Answer:
    """Everything about one of them."""
    target, words = of_words(has.targets, command)
    facts = await has.models.one(target, version_of(words, COMMAND))
    lines = in_words(facts, now=await has.clock.now())
    return Answer(
        "\n".join(unmarked(has.t.plain(line)) for line in lines),
        {
            "pipeline": facts.pipeline,
            "environment": facts.environment,
            "version": _document(facts.row),
            "serving": facts.serving.version if facts.serving else None,
            "requests": [_request(each) for each in facts.requests],
        },
    )


def _document(row: ModelRow) -> Mapping[str, Any]:
    """A version as scripts get it."""
    version = row.version
    return {
        "version": version.version,
        "arn": version.arn,
        "approval": version.approval,
        "stage": version.stage,
        "serves": row.serves,
        "registered": version.created,
        "reason": version.reason,
        "model_data": version.model_data,
        "metadata": dict(version.metadata),
        "metrics": dict(row.result.metrics) if row.result else {},
        "importance": dict(row.result.importance) if row.result else {},
    }


def _request(request: Approval) -> Mapping[str, Any]:
    return {
        "id": request.id,
        "state": request.state,
        "requested_by": str(request.requested_by),
        "requested": request.requested_at,
        "note": request.note,
        "decided_by": str(request.decided_by) if request.decided_by else None,
        "decided": request.decided_at,
        "failure": request.failure,
    }
