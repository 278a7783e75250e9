"""One morning of a series, and who looks after what is wrong with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self

from core.domain import EnvironmentName, Person, PipelineName


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


@dataclass(frozen=True)
class Taken:
    """Somebody looks after a morning."""

    morning: Morning
    by: Person
    since: dt.datetime
