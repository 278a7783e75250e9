"""Whether a day has something to tell a channel that wants to hear of changes only."""

from __future__ import annotations

from typing import Final

from core.day_result import DayResult
from core.results import PRODUCTION
from reports.daily import ReportFacts
from reports.metrics import metrics_of
from reports.series import series

FEWEST_DAYS: Final = 14
"""With fewer days nobody can say what is usual."""


def something_changed(facts: ReportFacts) -> bool:
    """Whether the day differs from those before in what people act on.

    Results or the morning's run are missing; the gate said no; another version, code or kind of run
    stands behind the numbers; another feature leads; the leading metric is beyond all of the days
    before. The first day of all has changed too.
    """
    today = facts.today
    if today is None or facts.note is not None:
        return True
    if today.gate is not None and not today.gate.passed:
        return True
    earlier = facts.results[:-1]
    return not earlier or _behind(today) != _behind(earlier[-1]) or _beyond_all_before(facts, today)


def _behind(result: DayResult) -> tuple[object, ...]:
    """What stands behind a day's numbers."""
    production = result.model(PRODUCTION)
    importance = result.importance
    return (
        result.run.kind,
        result.run.code_commit,
        result.run.image,
        production.version if production else None,
        max(importance, key=importance.__getitem__) if importance else None,
    )


def _beyond_all_before(facts: ReportFacts, today: DayResult) -> bool:
    metrics = metrics_of(today, leading=facts.leading)
    if not metrics:
        return True
    points = series(facts.results, metrics[0], facts.day).points
    known = [point.found.value for point in points if point.found is not None]
    if len(known) <= FEWEST_DAYS:
        return False
    *before, now = known
    return not min(before) <= now <= max(before)
