"""From a table's own columns to the ones that training and evaluation read, as Polars expressions.

Nothing here reads data: a column that is missing or of an impossible type is refused from the
schema alone, and values that cannot be read become a mark that `prepare` counts in what it wrote.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from core.manifest import (
    Calendar,
    Label,
    Labels,
    Manifest,
    Time,
    TimeFormat,
    UntilThen,
)
from core.manifest_parts import PREPARED_PREFIX, Value
from deploy.pipeline.steps.refusal import StepRefusal

TIME: Final = f"{PREPARED_PREFIX}time"
LABEL: Final = f"{PREPARED_PREFIX}label"
WEIGHT: Final = f"{PREPARED_PREFIX}weight"
VALUE: Final = f"{PREPARED_PREFIX}value"
"""What the row is worth, where the manifest says it; empty where it is not known."""
UNREADABLE: Final = f"{PREPARED_PREFIX}unreadable"
"""Name of the first column in which the row has a value of the wrong type; empty if none has."""

BAD_LABEL: Final = 2
"""Mark of a label that is neither 0 nor 1."""

_TRUE: Final = ("1", "1.0", "true", "t", "yes")
_FALSE: Final = ("0", "0.0", "false", "f", "no")


def prepared_columns(
    manifest: Manifest, schema: pl.Schema, file: str, *, known_at: dt.datetime | None = None
) -> list[pl.Expr]:
    """Expressions for every prepared column of a file.

    Args:
        manifest: What the table's columns are.
        schema: The file's.
        file: Its address, for the sentence that refuses it.
        known_at: Labels that came at this moment or later are not known yet; None: all are.

    Raises:
        StepRefusal: A column is missing, or has a type that cannot be read as what it should be.
    """
    _refuse_missing(manifest, schema, file)
    local = _time(manifest.time, schema).dt.convert_time_zone(manifest.time.day_zone)
    made = {
        TIME: _time(manifest.time, schema),
        LABEL: _known_label(manifest, schema, known_at),
        WEIGHT: _weight(manifest, schema),
        UNREADABLE: _unreadable(manifest, schema),
    }
    made |= {VALUE: _value(manifest.value, schema)} if manifest.value else {}
    made |= {name: _number(name, schema) for name in manifest.numeric}
    made |= {item.feature: _calendar(item, local) for item in manifest.calendar}
    made |= {name: _category(name, schema) for name in manifest.categorical}
    made |= {name: _category(name, schema) for name in manifest.plain_slices}
    made |= {name: pl.col(name) for name in manifest.key if name not in made}
    return [expression.alias(name) for name, expression in made.items()]


def _refuse_missing(manifest: Manifest, schema: pl.Schema, file: str) -> None:
    weight = manifest.weight.column if manifest.weight else None
    arrived_at = manifest.labels.arrived_at if manifest.labels else None
    needed = {
        **dict.fromkeys([manifest.time.column], "time"),
        **dict.fromkeys([manifest.label.column], "label"),
        **(dict.fromkeys([arrived_at], "labels' arrival") if arrived_at else {}),
        **(dict.fromkeys([weight], "weight") if weight else {}),
        **(dict.fromkeys([manifest.value.column], "value") if manifest.value else {}),
        **dict.fromkeys(manifest.numeric, "numeric"),
        **dict.fromkeys(manifest.categorical, "categorical"),
        **dict.fromkeys(manifest.plain_slices, "slice"),
        **dict.fromkeys(manifest.key, "key"),
    }
    missing = [f"{name} ({role})" for name, role in needed.items() if name not in schema]
    if missing:
        raise StepRefusal(
            f"{file} has no column {', '.join(missing)} that the manifest of {manifest.name} "
            f"names; it has {', '.join(list(schema)[:50])}."
        )


def _time(time: Time, schema: pl.Schema) -> pl.Expr:
    """The moment in UTC; empty where it cannot be read."""
    column, dtype = pl.col(time.column), schema[time.column]
    if time.format is TimeFormat.DATETIME:
        if not isinstance(dtype, pl.Datetime):
            hint = ' Say format = "iso" in the manifest.' if dtype == pl.String else ""
            raise StepRefusal(f"Column {time.column} is {dtype}, not a date-time.{hint}")
        moment = column if dtype.time_zone else _in_zone(column, time.zone)
    elif time.format is TimeFormat.ISO:
        if dtype != pl.String:
            raise StepRefusal(f"Column {time.column} is {dtype}, not text in ISO 8601.")
        moment = _iso(column, time.zone)
    else:
        factor = 1_000_000 if time.format is TimeFormat.SECONDS else 1_000
        micros = _number(time.column, schema) * factor
        moment = micros.round().cast(pl.Int64, strict=False).cast(pl.Datetime("us", "UTC"))
    return moment.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))


def _iso(column: pl.Expr, zone: str) -> pl.Expr:
    text = column.str.strip_chars().str.replace(" ", "T", literal=True).str.replace("Z$", "+00:00")
    with_offset = [
        text.str.to_datetime(f"%Y-%m-%dT{clock}%z", strict=False, time_unit="us")
        for clock in ("%H:%M:%S%.f", "%H:%M")
    ]
    without = [
        _in_zone(text.str.to_datetime(f"%Y-%m-%dT{clock}", strict=False, time_unit="us"), zone)
        for clock in ("%H:%M:%S%.f", "%H:%M")
    ]
    in_utc = [moment.dt.convert_time_zone("UTC") for moment in (*with_offset, *without)]
    return pl.coalesce(in_utc)


def _in_zone(column: pl.Expr, zone: str) -> pl.Expr:
    """The hour that a clock change repeats is the first of the two; one it skips is no time."""
    return column.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")


def _calendar(item: Calendar, local: pl.Expr) -> pl.Expr:
    parts = {
        Calendar.HOUR: local.dt.hour(),
        Calendar.WEEKDAY: local.dt.weekday(),
        Calendar.DAY_OF_MONTH: local.dt.day(),
        Calendar.DAY_OF_YEAR: local.dt.ordinal_day(),
        Calendar.WEEK: local.dt.week(),
        Calendar.MONTH: local.dt.month(),
    }
    return parts[item].cast(pl.Float64)


def _number(name: str, schema: pl.Schema) -> pl.Expr:
    dtype = schema[name]
    if not (dtype.is_numeric() or dtype in (pl.Boolean, pl.String, pl.Null)):
        raise StepRefusal(f"Column {name} is {dtype}, and the manifest calls it a number.")
    return pl.col(name).cast(pl.Float64, strict=False).fill_nan(None)


def _category(name: str, schema: pl.Schema) -> pl.Expr:
    dtype = schema[name]
    if dtype.is_nested() or dtype == pl.Binary:
        raise StepRefusal(f"Column {name} is {dtype}, and the manifest calls it a category.")
    return pl.col(name).cast(pl.String)


def _label(label: Label, schema: pl.Schema) -> pl.Expr:
    column = pl.col(label.column)
    if label.above is not None:
        return (_number(label.column, schema) > label.above).cast(pl.Int8)
    if isinstance(label.equals, str):
        return (_category(label.column, schema) == label.equals).cast(pl.Int8)
    if label.equals is not None:
        return (_number(label.column, schema) == float(label.equals)).cast(pl.Int8)
    text = _category(label.column, schema).str.to_lowercase()
    made = (
        pl.when(text.is_in(_TRUE))
        .then(1)
        .when(text.is_in(_FALSE))
        .then(0)
        .when(column.is_null())
        .then(None)
        .otherwise(BAD_LABEL)
    )
    return made.cast(pl.Int8)


def _known_label(manifest: Manifest, schema: pl.Schema, known_at: dt.datetime | None) -> pl.Expr:
    """The label as far as it is known; one whose arrival is not told is."""
    label, labels = _label(manifest.label, schema), manifest.labels
    arrived = _arrival(manifest.time, labels, schema)
    if labels is None or arrived is None or known_at is None:
        return label
    waiting = 0 if labels.until_then is UntilThen.NEGATIVE else None
    return pl.when(arrived >= known_at).then(pl.lit(waiting, dtype=pl.Int8)).otherwise(label)


def _arrival(time: Time, labels: Labels | None, schema: pl.Schema) -> pl.Expr | None:
    """When the label came, in UTC; None where the table does not tell."""
    if labels is None or labels.arrived_at is None:
        return None
    if schema[labels.arrived_at] == pl.Null:
        return pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    return _time(time.model_copy(update={"column": labels.arrived_at}), schema)


def _weight(manifest: Manifest, schema: pl.Schema) -> pl.Expr:
    weight = manifest.weight
    if weight is None:
        return pl.lit(1.0)
    if weight.column is not None:
        return _number(weight.column, schema)
    negative = _label(manifest.label, schema).eq(0).fill_null(value=False)
    return pl.when(negative).then(1.0 / manifest.negatives_kept).otherwise(1.0)


def _value(value: Value, schema: pl.Schema) -> pl.Expr:
    """No day is refused for what only the report reads: what is no value is none."""
    number = _number(value.column, schema)
    return pl.when(number.is_finite() & (number >= 0)).then(number)


def _unreadable(manifest: Manifest, schema: pl.Schema) -> pl.Expr:
    """Only text can hold what is no number; other types were settled by the schema."""
    numbers = {*manifest.numeric, *([manifest.weight.column] if manifest.weight else [])}
    if manifest.label.above is not None or isinstance(manifest.label.equals, int | float):
        numbers.add(manifest.label.column)
    suspects: list[pl.Expr] = [
        pl.when(
            pl.col(name).is_not_null() & pl.col(name).cast(pl.Float64, strict=False).is_null()
        ).then(pl.lit(name))
        for name in sorted(name for name in numbers if name and schema[name] == pl.String)
    ]
    suspects += _unreadable_arrival(manifest, schema)
    return pl.coalesce(suspects) if suspects else pl.lit(None, dtype=pl.String)


def _unreadable_arrival(manifest: Manifest, schema: pl.Schema) -> list[pl.Expr]:
    arrived = _arrival(manifest.time, manifest.labels, schema)
    if arrived is None or manifest.labels is None or manifest.labels.arrived_at is None:
        return []
    name = manifest.labels.arrived_at
    return [pl.when(pl.col(name).is_not_null() & arrived.is_null()).then(pl.lit(name))]
