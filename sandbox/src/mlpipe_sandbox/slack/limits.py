"""How strict the sandbox is about time and rates. The defaults are Slack's own.

Sources: https://docs.slack.dev/interactivity/handling-user-interaction,
https://docs.slack.dev/apis/events-api#retries, https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Times in seconds of real time; tests shorten them instead of waiting."""

    acknowledge: float = 3.0
    """How long a delivery may stay without acknowledgement."""
    trigger: float = 3.0
    """How long a trigger_id can open a view."""
    response_url: float = 30 * 60.0
    """How long a response_url works."""
    response_url_uses: int = 5
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """How long after an event stayed without acknowledgement it is sent again."""
    upload: float = 0.3
    """How long Slack works on an uploaded file before it can be shown."""
    enforce_rates: bool = False
    """Whether calls above a method's rate are refused with `ratelimited`."""


class MessageLimits:
    """What one message may hold."""

    TEXT = 40_000
    """Longest `text` of chat.postMessage."""
    UPDATED_TEXT = 4_000
    """Longest `text` of chat.update (github.com/seratch/ChatGPT-in-Slack/issues/102)."""
    ATTACHMENTS = 100
    METADATA = 8_000
    """Longest metadata, as JSON."""
    BLOCK_TEXT = 13_200
    """Most characters that a message's blocks may hold together: measured by users of Slack, who
    were refused above it with msg_blocks_too_long (github.com/slackapi/bolt-js/issues/2509)."""


class ViewLimits:
    """What a person may have open."""

    STACK = 3
    """Most modal views on top of one another."""
    BYTES = 250_000
    """Largest view, as JSON (https://docs.slack.dev/reference/methods/views.open, errors)."""


class FileLimits:
    """What a file may be."""

    BYTES = 1 << 30
    """One gibibyte, Slack's largest file."""
    ALT_TEXT = 1_000
    """Longest description for screen readers."""
