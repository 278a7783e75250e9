"""Days from a first to a last one, as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both counted."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        """As it is written: `2013-07-04`, `2013-12-24..2013-12-26`."""
        if self.first == self.last:
            return self.first.isoformat()
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def __contains__(self, day: dt.date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[dt.date]:
        """The days, oldest first."""
        return (self.first + n * ONE_DAY for n in range(len(self)))

    def __len__(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def touches(self, other: Span) -> bool:
        """Whether both together are days without a gap."""
        begins, ends = max(self.first, other.first), min(self.last, other.last)
        return begins <= ends + ONE_DAY

    @classmethod
    def of(cls, text: str) -> Self:
        """The inverse of `str`; a ValueError for anything else."""
        first, _, last = text.partition("..")
        return cls(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))
