"""How a sweep stands: what was tried, and which are the best so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.sweeps import Sweep


@dataclass(frozen=True)
class Leader:
    """A trial of a sweep that has its result."""

    trial: str
    """Its name, as `trials` lists it."""
    value: float
    """Of the objective."""
    tried: Mapping[str, str]
    """The swept hyperparameters, as they were tried."""


@dataclass(frozen=True)
class Board:
    """The leaderboard."""

    metric: str
    sweep: Sweep
    """What was asked for, as the tuning job has it."""
    total: int
    """Trials in all, once every one is tried."""
    done: int = 0
    running: int = 0
    failed: int = 0
    stopped: int = 0
    leaders: tuple[Leader, ...] = ()
    """The best first, some of them."""

    @property
    def best(self) -> Leader | None:
        """The best so far."""
        return self.leaders[0] if self.leaders else None
