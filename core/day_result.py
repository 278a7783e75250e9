"""One scored day as the report, the cards and every comparison see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.model_quality import ModelQuality
from core.results import DayFacts, Gate, Interval, ModelFacts, Run


@dataclass(frozen=True)
class DayResult:
    """The results of one run for one day."""

    run: Run
    quality: ModelQuality
    """evaluation.json: of the candidate, or of the model that `facts.subject` names."""
    facts: DayFacts | None = None
    """None where only the standard files are there: the report then says less."""
    importance: Mapping[str, float] = field(default_factory=dict)
    """Feature → mean absolute SHAP value; empty where there is no analysis.json."""
    positive: str | None = None
    """What a positive row is called, such as "late"; None where nobody gave it a name."""
    gate: Gate | None = None
    """Whether the evaluation was sane enough to register the model; None where nobody checked."""
    runs: int = 1
    """How many complete runs the day has at this label age; this is the one evaluated last."""
    earlier: tuple[DayResult, ...] = ()
    """The same day as it was known when its labels were younger, youngest first."""

    @property
    def day(self) -> dt.date:
        """The day of the data."""
        return self.run.day

    @property
    def label_age(self) -> int | None:
        """Age in days of the labels that were read; None where they were complete."""
        return self.run.label_age

    @property
    def metrics(self) -> Mapping[str, float]:
        """Name → value of the subject's metrics.

        With facts, those that are defined on the day: the standard file writes 0 for the precision
        of a model that predicted nothing positive.
        """
        if self.subject:
            return {name: interval.value for name, interval in self.subject.metrics.items()}
        return {name: metric.value for name, metric in self.quality.metrics.items()}

    def model(self, role: str) -> ModelFacts | None:
        """A model that scored the day, by its role; None where it did not."""
        return self.facts.models.get(role) if self.facts else None

    @property
    def subject(self) -> ModelFacts | None:
        """The model that `quality` describes; None without facts."""
        return self.facts.models.get(self.facts.subject) if self.facts else None

    def interval(self, metric: str) -> Interval | None:
        """The subject's metric with its interval, as far as it is known."""
        if self.subject:
            return self.subject.metrics.get(metric)
        found = self.quality.metrics.get(metric)
        return None if found is None else Interval(value=found.value)
