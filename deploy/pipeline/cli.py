"""`mlpipe pipeline`: defines the pipelines in SageMaker, and fills in past days.

SageMaker's SDK takes 5 to 11 seconds to import: only what defines a pipeline does so, once a call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import click
from botocore.exceptions import BotoCoreError, ClientError

from core import inputs as typed
from core.console import Console, ConsoleCommand
from core.domain import Kind
from core.errors import InputError, MlpipeError, SettingsError
from core.messages import Sentence, Translator, say
from deploy.pipeline.backfill import PARAMETERS_OF_EVERY_DAY, Backfill
from deploy.pipeline.choice import (
    Selection,
    chosen_environment,
    chosen_pipeline,
    days_between,
    pairs_of,
)
from deploy.pipeline.defining import definitions
from deploy.pipeline.deployment import Deployment, difference, pretty
from deploy.pipeline.plan import Plan

WRONG_INPUT: Final = 2
"""Exit status where what was typed, or what mlpipe.toml says, cannot be used."""
FAILED: Final = 1
"""Exit status where something went wrong while it was done; of `diff`: there are changes."""


class _FailedError(click.ClickException):
    """One line on standard error."""

    exit_code = FAILED


class _WrongInputError(click.ClickException):
    """One line on standard error about what was typed or configured."""

    exit_code = WRONG_INPUT


class _Commands(click.Group):
    """Says errors that know their sentence in one line instead of a traceback."""

    command_class = ConsoleCommand

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (InputError, SettingsError) as error:
            raise _WrongInputError(_english(error.sentence)) from error
        except MlpipeError as error:
            raise _FailedError(_english(error.sentence)) from error
        except (ClientError, BotoCoreError) as error:
            problem = say("AWS did not do what was asked: {problem}", problem=str(error))
            raise _FailedError(_english(problem)) from error


@click.group("pipeline", cls=_Commands)
def command() -> None:
    """Define the pipelines in SageMaker, show them, and fill in past days."""


def _selection(function: Callable[..., None]) -> Callable[..., None]:
    """The options that say which definitions are meant; each may be repeated."""
    for option, name, text in (
        ("--kind", "kinds", "train, evaluate or sweep. Default: all."),
        ("--pipeline", "pipelines", "Pipeline of mlpipe.toml. Default: every one."),
        ("--env", "environments", "Environment of mlpipe.toml. Default: every one."),
    ):
        function = click.option(option, name, multiple=True, help=text)(function)
    return function


@command.command()
@_selection
@click.option("--create-bucket", is_flag=True, help="Create the environments' buckets if missing.")
@click.pass_obj
def upsert(console: Console, /, *, create_bucket: bool, **selection: tuple[str, ...]) -> None:
    """Create or update pipelines, and what they stand on.

    Uploads the dataset manifest to the environment's bucket and creates the model package group and
    the experiment where they are missing. Says a line for each pipeline.
    """
    chosen = Selection.of(console, **selection)
    deployments = {
        environment.name: Deployment(environment, console.session(environment))
        for environment in chosen.environments
    }
    for deployment in deployments.values():
        if create_bucket:
            deployment.create_bucket()
        deployment.require_bucket()
    # All are defined before the first is changed.
    for one in list(definitions(console, chosen)):
        deployment = deployments[one.plan.environment.name]
        deployment.upload(one.inputs)
        deployment.ensure_group(one.plan)
        deployment.ensure_experiment(one.plan)
        done = deployment.upsert(one.plan, one.definition)
        click.echo(f"{done.change} {done.arn}")


@command.command()
@_selection
@click.pass_obj
def show(console: Console, /, **selection: tuple[str, ...]) -> None:
    """Print definitions as JSON, as `upsert` would send them."""
    for one in definitions(console, Selection.of(console, **selection)):
        click.echo(pretty(one.definition), nl=False)


@command.command()
@_selection
@click.pass_obj
def diff(console: Console, /, **selection: tuple[str, ...]) -> None:
    """Show what `upsert` would change, as a unified diff.

    Exit status: 0 if nothing would change, 1 if something would, 2 for wrong input.
    """
    changes = 0
    for one in definitions(console, Selection.of(console, **selection)):
        environment = one.plan.environment
        stored = Deployment(environment, console.session(environment)).stored(one.plan.name)
        text = difference(one.plan.name, stored, one.definition)
        changes += bool(text)
        click.echo(text, nl=False)
    sys.exit(FAILED if changes else 0)


@command.command()
@click.option("--env", "environment", required=True, help="Environment of mlpipe.toml.")
@click.option("--pipeline", required=True, help="Pipeline of mlpipe.toml.")
@click.option("--from", "first", required=True, metavar="DAY", help="First day, YYYY-MM-DD.")
@click.option("--to", "last", required=True, metavar="DAY", help="Last day, YYYY-MM-DD.")
@click.option("--started-by", default="console", help="Who is written down as having asked.")
@click.option("--wait", is_flag=True, help="Follow the job until it has ended.")
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]...")
@click.pass_obj
def backfill(
    console: Console,
    *,
    environment: str,
    pipeline: str,
    first: str,
    last: str,
    started_by: str,
    wait: bool,
    parameters: tuple[str, ...],
) -> None:
    """Train and evaluate a range of past days in one job, and register the last day's version.

    The job runs what `upsert` has put into SageMaker. Exit status with --wait: 0 if it completed,
    1 if it failed.
    """
    where = chosen_environment(console, environment)
    what = chosen_pipeline(console, pipeline)
    days = days_between(first, last, today=console.today(what.time_zone))
    given = typed.arguments(pairs_of(parameters), PARAMETERS_OF_EVERY_DAY, today=days.last)
    plan = Plan(what, where, Kind.TRAIN, inputs="", code_commit="", recipe="")
    job = Backfill(plan, console.session(where))
    name = job.start(days, given, started_by)
    click.echo(_english(say("Started {job}.", job=name)))
    if wait:
        for line in job.follow(name):
            click.echo(line)
        click.echo(_english(say("{job} has completed.", job=name)))


def _english(sentence: Sentence) -> str:
    return Translator().plain(sentence)
