"""Picks the parameters that are seen to explain a metric: one after the other, luck ruled out.

Least squares over the columns of parameters (`core.evidence.factors`), in which each day has its
own mean; see `core.evidence.what_matters` for what is claimed and where it comes from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from core.evidence.scored import FloatArray

LEVEL: Final = 0.05
"""Probability that an experiment in which nothing matters has a parameter that is said to."""
FREE: Final = 5
"""Trials that have to be left over once the parameters have taken theirs."""
MOST: Final = 8
"""Parameters that are seen to matter: more nobody can act on."""
ALIKE: Final = 0.2
"""A parameter that has less than this of its variation to itself moved together with another."""
ROUNDING: Final = 1e-9
"""A share of what there was below which a number is what rounding left."""

Blocks = NDArray[np.int64]
"""For each trial the number of its day, from 0 on."""


class Explaining:
    """Picks the parameters that are seen to matter."""

    def __init__(
        self, metric: FloatArray, columns: Sequence[FloatArray], blocks: Blocks, rounds: int
    ) -> None:
        self.metric = metric
        self.columns = columns
        self._blocks = blocks
        self._rounds = rounds
        self._total = float(metric @ metric)
        self._days = int(blocks.max()) + 1
        self.p_values: dict[int, float] = {}

    def chosen(self) -> list[int]:
        """Their places, as they were found."""
        found: list[int] = []
        while len(found) < min(MOST, len(self.columns)):
            place, p_value = self._next(found)
            if place is None or p_value > LEVEL:
                break
            self.p_values[place] = p_value
            found.append(place)
        return self._without_the_superfluous(found)

    def free(self, chosen: Sequence[int]) -> int:
        """Trials that are left over to tell luck by."""
        return len(self.metric) - self._days - _width(self.basis(chosen))

    def explained(self, chosen: Sequence[int]) -> float:
        """The share that parameters explain together, luck taken off."""
        if not chosen:
            return 0.0
        rank, free = _width(self.basis(chosen)), self.free(chosen)
        unexplained = self.unexplained(chosen)
        found = self._total - unexplained - rank * unexplained / max(1, free)
        return max(0.0, found / self._total)

    def basis(self, chosen: Sequence[int]) -> FloatArray:
        """Orthonormal columns of parameters together."""
        if not chosen:
            return np.zeros((len(self.metric), 0))
        return basis_of(np.hstack([_scaled(self.columns[place]) for place in chosen]))

    def unexplained(self, chosen: Sequence[int]) -> float:
        """The sum of squares that parameters leave."""
        left = _without(self.metric, self.basis(chosen))
        return float(left @ left)

    def against_the_others(self, place: int, chosen: Sequence[int]) -> tuple[float, int, float]:
        """What one explains that the others do not: F, its degrees of freedom, its squares."""
        others = [each for each in chosen if each != place]
        rank = _width(self.basis(chosen)) - _width(self.basis(others))
        left, free = self.unexplained(chosen), self.free(chosen)
        own = max(0.0, self.unexplained(others) - left)
        if rank == 0 or free <= 0:
            return 0.0, rank, own
        if left <= ROUNDING * self._total:
            return math.inf, rank, own
        return own / rank / (left / free), rank, own

    def _next(self, chosen: Sequence[int]) -> tuple[int | None, float]:
        """The one that explains most of what is left, and how probable that is by luck."""
        taken = self.basis(chosen)
        left = _without(self.metric, taken)
        if float(left @ left) <= ROUNDING * self._total:
            return None, 1.0
        own = {
            place: basis
            for place, each in enumerate(self.columns)
            if place not in chosen
            for basis in (_own(each, taken),)
            if basis.shape[1] and self.free(chosen) - basis.shape[1] >= FREE
        }
        if not own:
            return None, 1.0
        shuffled = _without(_shuffled(left, self._blocks, self._rounds), taken)
        drawn = np.column_stack([left, shuffled])
        luck = _luck(drawn, list(own.values()), self.free(chosen))
        least = luck.min(axis=0)
        p_value = float((least <= least[0] * (1 + ROUNDING)).sum()) / len(least)
        first = max(
            np.flatnonzero(luck[:, 0] == least[0]),  # several may be too small for a number
            key=lambda row: float(np.square(list(own.values())[row].T @ left).sum()),
        )
        return list(own)[first], p_value

    def _without_the_superfluous(self, chosen: list[int]) -> list[int]:
        """Those that still explain something beside all that were found after them."""
        while len(chosen) > 1:
            found = {place: self._p_beside(place, chosen) for place in chosen}
            worst = max(found, key=lambda place: found[place])
            if found[worst] <= LEVEL:
                break
            chosen = [place for place in chosen if place != worst]
        return chosen

    def _p_beside(self, place: int, chosen: Sequence[int]) -> float:
        ratio, rank, _ = self.against_the_others(place, chosen)
        return float(fdtrc(rank, self.free(chosen), ratio)) if rank else 1.0


def _luck(drawn: FloatArray, bases: Sequence[FloatArray], free: int) -> FloatArray:
    """The p-value of the F test of each parameter (row) in each drawing (column)."""
    squares = np.square(drawn).sum(axis=0)
    found = np.empty((len(bases), drawn.shape[1]))
    for row, basis in enumerate(bases):
        rank = basis.shape[1]
        own = np.square(basis.T @ drawn).sum(axis=0)
        left = np.maximum(squares - own, ROUNDING**2 * squares)
        found[row] = fdtrc(rank, free - rank, own / rank / (left / (free - rank)))
    return found


def _shuffled(values: FloatArray, blocks: Blocks, rounds: int) -> FloatArray:
    """The values with their places changed within each block, a column for each round."""
    source = np.random.default_rng(0)
    found = np.repeat(values[:, None], rounds, axis=1)
    for block in np.unique(blocks):
        rows = np.flatnonzero(blocks == block)
        found[rows] = source.permuted(found[rows], axis=0)
    return found


def within(values: FloatArray, blocks: Blocks) -> FloatArray:
    """Values, or columns, less their mean of each block."""
    counts = np.bincount(blocks)
    if values.ndim == 1:
        found: FloatArray = values - (np.bincount(blocks, values) / counts)[blocks]
        return found
    return np.column_stack([within(column, blocks) for column in values.T])


def _scaled(columns: FloatArray) -> FloatArray:
    """Columns of length 1, so that no unit weighs more than another; empty ones stay so."""
    lengths = np.linalg.norm(columns, axis=0)
    return columns / np.where(lengths > 0, lengths, 1.0)


def basis_of(columns: FloatArray, floor: float = ROUNDING) -> FloatArray:
    """Orthonormal columns of the same space, without what rounding left."""
    if not columns.size:
        return np.zeros((len(columns), 0))
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    found: FloatArray = left[:, sizes > max(floor, math.sqrt(ROUNDING) * float(sizes[0]))]
    return found


def _own(columns: FloatArray, taken: FloatArray) -> FloatArray:
    """What columns have that is not taken: directions that mostly are add nothing to be told."""
    basis = basis_of(columns)
    return basis_of(_without(basis, taken), math.sqrt(ALIKE) / 2)


def _without(values: FloatArray, basis: FloatArray) -> FloatArray:
    found: FloatArray = values - basis @ (basis.T @ values)
    return found


def alike(columns: FloatArray, others: FloatArray) -> bool:
    """Whether columns hardly vary but with the others."""
    basis, taken = basis_of(columns), basis_of(others)
    left = _without(basis, taken)
    return float(np.square(left).sum()) < ALIKE * _width(basis)


def _width(basis: FloatArray) -> int:
    return int(basis.shape[1])
