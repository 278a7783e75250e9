"""The console script `mlpipe`: serve, db, and the subcommands that other packages bring."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bot.logs import set_up_logging
from bot.settings import read_settings
from bot.terminal.answer import Answer
from bot.terminal.commands import COMMANDS
from bot.variables import Variables
from core.console import ConsoleCommand
from core.errors import MlpipeError
from core.messages import LANGUAGES, Translator

if TYPE_CHECKING:
    from core.console import Console

GROUP: Final = "mlpipe.commands"
COLUMN_GAP: Final = 6
"""Columns that click puts before and between a command and its help."""


class _Commands(click.Group):
    """Our own commands and those found by entry point, which are imported only when asked for."""

    command_class = ConsoleCommand

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._elsewhere()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        entry = self._elsewhere().get(cmd_name)
        if entry is None:
            return None
        try:
            command = entry.load()
        except ModuleNotFoundError as error:
            raise click.ClickException(
                f"`mlpipe {cmd_name}` needs {error.name}, which is not installed here."
            ) from error
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List what is there, also where what it needs is not installed."""
        names = self.list_commands(ctx)
        room = formatter.width - max(map(len, names)) - COLUMN_GAP
        rows = [(name, self._help(ctx, name, room)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _help(self, ctx: click.Context, name: str, room: int) -> str:
        try:
            command = self.get_command(ctx, name)
        except click.ClickException:
            return "Is not installed here."
        assert command is not None
        return command.get_short_help_str(room)

    @staticmethod
    def _elsewhere() -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=GROUP)}


class _LazyConsole:
    """Reads mlpipe.toml when a subcommand first asks for something of it."""

    def __init__(self) -> None:
        self._console: Console | None = None

    def __getattr__(self, name: str) -> Any:
        if self._console is None:
            self._console = _console()
        return getattr(self._console, name)


def _console() -> Console:
    from bot.clock import today_at
    from bot.sessions import session_of
    from core.console import Console

    try:
        variables = Variables.read(os.environ)
        settings = read_settings(variables.config)
    except MlpipeError as error:
        raise click.ClickException(str(error)) from None
    return Console(
        root=settings.path.parent,
        environments=settings.environments,
        pipelines=settings.pipelines,
        session=session_of,
        today=functools.partial(today_at, variables.clock_url),
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mlpipe")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run your machine-learning pipeline on Amazon SageMaker from Slack."""
    answers = ctx.invoked_subcommand in {each.name for each in COMMANDS}
    level = logging.WARNING if answers else logging.INFO  # what is told is told in the answer
    set_up_logging(form=os.environ.get("MLPIPE_LOG"), level=level)
    ctx.obj = _LazyConsole()


for _command in COMMANDS:
    main.add_command(_command)


@main.command()
@click.option("--host", help="Address to listen on. Default: every one, or 127.0.0.1 with PORT=0.")
def serve(host: str | None) -> None:
    """Run the bot until it is told to stop.

    With SLACK_APP_TOKEN it speaks Socket Mode and opens a port only if PORT is set (for /healthz
    and /readyz); without it, it takes Slack's deliveries at POST /slack/events on PORT (3000).

    A new SQLite file is set up by itself. Any other database is left alone: `mlpipe db upgrade`
    migrates it.
    """
    try:
        variables = Variables.read_to_serve(os.environ)
        settings = read_settings(variables.config)
        from bot.service import serve as run  # takes a second: not where the settings are wrong

        asyncio.run(run(settings, variables, host=host))
    except MlpipeError as error:
        raise click.ClickException(str(error)) from None
    _end_now()


def _end_now() -> None:
    """End the process: Python would wait a minute for a call to AWS that hangs in a thread."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


@main.command()
@click.option("--day", default="yesterday", help="Such as 2013-06-13. Default: yesterday.")
@click.option("--pipeline", help="Default: the only one.")
@click.option("--env", "environment", help="Default: production.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Default: that of [slack].")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for the files; it is made where it is not there.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer for a script.")
def report(
    *,
    day: str,
    pipeline: str | None,
    environment: str | None,
    language: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Write a day's report into files, without Slack.

    The same message as in Slack: in Markdown with its pictures beside it, and as one HTML page that
    holds them, for mail or a wiki.
    """
    from bot.report_files import Wanted, write_report  # takes a second

    try:
        variables = Variables.read(os.environ)
        settings = read_settings(variables.config)
        wanted = Wanted(day, pipeline, environment, language)
        written = asyncio.run(write_report(settings, variables, wanted, out))
    except MlpipeError as error:
        raise click.ClickException(str(error)) from None
    if written.missing is not None:
        told_in = Translator(language or settings.language)
        click.echo(told_in.plain(written.missing), err=True)
    files = [str(each) for each in written.files]
    told = Answer("\n".join(files), {"evaluated": written.missing is None, "files": files})
    click.echo(told.dumps() if as_json else told.lines)


@main.command()
@click.argument("pipeline")
@click.option("--name", help="What people type for it. Default: from its name in SageMaker.")
@click.option("--env", "environment", default="production", help="Where it runs.")
@click.option("--region", help="AWS region, where there is no mlpipe.toml yet.")
@click.option("--bucket", help="For results, where there is no mlpipe.toml yet.")
@click.option("--time-zone", default="UTC", help="Of its days, such as Europe/Berlin.")
@click.option("--day-parameter", metavar="NAME", help="The parameter with the day of the data.")
@click.option("--day-of-start", is_flag=True, help="The day is that of an execution's start.")
@click.option("--days-back", type=click.IntRange(0, 31), default=0, help="Days before that start.")
@click.option("--evaluation", metavar="FILE", help="Its evaluation: Step/output/evaluation.json.")
@click.option("--leading", metavar="METRIC", help="The metric that leads its reports.")
@click.option("--better", type=click.Choice(["higher", "lower"]), help="Which way that is better.")
@click.option("--channel", metavar="ID", help="A channel that is to get its report.")
@click.option("--write", is_flag=True, help="Write mlpipe.toml without asking.")
def adopt(
    *,
    pipeline: str,
    environment: str,
    region: str | None,
    channel: str | None,
    write: bool,
    **wishes: Any,
) -> None:
    """Report on a PIPELINE that SageMaker has already.

    Whoever defined it: looks at its executions of the last 60 days, proposes what mlpipe.toml has
    to say of it, shows the change, asks, and brings what they evaluated, so that the first report
    already judges.
    """
    from bot.adopt_cli import adopt as adopt_pipeline
    from bot.adopting import Wishes

    def confirmed() -> bool:
        if write or not sys.stdin.isatty():
            return write
        return click.confirm("Write it?")

    try:
        adopt_pipeline(
            pipeline,
            path=Variables.read(os.environ).config,
            environment=environment,
            region=region,
            wishes=Wishes.typed(**wishes),
            channel=channel,
            confirmed=confirmed,
        )
    except MlpipeError as error:
        raise click.ClickException(str(error)) from None


@main.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database at DATABASE_URL to the schema that this version needs."""
    from bot.store.database import open_database
    from bot.store.database import upgrade as migrate

    async def run() -> tuple[str | None, str]:
        engine = open_database(Variables.read(os.environ).database_url)
        try:
            return await migrate(engine)
        finally:
            await engine.dispose()

    try:
        before, after = asyncio.run(run())
    except MlpipeError as error:
        raise click.ClickException(str(error)) from None
    if before == after:
        click.echo(f"The database is at revision {after} already.")
    else:
        click.echo(f"The database went from revision {before or '(none)'} to {after}.")
