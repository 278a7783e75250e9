"""Parts of the dataset manifest that are for the report alone: no model is another for them."""

from __future__ import annotations

import enum
from typing import Annotated, Final

from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, ConfigDict

PREPARED_PREFIX: Final = "mlpipe_"
"""Columns of this prefix are the steps' own in prepared files; a manifest may not name one."""


def _column(name: str) -> str:
    if not name or name.startswith(PREPARED_PREFIX):
        raise ValueError(f"a column cannot be called {name!r}")
    return name


def _currency(code: str) -> str:
    if code not in list_currencies():
        raise ValueError(f"{code!r} is not a currency of ISO 4217, such as USD or JPY")
    return code


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
