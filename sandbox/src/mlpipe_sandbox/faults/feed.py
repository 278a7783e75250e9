"""Faults of a feed: what can be wrong with a day when it arrives, and what that makes of its rows.

They know no table: which column is meant stands in the fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter

from mlpipe_sandbox.faults.kinds import AnyFault, read

if TYPE_CHECKING:
    import polars as pl

Share = Annotated[float, Field(gt=0, lt=1)]


class _FeedFault(AnyFault):
    times: int | None = Field(default=1, ge=1)
    """Days that it happens to; None is until it is taken away."""


class _ColumnFault(_FeedFault):
    column: str = Field(min_length=1)
    """A day without this column is left as it is."""


class ColumnEmpty(_ColumnFault):
    """No row has a value."""

    fault: Literal["column_empty"] = "column_empty"


class ColumnStuck(_ColumnFault):
    """Every row has the first row's value."""

    fault: Literal["column_stuck"] = "column_stuck"


class UnitChanged(_ColumnFault):
    """A number comes in another unit: `factor` * value + `offset`."""

    fault: Literal["unit_changed"] = "unit_changed"
    factor: float = Field(allow_inf_nan=False)
    offset: float = Field(default=0.0, allow_inf_nan=False)


class CategoriesRenamed(_ColumnFault):
    """Every value has an ending that it had not before."""

    fault: Literal["categories_renamed"] = "categories_renamed"
    ending: str = Field(default="_2", min_length=1)


class RowsLost(_FeedFault):
    """A part of the rows, drawn by `seed`, is not there."""

    fault: Literal["rows_lost"] = "rows_lost"
    lost: Share = 0.5


class LabelsLost(_ColumnFault):
    """The label's column is empty in a part of the rows, drawn by `seed`."""

    fault: Literal["labels_lost"] = "labels_lost"
    lost: Share = 0.5


ColumnFault = ColumnEmpty | ColumnStuck | UnitChanged | CategoriesRenamed | LabelsLost
FeedFault = ColumnFault | RowsLost

_FAULT: TypeAdapter[FeedFault] = TypeAdapter(Annotated[FeedFault, Field(discriminator="fault")])


def read_fault(document: object) -> FeedFault:
    """A feed's fault that came as JSON.

    Raises:
        FaultError: there is no such fault, or one of its fields is wrong.
    """
    return read(document, _FAULT)


def broken(rows: pl.DataFrame, fault: FeedFault) -> pl.DataFrame:
    """A day's rows with the fault."""
    if isinstance(fault, RowsLost):
        return rows.sample(fraction=1 - fault.lost, seed=fault.seed)
    if fault.column not in rows.columns:
        return rows
    return rows.with_columns(_changed(fault).alias(fault.column))


def breaking(fault: FeedFault) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """`broken` for whoever changes rows by a function."""
    return lambda rows: broken(rows, fault)


def _changed(fault: ColumnFault) -> pl.Expr:
    import polars as pl

    column = pl.col(fault.column)
    match fault:
        case ColumnEmpty():
            return pl.when(pl.lit(value=False)).then(column)
        case ColumnStuck():
            return column.drop_nulls().first()
        case UnitChanged(factor=factor, offset=offset):
            return column * factor + offset
        case CategoriesRenamed(ending=ending):
            return pl.concat_str(column, pl.lit(ending))
        case LabelsLost(lost=lost, seed=seed):
            place = pl.int_range(pl.len()).shuffle(seed)
            return pl.when(place >= lost * pl.len()).then(column)
