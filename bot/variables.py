"""The environment variables that say where the bot runs and by which secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from core.errors import SettingsError
from core.messages import say

SLACK_API_URL: Final = "https://slack.com/api/"
CONFIG: Final = "mlpipe.toml"
DATABASE: Final = "mlpipe.db"
HTTP_PORT: Final = 3000
DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}


@dataclass(frozen=True)
class Variables:
    """What `mlpipe serve` takes from its environment. Secrets never show in a repr."""

    config: Path
    database_url: str = field(repr=False)
    slack_api_url: str = SLACK_API_URL
    clock_url: str | None = None
    console_url: str | None = None
    """Another console than AWS's own, for links to it."""
    port: int | None = None
    """None: not said. 0: any free port."""
    bot_token: str = field(default="", repr=False)
    app_token: str | None = field(default=None, repr=False)
    """With it the bot speaks Socket Mode, without it HTTP."""
    signing_secret: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The variables of an environment; nothing is demanded yet, see `require_slack`.

        Raises:
            SettingsError: DATABASE_URL or PORT cannot be understood.
        """
        config = Path(environ.get("MLPIPE_CONFIG") or CONFIG)
        return cls(
            config=config,
            database_url=_database_url(environ.get("DATABASE_URL"), config),
            slack_api_url=environ.get("SLACK_API_URL") or SLACK_API_URL,
            console_url=environ.get("AWS_CONSOLE_URL") or None,
            clock_url=environ.get("MLPIPE_CLOCK_URL") or None,
            port=_port(environ.get("PORT")),
            bot_token=environ.get("SLACK_BOT_TOKEN", "").strip(),
            app_token=environ.get("SLACK_APP_TOKEN", "").strip() or None,
            signing_secret=environ.get("SLACK_SIGNING_SECRET", "").strip() or None,
        )

    def require_slack(self) -> None:
        """A SettingsError unless the tokens that `mlpipe serve` needs are there."""
        if not self.bot_token.startswith("xox"):
            raise SettingsError(
                say("Set SLACK_BOT_TOKEN to the bot token of your Slack app (xoxb-…).")
            )
        if self.app_token is not None and not self.app_token.startswith("xapp-"):
            raise SettingsError(
                say("SLACK_APP_TOKEN has to be an app-level token (xapp-…); leave it out for HTTP.")
            )
        if self.app_token is None and not self.signing_secret:
            raise SettingsError(
                say("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.")
            )


def _database_url(value: str | None, config: Path) -> str:
    if not value:
        return f"{DRIVERS['sqlite']}:///{config.absolute().parent / DATABASE}"
    match = re.fullmatch(r"([a-z0-9]+)(\+[a-z0-9]+)?://.*", value, flags=re.DOTALL)
    if match is None or match[1] not in DRIVERS:
        raise SettingsError(
            say("DATABASE_URL has to start with sqlite:/// or postgresql://; it does not.")
        )
    return f"{DRIVERS[match[1]]}://{value.split('://', 1)[1]}"


def _port(value: str | None) -> int | None:
    if not value:
        return None
    if not value.isdigit() or int(value) > 65535:
        raise SettingsError(say("PORT has to be a number from 0 to 65535."))
    return int(value)
