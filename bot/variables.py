"""The environment variables that say where the bot runs and by which secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from bot.variables_faults import DRIVERS, faults, slack_faults
from core.errors import SettingsError
from core.messages import Sentence, in_lines

SLACK_API_URL: Final = "https://slack.com/api/"
CONFIG: Final = "mlpipe.toml"
DATABASE: Final = "mlpipe.db"
HTTP_PORT: Final = 3000


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
        """The variables of an environment; Slack's may be missing, see `read_to_serve`.

        Raises:
            SettingsError: variables are unknown or cannot be understood; the sentence names each.
        """
        _refuse(faults(environ))
        config = Path(environ.get("MLPIPE_CONFIG") or CONFIG)
        return cls(
            config=config,
            database_url=_database_url(environ.get("DATABASE_URL"), config),
            slack_api_url=environ.get("SLACK_API_URL") or SLACK_API_URL,
            console_url=environ.get("AWS_CONSOLE_URL") or None,
            clock_url=environ.get("MLPIPE_CLOCK_URL") or None,
            port=int(environ["PORT"]) if environ.get("PORT") else None,
            bot_token=environ.get("SLACK_BOT_TOKEN", "").strip(),
            app_token=environ.get("SLACK_APP_TOKEN", "").strip() or None,
            signing_secret=environ.get("SLACK_SIGNING_SECRET", "").strip() or None,
        )

    @classmethod
    def read_to_serve(cls, environ: Mapping[str, str]) -> Self:
        """The same, with what `mlpipe serve` needs of Slack; raises as `read`."""
        _refuse([*slack_faults(environ), *faults(environ)])
        return cls.read(environ)


def _refuse(faults: Sequence[Sentence]) -> None:
    if faults:
        raise SettingsError(in_lines(faults))


def _database_url(value: str | None, config: Path) -> str:
    """Of a value without faults, with the driver that does not block."""
    if not value:
        return f"{DRIVERS['sqlite']}:///{config.absolute().parent / DATABASE}"
    scheme, _, rest = value.partition("://")
    return f"{DRIVERS[scheme.partition('+')[0]]}://{rest}"
