"""The daily report: how good a day's model was, in numbers and two pictures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.day_result import DayResult
from core.domain import EnvironmentName, ModelVersion, Person, PipelineName
from core.messages import Translator
from reports.message import Report


@dataclass(frozen=True)
class ReportFacts:
    """Everything that one report is made of: the same facts give the same report."""

    pipeline: PipelineName
    environment: EnvironmentName
    day: dt.date
    today: DayResult | None
    """The day's results; None where it has not been evaluated."""
    history: tuple[DayResult, ...] = ()
    """The evaluated days shown before it, oldest first; the day itself may be among them."""
    history_days: int = 14
    """How many days, the day itself included, the trend goes back: gaps are told within these."""
    production: ModelVersion | None = None
    """The version that serves now; None: nothing in production yet."""
    asked_by: Person | None = None
    """Who asked for it; None: the schedule."""
    every_metric: bool = False
    """Show also what does not help at a low base rate (accuracy, precision, recall, F1)."""


def daily_report(facts: ReportFacts, t: Translator) -> Report:
    """The message with its pictures, in the translator's language."""
    raise NotImplementedError
