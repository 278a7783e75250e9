"""Strategies for scored rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core.evidence.scored import Scored


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Scored]:
    """Rows drawn by a seed: labels follow the scores, scores have ties, weights vary or do not."""

    def draw(seed: int, rows: int = 60, *, weighted: bool = True, grid: int = 12) -> Scored:
        random = np.random.default_rng(seed)
        scores = (random.integers(0, grid, rows) + 1) / (grid + 1)
        labels = (random.random(rows) < scores).astype(np.float64)
        labels[:2] = 0.0, 1.0
        weights = random.uniform(0.2, 5.0, rows) if weighted else np.ones(rows)
        return Scored(labels, scores, weights)

    return draw
