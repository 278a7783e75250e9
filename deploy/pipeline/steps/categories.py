"""Categorical columns as a model tells their values apart.

A column of very many values is held down as the manifest says: to its heaviest values of the
training window, where all others are one, or to buckets that a hash puts them in. Training, scoring
and statistics see it through the same functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import polars as pl

from core.manifest import Manifest
from core.results import OTHER_VALUES
from deploy.pipeline.steps.columns import LABEL, WEIGHT

_HASH_BYTES: Final = 8


def levels_of(files: Iterable[Path], manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """What a model tells apart of each categorical column, from the prepared files of its window.

    That is every value that occurs, sorted; of a capped column the heaviest by the weight of their
    labelled rows, and one for the others; of a hashed one its buckets.
    """
    rows = pl.scan_parquet(list(files))
    return {name: tuple(_levels(rows, name, manifest)) for name in manifest.categorical}


def capped(values: pl.Series, levels: Iterable[str]) -> pl.Series:
    """The values, each that is none of the levels as one of the others; empty stays empty."""
    column = pl.col(values.name)
    known = column.is_null() | column.is_in(list(levels))
    told = pl.when(known).then(column).otherwise(pl.lit(OTHER_VALUES))
    return values.to_frame().select(told.alias(values.name)).to_series()


def hashed(values: pl.Series, buckets: int) -> pl.Series:
    """The values' buckets; empty stays empty."""
    found = values.drop_nulls().unique()
    into = [bucket(value, buckets) for value in found]
    return values.replace_strict(
        found, pl.Series(into, dtype=pl.String), default=None, return_dtype=pl.String
    )


def bucket(value: str, buckets: int) -> str:
    """The bucket of a value, such as "#17": the same in every process and version of anything."""
    digest = hashlib.blake2b(value.encode(), digest_size=_HASH_BYTES).digest()
    return _named(int.from_bytes(digest, "big") % buckets)


def _levels(rows: pl.LazyFrame, name: str, manifest: Manifest) -> Iterator[str]:
    limit = manifest.cardinality.get(name)
    if limit is None:
        yield from rows.select(pl.col(name).drop_nulls().unique().sort()).collect()[name]
    elif limit.hash is not None:
        yield from (_named(number) for number in range(limit.hash))
    elif limit.cap is not None:
        yield from sorted(set(_heaviest(rows, name, limit.cap)) - {OTHER_VALUES})
        yield OTHER_VALUES


def _heaviest(rows: pl.LazyFrame, name: str, most: int) -> pl.Series:
    return (
        rows.filter(pl.col(LABEL).is_not_null() & pl.col(name).is_not_null())
        .group_by(name)
        .agg(pl.col(WEIGHT).sum())
        .sort(WEIGHT, name, descending=[True, False])
        .head(most)
        .collect(engine="streaming")[name]
    )


def _named(number: int) -> str:
    return f"#{number}"
