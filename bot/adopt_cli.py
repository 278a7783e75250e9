"""The console's `mlpipe adopt`: what is typed, what is asked, what is written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, get_args

import boto3
import click
from pydantic import TypeAdapter, ValidationError

from bot.adopted_toml import with_pipeline
from bot.adopting import (
    Proposal,
    Wishes,
    already,
    bring,
    propose,
    require_free,
    require_not_ours,
    told,
)
from bot.sessions import session_of
from bot.settings import Settings, read_settings
from bot.settings_faults import shown
from bot.settings_tables import Bucket, Channel, Name, Region
from core.domain import ChannelId, Environment, EnvironmentName, Pipeline
from core.errors import InputError
from core.messages import say
from mlops.aws import MOST_CONNECTIONS, Aws
from mlops.imports import Brought, Fate

COMMAND: Final = "/mlpipe"
TAKEN: Final[Mapping[str, Any]] = {
    "--name": Name,
    "--env": Name,
    "--region": Region,
    "--bucket": Bucket,
    "--channel": Channel,
}
"""What mlpipe.toml takes of what is chosen."""


def adopt(
    sagemaker_pipeline: str,
    *,
    path: Path,
    environment: str,
    region: str | None,
    wishes: Wishes,
    channel: str | None,
    confirmed: Callable[[], bool],
) -> None:
    """Adopt a pipeline, and bring its past.

    Args:
        sagemaker_pipeline: Its PipelineName.
        path: Of mlpipe.toml, which need not be there yet.
        environment: Where it runs.
        region: Of the environment, where there is no mlpipe.toml.
        wishes: What was chosen.
        channel: That is to get its report, if any.
        confirmed: Asks whether the file may be changed.

    Raises:
        MlpipeError: it cannot be done; the sentence says what to do.
    """
    _require_usable(
        {
            "--name": wishes.name,
            "--env": environment,
            "--region": region,
            "--bucket": wishes.bucket,
            "--channel": channel,
        }
    )
    settings = read_settings(path) if path.exists() else None
    where = _environment(settings, EnvironmentName(environment), region)
    with ThreadPoolExecutor(MOST_CONNECTIONS) as executor:
        known = already(settings.pipelines, sagemaker_pipeline, where) if settings else None
        if known is not None:
            click.echo(f"{path.name} has it already, as {known.name}.")
            _bring(known, where, executor)
            return
        if settings:
            require_not_ours(settings.pipelines, sagemaker_pipeline, where)
            require_free(settings.pipelines, wishes.name_of(sagemaker_pipeline))
        aws = Aws(where, session=session_of, executor=executor)
        proposal = asyncio.run(propose(aws, sagemaker_pipeline, wishes))
        click.echo("\n".join(proposal.lines()) + "\n")
        if _written(proposal, path, channel, confirmed):
            brought = _bring(proposal.pipeline, proposal.environment, executor)
            _say_what_next(proposal.pipeline, settings, channel, brought)


def _require_usable(given: Mapping[str, str | None]) -> None:
    """Refuse what the file could not take by its option: the file's line is not written yet."""
    for option, text in given.items():
        if text is None:
            continue
        try:
            TypeAdapter(TAKEN[option]).validate_python(text)
        except ValidationError:
            wanted = get_args(TAKEN[option])[1].description
            raise InputError(
                say(
                    "{key} is {given}. Write {wanted}.",
                    key=option,
                    given=shown(text),
                    wanted=wanted,
                )
            ) from None


def _environment(
    settings: Settings | None, name: EnvironmentName, region: str | None
) -> Environment:
    """The environment of that name; where nothing is configured yet, one to be."""
    if settings is not None:
        if name in settings.environments:
            return settings.environments[name]
        raise InputError(
            say(
                "There is no environment {word}. There are {names}.",
                word=name,
                names=", ".join(settings.environments),
            )
        )
    # boto3 itself reads AWS_DEFAULT_REGION and the profile; AWS's other tools AWS_REGION first.
    region = region or os.environ.get("AWS_REGION") or boto3.Session().region_name
    if region is None:
        raise InputError(say("In which AWS region? Say it by `--region`, or set AWS_REGION."))
    return Environment(name=name, region=region, bucket="", role_arn="", image="")


def _written(
    proposal: Proposal,
    path: Path,
    channel: str | None,
    confirmed: Callable[[], bool],
) -> bool:
    """Whether mlpipe.toml has the pipeline now."""
    change = with_pipeline(
        path,
        proposal.pipeline,
        environment=proposal.environment,
        channel=ChannelId(channel) if channel else None,
    )
    change.check()
    click.echo(change.diff)
    if not confirmed():
        click.echo("Nothing was written. With --write it is.")
        return False
    change.write()
    click.echo(f"Wrote {path}.")
    return True


def _bring(
    pipeline: Pipeline, environment: Environment, executor: ThreadPoolExecutor
) -> tuple[Brought, ...]:
    # With the environment's bucket, which a proposal may just have found.
    aws = Aws(environment, session=session_of, executor=executor)
    brought = asyncio.run(bring(aws, pipeline))
    click.echo("\n".join(told(brought)))
    return brought


def _say_what_next(
    pipeline: Pipeline,
    settings: Settings | None,
    channel: str | None,
    brought: Sequence[Brought],
) -> None:
    """What brings a report: of the newest day that is there, which need not be yesterday."""
    command = settings.command if settings else COMMAND
    newest = max(
        (each.day for each in brought if each.day and each.fate is Fate.BROUGHT), default=None
    )
    click.echo("Start the bot again: it reads mlpipe.toml when it starts.")
    shows = f"`{command} report {pipeline.name} {newest}` shows the newest day" if newest else ""
    comes = f"`{command} subscribe {pipeline.name}` brings each morning's report"
    wanted = [shows, comes if channel is None else ""]
    if any(wanted):
        click.echo(f"Then {', and '.join(each for each in wanted if each)}.")
