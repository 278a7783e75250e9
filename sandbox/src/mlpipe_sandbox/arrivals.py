"""What arrives in the lake, and what is wrong with it on demand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING

from mlpipe_sandbox.faults.book import Book
from mlpipe_sandbox.faults.feed import FeedFault, broken

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Arrived:
    """A day that came."""

    day: dt.date
    rows: int
    faults: tuple[FeedFault, ...] = ()
    """What was wrong with it."""


class Arrivals:
    """Stands between a feed and its lake; safe to share between threads."""

    def __init__(self) -> None:
        self.faults: Book[FeedFault] = Book()
        """What is planted into the days to come."""
        self._changed = Condition()
        self._complete: dt.date | None = None
        self._newest: Arrived | None = None

    @property
    def newest(self) -> Arrived | None:
        """The day that came last; None before the first."""
        return self._newest

    def received(self, day: dt.date, rows: pl.DataFrame) -> pl.DataFrame:
        """A day's rows with every fault that happens to them."""
        happening = tuple(each.fault for each in self.faults.active() if each.happens())
        for fault in happening:
            rows = broken(rows, fault)
        self._newest = Arrived(day, rows.height, happening)
        return rows

    def complete(self, day: dt.date) -> None:
        """Every day before `day` lies in the lake."""
        with self._changed:
            self._complete = day
            self._changed.notify_all()

    def wait_for(self, day: dt.date, seconds: float) -> bool:
        """Wait until every day before `day` lies in the lake; False if that took too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._complete is not None and self._complete >= day, seconds
            )
