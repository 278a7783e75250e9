"""What no bot may log, nor show to a person, unless a scenario expects it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable

from tests.scenario.stage import Stage

OURS = ("mlpipe_sandbox",)
"""Loggers of what stands around the bot."""
ERROR_LINE = re.compile(r"\b(ERROR|CRITICAL)\b|Traceback")
NOT_FOR_PEOPLE = ("Traceback", "Something broke on our side")


def unexpected(stage: Stage, records: Iterable[logging.LogRecord]) -> list[str]:
    """Every error that the bot logged or showed and that the scenario did not expect."""
    logged = [
        f"{record.name}: {record.getMessage()} {record.exc_text or ''}"
        for record in records
        if record.levelno >= logging.ERROR and not record.name.startswith(OURS)
    ]
    for process in stage.processes:
        logged += filter(ERROR_LINE.search, process.log.read_text().splitlines())
    shown = [json.dumps(message, ensure_ascii=False) for message in stage.slack.messages()]
    for user in ("U0ANA", "U0BEN", "U0CHIE", "U0DANA"):
        shown += [json.dumps(view, ensure_ascii=False) for view in stage.slack.views(user)]
    found = logged + [text for text in shown if any(each in text for each in NOT_FOR_PEOPLE)]
    return [line for line in found if not any(each in line for each in stage.expected_errors)]
