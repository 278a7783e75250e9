from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingsError
from tests.scenario.bot_process import BotProcess
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, ROOT, Stage


def get(url: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(url) as response:  # noqa: S310 - loopback
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


METRIC = re.compile(r"`(mlpipe_\w+)`")
OVER_SOCKET_MODE = {"mlpipe_slack_silence_seconds"}


def families(text: str) -> set[str]:
    """The metrics in Prometheus' text format, without the moments at which they were made."""
    named = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    return {name for name in named if not name.endswith("_created")}


def families_documented() -> set[str]:
    """Those in the first column of the table in docs/operations.md."""
    rows = (ROOT / "docs" / "operations.md").read_text().splitlines()
    return {match[1] for row in rows if (match := METRIC.match(row.removeprefix("| ")))}


@pytest.mark.only(transport="http")
def test_what_is_not_signed_is_refused(stage: Stage) -> None:
    stage.start()
    request = urllib.request.Request(
        f"http://127.0.0.1:{stage.bot.port}/slack/events",
        data=b"command=%2Fmlpipe&text=run&user_id=U0ANA&team_id=T0MLPIPE&trigger_id=1",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)  # noqa: S310 - loopback
    assert caught.value.code == 401
    assert stage.pipeline.executions() == []


@pytest.mark.only(transport="http")
def test_it_says_whether_it_is_well_and_ready(stage: Stage) -> None:
    stage.start()
    base = f"http://127.0.0.1:{stage.bot.port}"
    assert get(f"{base}/healthz") == (200, {"status": "ok", "checks": {}})
    assert get(f"{base}/readyz") == (200, {"status": "ok", "checks": {"database": "ok"}})


@pytest.mark.only(transport="socket")
def test_in_socket_mode_it_says_so_on_the_port_it_is_given(stage: Stage) -> None:
    stage.start(environ={"PORT": "0"})
    base = f"http://127.0.0.1:{stage.bot.port}"
    assert get(f"{base}/healthz") == (200, {"status": "ok", "checks": {"slack": "ok"}})
    ready = {"status": "ok", "checks": {"database": "ok", "slack": "ok"}}
    assert get(f"{base}/readyz") == (200, ready)


@pytest.mark.only(transport="socket")
def test_a_connection_gone_deaf_is_replaced_and_what_is_typed_then_is_heard(stage: Stage) -> None:
    stage.start()
    assert stage.slack.faults.deafen() == 1
    stage.slack.wait_for(lambda: stage.slack.connections == 1 and _heard(stage), 60)


def _heard(stage: Stage) -> bool:
    return stage.person("U0ANA").command(DAILY, "/mlpipe help").ok


@pytest.mark.only(transport="http")
def test_it_counts_what_it_did_for_prometheus(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe hlep")
    stage.told("U0ANA", "Did you mean")
    url = f"http://127.0.0.1:{stage.bot.port}/metrics"
    with urllib.request.urlopen(url) as answer:
        text = answer.read().decode()
    assert 'mlpipe_slack_calls_total{method="auth.test",outcome="ok"} 1.0' in text
    assert "mlpipe_acknowledgement_seconds_count 1.0" in text
    assert "mlpipe_interactions_under_way" in text
    assert "mlpipe_executions_followed 0.0" in text
    assert "mlpipe_slack_messages_waiting 0.0" in text
    assert 'mlpipe_aws_circuit_open{environment="production"} 0.0' in text
    assert families(text) == families_documented() - OVER_SOCKET_MODE
    assert "xoxb" not in text


@pytest.mark.only(database="sqlite")
def test_a_command_is_acknowledged_while_the_database_is_locked(stage: Stage) -> None:
    stage.start()
    lock = sqlite3.connect(stage.folder / "mlpipe.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    before = time.monotonic()
    assert stage.person("U0ANA").command(DAILY, "/mlpipe help").ok
    assert time.monotonic() - before < 1
    lock.execute("ROLLBACK")
    lock.close()
    stage.told("U0ANA", "What you can do here")


@pytest.mark.only(database="sqlite")
def test_what_broke_is_told_with_an_id_that_the_log_has(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.start()
    with sqlite3.connect(stage.folder / "mlpipe.db") as database:
        database.execute("DROP TABLE deliveries")
    stage.expected_errors += ["broke", "no such table: deliveries"]
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    text = stage.told("U0ANA", "Something broke on our side")["text"]
    identifier = text.rsplit(" ", 1)[-1].strip(".")
    assert any(identifier in record.getMessage() for record in caplog.records)


@pytest.mark.slow
@pytest.mark.only(transport="socket", database="sqlite")
def test_it_runs_where_the_sandbox_is_not_installed(stage: Stage, tmp_path: Path) -> None:
    """Only what requirements/bot.txt locks, and mlpipe itself."""
    place = tmp_path / "venv"
    uv = _uv()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, place], check=True)
    python = place / "bin" / "python"
    install: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", python]
    locked: list[str | Path] = ["--require-hashes", "-r", ROOT / "requirements" / "bot.txt"]
    subprocess.run([*install, *locked], check=True)
    subprocess.run([*install, "--no-deps", ROOT], check=True)
    found = subprocess.run(
        [python, "-c", "import mlpipe_sandbox"], capture_output=True, check=False
    )
    assert b"ModuleNotFoundError" in found.stderr
    stage.configure()
    bot = BotProcess(stage.environ(), tmp_path / "bot.log", mlpipe=[place / "bin" / "mlpipe"])
    try:
        stage.slack.wait_until_connected(timeout=PATIENCE_SECONDS)
        stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
        stage.shown("0.810")
    finally:
        bot.kill()


def _uv() -> Path:
    for place in (ROOT / ".uv" / "bin" / "uv", Path(sys.executable).parent / "uv"):
        if place.exists():
            return place
    pytest.skip("uv is not there")


def test_a_start_that_cannot_be_says_why_in_one_line(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "MLPIPE_"))}
    answer = subprocess.run(
        [Path(sys.executable).parent / "mlpipe", "serve"],
        env={**environ, "MLPIPE_CONFIG": str(tmp_path / "none.toml")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: Set SLACK_BOT_TOKEN")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-0"}, "Slack does not take SLACK_BOT_TOKEN (invalid_auth)"),
        ({"SLACK_APP_TOKEN": "xapp-0"}, "Slack does not take SLACK_APP_TOKEN (invalid_auth)"),
    ],
)
@pytest.mark.only(transport="socket", database="sqlite")
def test_a_token_that_slack_does_not_take_stops_the_start(
    stage: Stage, environ: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        stage.start(environ=environ)
    assert words in str(caught.value)


@pytest.mark.only(transport="http", database="sqlite")
def test_a_port_that_is_taken_stops_the_start(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError) as caught:
        stage.start(environ={"PORT": str(taken.getsockname()[1])})
    assert "Set PORT to another" in str(caught.value)
