"""Resolve: which registered versions score this day, their models, and the execution's trial."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from core import lineage
from core.domain import ModelVersion
from core.results import CHALLENGER_PREFIX, PRODUCTION, REFERENCE, RUN, Run
from deploy.pipeline.steps import arguments
from deploy.pipeline.steps.refusal import StepRefusal, run_step
from deploy.pipeline.steps.registry import numbered, sagemaker_client, scoring_candidates
from deploy.pipeline.steps.resolved import VERSIONS, Resolved, ScoringVersion, archive_of
from deploy.pipeline.steps.s3 import S3Address, s3_client
from deploy.pipeline.steps.trial import SummaryTrial

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Roles:
    """The registered versions that score, by role, and what is said of a role that none has."""

    versions: dict[str, ModelVersion]
    absent: dict[str, str]


def roles(versions: Sequence[ModelVersion], reference_version: int | None) -> Roles:
    """Give versions of the production group their roles.

    A version may be production and reference at once: it then scores in both roles.
    """
    serving = lineage.serving(versions)
    reference = lineage.reference(versions, reference_version)
    found: dict[str, ModelVersion] = {}
    absent = {}
    if serving:
        found[PRODUCTION] = serving
    else:
        absent[PRODUCTION] = "No version is approved yet."
    if reference:
        found[REFERENCE] = reference
    elif reference_version is None:
        absent[REFERENCE] = "No version was registered when this day was scored."
    else:
        absent[REFERENCE] = f"Version {reference_version}, which the config names, does not exist."
    for version in lineage.challengers(versions):
        if version is not serving:
            found[f"{CHALLENGER_PREFIX}{version.version}"] = version
    return Roles(found, absent)


def again(named: Mapping[str, int], versions: Sequence[ModelVersion]) -> Roles:
    """Give the versions that scored a day first the roles that they had then."""
    by_number = {version.version: version for version in versions}
    found = {role: by_number[number] for role, number in named.items() if number in by_number}
    absent = {
        role: f"Version {number}, which scored this day first, does not exist any more."
        for role, number in named.items()
        if number not in by_number
    }
    return Roles(found, absent)


def fetch(chosen: Roles, day: dt.date, s3: S3Client, folder: Path) -> Resolved:
    """Download each version's model.tar.gz; one that cannot score the day is kept with its problem.

    A version that was trained for a later day has seen this day's labels and does not score it.
    What an earlier call with the same roles put into the folder is not fetched again.
    """
    found = []
    for role, version in chosen.versions.items():
        problem = _seen(version, day) or _download(version, s3, archive_of(folder, role))
        found.append(
            ScoringVersion(role=role, version=version.version, arn=version.arn, problem=problem)
        )
    return Resolved(versions=tuple(found), absent=chosen.absent)


def describe(resolved: Resolved) -> Iterator[str]:
    """What the log says: who scores, who does not and why, and that there are no challengers."""
    for version in resolved.versions:
        does = f"does not: {version.problem}" if version.problem else "scores this day."
        yield f"{version.role}: version {version.version} {does}"
    for role, sentence in resolved.absent.items():
        yield f"{role}: none. {sentence}"
    if not any(version.role.startswith(CHALLENGER_PREFIX) for version in resolved.versions):
        yield "There are no challengers."


def _seen(version: ModelVersion, day: dt.date) -> str | None:
    trained_for = version.metadata.get(lineage.DAY, "")
    try:
        later = dt.date.fromisoformat(trained_for) > day
    except ValueError:
        return None
    if not later:
        return None
    return (
        f"Version {version.version} was trained for {trained_for}, on days that may include this "
        "one: its score here would flatter it."
    )


def _download(version: ModelVersion, s3: S3Client, target: Path) -> str | None:
    """Fetch one archive; a sentence if that does not work."""
    if not version.model_data:
        return f"Version {version.version} names no model data."
    if target.exists():
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        address = S3Address.parse(version.model_data)
        s3.download_file(address.bucket, address.key, str(target))
    except (ClientError, BotoCoreError, Boto3Error, StepRefusal) as error:
        return f"The model of version {version.version} cannot be fetched: {error}"
    return None


def add_identity(parser: argparse.ArgumentParser) -> None:
    """The options that say whose results these are; shared with *Backfill*."""
    parser.add_argument("--pipeline", required=True, help="as people call it, such as flights")
    parser.add_argument("--environment", required=True, help="such as production")
    parser.add_argument("--group", required=True, help="model package group of the environment")
    parser.add_argument(
        "--production-group",
        required=True,
        help="model package group in which production, reference and challengers are found",
    )
    parser.add_argument(
        "--reference-version",
        type=arguments.reference,
        default=None,
        metavar="first|N",
        help="the version that never changes",
    )
    parser.add_argument("--started-by", default="unknown", help="who started it")
    parser.add_argument("--code-commit", type=arguments.text_or_none, help="commit of the code")
    parser.add_argument("--image", type=arguments.text_or_none, help="image the steps run in")
    parser.add_argument(
        "--parameter",
        type=arguments.pair,
        action="append",
        default=[],
        metavar="Name=value",
        help="a parameter of the pipeline; may be repeated",
    )


def _chosen(options: argparse.Namespace, client: SageMakerClient) -> Roles:
    group, reference = options.production_group, options.reference_version
    if options.versions:
        return again(options.versions, numbered(client, group, options.versions.values()))
    return roles(scoring_candidates(client, group, reference), reference)


def _parser() -> argparse.ArgumentParser:
    parser = arguments.parser("resolve", "Find the versions that score this day.")
    add_identity(parser)
    parser.add_argument("--day", type=arguments.day, required=True, help="the day that is scored")
    parser.add_argument("--kind", choices=("train", "evaluate"), required=True)
    parser.add_argument(
        "--versions",
        type=arguments.versions,
        default={},
        metavar="role=number,…",
        help="which versions score; by default those that have the roles now",
    )
    parser.add_argument("--experiment", required=True, help="SageMaker's experiment")
    parser.add_argument("--run", required=True, help="id of the execution: names trial and results")
    parser.add_argument("--execution-arn", type=arguments.text_or_none)
    parser.add_argument(
        "--execution-started", type=arguments.moment, required=True, metavar="ISO-8601"
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for what was found")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step."""
    options = _parser().parse_args(argv)

    def work() -> None:
        run = Run(
            pipeline=options.pipeline,
            environment=options.environment,
            day=options.day,
            run=options.run,
            kind=options.kind,
            execution_arn=options.execution_arn,
            started=options.execution_started,
            started_by=options.started_by or "unknown",
            code_commit=options.code_commit,
            image=options.image,
            parameters=dict(options.parameter),
        )
        client = sagemaker_client()
        SummaryTrial(client, run).create(options.experiment)
        chosen = _chosen(options, client)
        options.output.mkdir(parents=True, exist_ok=True)
        resolved = fetch(chosen, run.day, s3_client(), options.output)
        for line in describe(resolved):
            log.info(line)
        (options.output / VERSIONS).write_text(resolved.model_dump_json(indent=1), encoding="utf-8")
        (options.output / RUN).write_text(run.model_dump_json(indent=1), encoding="utf-8")

    return run_step(work, options.failure)


if __name__ == "__main__":
    raise SystemExit(main())
