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


def told(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Variables.read_to_serve(
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", **environ}
        )
    return str(caught.value).splitlines()


A_DATABASE = (
    "DATABASE_URL has to be an address such as postgresql://user:password@host:5432/name. "
    "In the password, write @ as %40, : as %3A and / as %2F."
)


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        (
            {"SLACK_BOT_TOKEN": ""},
            "Set SLACK_BOT_TOKEN to the bot token of your Slack app (xoxb-…).",
        ),
        (
            {"SLACK_BOT_TOKEN": "xapp-1-secret"},
            (
                "SLACK_BOT_TOKEN has to begin with xoxb-. It is an app-level token, which goes "
                "into SLACK_APP_TOKEN."
            ),
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxp-secret"},
            (
                "SLACK_BOT_TOKEN has to begin with xoxb-. It is the token of a person, which "
                "mlpipe does not use."
            ),
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxe.xoxb-secret"},
            (
                "SLACK_BOT_TOKEN has to begin with xoxb-. It is a token that expires: turn token "
                "rotation off in the Slack app."
            ),
        ),
        (
            {"SLACK_APP_TOKEN": "xoxb-secret"},
            (
                "SLACK_APP_TOKEN has to begin with xapp-. It is a bot token, which goes into "
                "SLACK_BOT_TOKEN."
            ),
        ),
        ({"SLACK_APP_TOKEN": "secret"}, "SLACK_APP_TOKEN has to begin with xapp-."),
        (
            {"SLACK_APP_TOKEN": ""},
            "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.",
        ),
        (
            {"SLACK_SIGNING_SECRET": "xapp-secret"},
            "SLACK_SIGNING_SECRET is an app-level token, which goes into SLACK_APP_TOKEN.",
        ),
        (
            {"MLPIPE_CONFIGS": "secret.toml"},
            "There is no variable MLPIPE_CONFIGS. Did you mean MLPIPE_CONFIG?",
        ),
        (
            {"MLPIPE_TOKEN": "secret"},
            (
                "There is no variable MLPIPE_TOKEN. There are MLPIPE_CLOCK_URL, MLPIPE_CONFIG, "
                "MLPIPE_LOG."
            ),
        ),
        (
            {"SLACK_API_URL": "secret.slack.com/api/"},
            "SLACK_API_URL has to be an address such as https://host:8000/path.",
        ),
        (
            {"MLPIPE_CLOCK_URL": "http://secret:http/clock"},
            "MLPIPE_CLOCK_URL has to be an address such as https://host:8000/path.",
        ),
        (
            {"AWS_ENDPOINT_URL": "http://[secret"},
            "AWS_ENDPOINT_URL has to be an address such as https://host:8000/path.",
        ),
        (
            {"DATABASE_URL": "mysql://me:secret@host/name"},
            "DATABASE_URL has to start with sqlite:/// or postgresql://; it does not.",
        ),
        ({"DATABASE_URL": "postgresql://me:secret@host:port/name"}, A_DATABASE),
        ({"DATABASE_URL": "postgresql"}, A_DATABASE),
        ({"PORT": "http"}, "PORT has to be a number from 0 to 65535."),
        ({"PORT": "-1"}, "PORT has to be a number from 0 to 65535."),
        ({"PORT": "65536"}, "PORT has to be a number from 0 to 65535."),
        ({"PORT": "³"}, "PORT has to be a number from 0 to 65535."),
        ({"MLPIPE_LOG": "xml"}, "MLPIPE_LOG has to be json or text."),
    ],
)
def test_a_wrong_variable_is_told_by_its_name_and_without_its_secret(
    environ: dict[str, str], line: str
) -> None:
    assert told(environ) == [line]
    assert "secret" not in line.replace("SECRET", "")


def test_all_wrong_variables_are_told_at_once() -> None:
    everything = {"SLACK_BOT_TOKEN": "", "MLPIPE_LOGS": "1", "PORT": "x", "DATABASE_URL": "x"}
    assert [line.split()[0] for line in told(everything)] == [
        "Set",
        "There",
        "DATABASE_URL",
        "PORT",
    ]


def test_what_is_empty_is_not_set() -> None:
    Variables.read(dict.fromkeys(["PORT", "DATABASE_URL", "SLACK_API_URL", "MLPIPE_LOG"], ""))


def test_another_subcommand_needs_nothing_of_slack() -> None:
    Variables.read({})


def test_socket_mode_needs_no_signing_secret_and_http_no_app_token() -> None:
    Variables.read_to_serve({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    Variables.read_to_serve({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "1"})
