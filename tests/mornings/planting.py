"""Faults as broken feeds and broken serving make them, planted into one morning.

Those of a feed are the sandbox's own, which its page plants too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from core.day_result import DayResult
from core.evidence.alarms import Alarm, Fault
from core.evidence.columns import ColumnFault
from core.evidence.scored import FloatArray
from core.manifest import Manifest
from core.results import PRODUCTION
from deploy.pipeline.steps.model import Model
from mlpipe_sandbox.faults.feed import (
    CategoriesRenamed,
    ColumnEmpty,
    ColumnStuck,
    RowsLost,
    UnitChanged,
    breaking,
)
from tests.mornings.replay import Replay


class Planted(enum.StrEnum):
    """Kinds of faults."""

    EMPTY = "a column empty"
    STUCK = "a column stuck"
    UNIT = "a unit changed"
    RENAMED = "categories renamed"
    HALF = "half of the rows lost"
    SHUFFLED = "scores shuffled"
    CONSTANT = "scores constant"


def plant(
    fault: Planted,
    replay: Replay,
    day: dt.date,
    unit: UnitChanged,
    dice: random.Random,
    scratch: Path,
) -> tuple[DayResult, str]:
    """The morning with the fault, and what a finding should name (a column, a role or "")."""
    manifest = replay.manifest
    match fault:
        case Planted.SHUFFLED:
            seed = dice.randrange(2**32)
            return replay.misscored(day, scratch, rescored=_shuffled(seed)), PRODUCTION
        case Planted.CONSTANT:
            return replay.misscored(day, scratch, rescored=_constant), PRODUCTION
        case Planted.HALF:
            lost = RowsLost(seed=dice.randrange(2**32))
            return replay.broken(day, scratch, change=breaking(lost)), ""
        case Planted.UNIT:
            return replay.broken(day, scratch, change=breaking(unit)), unit.column
        case Planted.RENAMED:
            renamed = CategoriesRenamed(column=dice.choice(manifest.categorical))
            return replay.broken(day, scratch, change=breaking(renamed)), renamed.column
        case Planted.EMPTY:
            empty = ColumnEmpty(column=dice.choice(_columns(manifest)))
            return replay.broken(day, scratch, change=breaking(empty)), empty.column
        case Planted.STUCK:
            stuck = ColumnStuck(column=dice.choice(_moving(replay, day)))
            return replay.broken(day, scratch, change=breaking(stuck)), stuck.column


def names(found: list[Alarm], fault: Planted, subject: str) -> bool:
    """Whether the first thing that is said of the morning is this fault."""
    if not found or found[0].subject != subject:
        return False
    column = found[0].column.fault if found[0].column else None
    return {
        Planted.EMPTY: column is ColumnFault.EMPTY,
        Planted.STUCK: column is ColumnFault.STUCK,
        Planted.UNIT: column is ColumnFault.UNIT,
        Planted.RENAMED: column is ColumnFault.RENAMED,
        Planted.HALF: found[0].fault is Fault.ROWS,
        Planted.SHUFFLED: found[0].fault is Fault.SCORES_UNRELATED,
        Planted.CONSTANT: found[0].fault is Fault.SCORES_CONSTANT,
    }[fault]


def _columns(manifest: Manifest) -> list[str]:
    """The features that are columns of the table and do not name a row: an empty key is refused."""
    return [name for name in (*manifest.numeric, *manifest.categorical) if name not in manifest.key]


def _moving(replay: Replay, day: dt.date) -> list[str]:
    """Columns that were not stuck that day, nor on any of the four weeks before."""
    days = [replay.morning(day - dt.timedelta(days=n)) for n in range(29)]
    facts = [feature for result in days if result.facts for feature in result.facts.features]
    stuck = {feature.name for feature in facts if feature.distinct <= 1}
    return [name for name in _columns(replay.manifest) if name not in stuck]


@dataclasses.dataclass(frozen=True)
class _Shuffled(Model):
    seed: int = 0

    def score(self, rows: pl.DataFrame) -> FloatArray:
        scores: FloatArray = np.random.default_rng(self.seed).permutation(super().score(rows))
        return scores


class _Constant(Model):
    def score(self, rows: pl.DataFrame) -> FloatArray:
        return np.full(rows.height, 0.2)


def _shuffled(seed: int) -> Callable[[Model], Model]:
    return lambda model: _Shuffled(model.booster, model.spec, seed)


def _constant(model: Model) -> Model:
    return _Constant(model.booster, model.spec)
