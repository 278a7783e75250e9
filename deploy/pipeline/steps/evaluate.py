"""Evaluate: score the day's rows with every model, and write what there is to say about it."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.evidence.metrics import LOW_BASE_RATE, metrics
from core.evidence.paired import agreement, differences
from core.evidence.statistics import statistics
from core.manifest import Manifest
from core.results import (
    CANDIDATE,
    PRODUCTION,
    REFERENCE,
    DayFacts,
    Interval,
    ModelFacts,
    PairedDifference,
    Rows,
    Run,
)
from deploy.pipeline.steps import arguments
from deploy.pipeline.steps.evaluation import Evaluation, summary_line
from deploy.pipeline.steps.gate import gate
from deploy.pipeline.steps.importance import Importance, importance
from deploy.pipeline.steps.model import Model, ModelError, load_model
from deploy.pipeline.steps.names import names
from deploy.pipeline.steps.prepared import ROWS, DayCounts, read_counts, read_window
from deploy.pipeline.steps.quality import model_quality
from deploy.pipeline.steps.refusal import StepRefusal, run_step
from deploy.pipeline.steps.resolved import Resolved, archive_of, read_resolved
from deploy.pipeline.steps.run import with_labels, with_training
from deploy.pipeline.steps.scoring import ScoredDay, score_day
from deploy.pipeline.steps.summaries import features, slices
from deploy.pipeline.steps.trial import summary_trial
from deploy.pipeline.steps.value import Valued, valued

log = logging.getLogger(__name__)

AGAINST: Final = (PRODUCTION, REFERENCE)
"""Roles that the others are compared with, row by row."""


@dataclass(frozen=True)
class Models:
    """The models of a day by role, and why the others are missing."""

    by_role: Mapping[str, Model]
    missing: Mapping[str, str]
    resolved: Resolved

    @property
    def subject(self) -> str:
        """The role that evaluation.json describes: the candidate, else production, else reference.

        Raises:
            StepRefusal: There is nothing to score.
        """
        for role in (CANDIDATE, PRODUCTION, REFERENCE):
            if role in self.by_role:
                return role
        reasons = " ".join(f"{role}: {why}" for role, why in self.missing.items())
        raise StepRefusal(
            "There is no model to score this day with: none was trained here, and neither a "
            f"production nor a reference version can be used. {reasons} Run the train pipeline "
            "first, or approve a version."
        )


@dataclass(frozen=True)
class PreparedDay:
    """The day that is scored, as *Prepare* wrote it."""

    manifest: Manifest
    file: Path
    counts: DayCounts


def load_models(candidate: Model | None, resolved: Resolved, folder: Path) -> Models:
    """The candidate, and the registered versions that *Resolve* fetched; the rest are missing."""
    by_role = {CANDIDATE: candidate} if candidate else {}
    missing = dict(resolved.absent)
    for version in resolved.versions:
        if version.problem:
            missing[version.role] = version.problem
            continue
        try:
            by_role[version.role] = load_model(archive_of(folder, version.role))
        except ModelError as error:
            missing[version.role] = f"Version {version.version} cannot score. {error}"
            log.info("%s: %s", version.role, missing[version.role])
    return Models(by_role, missing, resolved)


def evaluate(day: PreparedDay, models: Models, run: Run, *, minimum_rows: int) -> Evaluation:
    """Score the day's labelled rows with every model and judge what came out.

    Raises:
        StepRefusal: There is no model, or the one that the evaluation is about cannot score.
    """
    subject = models.subject
    run = with_labels(run, day.manifest.labels, day.counts)
    scored = score_day(day.manifest, day.file, models.by_role, subject=subject)
    rows = _rows(day.counts, scored, subject)
    explained = importance(models.by_role[subject], day.file)
    finite = scored.scored(subject)
    facts = _facts(day, models, scored, run=run, rows=rows, explained=explained)
    return Evaluation(
        run=run,
        facts=facts,
        quality=model_quality(finite, facts.models[subject].metrics),
        analysis=explained.analysis(day.manifest.label.positive),
        gate=gate(rows, scored.scores(subject), minimum_rows),
        scored=scored,
    )


def _rows(counts: DayCounts, scored: ScoredDay, subject: str) -> Rows:
    finite = int(np.isfinite(scored.scores(subject)).sum())
    if not finite:
        raise StepRefusal(f"None of the scores that {subject} gave to {counts.day} is a number.")
    return Rows(
        read=counts.read,
        labelled=counts.labelled,
        positives=counts.positives,
        weight=counts.weight,
        positive_weight=counts.positive_weight,
        scored=finite,
    )


def _facts(
    day: PreparedDay,
    models: Models,
    scored: ScoredDay,
    *,
    run: Run,
    rows: Rows,
    explained: Importance,
) -> DayFacts:
    paired, worth = _paired(scored), valued(day.manifest.value, scored)
    parts, subject = slices(day.manifest, scored), models.subject
    return DayFacts(
        pipeline=run.pipeline,
        environment=run.environment,
        day=run.day,
        subject=subject,
        low_base_rate=rows.base_rate < LOW_BASE_RATE,
        rows=rows,
        worth=worth.of_day() if worth else None,
        models={role: _model_facts(role, scored, models.resolved, worth) for role in scored.roles},
        missing={**models.missing, **scored.problems},
        paired=[
            PairedDifference(model=model, against=against, metric=metric, difference=difference)
            for model, against in paired
            for metric, difference in _differences(scored, model, against).items()
        ],
        agreement=[
            agreement(scored.scored(model), scored.scored(against), (model, against))
            for model, against in paired
        ],
        slices=parts,
        names=names(day.manifest, parts),
        features=features(day.manifest, day.file, subject, models.by_role[subject].spec),
        importance=explained.by_feature,
        importance_rows=explained.rows,
    )


def _paired(scored: ScoredDay) -> list[tuple[str, str]]:
    """Each model against production, and each but the reference itself against the reference."""
    whole = [role for role in scored.roles if bool(np.isfinite(scored.scores(role)).all())]
    return [
        (model, against)
        for against, model in itertools.product(AGAINST, whole)
        if against in whole and model not in {against, REFERENCE}
    ]


def _differences(scored: ScoredDay, model: str, against: str) -> dict[str, Interval]:
    return differences(scored.scored(model), scored.scored(against))


def _model_facts(
    role: str, scored: ScoredDay, resolved: Resolved, worth: Valued | None
) -> ModelFacts:
    rows = scored.scored(role)
    version = next((found for found in resolved.versions if found.role == role), None)
    return ModelFacts(
        role=role,
        version=version.version if version else None,
        arn=version.arn if version else None,
        metrics=metrics(rows),
        mean_score=float(rows.weights @ rows.scores) / rows.weight,
        worth=worth.of_model(role) if worth else None,
        statistics=statistics(rows),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step."""
    parser = arguments.parser("evaluate", "Score the day and write what there is to say about it.")
    parser.add_argument("--manifest", type=Path, required=True, help="the dataset manifest (TOML)")
    parser.add_argument("--day-rows", type=Path, required=True, help="folder that prepare wrote")
    parser.add_argument("--resolved", type=Path, required=True, help="folder that resolve wrote")
    parser.add_argument(
        "--model", type=Path, help="the trained model: its folder, or model.tar.gz, or its folder"
    )
    parser.add_argument("--train", type=Path, help="folder that prepare --train wrote")
    parser.add_argument("--minimum-rows", type=int, required=True, help="gate: least labelled rows")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    options = parser.parse_args(argv)

    def work() -> None:
        manifest = arguments.manifest(options.manifest)
        run, resolved = read_resolved(options.resolved)
        if options.train is not None:
            run = with_training(run, read_window(options.train))
        candidate = load_model(_archive_in(options.model)) if options.model else None
        models = load_models(candidate, resolved, options.resolved)
        day = PreparedDay(manifest, options.day_rows / ROWS, read_counts(options.day_rows))
        evaluation = evaluate(day, models, run, minimum_rows=options.minimum_rows)
        evaluation.write(options.output)
        log.info(summary_line(evaluation))
        if run.execution_arn is not None:
            summary_trial(run).finish(evaluation.trial_metrics)

    return run_step(work, options.failure)


def _archive_in(path: Path) -> Path:
    """A processing job mounts model.tar.gz in a folder."""
    archive = path / "model.tar.gz"
    return archive if archive.is_file() else path


if __name__ == "__main__":
    raise SystemExit(main())
