"""Reports of days that were judged: ordinary, strange, broken, and those nobody can judge."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from core.day_result import DayResult
from core.domain import PRODUCTION, ModelVersion
from core.manifest_parts import ValueOf
from core.mornings import MorningRun, RunEnd
from core.results import DayWorth, FeatureFacts, Gate, Interval, ModelWorth, SliceFacts
from core.spans import ONE_DAY
from reports.report_facts import ReportFacts
from tests.unit.evidence.judged_days import IMPORTANCE, TODAY, days_before, judged_day
from tests.unit.reports.samples import PIPELINE, version

HOURS = {"morning": 0.6, "evening": 0.4}


def told(
    today: DayResult | None,
    past: Sequence[DayResult] | None = None,
    serving: ModelVersion | None = None,
    **given: Any,
) -> ReportFacts:
    """The report of a day after two months of ordinary ones."""
    return ReportFacts(
        pipeline=PIPELINE,
        environment=PRODUCTION,
        day=TODAY,
        today=None if today is None else with_data(today),
        history=tuple(with_data(each) for each in (days_before(59) if past is None else past)),
        production=serving or version(3),
        **given,
    )


def with_data(result: DayResult, *, wind_missing: float = 0.01) -> DayResult:
    """The day with one column and two slices, where it has facts."""
    if result.facts is None or result.facts.features:
        return result
    wind = FeatureFacts(
        name="wind_speed",
        kind="numeric",
        missing=wind_missing,
        distinct=1 if wind_missing == 1.0 else 30,
        unit="mph",
        quantiles=None if wind_missing == 1.0 else [0.0, 2.0, 6.0, 9.0, 13.0, 20.0, 30.0],
    )
    slices = [_slice(result, value, share) for value, share in HOURS.items()]
    facts = result.facts.model_copy(update={"features": [wind], "slices": slices})
    return dataclasses.replace(result, facts=facts)


def _slice(result: DayResult, value: str, share: float) -> SliceFacts:
    """Mornings are a little worse than evenings, by the same on every day."""
    assert result.facts is not None
    rows = result.facts.rows
    apart = 0.02 / share * (1 if value == "morning" else -1)
    return SliceFacts(
        column="hour",
        value=value,
        rows=round(share * rows.scored),
        weight=share * rows.weight,
        positive_weight=share * rows.positive_weight,
        metrics={
            role: {
                "log_loss": model.metrics["log_loss"].value + apart,
                "predicted_over_observed": model.metrics["predicted_over_observed"].value,
            }
            for role, model in result.facts.models.items()
        },
    )


def in_money(
    result: DayResult, *, low: float | None = 1.03, high: float | None = 1.13
) -> DayResult:
    """The day with what its rows are worth, 8 % less than expected, and a name for mornings."""
    result = with_data(result)
    assert result.facts is not None
    day = DayWorth(
        column="fare", currency="USD", of=ValueOf.ROW, rows=1000, all=71_430, positive=15_040
    )
    ratio = Interval(value=1.08, low=low, high=high)
    worth = ModelWorth(expected=1.08 * day.positive, over_observed=ratio)
    models = {r: m.model_copy(update={"worth": worth}) for r, m in result.facts.models.items()}
    slices = [
        each.model_copy(update={"worth": day.all * part})
        for each, part in zip(result.facts.slices, (0.3, 0.7), strict=True)
    ]
    names = {"hour": {"morning": "before <noon>"}}
    changed = {"models": models, "slices": slices, "worth": day, "names": names}
    facts = result.facts.model_copy(update=changed)
    return dataclasses.replace(result, facts=facts, positive="late")


def _bare(day: dt.date) -> DayResult:
    return judged_day(day, facts=False, importance={})


FAILED = MorningRun(RunEnd.FAILED, "Prepare", "There are no rows.", can_retry=True)
_SWAPPED = {**IMPORTANCE, "carrier": IMPORTANCE["origin"], "origin": IMPORTANCE["carrier"]}
_REFUSED = Gate(passed=False, reason="All scores are the same.", checks=[])
_UP_TO_TWO_DAYS_AGO = days_before(59)[:-1]
MAY = version(3, day="2013-05-23")
"""What serves since long ago."""
JUDGED = {
    "ordinary": told(judged_day()),
    "hard_day": told(dataclasses.replace(judged_day(loss=0.7, rate=0.57), positive="late")),
    "in_money": told(in_money(judged_day())),
    "easy_day": told(judged_day(loss=0.1, rate=0.02)),
    "model_not_day": told(judged_day(loss=0.7, apart=0.3)),
    "strange_beside_ordinary_metrics": told(judged_day(rate=0.5, importance=_SWAPPED)),
    "column_empty": told(with_data(judged_day(), wind_missing=1.0)),
    "gate_refused": told(dataclasses.replace(judged_day(), gate=_REFUSED)),
    "few_days": told(judged_day(), days_before(9)),
    "first_day": told(judged_day(), ()),
    "standard_files_only": told(_bare(TODAY), [_bare(each.day) for each in days_before(28)]),
    "no_reference": told(judged_day(loss=0.7, roles=("candidate",))),
    "no_results": told(None),
    "run_failed": told(None, run=FAILED),
    "run_failed_again": told(
        None, _UP_TO_TWO_DAYS_AGO, run=dataclasses.replace(FAILED, mornings=2)
    ),
    "silent_for_days": told(None, _UP_TO_TWO_DAYS_AGO),
    "back_after_days": told(judged_day(), _UP_TO_TWO_DAYS_AGO[:-1]),
    "works_again": told(judged_day(), run=MorningRun(RunEnd.WELL_AGAIN, mornings=3)),
    "stale": told(judged_day(), serving=MAY),
    "code_changed": told(judged_day(run={"code_commit": "fedcba9876543210"})),
    "day_before_missing": told(
        judged_day(), [each for each in days_before(59) if each.day != TODAY - ONE_DAY]
    ),
}
