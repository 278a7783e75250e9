"""How old a day's labels are when they are read, where they come later than its rows."""

from __future__ import annotations

import datetime as dt

from core.manifest import Manifest


def label_age_at(manifest: Manifest, day: dt.date, *, wanted: int, at: dt.datetime) -> int | None:
    """At which age a day's labels are read; None where they are there with its rows.

    Args:
        manifest: Whether labels come late.
        day: The day.
        wanted: 0: as many midnights as have passed.
        at: When the execution started.
    """
    if manifest.labels is None:
        return None
    passed = (at.astimezone(manifest.time.days_in).date() - day).days
    return wanted or max(1, passed)


def midnight(day: dt.date, after: int, manifest: Manifest) -> dt.datetime:
    """The midnight, in UTC, that begins a later day: two runs of one morning read the same."""
    later = day + dt.timedelta(days=after)
    return dt.datetime.combine(later, dt.time(), manifest.time.days_in).astimezone(dt.UTC)
