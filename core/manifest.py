"""The dataset manifest: which columns of a table are its time, label, weights, features and slices.

The pipelines know no table. What they need to know about one stands in a TOML file such as
`deploy/pipeline/datasets/flights.toml`; the models below are its whole grammar.
"""

from __future__ import annotations

import enum
import tomllib
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from core.errors import SettingsError
from core.evidence.unit_conversions import UNITS
from core.manifest_parts import Cardinality, Column, NameTable, Table, Value
from core.messages import say

CALENDAR_PREFIX: Final = "calendar_"
"""Features of this prefix are derived from the time column."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not a time zone of the IANA database, such as Asia/Tokyo")
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class TimeFormat(enum.StrEnum):
    """How the time column is written."""

    DATETIME = "datetime"
    """A Parquet timestamp or date-time, with a zone of its own or without."""
    ISO = "iso"
    """Text such as 2013-06-28T09:00:00Z; without an offset it is in `time.zone`."""
    SECONDS = "seconds"
    """Seconds since 1970-01-01T00:00Z, whole or fractional."""
    MILLISECONDS = "milliseconds"
    """Milliseconds since 1970-01-01T00:00Z."""


class Calendar(enum.StrEnum):
    """A feature derived from the time column, in the zone that days are in."""

    HOUR = "hour"
    WEEKDAY = "weekday"
    """1 is Monday."""
    DAY_OF_MONTH = "day_of_month"
    DAY_OF_YEAR = "day_of_year"
    WEEK = "week"
    MONTH = "month"

    @property
    def feature(self) -> str:
        """Name of the derived column, such as `calendar_hour`."""
        return f"{CALENDAR_PREFIX}{self.value}"


class Time(Table):
    """When a row happened."""

    column: Column
    format: TimeFormat = TimeFormat.DATETIME
    zone: Zone = "UTC"
    """Zone of times written without one."""
    day_zone: Zone = "UTC"
    """Zone that days are days of."""
    partition_zone: Zone | None = None
    """Zone that the lake's `day=` folders are days of; by default the same as `day_zone`."""

    @property
    def days_in(self) -> ZoneInfo:
        """Zone that days are days of."""
        return ZoneInfo(self.day_zone)

    @property
    def partitions_in(self) -> ZoneInfo:
        """Zone that the lake's folders are days of."""
        return ZoneInfo(self.partition_zone or self.day_zone)


class Label(Table):
    """What is predicted: the column itself (true/false or 1/0), or a comparison with it.

    A row in which the column is empty has no label: it is counted, and not scored.
    """

    column: Column
    above: float | None = None
    """Positive where the number is greater than this."""
    equals: str | int | float | None = None
    """Positive where the value is this."""
    positive: str = "label0"
    """What the positive class is called in analysis.json (Clarify's own default is label0)."""

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if self.above is not None and self.equals is not None:
            raise ValueError("give the label either `above` or `equals`, not both")
        return self


