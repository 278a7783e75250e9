"""Every metric of a day in a table: of the model that the verdict is of, the newest beside it."""

from __future__ import annotations

from core.day_result import DayResult
from core.evidence.leading import in_order, leader, low_base_rate, metrics_of_leader
from core.messages import Sentence, Translator, say
from core.results import CANDIDATE, PRODUCTION, ModelFacts
from core.spans import ONE_DAY
from reports.metrics import change, interval, label_text, value
from reports.report_facts import ReportFacts
from reports.series import leaders_series


def numbers(facts: ReportFacts, today: DayResult, t: Translator) -> list[list[str]]:
    """Metrics in rows; the newest model's column only where another model leads."""
    newest = today.model(CANDIDATE)
    beside = newest if newest is not leader(today) else None
    metrics = in_order(
        metrics_of_leader(today),
        rare=low_base_rate(today),
        every=facts.every_metric,
        wanted=facts.leading,
    )
    return [_header(today, beside, t), *(_row(facts, metric, beside, t) for metric in metrics)]


def _header(today: DayResult, beside: ModelFacts | None, t: Translator) -> list[str]:
    model = leader(today)
    leads = model is not None and model.role == PRODUCTION
    names: list[Sentence] = [
        say("Metric"),
        say("Production") if leads else say("This day"),
        say("95 % interval"),
        say("Change"),
        say("7-day mean"),
    ]
    names += [say("Newest model")] if beside is not None else []
    return [t.plain(name) for name in names]


def _row(facts: ReportFacts, metric: str, beside: ModelFacts | None, t: Translator) -> list[str]:
    line = leaders_series(facts.results, metric, facts.day)
    point, before = line.at(facts.day), line.at(facts.day - ONE_DAY)
    found = point.found if point else None
    row = [
        label_text(metric, t),
        value(t, found.value if found else None),
        interval(t, found),
        value(t, change(found, before.found if before else None), signed=True),
        value(t, line.mean(facts.day)),
    ]
    if beside is None:
        return row
    other = beside.metrics.get(metric)
    return [*row, value(t, other.value if other else None)]
