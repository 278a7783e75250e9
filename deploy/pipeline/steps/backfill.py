"""Backfill: train and evaluate a range of past days in one process, through the other steps' code.

A day of the lake is read once, when the first window needs it; each day's results go where that
day's own execution would have put them, marked as backfilled, as soon as they are there. Only the
last day's version is registered.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.manifest import Manifest
from core.parameters import TRAIN_PARAMETERS
from core.results import Run
from deploy.pipeline.steps import arguments
from deploy.pipeline.steps.counts import EmptyDayError
from deploy.pipeline.steps.destination import Day, Destination
from deploy.pipeline.steps.evaluate import PreparedDay, evaluate, load_models
from deploy.pipeline.steps.evaluation import brief_line
from deploy.pipeline.steps.label_age import label_age_at
from deploy.pipeline.steps.lake import Lake, open_lake
from deploy.pipeline.steps.prepare import WindowSpan, checked_window, prepare_day
from deploy.pipeline.steps.prepared import DayCounts, day_file
from deploy.pipeline.steps.refusal import StepRefusal, run_step
from deploy.pipeline.steps.registry import sagemaker_client, scoring_candidates
from deploy.pipeline.steps.resolve import add_identity, describe, fetch, roles
from deploy.pipeline.steps.resolved import Resolved
from deploy.pipeline.steps.run import with_training
from deploy.pipeline.steps.s3 import s3_client
from deploy.pipeline.steps.train import Hyperparameters, hyperparameter_names, train

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

log = logging.getLogger(__name__)

SCORED: Final = "scored.parquet"
"""File of the day that is scored, where its labels are not all there yet."""
MATURED: Final = "-matured"
"""What the id of a run ends with that read a past day's labels when they had matured."""


@dataclass(frozen=True)
class Settings:
    """What the pipeline's parameters say, with their defaults."""

    window_days: int
    validation_days: int
    minimum_rows: int
    hyperparameters: Hyperparameters

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Settings:
        """Read parameters by the names that the pipeline has. Raises StepRefusal for a bad one."""
        known = {parameter.name: parameter for parameter in TRAIN_PARAMETERS}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise StepRefusal(f"The pipeline has no parameter called {', '.join(unknown)}.")

        def whole(name: str) -> int:
            text = given.get(name, str(known[name].default))
            return int(arguments.number(name, text, TRAIN_PARAMETERS))

        trees = {name: given[name] for name in hyperparameter_names() if name in given}
        return cls(
            window_days=whole("WindowDays"),
            validation_days=whole("ValidationDays"),
            minimum_rows=whole("MinimumRows"),
            hyperparameters=Hyperparameters.parse(trees),
        )

    @property
    def as_parameters(self) -> dict[str, str]:
        """What an execution of each day would have been given, but for the day."""
        values = {
            "WindowDays": self.window_days,
            "ValidationDays": self.validation_days,
            "MinimumRows": self.minimum_rows,
            **self.hyperparameters.as_parameters,
        }
        return {name: str(value) for name, value in values.items()}


class PreparedDays:
    """The lake's days, each prepared once and thrown away when no later window needs it."""

    def __init__(self, manifest: Manifest, lake: Lake, folder: Path) -> None:
        """Files go into `folder`, which stays the caller's."""
        self.manifest = manifest
        self.folder = folder
        self._lake = lake
        self._counts: dict[dt.date, DayCounts | None] = {}

    def counts(self, day: dt.date) -> DayCounts | None:
        """What is in a day's file; None where the lake has no rows of it."""
        if day not in self._counts:
            try:
                target = day_file(self.folder, day)
                self._counts[day] = prepare_day(self.manifest, self._lake, day, target)
            except EmptyDayError as empty:
                log.info("%s", empty)
                self._counts[day] = None
        return self._counts[day]

    def at_age(self, day: dt.date, age: int | None) -> PreparedDay:
        """A day as it is scored: with the labels that had come at an age; None: with all.

        It is there until another one is asked for.

        Raises:
            StepRefusal: As `prepare_day`, or no row has a label by then.
        """
        counts, target = self.counts(day), day_file(self.folder, day)
        if counts is not None and age is not None:
            target = self.folder / SCORED
            counts = prepare_day(self.manifest, self._lake, day, target, label_age=age)
        if counts is None or not counts.labelled:
            raise StepRefusal(f"There are no labelled rows of {day} to score.")
        return PreparedDay(self.manifest, target, counts)

    def forget_before(self, day: dt.date) -> None:
        """Delete the files of older days."""
        for old in [known for known in self._counts if known < day]:
            del self._counts[old]
            day_file(self.folder, old).unlink(missing_ok=True)