class Weight(Table):
    """What a row counts for: a column, or the rate at which negatives were kept when sampling."""

    column: Column | None = None
    negatives_kept: float | None = Field(default=None, gt=0, le=1)
    """Share of the negatives that the table still has: each then counts for 1/share."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.column is None) == (self.negatives_kept is None):
            raise ValueError("give the weight either `column` or `negatives_kept`")
        return self


class UntilThen(enum.StrEnum):
    """What a row is whose label has not come."""

    NEGATIVE = "negative"
    """Negative, as a click is that has not converted."""
    NONE = "none"
    """Without a label, as what is not known."""


class Labels(Table):
    """How labels come, where they come later than their rows."""

    matures_after: int = Field(strict=True, ge=1, le=90)
    """Days after which hardly a label is still to come."""
    arrived_at: Column | None = None
    """When a row's label came, written as `time.column` is; empty where none came. Without it a
    day has the labels that the table has when it is read."""
    until_then: UntilThen = UntilThen.NEGATIVE

    @property
    def window_lag(self) -> int:
        """Days between a training window and the day scored on the morning after.

        The labels of days in between have not matured: a model that learns from them learns that
        little converts.
        """
        return max(0, self.matures_after - 2)


class Csv(Table):
    """How CSV files are written."""

    separator: str = Field(default=",", min_length=1, max_length=1)
    missing: tuple[str, ...] = ("",)
    """Texts that mean "no value"."""


class Manifest(Table):
    """One dataset."""

    name: str = Field(min_length=1)
    time: Time
    label: Label
    numeric: tuple[Column, ...] = ()
    categorical: tuple[Column, ...] = ()
    calendar: tuple[Calendar, ...] = ()
    slices: tuple[Column, ...] = ()
    """Columns whose values split the day's rows in the report: any column, or `calendar_…`."""
    key: tuple[Column, ...] = ()
    """Columns that together name a row: two rows of one day with the same are refused."""
    weight: Weight | None = None
    value: Value | None = None
    """None: nobody says what rows are worth."""
    names: dict[Column, NameTable] = Field(default_factory=dict)
    """What people call the values of slice columns."""
    cardinality: dict[Column, Cardinality] = Field(default_factory=dict)
    """How categorical columns of very many values are held down."""
    labels: Labels | None = None
    """None: a day's labels are there with its rows."""
    csv: Csv = Csv()
    units: dict[Column, str] = Field(default_factory=dict)
    """What numeric columns are measured in, by `core.evidence.unit_conversions.UNITS`."""

    @field_validator("units")
    @classmethod
    def _known_units(cls, units: dict[str, str]) -> dict[str, str]:
        unknown = [unit for unit in units.values() if unit not in UNITS]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no unit known here: {', '.join(UNITS)}")
        return units

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        features = (*self.numeric, *self.categorical, *self.calendar_features)
        if not features:
            raise ValueError("name at least one numeric, categorical or calendar feature")
        twice = sorted({name for name in features if features.count(name) > 1})
        if twice:
            raise ValueError(f"these features are named twice: {', '.join(twice)}")
        unmeasured = sorted(set(self.units) - set(self.numeric))
        if unmeasured:
            raise ValueError(f"only numeric features have units: {', '.join(unmeasured)}")
        weight = self.weight.column if self.weight else None
        arrived_at = self.labels.arrived_at if self.labels else None
        leaks = sorted(set(features) & {self.label.column, weight, arrived_at})
        if leaks:
            raise ValueError(
                "the label or weight, or when labels come, cannot be a feature too: "
                + ", ".join(leaks)
            )
        uncounted = sorted(set(self.cardinality) - set(self.categorical))
        if uncounted:
            raise ValueError(f"only categorical features are held down: {', '.join(uncounted)}")
        nameless = sorted(set(self.names) - set(self.slices))
        if nameless:
            raise ValueError(f"only the values of slices have names: {', '.join(nameless)}")
        if self.value and self.value.column == self.label.column:
            raise ValueError("a row's value is known before its label, and cannot be the same")
        unknown = [
            name
            for name in self.slices
            if name.startswith(CALENDAR_PREFIX) and name not in self.calendar_features
        ]
        if unknown:
            raise ValueError(f"slices of calendar features not in `calendar`: {', '.join(unknown)}")
        return self

    @property
    def calendar_features(self) -> tuple[str, ...]:
        """Names of the derived calendar columns."""
        return tuple(item.feature for item in self.calendar)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of all features in the order in which a model sees them."""
        return (*self.numeric, *self.calendar_features, *self.categorical)

    @property
    def plain_slices(self) -> tuple[str, ...]:
        """Slice columns that are no features."""
        known = set(self.features)
        return tuple(name for name in self.slices if name not in known)

    def from_folder(self, folder: str) -> Manifest:
        """The manifest with the paths of the files that lie beside it in this folder."""
        names = {column: table.from_folder(folder) for column, table in self.names.items()}
        return self.model_copy(update={"names": names})

    @property
    def window_lag(self) -> int:
        """Days between the training window and the day scored: those with young labels."""
        return self.labels.window_lag if self.labels else 0

    @property
    def negatives_kept(self) -> float:
        """Share of the negatives that the table still has; 1 where nothing was left out."""
        if self.weight is None or self.weight.negatives_kept is None:
            return 1.0
        return self.weight.negatives_kept


def parse_manifest(text: str, source: str) -> Manifest:
    """Read a manifest from TOML.

    Args:
        text: The file's content.
        source: What to call it in an error, such as its path.

    Raises:
        SettingsError: It is no TOML, a key is unknown or missing, or a value cannot be used.
    """
    try:
        return Manifest.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            say("{file} is not valid TOML: {problem}", file=source, problem=str(error))
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "manifest"
        problem = first["msg"].removeprefix("Value error, ")
        raise SettingsError(
            say("{file}: {key}: {problem}", file=source, key=where, problem=problem)
        ) from error
