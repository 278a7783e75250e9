"""mlpipe.toml: what the team decides. A key that is unknown or wrong stops the start."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.access import Action
from bot.settings_contradictions import contradictions
from bot.settings_faults import of_shape, told
from bot.settings_follows import follows_of
from bot.settings_subscriptions import subscriptions_of
from bot.settings_syntax import syntax_fault
from bot.settings_tables import File
from core.costs import Prices
from core.domain import (
    Adopted,
    ChannelId,
    Environment,
    EnvironmentName,
    Person,
    Pipeline,
    PipelineName,
    TeamId,
)
from core.errors import SettingsError
from core.follows import FollowKey
from core.messages import say
from core.subscriptions import Subscription


@dataclass(frozen=True)
class Daily:
    """What runs every morning, at a time of the pipeline's own zone."""

    pipeline: Pipeline
    environment: EnvironmentName
    channel: ChannelId
    """Who hears of a run that failed."""
    run_at: dt.time | None


@dataclass(frozen=True)
class Settings:
    """mlpipe.toml as the rest of the bot sees it."""

    path: Path
    command: str
    language: str
    environments: Mapping[EnvironmentName, Environment]
    pipelines: Mapping[PipelineName, Pipeline]
    daily: tuple[Daily, ...]
    subscriptions: tuple[Subscription, ...]
    follows: tuple[FollowKey, ...]
    prices: Prices | None
    """None: nothing is said of costs."""
    roles: Mapping[str, frozenset[Action]]
    people: Mapping[str, Person]
    """AWS identity → who it is in Slack; see core.people."""
    team: TeamId | None
    """The workspace, where the file says it."""


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file.

    Raises:
        SettingsError: there is no such file, it is no TOML, or keys are unknown or wrong; for each
            the sentence names file, line, key and what to write instead.
    """
    return parse_settings(_read(path), path=path)


def parse_settings(text: str, *, path: Path) -> Settings:
    """The settings in a text that stands, or is to stand, in a file; raises as `read_settings`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(syntax_fault(error, path=path, text=text)) from None
    return _settings(path, _file(data, path=path, text=text))


def _file(data: Mapping[str, Any], *, path: Path, text: str) -> File:
    faults = list(contradictions(data))
    try:
        file = File.model_validate(data)
    except ValidationError as error:
        raise SettingsError(told([*of_shape(error), *faults], path=path, text=text)) from None
    if faults:
        raise SettingsError(told(faults, path=path, text=text))
    return file


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            say("{where}: this is not UTF-8. Save the file as UTF-8.", where=f"{path}:{line}")
        ) from None
    except OSError as error:
        raise SettingsError(
            say(
                "{path} cannot be read ({reason}). Set MLPIPE_CONFIG to your mlpipe.toml, "
                "or start where it lies.",
                path=str(path),
                reason=error.strerror or str(error),
            )
        ) from None


def _settings(path: Path, file: File) -> Settings:
    pipelines = {
        PipelineName(name): Pipeline(
            name=PipelineName(name),
            manifest=table.manifest,
            lake=table.lake,
            time_zone=table.time_zone,
            reference_version=table.reference_version,
            calendar=table.calendar,
            adopted=Adopted(**dict(table.adopted)) if table.adopted else None,
        )
        for name, table in file.pipelines.items()
    }
    environments = {
        EnvironmentName(name): Environment(name=EnvironmentName(name), **table.model_dump())
        for name, table in file.environments.items()
    }
    daily = tuple(
        Daily(
            pipeline=pipelines[PipelineName(name)],
            environment=table.daily.environment,
            channel=ChannelId(table.daily.channel),
            run_at=table.daily.run_at,
        )
        for name, table in file.pipelines.items()
        if table.daily
    )
    return Settings(
        path=path.resolve(),
        command=file.slack.command,
        language=file.slack.language,
        environments=environments,
        pipelines=pipelines,
        daily=daily,
        subscriptions=subscriptions_of(file),
        follows=follows_of(file),
        prices=Prices(**file.prices.model_dump()) if file.prices else None,
        roles=file.roles,
        people={arn: _person(who, file.slack.team) for arn, who in file.people.items()},
        team=TeamId(file.slack.team) if file.slack.team else None,
    )


def _person(written: str, team: str | None) -> Person:
    """Of `U…` or `T…/U…`; that one of the two names the workspace is made sure of before."""
    return Person.parse(written if "/" in written else f"{team}/{written}")
