"""mlpipe.toml: what the team decides. A key that is unknown or wrong stops the start."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.access import EVERYONE, Action
from bot.settings_faults import fault
from core.domain import PRODUCTION, ChannelId, Environment, EnvironmentName, Pipeline, PipelineName
from core.errors import SettingsError
from core.messages import say

PERSON: Final = re.compile(r"(?:[TE][A-Z0-9]{2,}/)?[UW][A-Z0-9]{2,}")
CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,}")
TIME: Final = re.compile(r"(\d{1,2}):(\d{2})")


def _zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError(f"{name!r} is no IANA time zone; write one such as 'Europe/Berlin'")
    return name


def _channel(value: str) -> str:
    if not CHANNEL.fullmatch(value):
        raise ValueError("write the channel's id (C…), which its page in Slack shows at the bottom")
    return value


def _time(value: Any) -> Any:
    match = TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError('write a time of day such as "06:00"')
    return dt.time(int(match[1]), int(match[2]))


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SlackTable(_Table):
    """`[slack]`."""

    command: str = Field(default="/mlpipe", pattern=r"^/[a-z0-9_-]{1,31}$")
    """The slash command as the Slack app defines it."""
    language: Literal["en", "ja"] = "en"


class EnvironmentTable(_Table):
    """`[environments.<name>]`; see core.domain.Environment."""

    region: str = Field(min_length=1)
    bucket: str = Field(min_length=3)
    role_arn: str = Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")
    image: str = Field(min_length=1)
    instance_type: str = Field(default="ml.m5.xlarge", pattern=r"^ml\..+$")


class DailyTable(_Table):
    """`[pipelines.<name>.daily]`: what happens every morning for the day before."""

    environment: EnvironmentName = EnvironmentName("production")
    run_at: dt.time | None = None
    """Start Train at this time of the pipeline's zone; absent: the team's own scheduler does it."""
    report_at: dt.time | None = None
    """Post the report at this time; absent: no report by itself."""
    channel: Annotated[str, AfterValidator(_channel)]
    patience_minutes: int = Field(default=120, ge=0, le=1440)
    """How long the report waits for a run that is still executing."""

    @model_validator(mode="before")
    @classmethod
    def _times(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {k: _time(v) if k in {"run_at", "report_at"} else v for k, v in data.items()}
        return data


class PipelineTable(_Table):
    """`[pipelines.<name>]`; see core.domain.Pipeline."""

    manifest: str = Field(min_length=1)
    lake: str = Field(pattern=r"^s3://[^/]+(/.*)?$")
    time_zone: Annotated[str, AfterValidator(_zone)]
    reference_version: int | None = Field(default=None, ge=1)
    daily: DailyTable | None = None


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class File(_Table):
    """The whole file."""

    slack: SlackTable = SlackTable()
    environments: dict[Name, EnvironmentTable] = Field(min_length=1)
    pipelines: dict[Name, PipelineTable] = Field(min_length=1)
    roles: dict[str, frozenset[Action]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name, pipeline in self.pipelines.items():
            if pipeline.daily and pipeline.daily.environment not in self.environments:
                raise ValueError(
                    f"pipelines.{name}.daily.environment names {pipeline.daily.environment!r}, "
                    f"but there is only {', '.join(self.environments)}"
                )
        production = self.environments.get(PRODUCTION)
        for name, environment in self.environments.items():
            if production and environment.region != production.region:
                raise ValueError(
                    f"environments.{name}.region has to be production's, {production.region!r}: "
                    "every run is compared with the version that serves there"
                )
        for key in self.roles:
            if key != EVERYONE and not PERSON.fullmatch(key):
                raise ValueError(
                    f"roles.{key} is neither a Slack user id (U…), nor a team and user id "
                    '("T…/U…"), nor "*"'
                )
        return self


@dataclass(frozen=True)
class Daily:
    """One pipeline's mornings. Times are of the pipeline's own zone."""

    pipeline: Pipeline
    environment: EnvironmentName
    channel: ChannelId
    run_at: dt.time | None
    report_at: dt.time | None
    patience: dt.timedelta


@dataclass(frozen=True)
class Settings:
    """mlpipe.toml as the rest of the bot sees it."""

    path: Path
    command: str
    language: str
    environments: Mapping[EnvironmentName, Environment]
    pipelines: Mapping[PipelineName, Pipeline]
    daily: tuple[Daily, ...]
    roles: Mapping[str, frozenset[Action]]


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file.

    Raises:
        SettingsError: there is no such file, it is no TOML, or a key is unknown or wrong; the
            sentence names file, line, key and what to write instead.
    """
    text = _read(path)
    try:
        return _settings(path, File.model_validate(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            say("{path} is not TOML: {reason}.", path=str(path), reason=str(error))
        ) from None
    except ValidationError as error:
        raise SettingsError(fault(error, model=File, path=path, text=text)) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
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
            report_at=table.daily.report_at,
            patience=dt.timedelta(minutes=table.daily.patience_minutes),
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
        roles=file.roles,
    )
