"""The verdict on a day: is the model all right, did anything change, is it real, and why?

Everything that the morning report says is decided here, from what was kept of the day and of the
days before; docs/evidence.md has the rules, and each part cites its own sources.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.day_result import DayResult
from core.domain import ModelVersion
from core.evidence.alarms import ALARMS_A_DAY, Alarm, alarms, of_run
from core.evidence.day_or_model import Cause, DayOrModel, Why, day_or_model
from core.evidence.decomposition import Decomposition, Outcome, by_column
from core.evidence.difference import Difference
from core.evidence.history import RECENT_DAYS, Comparison, compare
from core.evidence.judged import LEVEL, RANKED_DAYS, Judged, judge, since
from core.evidence.known_days import NOTHING_KNOWN, KnownDays, yardstick
from core.evidence.label_age import Youth, corrected, of_same_age, youth
from core.evidence.leading import leader, leading
from core.evidence.mutes import Mute, Muted, muted
from core.evidence.order_of_features import OrderOfFeatures, order_of_features
from core.evidence.slice_means import LABEL_RATE
from core.evidence.watched import Quantity, Watched, quantities
from core.evidence.what_changed import Changed, what_changed
from core.evidence.worth import Worth, worth
from core.results import Interval

DECOMPOSED = "log_loss"
"""The metric whose change is taken apart: AUC and normalised entropy are no means over rows."""


class Sign(enum.StrEnum):
    """The whole verdict in one word."""

    ORDINARY = "ordinary"
    STRANGE = "strange"
    """Out of the ordinary, and nothing that somebody could act on is known to be wrong."""
    ALARM = "alarm"
    """Somebody can act on it."""
    UNKNOWN = "unknown"
    """There is too little to compare with."""
    NO_RESULTS = "no results"


@dataclass(frozen=True)
class Labels:
    """What happened, and what was expected of it."""

    seen: float
    """Weighted share of positives among the labelled rows."""
    expected: float | None
    """The leader's mean score."""
    ratio: Interval | None
    """Expected over seen, with the interval of the day's rows."""
    comparison: Comparison
    """The rate's log-odds against the days that the day is like."""
    difference: Difference | None
    """From the day before, by the rows alone."""
    positive: str | None = None
    """What a positive row is called; None where nobody gave it a name."""
    young: Youth | None = None
    """How far they have come; None where they are complete. `ratio` is corrected for it."""


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a day."""

    day: dt.date
    cause: DayOrModel
    role: str | None = None
    """Whose metrics lead: production's where it scored the day, else the newest model's; None
    where only the standard files are there."""
    version: int | None = None
    metrics: tuple[Judged, ...] = ()
    """The leading metrics, the headline first."""
    labels: Labels | None = None
    worth: Worth | None = None
    """What was expected and what came, in money; None where that cannot be told."""
    rows: Comparison | None = None
    """The logarithm of the rows read against the recent days, of its weekday where that has a level
    of its own; None without facts."""
    alarms: tuple[Alarm, ...] = ()
    """Those that ring."""
    muted: tuple[Muted, ...] = ()
    """Those that somebody muted."""
    decomposition: Decomposition | None = None
    """Of the change of log-loss since the day before, over the column that tells most; None where
    it could not be taken apart."""
    order: OrderOfFeatures | None = None
    """How the order of features changed; None without importance."""
    changed: tuple[Changed, ...] = ()
    """What people changed since the day before."""
    days: int = 0
    """How many of the 28 days before are known, at the same label age."""
    set_aside: int = 0
    """How many of these are noted or holidays: an ordinary day is not held against them."""

    @property
    def headline(self) -> Judged | None:
        """The metric that the verdict is of; None where there is none."""
        return self.metrics[0] if self.metrics else None

    @property
    def sign(self) -> Sign:
        """The whole verdict in one word."""
        return Sign.ALARM if self.alarms else self.sign_of_day

    @property
    def sign_of_day(self) -> Sign:
        """What the day was, alarms apart."""
        if self.cause.why is Why.NO_RESULTS:
            return Sign.NO_RESULTS
        if self.strange:
            return Sign.STRANGE
        return Sign.UNKNOWN if self.cause.cause is Cause.CANNOT_TELL else Sign.ORDINARY

    @property
    def strange(self) -> bool:
        """Whether anything that is told is out of the ordinary."""
        told = [each.comparison for each in self.metrics]
        told += [self.labels.comparison] if self.labels else []
        told += [self.cause.beside] if self.cause.beside else []
        told += [self.order.comparison] if self.order and self.order.comparison else []
        return any(each.standing.is_out for each in told)


def verdict(
    day: dt.date,
    today: DayResult | None,
    history: Iterable[DayResult],
    *,
    serving: ModelVersion | None = None,
    wanted: Sequence[str] = (),
    budget: float = ALARMS_A_DAY,
    known: KnownDays = NOTHING_KNOWN,
    run_failed: bool = False,
    mutes: Sequence[Mute] = (),
) -> Verdict:
    """Judge a day.

    Args:
        day: The day.
        today: Its results; None where it has none.
        history: Earlier days of the same series, in any order; 60 are looked at, and on a day that
            is known to be unlike others those before them that it is like.
        serving: The version that serves now, whose importance is a baseline where it is kept.
        wanted: Metrics that somebody wants to lead.
        budget: False alarms a day that this series may raise.
        known: Which days are known to be unlike others, and which are in no baseline.
        run_failed: Whether the morning's run failed, or has not ended.
        mutes: What does not ring for a while.
    """
    first = day - dt.timedelta(days=RANKED_DAYS)
    before_it = [result for result in history if result.day < day]
    run = of_run(today, failed=run_failed)
    if today is None:
        days = sum((day - each.day).days <= RECENT_DAYS for each in before_it)
        cause = DayOrModel(Cause.CANNOT_TELL, Why.NO_RESULTS)
        ringing, quiet = muted(run, mutes, day)
        return Verdict(day, cause, alarms=ringing, muted=quiet, days=days)
    young = youth(today, known.without_left_out(before_it).values())
    as_old = of_same_age(today, before_it)
    earlier = {each: corrected(result, young) for each, result in as_old.items()}
    past = {each: result for each, result in earlier.items() if first <= each}
    baseline = known.without_left_out(past.values())
    recent = [each for each in past if (day - each).days <= RECENT_DAYS]
    today = corrected(today, young)
    metrics = _judged(today, earlier, wanted, known)
    before = past.get(day - dt.timedelta(days=1))
    model = leader(today)
    found = alarms(today, before_it, budget=budget, known=known)
    ringing, quiet = muted([*run, *found], mutes, day)
    return Verdict(
        day=day,
        cause=day_or_model(today, baseline, metrics[0])
        if metrics
        else DayOrModel(Cause.CANNOT_TELL, Why.NO_METRIC),
        role=model.role if model else None,
        version=model.version if model else None,
        metrics=metrics,
        labels=_labels(today, earlier, known, young),
        worth=worth(today),
        rows=_rows(today, earlier, known),
        alarms=ringing,
        muted=quiet,
        decomposition=_decomposition(today, before),
        order=order_of_features(today, baseline, serving),
        changed=what_changed(today, before) if before else (),
        days=len(recent),
        set_aside=sum(known.is_known(each) for each in recent),
    )


def _judged(
    today: DayResult,
    past: Mapping[dt.date, DayResult],
    wanted: Sequence[str],
    known: KnownDays,
) -> tuple[Judged, ...]:
    """The leading metrics; before the others stands the one that fits its recent days least."""
    judged = [judge(today, past, metric, known) for metric in leading(today, wanted)]
    out = [each for each in judged if each.is_out]
    headline = min(out, key=lambda each: each.comparison.fit, default=None)
    return tuple(sorted(judged, key=lambda each: each is not headline))


def _labels(
    today: DayResult,
    past: Mapping[dt.date, DayResult],
    known: KnownDays,
    young: Youth | None,
) -> Labels | None:
    if today.facts is None or today.facts.rows.weight <= 0:
        return None
    model = leader(today)
    wanted = Quantity(Watched.LABEL_RATE)
    rates = {day: quantities(result).get(wanted) for day, result in past.items()}
    values = {day: rate for day, rate in rates.items() if rate is not None}
    before = past.get(today.day - dt.timedelta(days=1))
    return Labels(
        seen=today.facts.rows.base_rate,
        expected=model.mean_score if model and math.isfinite(model.mean_score) else None,
        ratio=model.metrics.get("predicted_over_observed") if model else None,
        comparison=compare(
            quantities(today).get(wanted),
            yardstick(values, today.day, known),
            today.day,
            level=LEVEL,
        ),
        difference=since(today, before, LABEL_RATE) if before else None,
        positive=today.positive,
        young=young,
    )


def _rows(
    today: DayResult, past: Mapping[dt.date, DayResult], known: KnownDays
) -> Comparison | None:
    wanted = Quantity(Watched.ROWS)
    now = quantities(today).get(wanted)
    counts = {day: quantities(result).get(wanted) for day, result in past.items()}
    values = {day: count for day, count in counts.items() if count is not None}
    if now is None:
        return None
    usual = yardstick(values, today.day, known, weekdays=True)
    return compare(now, usual, today.day, level=LEVEL)


def _decomposition(today: DayResult, before: DayResult | None) -> Decomposition | None:
    model = leader(today)
    if before is None or today.facts is None or before.facts is None or model is None:
        return None
    found = by_column(today.facts, before.facts, DECOMPOSED, role=model.role)
    return next((each for each in found if each.outcome is Outcome.DECOMPOSED), None)
