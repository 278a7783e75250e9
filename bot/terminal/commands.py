"""The console's subcommands that say what `/mlpipe` says, with the same words."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bot.settings import read_settings
from bot.terminal.answer import Answer, exit_of, unmarked
from bot.variables import Variables
from core.commands import Command, of_arguments
from core.console import ConsoleCommand
from core.errors import MlpipeError
from core.messages import Translator
from core.trial_table import Format

if TYPE_CHECKING:
    from bot.terminal.at_hand import AtHand

WRITTEN: Final = click.Path(dir_okay=False, path_type=Path)
MOST_TRIALS: Final = 10_000
MOST_VERSIONS: Final = 100
MOST_LINES: Final = 10_000


class WordsCommand(ConsoleCommand):
    """A command whose words are those of the slash command: `auc<0.7` and `--day=…` too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["params"] = [
            click.Argument(["words"], nargs=-1, type=click.UNPROCESSED),
            *(kwargs.get("params") or []),
            click.Option(["--json", "as_json"], is_flag=True, help="Answer for a script."),
        ]
        kwargs["context_settings"] = {
            "ignore_unknown_options": True,
            "help_option_names": ["-h", "--help"],
        }
        super().__init__(*args, **kwargs)


def answered(
    word: str,
    words: tuple[str, ...],
    work: Callable[[AtHand, Command], Awaitable[Answer]],
    *,
    as_json: bool,
) -> None:
    """Do what a command says, print what it comes to, and exit as it asks."""
    from bot.terminal.at_hand import at_hand  # takes a second

    language: str | None = None
    try:
        variables = Variables.read(os.environ)
        settings = read_settings(variables.config)
        language = settings.language

        async def do() -> Answer:
            async with at_hand(settings, variables) as has:
                return await work(has, of_arguments(word, words))

        answer = asyncio.run(do())
    except MlpipeError as error:
        click.echo(f"Error: {_told(error, language)}", err=True)
        raise SystemExit(exit_of(error)) from None
    click.echo(answer.dumps() if as_json else answer.lines)
    if answer.exit:
        raise SystemExit(answer.exit)


def _told(error: MlpipeError, language: str | None) -> str:
    return unmarked(Translator(language).plain(error.sentence)) if language else str(error)


@click.command(cls=WordsCommand)
@click.option("--wait", is_flag=True, help="Return once it has ended; exit 6 where it ended badly.")
def run(words: tuple[str, ...], *, wait: bool, as_json: bool) -> None:
    """Start a pipeline: [PIPELINE] [env=…] [name=value …] [tags=…] [note=…].

    As `/mlpipe run` in Slack, with day=yesterday NumLeaves=63. Its card comes in the channel that
    follows the pipeline there, where the bot's database is at hand.
    """
    from bot.terminal import executions

    answered("run", words, lambda has, said: executions.run(has, said, wait=wait), as_json=as_json)


@click.command(cls=WordsCommand)
def status(words: tuple[str, ...], *, as_json: bool) -> None:
    """Show what runs now: [PIPELINE] [env=…]."""
    from bot.terminal import executions

    answered("status", words, executions.status, as_json=as_json)


@click.command(cls=WordsCommand)
def stop(words: tuple[str, ...], *, as_json: bool) -> None:
    """Stop an execution: [PIPELINE] [env=…] [ID].

    The first four characters of its id are enough; without one, your own where just one runs.
    """
    from bot.terminal import executions

    answered("stop", words, executions.stop, as_json=as_json)


@click.command(cls=WordsCommand)
@click.option("--limit", type=click.IntRange(1, MOST_TRIALS), default=20, help="How many at most.")
@click.option("--first", type=click.IntRange(0), default=0, help="How many come before.")
@click.option("--csv", type=WRITTEN, help="Write all of them there, however many, as CSV.")
@click.option("--parquet", type=WRITTEN, help="Write all of them there as Parquet.")
def trials(
    words: tuple[str, ...],
    *,
    limit: int,
    first: int,
    csv: Path | None,
    parquet: Path | None,
    as_json: bool,
) -> None:
    """Find trials: [PIPELINE] [env=…] ['auc>0.7' since=7d by=me sort=auc].

    In most shells a condition with > or < has to stand in quotes.
    """
    from bot.terminal import trials as found

    files = {Format.CSV: csv, Format.PARQUET: parquet}
    wanted = {form: path for form, path in files.items() if path is not None}

    async def work(has: AtHand, said: Command) -> Answer:
        if wanted:
            return await found.trials_in_files(has, said, wanted)
        return await found.trials(has, said, first=first, limit=limit)

    answered("trials", words, work, as_json=as_json)


@click.command(cls=WordsCommand)
def trial(words: tuple[str, ...], *, as_json: bool) -> None:
    """Show one trial beside production's: [PIPELINE] [env=…] NAME."""
    from bot.terminal import trials as found

    answered("trial", words, found.trial, as_json=as_json)


@click.command(cls=WordsCommand)
def compare(words: tuple[str, ...], *, as_json: bool) -> None:
    """Hold trials against the first: [PIPELINE] [env=…] A B [C …]."""
    from bot.terminal import compare as compared

    answered("compare", words, compared.compare, as_json=as_json)


@click.command(cls=WordsCommand)
def matters(words: tuple[str, ...], *, as_json: bool) -> None:
    """Tell which parameters explain a metric: [PIPELINE] [env=…] [auc] ['NumLeaves<64' since=7d].

    In most shells a condition with > or < has to stand in quotes.
    """
    from bot.terminal import matters as explained

    answered("matters", words, explained.matters, as_json=as_json)


@click.command(cls=WordsCommand)
@click.option("--limit", type=click.IntRange(1, MOST_VERSIONS), default=10, help="How many.")
@click.option("--first", type=click.IntRange(0), default=0, help="How many come before.")
def models(words: tuple[str, ...], *, limit: int, first: int, as_json: bool) -> None:
    """List the registered versions: [PIPELINE] [env=…], production's unless told otherwise."""
    from bot.terminal import models as found

    answered(
        "models",
        words,
        lambda has, said: found.models(has, said, first=first, limit=limit),
        as_json=as_json,
    )


@click.command(cls=WordsCommand)
def model(words: tuple[str, ...], *, as_json: bool) -> None:
    """Show everything about one registered version: [PIPELINE] [env=…] VERSION."""
    from bot.terminal import models as found

    answered("model", words, found.model, as_json=as_json)


@click.command(cls=WordsCommand)
@click.option("--limit", type=click.IntRange(1, MOST_LINES), default=20, help="How many at most.")
@click.option("--first", type=click.IntRange(0), default=0, help="How many come before.")
@click.option("--csv", type=click.Path(path_type=Path), help="Write all of them into this file.")
def audit(
    words: tuple[str, ...], *, limit: int, first: int, csv: Path | None, as_json: bool
) -> None:
    """Show who did what: [by=U… action=… outcome=… about=… since=7d], or verify [DIGEST].

    `verify` follows the chain of the whole log, names the first line that was tampered with, and
    exits 6 then. It tells the newest digest: kept elsewhere, it shows later that nothing was
    written anew.
    """
    from bot.terminal import audit as log

    answered(
        "audit",
        words,
        lambda has, said: log.audit(has, said, first=first, limit=limit, csv=csv),
        as_json=as_json,
    )


COMMANDS: Final = (run, status, stop, trials, trial, compare, matters, models, model, audit)
