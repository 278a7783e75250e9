"""Moments and durations as people read them."""

from __future__ import annotations

import datetime as dt

from core.messages import Markup, Sentence, say


def moment(at: dt.datetime) -> Markup:
    """Day and time in the reader's own zone, as Slack shows them; `at` has a zone.

    Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    plain = at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Markup(f"<!date^{int(at.timestamp())}^{{date_short}} {{time}}|{plain}>", plain)


def clock_time(at: dt.datetime) -> Markup:
    """The time of day alone, for what happens while one looks on."""
    plain = at.astimezone(dt.UTC).strftime("%H:%M UTC")
    return Markup(f"<!date^{int(at.timestamp())}^{{time}}|{plain}>", plain)


def duration(length: dt.timedelta) -> Sentence:
    """A length of time in its two largest units."""
    seconds = max(0, round(length.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return say("{hours} h {minutes} min", hours=hours, minutes=minutes)
    if minutes:
        return say("{minutes} min {seconds} s", minutes=minutes, seconds=seconds)
    return say("{seconds} s", seconds=seconds)
