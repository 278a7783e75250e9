"""The tables of mlpipe.toml, each key with what it has to be."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.access import Action
from bot.calendars import require_calendar
from core.domain import EnvironmentName, PipelineName, ResultFile
from core.errors import InputError
from core.people import ARN
from core.subscriptions import Audience, Charts, Content, Days, Quiet

CHANNEL: Final = r"^[CG][A-Z0-9]{2,}$"
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})")
_A_TIME: Final = 'a time of day in quotes such as "06:00"'
_A_ZONE: Final = 'an IANA time zone such as "Europe/Berlin"'
_A_RESULT: Final = (
    'a step, its output and a file such as "EvaluateAbaloneModel/evaluation/evaluation.json"'
)
_A_CHANNEL: Final = "the channel's id (C…), which its page in Slack shows at the bottom"


def time_of(value: Any) -> dt.time:
    """A time of day as it is written: TOML's own kind of time has seconds, and is refused."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(value)
    return dt.time(int(match[1]), int(match[2]))


def _zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError(name)
    return name


def quiet_of(value: Any) -> Quiet:
    """A day or a span of days as it is written."""
    if not isinstance(value, str):
        raise ValueError(value)
    try:
        return Quiet.parse(value)
    except InputError as error:
        raise ValueError(value) from error


def result_file_of(value: Any) -> ResultFile:
    """A file that executions leave as it is written."""
    if not isinstance(value, str):
        raise ValueError(value)
    return ResultFile.parse(value)


Time = Annotated[dt.time, BeforeValidator(time_of)]
Zone = Annotated[str, AfterValidator(_zone)]
Result = Annotated[ResultFile, BeforeValidator(result_file_of)]
Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,31}$",
        description="at most 32 lower-case letters, digits and dashes, a letter first",
    ),
]
Region = Annotated[
    str,
    Field(pattern=r"^[a-z]{2,}(-[a-z]+)+-\d+$", description='an AWS region such as "us-east-1"'),
]
Bucket = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description='the name of an S3 bucket such as "acme-mlpipe"',
    ),
]
Arn = Annotated[
    str,
    Field(
        pattern=ARN,
        description="the ARN of an IAM user, an assumed role with its session, or a role, such as "
        '"arn:aws:iam::123456789012:user/ana"',
    ),
]
SlackPerson = Annotated[
    str,
    Field(
        pattern=r"^(T[A-Z0-9]{2,}/)?[UW][A-Z0-9]{2,}$",
        description='a Slack user id such as "U0ABCDEF", or with the workspace\'s '
        '"T0ABCDEF/U0ABCDEF"',
    ),
]
Channel = Annotated[str, Field(pattern=CHANNEL, description=_A_CHANNEL)]


class Table(BaseModel):
    """One table: keys that it does not name are refused. `description`: what a key has to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SlackTable(Table):
    """`[slack]`."""

    command: str = Field(
        default="/mlpipe",
        pattern=r"^/[a-z0-9_-]{1,31}$",
        description='the slash command as the Slack app defines it, such as "/mlpipe"',
    )
    language: Literal["en", "ja"] = "en"
    team: str | None = Field(
        default=None,
        pattern=r"^T[A-Z0-9]{2,}$",
        description='the workspace\'s id such as "T0ABCDEF", as its address in a browser shows it',
    )


class EnvironmentTable(Table):
    """`[environments.<name>]`; see core.domain.Environment."""

    region: Region
    bucket: Bucket
    role_arn: str = Field(
        pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$",
        description='the ARN of a role such as "arn:aws:iam::123456789012:role/mlpipe"',
    )
    image: str = Field(
        pattern=r"^\S+$",
        description="the URI of the steps' image such as "
        '"123456789012.dkr.ecr.us-east-1.amazonaws.com/mlpipe-steps:1"',
    )
    instance_type: str = Field(
        default="ml.m5.xlarge",
        pattern=r"^ml\.\S+$",
        description='an instance type of SageMaker such as "ml.m5.xlarge"',
    )
    channels: tuple[Channel, ...] = Field(
        default=(), description='a list of channel ids such as ["C0ABCDEF"]'
    )
    calls_per_second: float = Field(
        default=10.0, ge=0.1, le=1000, description="a number from 0.1 to 1000"
    )
    event_queue: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="the URL of an SQS queue such as "
        '"https://sqs.us-east-1.amazonaws.com/123456789012/mlpipe"',
    )
    most_trials: int = Field(
        default=50, strict=True, ge=1, le=750, description="trials of one sweep, from 1 to 750"
    )
    most_parallel: int = Field(
        default=4, strict=True, ge=1, le=100, description="trials at a time, from 1 to 100"
    )
    most_days: int = Field(
        default=31, strict=True, ge=1, le=90, description="days of one range, from 1 to 90"
    )


class DailyTable(Table):
    """`[pipelines.<name>.daily]`: what happens every morning for the day before."""

    environment: EnvironmentName = Field(
        default=EnvironmentName("production"), description="the name of an environment in quotes"
    )
    run_at: Time | None = Field(default=None, description=_A_TIME)
    """Start Train at this time of the pipeline's zone; absent: the team's own scheduler does it."""
    report_at: Time | None = Field(default=None, description=_A_TIME)
    """Post the report at this time; absent: no report by itself."""
    channel: Channel
    patience_minutes: int = Field(
        default=120, strict=True, ge=0, le=1440, description="minutes from 0 to 1440"
    )
    """How long the report waits for a run that is still executing."""


class AdoptedTable(Table):
    """`[pipelines.<name>.adopted]`; see core.domain.Adopted."""

    sagemaker_pipeline: str = Field(
        pattern=r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}$",
        description='the name of the pipeline in SageMaker such as "AbalonePipeline"',
    )
    environment: EnvironmentName = Field(
        default=EnvironmentName("production"), description="the name of an environment in quotes"
    )
    evaluation: Result = Field(description=_A_RESULT)
    importance: Result | None = Field(default=None, description=_A_RESULT)
    day_parameter: str | None = Field(
        default=None, min_length=1, description="the name of the pipeline's parameter in quotes"
    )
    days_back: int = Field(default=0, strict=True, ge=0, le=31, description="days from 0 to 31")
    leading: tuple[str, ...] = Field(
        default=(), description='a list of metrics such as ["rmse", "mae"]'
    )
    better: Literal["higher", "lower"] | None = Field(
        default=None, description='"higher" or "lower"'
    )
    model_package_group: str | None = Field(
        default=None, min_length=1, description="the name of a model package group in quotes"
    )


class SubscriptionTable(Table):
    """`[[subscriptions]]`; see core.subscriptions.Subscription."""

    channel: Channel
    pipeline: PipelineName | None = Field(
        default=None, description="the name of a pipeline in quotes"
    )
    """Absent: the only one."""
    environment: EnvironmentName = Field(
        default=EnvironmentName("production"), description="the name of an environment in quotes"
    )
    at: Time | None = Field(default=None, description=_A_TIME)
    """Come at this time; absent: as soon as the evaluation is ready."""
    latest: Time | None = Field(default=None, description=_A_TIME)
    """Wait for the evaluation until then; absent: two hours."""
    time_zone: Zone | None = Field(default=None, description=_A_ZONE)
    """Absent: the pipeline's."""
    days: Days = Days.DAILY
    quiet: tuple[Annotated[Quiet, BeforeValidator(quiet_of)], ...] = Field(
        default=(), description='a list of days such as ["2013-07-04", "2013-12-24..2013-12-26"]'
    )
    content: Content = Content.FULL
    metrics: tuple[str, ...] = Field(
        default=(), description='a list of metrics such as ["auc", "log_loss"]'
    )
    language: Literal["en", "ja"] | None = Field(default=None, description='"en" or "ja"')
    """Absent: that of `[slack]`."""
    charts: Charts = Charts.PICTURE
    audience: Audience = Audience.TEAM


