"""Parts of the dataset manifest: what rows are worth, what values are called, how many are told."""

from __future__ import annotations

import enum
from pathlib import PurePosixPath
from typing import Annotated, Final, Self

from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

PREPARED_PREFIX: Final = "mlpipe_"
"""Columns of this prefix are the steps' own in prepared files; a manifest may not name one."""
FOR_THE_REPORT: Final = frozenset({"value", "names"})
"""Parts of a manifest that change what is told of a model and never the model."""
MOST_LEVELS: Final = 10_000
"""Values or buckets of a column that a model may tell apart; LightGBM bundles rarer ones anyway."""
IN_S3: Final = "s3://"
TABLES: Final = (".csv", ".csv.gz", ".parquet")
"""What a file of names is written as."""


def _column(name: str) -> str:
    if not name or name.startswith(PREPARED_PREFIX):
        raise ValueError(f"a column cannot be called {name!r}")
    return name


def _currency(code: str) -> str:
    if code not in list_currencies():
        raise ValueError(f"{code!r} is not a currency of ISO 4217, such as USD or JPY")
    return code


def _file(address: str) -> str:
    if not address.endswith(TABLES):
        raise ValueError(f"{address!r} is not a file that ends with {', '.join(TABLES)}")
    path = PurePosixPath(address)
    if not address.startswith(IN_S3) and (path.is_absolute() or ".." in path.parts):
        raise ValueError(f"{address!r} is neither in S3 nor in the manifest's folder")
    return address


Column = Annotated[str, AfterValidator(_column)]
Currency = Annotated[str, AfterValidator(_currency)]


class Table(BaseModel):
    """A table of the manifest: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ValueOf(enum.StrEnum):
    """What has the value that stands in a row."""

    ROW = "row"
    """The row, whatever becomes of it, as what a click cost or a ticket was sold for."""
    POSITIVE = "positive"
    """The row if it turns out positive, as what a conversion pays: it is known of every row."""


class Value(Table):
    """What rows are worth, in money; a row that counts for three is worth three times as much.

    A value that is empty, negative or no number is not known, and said to be so.
    """

    column: Column
    currency: Currency
    of: ValueOf = ValueOf.ROW


class Cardinality(Table):
    """How a column of very many values is held down."""

    cap: int | None = Field(default=None, strict=True, ge=2, le=MOST_LEVELS)
    """So many values are told apart, the heaviest of the training window; the others are one."""
    hash: int | None = Field(default=None, strict=True, ge=2, le=MOST_LEVELS)
    """Values are told apart by so many buckets, which a hash puts them in."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.cap is None) == (self.hash is None):
            raise ValueError("give a column either a `cap` or a `hash`")
        return self


class NameTable(Table):
    """Where it is written what the values of a column are called."""

    file: Annotated[str, AfterValidator(_file)]
    """Beside the manifest, from its folder on, or in S3."""
    code: str
    """The file's column with the values as the table has them."""
    name: str
    """The file's column with what people call them."""

    @property
    def is_beside(self) -> bool:
        """Whether it lies beside the manifest."""
        return not self.file.startswith(IN_S3)

    def from_folder(self, folder: str) -> NameTable:
        """The same with the file's own path, where it lies beside a manifest in this folder."""
        if not self.is_beside:
            return self
        return self.model_copy(update={"file": str(PurePosixPath(folder) / self.file)})
