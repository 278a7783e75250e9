from __future__ import annotations

from pathlib import Path

import pytest

from bot.variables import Variables
from core.errors import SettingsError

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-very-secret",
    "SLACK_APP_TOKEN": "xapp-very-secret",
    "SLACK_SIGNING_SECRET": "very-secret",
    "DATABASE_URL": "postgresql://mlpipe:very-secret@db/mlpipe",
}


def test_secrets_never_show() -> None:
    assert "secret" not in repr(Variables.read(SECRETS))


def test_without_a_database_there_is_a_file_beside_the_settings(tmp_path: Path) -> None:
    variables = Variables.read({"MLPIPE_CONFIG": str(tmp_path / "mlpipe.toml")})
    assert variables.database_url == f"sqlite+aiosqlite:///{tmp_path}/mlpipe.db"


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_a_platforms_address_gets_the_driver_that_does_not_block(given: str, driver: str) -> None:
    assert Variables.read({"DATABASE_URL": given}).database_url == driver


@pytest.mark.parametrize("url", ["mysql://h/d", "nonsense"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        Variables.read({"DATABASE_URL": url})


@pytest.mark.parametrize("port", ["http", "-1", "65536"])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(SettingsError, match="PORT"):
        Variables.read({"PORT": port})


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "app-level token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
    ],
)
def test_what_serving_needs_is_told(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Variables.read(environ).require_slack()


def test_socket_mode_needs_no_signing_secret() -> None:
    Variables.read({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}).require_slack()
