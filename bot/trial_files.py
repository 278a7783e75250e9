"""Trials as files: as many as there are, with the memory that one page of them takes."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import itertools
import json
import math
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from core.errors import InputError
from core.messages import say
from core.trial_table import Cell, Columns, Format, Kind
from core.trials import Trial
from mlops.trials import Page

ROWS: Final = 1000
"""Of a group of rows in a Parquet file, which is held in memory until it is written."""
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""Source: https://owasp.org/www-community/attacks/CSV_Injection"""


async def write_files(pages: AsyncIterator[Page], files: Mapping[Format, Path]) -> int:
    """Write all trials of some pages, page by page; gives how many there are.

    Which columns there are is known at the end only: until then the trials lie in a file of their
    own. No file is begun where SageMaker does not tell all of them, or tells none.

    Raises:
        InputError: a file cannot be written.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", prefix="mlpipe-trials-") as file:
        spool = _Spool(file)
        async for page in pages:
            await asyncio.to_thread(spool.add, page.trials)
        if spool.count:
            for form, path in files.items():
                await asyncio.to_thread(_write, spool, form, path)
        return spool.count


def _write(spool: _Spool, form: Format, path: Path) -> None:
    write = {Format.CSV: _write_csv, Format.PARQUET: _write_parquet}[form]
    try:
        write(spool, path)
    except OSError as error:
        raise InputError(
            say(
                "{file} cannot be written: {reason}. Name another file.",
                file=str(path),
                reason=error.strerror or str(error),
            )
        ) from error


class _Spool:
    """Trials on disk, in their order, and the columns that they need."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.columns = Columns()
        self.count = 0

    def add(self, trials: Iterable[Trial]) -> None:
        for trial in trials:
            self.columns.learn(trial)
            kept = [
                trial.name,
                trial.status,
                trial.created.isoformat(),
                dict(trial.parameters),
                dict(trial.metrics),
            ]
            self._file.write(json.dumps(kept) + "\n")
            self.count += 1

    def rows(self) -> Iterator[dict[str, Cell]]:
        self._file.seek(0)
        for line in self._file:
            name, status, created, parameters, metrics = json.loads(line)
            moment = dt.datetime.fromisoformat(created)
            yield self.columns.row(Trial(name, status, moment, parameters, metrics))


def _write_csv(spool: _Spool, path: Path) -> None:
    names = list(spool.columns.kinds())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(_in_csv, names))
        for row in spool.rows():
            writer.writerow(_in_csv(row.get(name)) for name in names)


def _in_csv(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case dt.datetime():
            return cell.astimezone(dt.UTC).isoformat()
        case float() if math.isnan(cell):
            return "NaN"
        case float():
            return repr(cell)
        case str() if cell.startswith(_BEGINS_FORMULA) and not _is_number(cell):
            return f"'{cell}"  # a spreadsheet would compute it
        case _:
            return str(cell)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _write_parquet(spool: _Spool, path: Path) -> None:
    import pyarrow as pa  # 50 MB, for whoever asks for it
    from pyarrow import parquet

    types = {
        Kind.TEXT: pa.string(),
        Kind.NUMBER: pa.float64(),
        Kind.TIME: pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in spool.columns.kinds().items()])
    with parquet.ParquetWriter(path, schema) as writer:
        rows = spool.rows()
        while group := list(itertools.islice(rows, ROWS)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
