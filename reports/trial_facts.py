"""Everything that is known of one trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.day_result import DayResult
from core.results import Interval
from core.trials import Trial


@dataclass(frozen=True)
class TrialFacts:
    """A trial, what its evaluation left, and production's newest to look at beside it."""

    trial: Trial
    result: DayResult | None = None
    """None where it was not evaluated, or its results cannot be read."""
    beside: Trial | None = None
    beside_result: DayResult | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    """Where its data and its results lie: `lake` and `results`, as URIs."""

    def interval(self, metric: str, *, beside: bool = False) -> Interval | None:
        """A metric's value with its interval; None where the trial itself does not have it."""
        trial, result = (self.beside, self.beside_result) if beside else (self.trial, self.result)
        if trial is None or metric not in trial.metrics:
            return None
        found = result.interval(metric) if result else None
        return found or Interval(value=trial.metrics[metric])
