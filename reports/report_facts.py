"""What the report of a day is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from core.day_result import DayResult
from core.domain import EnvironmentName, Kind, ModelVersion, Person, Pipeline
from core.evidence.alarms import ALARMS_A_DAY
from core.evidence.known_days import NOTHING_KNOWN, KnownDays
from core.evidence.label_age import corrected, of_same_age, youth
from core.evidence.mutes import Mute
from core.evidence.news import News, news
from core.evidence.staleness import Stale, stale
from core.evidence.verdict import Verdict, verdict
from core.mornings import Morning, MorningRun, RunEnd
from core.results import Run
from core.silence import days_without
from core.spans import ONE_DAY
from core.subscriptions import Charts


@dataclass(frozen=True)
class ReportFacts:
    """What a report is made of."""

    pipeline: Pipeline
    environment: EnvironmentName
    day: dt.date
    today: DayResult | None
    """The day's results; None when it has none."""
    history: tuple[DayResult, ...] = ()
    """Earlier days, oldest first."""
    production: ModelVersion | None = None
    """The version that serves now."""
    run: MorningRun | None = None
    """What there is to say of the morning's run; None where it went well, or there was none."""
    asked_by: Person | None = None
    """None: the schedule."""
    heard: dt.date | None = None
    """The day of which its reader heard before this one; None: the day before."""
    every_metric: bool = False
    """Show also those that say little on a day with few positives."""
    leading: tuple[str, ...] = ()
    """Metrics that the channel wants to lead, in this order; the rest follows."""
    charts: Charts = Charts.PICTURE
    """How the channel wants them."""
    budget: float = ALARMS_A_DAY
    """False alarms a day that this series may raise in its channel."""
    known: KnownDays = NOTHING_KNOWN
    """Which days are known to be unlike others."""
    like: tuple[DayResult, ...] = ()
    """Of a known day, the days before the history that it is like."""
    mutes: tuple[Mute, ...] = ()
    """Alarms of the series that do not ring for a while."""

    @property
    def morning(self) -> Morning:
        """What the report is about."""
        return Morning(self.pipeline.name, self.environment, self.day)

    @cached_property
    def results(self) -> tuple[DayResult, ...]:
        """Every day that is known at the report's label age, its own last.

        Predicted over observed is corrected for labels that are still to come.
        """
        earlier = tuple(result for result in self.history if result.day < self.day)
        if self.today is None:
            return earlier
        young = youth(self.today, earlier)
        as_old = of_same_age(self.today, earlier).values()
        return tuple(corrected(each, young) for each in (*as_old, self.today))

    @property
    def own(self) -> DayResult | None:
        """The day's results as they are shown: see `results`."""
        return self.results[-1] if self.today else None

    @cached_property
    def verdict(self) -> Verdict:
        """The judgement on the day."""
        return self._judged(self.day, self.today, run_failed=self.wrong_run is not None)

    @property
    def wrong_run(self) -> MorningRun | None:
        """The morning's run, where it went wrong and nobody has trained for the day since."""
        if self.run is None or not self.run.is_wrong:
            return None
        return None if self.today and _trained_otherwise(self.today.run, self.run) else self.run

    def verdict_of(self, day: dt.date) -> Verdict:
        """The judgement on the report's day or an earlier one, by what is known now."""
        if day == self.day:
            return self.verdict
        return self._judged(day, next((e for e in self.history if e.day == day), None))

    @cached_property
    def silent_days(self) -> tuple[dt.date, ...]:
        """The days in a row without results up to this one; if it has any, before they came again.

        They came again where the reader has not heard so yet. Oldest first; see core.silence.
        """
        known = {result.day for result in self.history if result.day < self.day}
        if self.today is None:
            return days_without(known, self.day)
        unheard = range(1, (self.day - self._heard).days + 1)
        ended = (days_without(known, self.day - n * ONE_DAY) for n in unheard)
        return next(filter(None, ended), ())

    @property
    def is_silent_for_days(self) -> bool:
        """Whether days before it have no results either."""
        return self.today is None and len(self.silent_days) > 1

    @property
    def is_silent_again(self) -> bool:
        """Whether the reader has heard on a morning before what is to be said."""
        return self.is_silent_for_days and self.silent_days[0] <= self._heard

    @property
    def is_back(self) -> bool:
        """Whether results come again, after days without, since the reader heard last."""
        return self.today is not None and bool(self.silent_days)

    @cached_property
    def stale(self) -> Stale | None:
        """How old production is, where it is older than usual."""
        group = self.pipeline.model_package_group(self.environment)
        serving = self.production if self.production and self.production.group == group else None
        return stale(self.day, self.results, serving, heard=self._heard)

    @property
    def news(self) -> tuple[News, ...]:
        """What a reader who asked for changes only wants to hear of."""
        told = news(self.verdict, self._before)
        if self.run is not None and self.run.end is RunEnd.WELL_AGAIN:
            told = (*told, News.WELL_AGAIN)
        return (*told, News.STALE) if self.stale and self.stale.is_news else told

    @property
    def _heard(self) -> dt.date:
        return self.heard or self.day - ONE_DAY

    @property
    def _before(self) -> Verdict | None:
        """The verdict on the day heard of before; None where no earlier day is known."""
        known = {result.day: result for result in self.history}
        if not any(day < self.day for day in known):
            return None
        return self._judged(self._heard, known.get(self._heard))

    def _judged(
        self, day: dt.date, result: DayResult | None, *, run_failed: bool = False
    ) -> Verdict:
        return verdict(
            day,
            result,
            (*self.like, *self.history),
            serving=self.production,
            wanted=self.leading,
            budget=self.budget,
            known=self.known,
            run_failed=run_failed,
            mutes=self.mutes,
        )


def _trained_otherwise(run: Run, failed: MorningRun) -> bool:
    """Whether a day's results are of a training that somebody started after the run failed."""
    return Kind(run.kind) is Kind.TRAIN and run.run != failed.execution
