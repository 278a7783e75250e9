"""What the evaluation of a day found: its files, its trial's metrics, its line in a log."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.results import (
    ANALYSIS,
    EVALUATION,
    FACTS,
    GATE,
    PRODUCTION,
    RUN,
    SCORES,
    DayFacts,
    Gate,
    Run,
)
from deploy.pipeline.steps.scoring import ScoredDay

USUAL_METRICS: Final = ("auc", "log_loss")
LOW_RATE_METRICS: Final = ("normalised_entropy", "predicted_over_observed", "auc")


@dataclass(frozen=True)
class Evaluation:
    """Everything about one scored day, before it is written."""

    run: Run
    facts: DayFacts
    quality: dict[str, object]
    analysis: dict[str, object]
    gate: Gate
    scored: ScoredDay

    @property
    def trial_metrics(self) -> dict[str, float]:
        """Metrics of the subject by their names, and production's prefixed `production_`."""
        models = self.facts.models
        found = {name: m.value for name, m in models[self.facts.subject].metrics.items()}
        if PRODUCTION in models:
            found |= {
                f"{PRODUCTION}_{name}": m.value for name, m in models[PRODUCTION].metrics.items()
            }
        return found

    def write(self, folder: Path) -> None:
        """Write the six files of `core.results`; run.json names the others."""
        folder.mkdir(parents=True, exist_ok=True)
        self.scored.rows.write_parquet(folder / SCORES)
        (folder / EVALUATION).write_text(json.dumps(self.quality, indent=1), encoding="utf-8")
        (folder / ANALYSIS).write_text(json.dumps(self.analysis, indent=1), encoding="utf-8")
        (folder / FACTS).write_text(self.facts.model_dump_json(indent=1), encoding="utf-8")
        (folder / GATE).write_text(self.gate.model_dump_json(indent=1), encoding="utf-8")
        files = (SCORES, EVALUATION, ANALYSIS, FACTS, GATE)
        now = dt.datetime.now(dt.UTC)
        run = self.run.model_copy(update={"files": files, "evaluated": now})
        (folder / RUN).write_text(run.model_dump_json(indent=1), encoding="utf-8")


def summary_line(evaluation: Evaluation) -> str:
    """One log line: what the subject scored."""
    subject = evaluation.facts.models[evaluation.facts.subject]
    numbers = ", ".join(f"{name} {m.value:.4f}" for name, m in subject.metrics.items())
    return f"{evaluation.run.day} {subject.role}: {numbers}. Gate: {evaluation.gate.reason}"


def brief_line(evaluation: Evaluation) -> str:
    """The day in one short line: the metrics that lead, and the gate if it failed."""
    subject = evaluation.facts.models[evaluation.facts.subject]
    leading = LOW_RATE_METRICS if evaluation.facts.low_base_rate else USUAL_METRICS
    numbers = ", ".join(
        f"{name} {subject.metrics[name].value:.3f}" for name in leading if name in subject.metrics
    )
    gate = "" if evaluation.gate.passed else f" {evaluation.gate.reason}"
    return f"{evaluation.run.day}: {numbers or 'no metrics'}.{gate}"