class Backfill:
    """Trains and evaluates days, one after the other."""

    def __init__(self, days: PreparedDays, settings: Settings, template: Run) -> None:
        """`template` is the run of every day but for the day itself."""
        self._days = days
        self._settings = settings
        self._template = template

    def day(self, day: dt.date, resolved: Resolved, models: Path) -> Day:
        """Do what a day's own execution would have done.

        Args:
            day: The day that is scored.
            resolved: Which registered versions score it.
            models: Folder in which *Resolve* put their archives.

        Raises:
            StepRefusal: As *Prepare*, *Train* and *Evaluate* do.
        """
        settings, manifest = self._settings, self._days.manifest
        lag = manifest.window_lag
        span = WindowSpan(day, settings.window_days, settings.validation_days, lag)
        self._days.at_age(day, None)  # refused before anything is trained
        found = [self._days.counts(past) for past in span.all_days]
        window = checked_window(span, [c for c in found if c], self._days.folder)
        model = train(manifest, window, settings.hyperparameters)
        run = self._template.model_copy(
            update={"day": day, "parameters": {"Day": day.isoformat(), **settings.as_parameters}}
        )
        scorers, run = load_models(model, resolved, models), with_training(run, window)
        evaluations = [
            evaluate(
                self._days.at_age(day, age),
                scorers,
                run if number == 0 else run.model_copy(update={"run": f"{run.run}{MATURED}"}),
                minimum_rows=settings.minimum_rows,
            )
            for number, age in enumerate(self._label_ages(day))
        ]
        self._days.forget_before(span.all_days[0] + dt.timedelta(days=1))
        return Day(evaluations[0], model, tuple(evaluations[1:]))

    def _label_ages(self, day: dt.date) -> list[int | None]:
        """The ages at which a day's labels are read; None: they are there with its rows.

        A day is scored as it was known on the morning after, and as it was known on the morning
        after the range if its labels had matured by then. Where the table does not tell when labels
        came, they are as old as they are.
        """
        labels = self._days.manifest.labels
        if labels is None:
            return [None]
        if labels.arrived_at is None:
            at = self._template.started
            return [label_age_at(self._days.manifest, day, wanted=0, at=at)]
        oldest = (self._template.day - day).days + 1
        return [1, *([oldest] if oldest >= max(2, labels.matures_after) else [])]


def _parser() -> argparse.ArgumentParser:
    parser = arguments.parser("backfill", "Train and evaluate a range of past days.")
    add_identity(parser)
    parser.add_argument("--manifest", type=Path, required=True, help="the dataset manifest (TOML)")
    parser.add_argument("--lake", required=True, help="s3://bucket/prefix, or a folder")
    parser.add_argument("--first-day", type=arguments.day, required=True, help="first day scored")
    parser.add_argument("--last-day", type=arguments.day, required=True, help="last day scored")
    parser.add_argument("--bucket", required=True, help="the environment's bucket, for the results")
    parser.add_argument("--job", required=True, help="name of this job: runs are backfill-{job}")
    parser.add_argument(
        "--started",
        type=arguments.moment,
        metavar="ISO-8601",
        help="when the job started; by default SageMaker is asked",
    )
    parser.add_argument(
        "--recipe",
        type=arguments.text_or_none,
        help="the recipe, as deploy.pipeline.recipe writes it",
    )
    return parser


def run_backfill(options: argparse.Namespace, scratch: Path) -> None:
    """Do the whole range; a day that cannot be done is named and left out.

    Raises:
        StepRefusal: No day could be done, or the last one, whose version should be registered.
    """
    first, last = options.first_day, options.last_day
    if first > last:
        raise StepRefusal(f"The first day, {first}, comes after the last, {last}.")
    destination = Destination(s3_client(), sagemaker_client(), options.bucket, options.group)
    chosen = roles(
        scoring_candidates(
            destination.sagemaker, options.production_group, options.reference_version
        ),
        options.reference_version,
    )
    days = PreparedDays(
        arguments.manifest(options.manifest), open_lake(options.lake), scratch / "days"
    )
    template = _template(options, _started(options, destination.sagemaker))
    backfill = Backfill(days, Settings.parse(dict(options.parameter)), template)
    done: Day | None = None
    problems: dict[dt.date, str] = {}
    for number in range((last - first).days + 1):
        day, began = first + dt.timedelta(days=number), time.monotonic()
        resolved = fetch(chosen, day, destination.s3, scratch / "resolved")
        if number == 0:
            for line in describe(resolved):
                log.info(line)
        try:
            done = backfill.day(day, resolved, scratch / "resolved")
        except StepRefusal as refusal:
            done, problems[day] = None, str(refusal)
            log.info("%s is left out: %s", day, refusal)
            continue
        for evaluation in (done.evaluation, *done.revisions):
            destination.upload(evaluation, scratch / "results")
        log.info("%s (%.1f s)", brief_line(done.evaluation), time.monotonic() - began)
    if done is None:
        raise StepRefusal(f"The last day, {last}, could not be done: {problems[last]}")
    if not done.evaluation.gate.passed:
        raise StepRefusal(
            f"The days are evaluated, but no version is registered: {done.evaluation.gate.reason}"
        )
    arn = destination.register(done, options.recipe, scratch / "register")
    log.info("Registered %s, pending approval.", arn)


def _started(options: argparse.Namespace, sagemaker: SageMakerClient) -> dt.datetime:
    """By SageMaker's clock: it decides which of a day's runs started last."""
    given: dt.datetime | None = options.started
    return given or sagemaker.describe_processing_job(ProcessingJobName=options.job)["CreationTime"]


def _template(options: argparse.Namespace, started: dt.datetime) -> Run:
    return Run(
        pipeline=options.pipeline,
        environment=options.environment,
        day=options.last_day,
        run=f"backfill-{options.job}",
        kind="train",
        started=started,
        backfilled=True,
        started_by=options.started_by or "unknown",
        code_commit=options.code_commit,
        image=options.image,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step."""
    options = _parser().parse_args(argv)

    def work() -> None:
        with tempfile.TemporaryDirectory(prefix="mlpipe-backfill-") as scratch:
            run_backfill(options, Path(scratch))

    return run_step(work, options.failure)


if __name__ == "__main__":
    raise SystemExit(main())
