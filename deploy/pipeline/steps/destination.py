"""Where a backfill's results go: files to S3, the last version to the registry."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from core.results import Run, run_prefix
from deploy.pipeline.registration import Lineage, Registration, result_uris
from deploy.pipeline.steps.evaluation import Evaluation
from deploy.pipeline.steps.model import Model, pack
from deploy.pipeline.steps.registry import exists_already

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient

MODEL_ARCHIVE: Final = "model.tar.gz"


@dataclass(frozen=True)
class Day:
    """One day as the backfill leaves it."""

    evaluation: Evaluation
    model: Model
    revisions: tuple[Evaluation, ...] = ()
    """As it was known later, when more labels had come."""


@dataclass(frozen=True)
class Destination:
    """Where results go in S3, and the group that the last version joins."""

    s3: S3Client
    sagemaker: SageMakerClient
    bucket: str
    group: str

    def prefix(self, run: Run) -> str:
        """Key prefix of a day's results."""
        return run_prefix(run.pipeline, run.day, run.run)

    def upload(self, evaluation: Evaluation, scratch: Path) -> None:
        """Put a day's six files where they belong; run.json last, because it makes them count."""
        shutil.rmtree(scratch, ignore_errors=True)
        evaluation.write(scratch)
        prefix = self.prefix(evaluation.run)
        for path in sorted(scratch.iterdir(), key=lambda path: path.stat().st_mtime_ns):
            self.s3.upload_file(str(path), self.bucket, f"{prefix}{path.name}")

    def register(self, day: Day, recipe: str | None, scratch: Path) -> str:
        """Upload the model and register it, pending approval; returns the model package's ARN."""
        run = day.evaluation.run
        shutil.rmtree(scratch, ignore_errors=True)
        day.model.save(scratch / "model")
        archive = scratch / MODEL_ARCHIVE
        pack(scratch / "model", archive)
        prefix = self.prefix(run)
        self.s3.upload_file(str(archive), self.bucket, f"{prefix}model/{MODEL_ARCHIVE}")
        evaluation, analysis = result_uris(f"s3://{self.bucket}/{prefix}")
        registration = Registration(
            group=self.group,
            image=run.image or "unknown",
            model_data=f"s3://{self.bucket}/{prefix}model/{MODEL_ARCHIVE}",
            evaluation=evaluation,
            analysis=analysis,
            lineage=Lineage(
                day=run.day.isoformat(),
                code_commit=run.code_commit,
                image=run.image,
                recipe=recipe,
                started_by=run.started_by,
            ),
        )
        self._create_group()
        # Any: the type of a value admits references too, which only the definition holds.
        request: dict[str, Any] = registration.request()
        answer = self.sagemaker.create_model_package(**request)
        return answer["ModelPackageArn"]

    def _create_group(self) -> None:
        try:
            self.sagemaker.create_model_package_group(ModelPackageGroupName=self.group)
        except ClientError as error:
            if not exists_already(error):
                raise