class FollowTable(Table):
    """`[[follows]]`; see core.follows.Follow."""

    channel: Channel
    pipeline: PipelineName | None = Field(
        default=None, description="the name of a pipeline in quotes"
    )
    """Absent: the only one."""
    environment: EnvironmentName = Field(
        default=EnvironmentName("production"), description="the name of an environment in quotes"
    )


class PipelineTable(Table):
    """`[pipelines.<name>]`; see core.domain.Pipeline."""

    manifest: str = Field(
        default="", min_length=1, description='the path of a dataset manifest such as "clicks.toml"'
    )
    lake: str = Field(
        default="",
        pattern=r"^s3://[^/\s]+(/.*)?$",
        description='where the data lie, such as "s3://acme-lake/clicks"',
    )
    time_zone: Zone = Field(description=_A_ZONE)
    reference_version: int | None = Field(
        default=None, strict=True, ge=1, description="the number of a version, from 1"
    )
    calendar: Annotated[str, AfterValidator(require_calendar)] | None = Field(
        default=None,
        description='a country\'s code such as "US", or with a region of it such as "DE-BY"',
    )
    """Its public holidays are known to be unlike other days; absent: no day is."""
    daily: DailyTable | None = None
    adopted: AdoptedTable | None = None
    """Absent: the pipelines are ours, and `manifest` and `lake` have to be there."""


class PricesTable(Table):
    """`[prices]`; see core.costs.Prices."""

    currency: str = Field(
        pattern=r"^[A-Z]{3}$", description='the three letters of a currency such as "USD"'
    )
    per_hour: dict[Annotated[str, Field(pattern=r"^ml\.")], Annotated[float, Field(ge=0)]] = Field(
        min_length=1,
        description='what an hour of an instance costs, by its type: "ml.m5.xlarge" = 0.23',
    )


class File(Table):
    """The whole file."""

    slack: SlackTable = SlackTable()
    environments: dict[Name, EnvironmentTable] = Field(
        min_length=1, description="a table for each place: [environments.production]"
    )
    pipelines: dict[Name, PipelineTable] = Field(
        min_length=1, description="a table for each pipeline: [pipelines.clicks]"
    )
    prices: PricesTable | None = None
    """Absent: nothing is said of costs."""
    subscriptions: tuple[SubscriptionTable, ...] = Field(
        default=(), description="a table for each subscription: [[subscriptions]]"
    )
    follows: tuple[FollowTable, ...] = Field(
        default=(), description="a table for each channel that follows: [[follows]]"
    )
    roles: dict[str, frozenset[Action]] = Field(
        default_factory=dict, description='a table of lists such as "*" = ["help"]'
    )
    people: dict[Arn, SlackPerson] = Field(
        default_factory=dict,
        description='a table such as "arn:aws:iam::123456789012:user/ana" = "U0ABCDEF"',
    )
