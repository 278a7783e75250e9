"""Says what is wrong with environment variables: each by its name, and never by its secret."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from core.inputs import closest
from core.messages import Sentence, say

PREFIX: Final = "MLPIPE_"
"""Every variable that begins like this is ours."""
OURS: Final = ("MLPIPE_CLOCK_URL", "MLPIPE_CONFIG", "MLPIPE_LOG")
LOGS: Final = ("json", "text")
"""How MLPIPE_LOG has the log written."""
URLS: Final = ("SLACK_API_URL", "AWS_ENDPOINT_URL", "AWS_CONSOLE_URL", "MLPIPE_CLOCK_URL")
MOST_PORT: Final = 65535
DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
"""By how DATABASE_URL begins."""
_TOKENS: Final = {
    "xoxb-": say("a bot token, which goes into SLACK_BOT_TOKEN"),
    "xapp-": say("an app-level token, which goes into SLACK_APP_TOKEN"),
    "xoxp-": say("the token of a person, which mlpipe does not use"),
    "xoxe": say("a token that expires: turn token rotation off in the Slack app"),
}
"""Slack's tokens by how they begin, which is no secret."""


def faults(environ: Mapping[str, str]) -> list[Sentence]:
    """What is wrong for any subcommand; what is not set or empty is not."""
    given = {name: value for name, value in environ.items() if value}
    return [*_unknown(given), *_urls(given), *_database(given), *_port(given), *_log(given)]


def slack_faults(environ: Mapping[str, str]) -> list[Sentence]:
    """What is wrong or missing for `mlpipe serve`."""
    bot, app, secret = (
        environ.get(name, "").strip()
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
    )
    found: list[Sentence] = []
    if not bot:
        found.append(say("Set SLACK_BOT_TOKEN to the bot token of your Slack app (xoxb-…)."))
    elif not bot.startswith("xoxb-"):
        found.append(_wrong_token("SLACK_BOT_TOKEN", bot, "xoxb-"))
    if app and not app.startswith("xapp-"):
        found.append(_wrong_token("SLACK_APP_TOKEN", app, "xapp-"))
    if not app and not secret:
        found.append(say("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP."))
    if secret and (kind := _kind(secret)):
        found.append(say("SLACK_SIGNING_SECRET is {kind}.", kind=kind))
    return found


def _wrong_token(name: str, token: str, prefix: str) -> Sentence:
    kind = _kind(token)
    if kind is None:
        return say("{name} has to begin with {prefix}.", name=name, prefix=prefix)
    return say(
        "{name} has to begin with {prefix}. It is {kind}.", name=name, prefix=prefix, kind=kind
    )


def _kind(token: str) -> Sentence | None:
    return next((kind for begin, kind in _TOKENS.items() if token.startswith(begin)), None)


def _unknown(given: Mapping[str, str]) -> Iterator[Sentence]:
    for name in sorted(given):
        if not name.startswith(PREFIX) or name in OURS:
            continue
        if close := closest(
            name.removeprefix(PREFIX), (each.removeprefix(PREFIX) for each in OURS)
        ):
            close = f"{PREFIX}{close}"
            yield say("There is no variable {name}. Did you mean {close}?", name=name, close=close)
        else:
            known = ", ".join(OURS)
            yield say("There is no variable {name}. There are {known}.", name=name, known=known)


def _urls(given: Mapping[str, str]) -> Iterator[Sentence]:
    for name in URLS:
        if name in given and not _is_web_address(given[name]):
            yield say("{name} has to be an address such as https://host:8000/path.", name=name)


def _is_web_address(value: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, a bracket that is left open
        return False


def _database(given: Mapping[str, str]) -> Iterator[Sentence]:
    value = given.get("DATABASE_URL", "sqlite://")
    scheme = value.partition("://")[0]
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        well_formed = False
    else:
        well_formed = True
    if scheme.partition("+")[0] not in DRIVERS:
        yield say("DATABASE_URL has to start with sqlite:/// or postgresql://; it does not.")
    elif not well_formed:
        yield say(
            "DATABASE_URL has to be an address such as postgresql://user:password@host:5432/name. "
            "In the password, write @ as %40, : as %3A and / as %2F."
        )


def _port(given: Mapping[str, str]) -> Iterator[Sentence]:
    value = given.get("PORT", "0")
    if not (value.isascii() and value.isdigit() and int(value) <= MOST_PORT):
        yield say("PORT has to be a number from 0 to {most}.", most=str(MOST_PORT))


def _log(given: Mapping[str, str]) -> Iterator[Sentence]:
    if given.get("MLPIPE_LOG", LOGS[0]) not in LOGS:
        yield say("MLPIPE_LOG has to be {choices}.", choices=" or ".join(LOGS))
