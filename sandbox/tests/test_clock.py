"""The sandbox's clock."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mlpipe_sandbox.clock import Clock, KeptClock

JUNE = dt.datetime(2013, 6, 29, 8, 5, tzinfo=dt.timezone(dt.timedelta(hours=-4)))


def test_it_starts_where_told_and_answers_in_utc() -> None:
    now = Clock(JUNE).now()
    assert now.tzinfo is dt.UTC
    assert dt.timedelta() <= now - JUNE < dt.timedelta(seconds=10)


def test_it_ticks() -> None:
    clock = Clock(JUNE)
    first = clock.now()
    while clock.now() == first:
        pass
    assert clock.now() > first


def test_it_moves_forward_and_back() -> None:
    clock = Clock(JUNE)
    assert clock.advance(dt.timedelta(days=1)) - JUNE >= dt.timedelta(days=1)
    assert clock.move_to(JUNE) == JUNE
    assert clock.now() - JUNE < dt.timedelta(seconds=10)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        Clock(dt.datetime(2013, 6, 29))  # noqa: DTZ001  # what is refused
    with pytest.raises(ValueError, match="has no time zone"):
        Clock().move_to(dt.datetime(2013, 6, 29))  # noqa: DTZ001  # what is refused


def test_a_clock_that_is_kept_stands_still_until_it_runs_again(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    with KeptClock(file, start=JUNE).kept():
        pass
    first = KeptClock(file, start=JUNE)
    moved = first.advance(dt.timedelta(days=3))
    again = KeptClock(file, start=JUNE)
    assert dt.timedelta() <= again.now() - moved < dt.timedelta(seconds=10)


def test_a_clock_that_is_kept_goes_forward_to_a_later_start(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    KeptClock(file, start=JUNE)
    later = JUNE + dt.timedelta(days=7)
    assert KeptClock(file, start=later).now() >= later
