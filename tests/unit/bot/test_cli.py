from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from core.console import Console


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    config = str(tmp_path / "mlpipe.toml")
    return CliRunner(env={"MLPIPE_CONFIG": config, "MLPIPE_RECORD": None, "DATABASE_URL": ""})


def test_the_help_names_what_other_packages_bring_without_importing_it(runner: CliRunner) -> None:
    answer = runner.invoke(main, ["--help"])
    assert answer.exit_code == 0
    for word in ("serve", "db", "pipeline", "sandbox"):
        assert word in answer.output


def test_an_unknown_command_is_told(runner: CliRunner) -> None:
    answer = runner.invoke(main, ["dance"])
    assert answer.exit_code == 2
    assert "No such command" in answer.output


def test_the_database_is_made_and_then_left(runner: CliRunner, tmp_path: Path) -> None:
    assert "went from revision (none)" in runner.invoke(main, ["db", "upgrade"]).output
    assert (tmp_path / "mlpipe.db").exists()
    assert "already" in runner.invoke(main, ["db", "upgrade"]).output


def test_the_console_reads_the_settings_when_first_asked(runner: CliRunner, tmp_path: Path) -> None:
    @main.command("look")
    @click.pass_obj
    def look(console: Console) -> None:
        click.echo(", ".join(console.environments))

    try:
        answer = runner.invoke(main, ["look"])
        assert answer.exit_code == 1
        assert "cannot be read" in answer.output
        committed = Path(__file__).parents[3] / "mlpipe.toml"
        (tmp_path / "mlpipe.toml").write_text(committed.read_text())
        answer = runner.invoke(main, ["look"])
        assert answer.output == "production, experiment\n"
    finally:
        main.commands.pop("look")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--day", "2999-01-01"], "has not happened yet"),
        (["--day", "someday"], "is not a day"),
        (["--pipeline", "flihgts"], "Did you mean flights?"),
        (["--env", "producton"], "Did you mean production?"),
    ],
)
def test_a_report_of_what_is_not_there_is_told(
    runner: CliRunner, tmp_path: Path, words: list[str], told: str
) -> None:
    committed = Path(__file__).parents[3] / "mlpipe.toml"
    (tmp_path / "mlpipe.toml").write_text(committed.read_text())
    answer = runner.invoke(main, ["report", *words, "--out", str(tmp_path / "shelf")])
    assert answer.exit_code == 1
    assert told in answer.output
    assert not (tmp_path / "shelf").exists()
