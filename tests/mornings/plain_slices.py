"""What the slices of a day did, plainly: by the rows' own values, without what was kept of them."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.mornings.plain_day import PRODUCTION, SLICES, Plain
from tests.mornings.plain_words import off, share, signed, together, told
from tests.mornings.tables import ROOT

NAMED, TOLD = 3, 5
"""Slices of a change, and slices of a day, that are told one by one."""
LEAST_ROWS = 30
AIRLINES = ROOT / "deploy/pipeline/datasets/airlines.csv"


@dataclass(frozen=True)
class Slice:
    """The rows of a day that have a value: their share, and their mean log-loss."""

    share: float
    loss: float


@dataclass(frozen=True)
class Part:
    """What a value did to the change of log-loss."""

    value: str
    now: Slice | None
    before: Slice | None
    mix: float = 0.0
    model: float = 0.0
    came: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return self.mix + self.model + self.came

    @property
    def largest(self) -> float:
        """Its greater share of the two days."""
        return max(each.share for each in (self.now, self.before) if each)

    @property
    def line(self) -> str:
        """How it is told."""
        part = f"{self.value}: {signed(self.total)}"
        if self.now and self.before:
            shares = f"share {share(self.before.share)} → {share(self.now.share)}"
            return f"{part} ({shares}, {told(self.before.loss, 3)} → {told(self.now.loss, 3)})"
        if self.now:
            return f"{part} (came, {share(self.now.share)} of all)"
        assert self.before is not None
        return f"{part} (went, had {share(self.before.share)} of all)"


@dataclass(frozen=True)
class Change:
    """The change of log-loss between two days, over the column that tells most."""

    now: Plain
    before: Plain

    @property
    def column(self) -> str:
        """In which one value did most beyond what its share would give."""
        return max(SLICES, key=self._telling)

    @property
    def change(self) -> float:
        """Log-loss now minus log-loss before."""
        return float(self._loss(self.now) - self._loss(self.before))

    @property
    def parts(self) -> list[Part]:
        """The greatest first."""
        return self._parts(self.column)

    def lines(self) -> list[str]:
        """As the details tell them."""
        parts = self.parts
        mix, model, came = (
            signed(math.fsum(getattr(each, of) for each in parts))
            for of in ("mix", "model", "came")
        )
        before, now = (told(self._loss(day), 3) for day in (self.before, self.now))
        rest = parts[NAMED:]
        others = f"{len(rest)} others: {signed(math.fsum(each.total for each in rest))}"
        whole = f"log-loss {before} → {now} ({signed(self.change)}), taken apart by {self.column}"
        sums = f"{mix} by the mix, {model} within its values, {came} by values that came or went"
        return [
            f"{whole}: {sums}.",
            *(each.line for each in parts[:NAMED]),
            *([others] if rest else []),
            *_of_one_day("came", [each for each in rest if each.before is None]),
            *_of_one_day("went", [each for each in rest if each.now is None]),
        ]

    def moved(self) -> str:
        """As the head of a strange day's report tells it."""
        most = self.parts[0]
        return (
            f"Log-loss {signed(self.change)} since the day before, above all in {self.column} "
            f"{most.value} ({signed(most.total)})."
        )

    def _telling(self, column: str) -> float:
        return max(
            abs(each.total) - sum(s.share for s in (each.now, each.before) if s) / 2 * abs(change)
            for change in (self.change,)
            for each in self._parts(column)
        )

    def _parts(self, column: str) -> list[Part]:
        level = (self._loss(self.now) + self._loss(self.before)) / 2
        now, before = _slices(self.now, column), _slices(self.before, column)
        parts = [
            _part(called(column, each), now.get(each), before.get(each), level)
            for each in now | before
        ]
        return sorted(parts, key=lambda each: -abs(each.total))

    @staticmethod
    def _loss(day: Plain) -> float:
        return float(day.losses(PRODUCTION).mean())


def stakes(day: Plain, column: str, positive: str) -> Iterator[str]:
    """The values with most rows, as the details tell them."""
    values, counts = np.unique(day.slices[column], return_counts=True)
    sizes = sorted(zip(values, counts, strict=True), key=lambda each: (-each[1], each[0]))
    named = [value for value, rows in sizes if rows >= LEAST_ROWS][:TOLD]
    for value in named:
        inside = day.slices[column] == value
        loss = told(float(day.losses(PRODUCTION)[inside].mean()), 2)
        seen = float(day.labels[inside].mean())
        size = share(float(inside.mean()))
        line = f"{called(column, value)}: {size} of all, {share(seen)} {positive}"
        ratio = float(day.scores[PRODUCTION][inside].mean() / seen) if seen else None
        yield line if ratio is None else f"{line}, log-loss {loss}, predictions {off(ratio)}"
    rest: npt.NDArray[np.bool_] = ~np.isin(day.slices[column], named)
    if rest.any():
        seen = float(day.labels[rest].mean())
        yield f"others: {share(float(rest.mean()))} of all, {share(seen)} {positive}"


def called(column: str, value: str) -> str:
    """What people call a value."""
    return _airlines().get(value, value) if column == "carrier" else value


@functools.cache
def _airlines() -> Mapping[str, str]:
    return dict(pl.read_csv(AIRLINES).iter_rows())


def _slices(day: Plain, column: str) -> dict[str, Slice]:
    losses = day.losses(PRODUCTION)
    inside = {str(value): day.slices[column] == value for value in np.unique(day.slices[column])}
    return {
        value: Slice(float(rows.mean()), float(losses[rows].mean()))
        for value, rows in inside.items()
    }


def _of_one_day(word: str, parts: list[Part]) -> Iterator[str]:
    """Values that did less than those that are told, and were there on one of the days only."""
    named = [f"{each.value} ({share(each.largest)} of all)" for each in parts[:NAMED]]
    more = [f"{len(parts) - NAMED} more"] if len(parts) > NAMED else []
    if named:
        yield f"Among them {word}: {together([*named, *more])}"


def _part(value: str, now: Slice | None, before: Slice | None, level: float) -> Part:
    """By the average of both days; a value of one day alone by how far it lies from the whole."""
    if now and before:
        mix = (now.share - before.share) * ((now.loss + before.loss) / 2 - level)
        model = (now.loss - before.loss) * (now.share + before.share) / 2
        return Part(value, now, before, mix=mix, model=model)
    came = now.share * (now.loss - level) if now else 0.0
    went = before.share * (before.loss - level) if before else 0.0
    return Part(value, now, before, came=came - went)
