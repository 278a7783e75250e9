"""Recipes that score the same mornings of a real table: by their seed alone, or by their age.

Each day's paired differences are kept, so that a long proof goes on where it was interrupted.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from core.evidence.over_days import DailyDifference
from core.evidence.paired import differences
from core.evidence.scored import Scored
from core.manifest import Manifest
from core.spans import ONE_DAY
from deploy.pipeline.steps.backfill import PreparedDays, Settings
from deploy.pipeline.steps.columns import LABEL, WEIGHT
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.model import Model
from deploy.pipeline.steps.prepare import WindowSpan, checked_window
from deploy.pipeline.steps.prepared import day_file
from deploy.pipeline.steps.train import train
from tests.mornings.replay import Replay, labelled_rows

METRIC: Final = "log_loss"
SHARE: Final = 0.7
"""Of rows and of features that a tree sees, so that a seed matters."""


@dataclass(frozen=True)
class SeedPairs:
    """Pairs of recipes that differ by their seed alone, each retrained every morning."""

    folder: Path
    lake: Path
    manifest: Manifest
    settings: Settings

    def differences(self, day: dt.date, pairs: Sequence[int]) -> dict[int, float]:
        """Log-loss of each pair's first model minus that of its second on the day's rows."""
        kept = self.folder / f"{day.isoformat()}.json"
        known = _read(kept)
        if missing := [pair for pair in pairs if pair not in known]:
            known |= self._scored(day, missing)
            self.folder.mkdir(parents=True, exist_ok=True)
            kept.with_suffix(".new").write_text(json.dumps(known), encoding="utf-8")
            kept.with_suffix(".new").rename(kept)
        return {pair: known[pair] for pair in pairs}

    def _scored(self, day: dt.date, pairs: Sequence[int]) -> dict[int, float]:
        span = WindowSpan(day, self.settings.window_days, self.settings.validation_days)
        counts = [self._prepared.counts(past) for past in (*span.all_days, day)]
        self._prepared.forget_before(span.all_days[0])
        window = checked_window(span, [each for each in counts[:-1] if each], self._prepared.folder)
        rows = labelled_rows(day_file(self._prepared.folder, day))

        def scored(seed: int) -> Scored:
            grown = dataclasses.replace(
                self.settings.hyperparameters,
                seed=seed,
                feature_fraction=SHARE,
                bagging_fraction=SHARE,
            )
            return score(train(self.manifest, window, grown), rows)

        return {
            pair: differences(scored(2 * pair), scored(2 * pair + 1))[METRIC].value
            for pair in pairs
        }

    @cached_property
    def _prepared(self) -> PreparedDays:
        return PreparedDays(self.manifest, Folder(self.lake), self.folder / "prepared")


def by_age(replay: Replay, day: dt.date, age: dt.timedelta) -> float:
    """Log-loss of a model trained so long before a morning minus that of yesterday's model."""
    rows = replay.rows(day)
    old, fresh = (score(replay.trained(day - each), rows) for each in (age, ONE_DAY))
    return differences(old, fresh)[METRIC].value


def score(model: Model, rows: pl.DataFrame) -> Scored:
    """What a model makes of a day's rows."""
    return Scored(
        labels=rows[LABEL].cast(pl.Float64).to_numpy(),
        scores=model.score(rows),
        weights=rows[WEIGHT].to_numpy(),
    )


def daily(values: Mapping[dt.date, float]) -> list[DailyDifference]:
    """One paired difference a day, oldest first."""
    return [DailyDifference(day, value) for day, value in sorted(values.items())]


def _read(kept: Path) -> dict[int, float]:
    if not kept.exists():
        return {}
    return {int(pair): value for pair, value in json.loads(kept.read_text("utf-8")).items()}
