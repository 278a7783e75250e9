"""The log: JSON where a machine reads it, plain where a person does, and no secret in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final, TextIO

from pythonjsonlogger.json import JsonFormatter

from core.redaction import REDACTED, names_a_secret, redact

interaction: ContextVar[str] = ContextVar("interaction", default="-")
"""Id of the interaction that is worked on: on every line that its work writes."""

PLAIN: Final = "%(asctime)s %(levelname)s %(name)s [%(interaction)s] %(message)s"
FIELDS: Final = "%(asctime)s %(levelname)s %(name)s %(interaction)s %(message)s"
CHATTY: Final = ("alembic", "apscheduler", "botocore", "uvicorn.error")
"""Libraries that say at every tick, start or request that all is well."""
_SLACKS: Final = re.compile(
    r"https?://[^\s'\"\\]*/(?:commands|actions|services)/[^\s'\"\\]+"  # a response_url
    r"|\b\d{9,}\.\d{9,}\.[0-9a-f]{16,}\b"  # a trigger_id
)


def set_up_logging(
    stream: TextIO = sys.stderr, *, form: str | None = None, level: int = logging.INFO
) -> None:
    """Log to a stream, by default of errors.

    Args:
        stream: Where to.
        form: `json` or `text`; anything else: text on a terminal, JSON elsewhere.
        level: What is less is left out.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(plain=form == "text" or (form != "json" and stream.isatty())))
    handler.addFilter(_with_interaction)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_news)


def safe(text: str) -> str:
    """The text without secrets: keys and tokens, and what lets others answer in Slack's name."""
    return _SLACKS.sub(REDACTED, redact(text))


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One line, or several with a traceback, without secrets."""
        return safe(super().format(record))


class _Json(JsonFormatter):
    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Take secrets out of the values: once they are JSON, quotes hide what is one."""
        return {name: _safe_value(name, value) for name, value in log_data.items()}


def _safe_value(name: str, value: Any) -> Any:
    """A logged value without secrets; what JSON does not know is logged as its text."""
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(key): _safe_value(str(key), each) for key, each in value.items()}
        case list() | tuple():
            return [_safe_value(name, each) for each in value]
        case _:
            return REDACTED if names_a_secret(name) else safe(str(value))


def _formatter(*, plain: bool) -> logging.Formatter:
    if plain:
        return _Plain(PLAIN)
    names = {"asctime": "time", "levelname": "level", "name": "logger"}
    return _Json(FIELDS, rename_fields=names)


def _with_interaction(record: logging.LogRecord) -> bool:
    record.interaction = interaction.get()
    return True


def _is_news(record: logging.LogRecord) -> bool:
    # Bolt warns at every start that it does not take the token from SLACK_BOT_TOKEN: we hand it in.
    return not record.getMessage().endswith(("will be ignored.", "`token` will be unused."))
