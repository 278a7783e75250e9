"""One morning of a series: how its run ended, and who looks after what is wrong with it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Self

from core.domain import EnvironmentName, Person, PipelineName
from core.spans import ONE_DAY


@dataclass(frozen=True)
class Morning:
    """A day of a series; every report about it speaks of the same, in whatever channel."""

    pipeline: PipelineName
    environment: EnvironmentName
    day: dt.date

    def __str__(self) -> str:
        """As buttons and the audit log carry it: `flights/production/2013-06-28`."""
        return f"{self.pipeline}/{self.environment}/{self.day.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`; a ValueError for anything else."""
        pipeline, environment, day = text.split("/")
        return cls(PipelineName(pipeline), EnvironmentName(environment), dt.date.fromisoformat(day))


class RunEnd(enum.StrEnum):
    """How a morning's run ended that is worth a word."""

    NOT_YET = "not yet"
    FAILED = "failed"
    STOPPED = "stopped"
    WELL_AGAIN = "well again"
    """As it should, where the mornings before it did not."""


@dataclass(frozen=True)
class MorningRun:
    """What there is to say of a morning's run."""

    end: RunEnd
    step: str | None = None
    """The one that failed; None where none did, or that is not known."""
    reason: str | None = None
    """In SageMaker's words."""
    can_retry: bool = False
    """Whether SageMaker would go on where it ended."""
    mornings: int = 1
    """For how many mornings in a row it has failed, this one counted; before it was well again."""
    execution: str | None = None
    """SageMaker's id of the execution that did not end well."""

    @property
    def is_wrong(self) -> bool:
        """Whether somebody can act on it."""
        return self.end is not RunEnd.WELL_AGAIN

    def since(self, day: dt.date) -> dt.date:
        """The first of the mornings in a row, of which the last is this day's."""
        return day - (self.mornings - 1) * ONE_DAY


@dataclass(frozen=True)
class Taken:
    """Somebody looks after a morning."""

    morning: Morning
    by: Person
    since: dt.datetime
