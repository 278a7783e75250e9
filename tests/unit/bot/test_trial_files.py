from __future__ import annotations

import csv
import datetime as dt
import weakref
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pyarrow import parquet

from bot.trial_files import write_files
from core.errors import InputError, UnavailableError
from core.messages import say
from core.trial_table import Format
from core.trials import Trial
from mlops.trials import Page

MOMENT = dt.datetime(2013, 6, 1, tzinfo=dt.UTC)


async def pages(count: int) -> AsyncIterator[Page]:
    """So many pages of a hundred trials."""
    for number in range(count):
        found = tuple(
            Trial(f"t{number}-{each}", "Completed", MOMENT, {"note": "x"}, {"auc": 0.5})
            for each in range(100)
        )
        yield Page(found, 100 * count)


async def test_no_more_than_one_page_is_held_and_rows_are_written_in_groups(tmp_path: Path) -> None:
    held: list[weakref.ref[Page]] = []

    async def watched() -> AsyncIterator[Page]:
        async for page in pages(25):
            held.append(weakref.ref(page))
            yield page
            del page
            assert sum(each() is not None for each in held) <= 2

    files = {Format.CSV: tmp_path / "t.csv", Format.PARQUET: tmp_path / "t.parquet"}
    assert await write_files(watched(), files) == 2500
    assert len(files[Format.CSV].read_text().splitlines()) == 2501
    assert parquet.read_metadata(files[Format.PARQUET]).num_row_groups == 3


async def test_a_parameter_that_is_text_once_is_text_for_all(tmp_path: Path) -> None:
    async def mixed() -> AsyncIterator[Page]:
        yield Page((Trial("a", "Completed", MOMENT, {"depth": 3.0, "mlpipe:tag:x": "T/U"}, {}),), 2)
        yield Page((Trial("b", "Failed", MOMENT, {"depth": "deep"}, {}),), 2)

    path = tmp_path / "t.parquet"
    await write_files(mixed(), {Format.PARQUET: path})
    assert parquet.read_table(path).to_pydict() == {
        "trial": ["a", "b"],
        "status": ["Completed", "Failed"],
        "started": [MOMENT, MOMENT],
        "tags": ["x", None],
        "note": [None, None],
        "parameters.depth": ["3", "deep"],
    }


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x"])
async def test_no_spreadsheet_computes_what_somebody_wrote(tmp_path: Path, text: str) -> None:
    async def page() -> AsyncIterator[Page]:
        yield Page((Trial("a", "Completed", MOMENT, {"p": text, "q": "-1"}, {}),), 1)

    path = tmp_path / "t.csv"
    await write_files(page(), {Format.CSV: path})
    (row,) = csv.DictReader(path.read_text().splitlines())
    assert (row["parameters.p"], row["parameters.q"]) == (f"'{text}", "-1")


async def test_where_not_all_are_told_there_is_no_file(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[Page]:
        async for page in pages(1):
            yield page
        raise UnavailableError(say("AWS does not answer."))

    path = tmp_path / "t.csv"
    with pytest.raises(UnavailableError):
        await write_files(broken(), {Format.CSV: path})
    assert await write_files(pages(0), {Format.CSV: path}) == 0
    assert not path.exists()
    with pytest.raises(InputError, match="cannot be written"):
        await write_files(pages(1), {Format.CSV: tmp_path / "no" / "t.csv"})
