from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import GROUP, main
from core.console import Console

COMMITTED = Path(__file__).parents[3] / "mlpipe.toml"


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    config = str(tmp_path / "mlpipe.toml")
    return CliRunner(env={"MLPIPE_CONFIG": config, "MLPIPE_RECORD": None, "DATABASE_URL": ""})


def test_the_help_says_in_words_what_each_command_does(runner: CliRunner) -> None:
    answer = runner.invoke(main, ["--help"])
    assert answer.exit_code == 0
    for words in (
        "adopt     Report on a PIPELINE that SageMaker has already.",
        "report    Write a day's report into files, without Slack.",
        "pipeline  Define the pipelines in SageMaker, show them, and fill in past...",
        "sandbox   Try mlpipe with a Slack and a SageMaker on this machine.",
    ):
        assert words in answer.output
    assert ".cli" not in answer.output


def test_the_help_says_so_where_a_command_is_not_installed(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = EntryPoint("sandbox", "not_installed_here.cli:command", GROUP)
    monkeypatch.setattr("bot.cli.entry_points", lambda **_: [absent])
    assert "sandbox  Is not installed here." in runner.invoke(main, ["--help"]).output
    answer = runner.invoke(main, ["sandbox"])
    assert (answer.exit_code, "needs not_installed_here" in answer.output) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ["report", "--day", "2013-06-01", "--day", "2013-06-02", "--out", "shelf"],
        ["adopt", "Some", "--name", "some", "--name", "other"],
        ["pipeline", "backfill", "--env=experiment", "--env", "production"],
    ],
)
def test_an_option_that_is_given_twice_is_refused(runner: CliRunner, words: list[str]) -> None:
    answer = runner.invoke(main, words)
    assert answer.exit_code == 2
    assert "is given twice: write it once." in answer.output


def test_an_option_that_may_be_repeated_is_taken(runner: CliRunner) -> None:
    answer = runner.invoke(main, ["pipeline", "show", "--kind", "train", "--kind", "evaluate"])
    assert "twice" not in answer.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--time-zone", "Mars/X"], "There is no time zone Mars/X. Write one such as"),
        (["--time-zone", "Berlin"], "Did you mean Europe/Berlin?"),
        (["--name", "My Model"], '--name is "My Model". Write at most 32 lower-case letters'),
        (["--channel", "#general"], '--channel is "#general". Write the channel\'s id (C…)'),
        (["--bucket", "s3://results"], "Write the name of an S3 bucket such as"),
        (["--env", "Live"], '--env is "Live". Write at most 32'),
    ],
)
def test_what_cannot_be_adopted_so_is_told_before_anything_is_asked(
    runner: CliRunner, words: list[str], told: str
) -> None:
    answer = runner.invoke(main, ["adopt", "Some", "--region", "us-east-1", *words])
    assert (answer.exit_code, told in answer.output) == (1, True), answer.output


@pytest.mark.parametrize("kind", ["train", "evaluate"])
def test_a_pipeline_of_our_own_is_not_adopted(runner: CliRunner, tmp_path: Path, kind: str) -> None:
    (tmp_path / "mlpipe.toml").write_text(COMMITTED.read_text())
    answer = runner.invoke(main, ["adopt", f"flights-production-{kind}", "--write"])
    assert answer.exit_code == 1
    assert f"flights-production-{kind} is flights, which mlpipe.toml has" in answer.output
    assert (tmp_path / "mlpipe.toml").read_text() == COMMITTED.read_text()


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
        (tmp_path / "mlpipe.toml").write_text(COMMITTED.read_text())
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
    (tmp_path / "mlpipe.toml").write_text(COMMITTED.read_text())
    answer = runner.invoke(main, ["report", *words, "--out", str(tmp_path / "shelf")])
    assert answer.exit_code == 1
    assert told in answer.output
    assert not (tmp_path / "shelf").exists()


def test_days_are_those_of_the_clock_that_the_bot_reads(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mlpipe.toml").write_text(COMMITTED.read_text())
    monkeypatch.setenv("MLPIPE_CLOCK_URL", "http://127.0.0.1:9/clock")
    days = ["--from", "2013-06-26", "--to", "2013-06-28"]
    where = ["--env", "production", "--pipeline", "flights"]
    answer = runner.invoke(main, ["pipeline", "backfill", *where, *days])
    assert answer.exit_code == 1
    assert "The clock at http://127.0.0.1:9/clock does not answer." in answer.output
