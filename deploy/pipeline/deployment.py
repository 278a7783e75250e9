"""Compares definitions with what SageMaker has, and brings it up to them."""

from __future__ import annotations

import difflib
import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from core.domain import Environment
from core.errors import NotFoundError
from core.messages import say
from core.sweeps import as_before
from deploy.pipeline.inputs import Inputs
from deploy.pipeline.plan import Plan

if TYPE_CHECKING:
    import boto3

_MISSING: Final = frozenset({"ResourceNotFound", "ResourceNotFoundException"})
_THERE: Final = frozenset({"BucketAlreadyExists", "BucketAlreadyOwnedByYou"})
_HOME_OF_S3: Final = "us-east-1"
"""The one region that CreateBucket wants unnamed."""


class Change(enum.StrEnum):
    """What an upsert did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Stored:
    """A pipeline as SageMaker has it."""

    arn: str
    role_arn: str
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Deployed:
    """Where a pipeline is after an upsert."""

    change: Change
    arn: str


def pretty(definition: Mapping[str, Any]) -> str:
    """A definition as people read it."""
    return json.dumps(definition, indent=2, ensure_ascii=False) + "\n"


def difference(name: str, stored: Stored | None, definition: Mapping[str, Any]) -> str:
    """What an upsert would change, as a unified diff; empty if nothing."""
    before = pretty(as_before(stored.definition, definition)) if stored else ""
    return "".join(
        difflib.unified_diff(
            before.splitlines(keepends=True),
            pretty(definition).splitlines(keepends=True),
            fromfile=f"{name} (SageMaker)" if stored else f"{name} (not there yet)",
            tofile=f"{name} (here)",
        )
    )


class Deployment:
    """One environment's pipelines and what they stand on."""

    def __init__(self, environment: Environment, session: boto3.Session) -> None:
        """`session` reaches the environment's account and region."""
        self._environment = environment
        self._sagemaker = session.client("sagemaker")
        self._s3 = session.client("s3")

    def stored(self, name: str) -> Stored | None:
        """A pipeline as it is; None if there is none of this name."""
        try:
            found = self._sagemaker.describe_pipeline(PipelineName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        definition = json.loads(found["PipelineDefinition"])
        return Stored(found["PipelineArn"], found["RoleArn"], definition)

    def upsert(self, plan: Plan, definition: Mapping[str, Any]) -> Deployed:
        """Create or update a pipeline; one that is as it should be is left alone."""
        stored = self.stored(plan.name)
        request: dict[str, Any] = {
            "PipelineName": plan.name,
            "PipelineDescription": plan.description,
            "PipelineDefinition": json.dumps(definition),
            "RoleArn": self._environment.role_arn,
        }
        if stored is None:
            return Deployed(
                Change.CREATED, self._sagemaker.create_pipeline(**request)["PipelineArn"]
            )
        before = as_before(stored.definition, definition)
        if (before, stored.role_arn) == (definition, self._environment.role_arn):
            return Deployed(Change.UNCHANGED, stored.arn)
        self._sagemaker.update_pipeline(**request)
        return Deployed(Change.UPDATED, stored.arn)

    def create_bucket(self) -> None:
        """Create the environment's bucket if it is missing.

        A real account gets its buckets with its infrastructure, with encryption and a life cycle;
        this is for trying.
        """
        region = self._environment.region
        where: dict[str, Any] = (
            {}
            if region == _HOME_OF_S3
            else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        try:
            self._s3.create_bucket(Bucket=self._environment.bucket, **where)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _THERE:
                raise

    def require_bucket(self) -> None:
        """Make sure that the environment's bucket is there.

        Raises:
            NotFoundError: It is not.
        """
        try:
            self._s3.head_bucket(Bucket=self._environment.bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
                raise
            raise NotFoundError(
                say(
                    "The bucket {bucket} of {environment} is not there: create it, or let "
                    "`mlpipe pipeline upsert --create-bucket` do so.",
                    bucket=self._environment.bucket,
                    environment=self._environment.name,
                )
            ) from error

    def upload(self, inputs: Inputs) -> None:
        """Upload what the jobs read to the environment's bucket."""
        inputs.upload(self._s3, self._environment)

    def ensure_group(self, plan: Plan) -> None:
        """Create the model package group if it is missing."""
        try:
            self._sagemaker.describe_model_package_group(ModelPackageGroupName=plan.group)
        except ClientError as error:
            # A missing group is a ValidationException to AWS: "ModelPackageGroup … does not exist".
            if error.response["Error"]["Code"] not in {*_MISSING, "ValidationException"}:
                raise
            self._sagemaker.create_model_package_group(
                ModelPackageGroupName=plan.group,
                ModelPackageGroupDescription=f"mlpipe: versions of {plan.group}.",
            )

    def ensure_experiment(self, plan: Plan) -> None:
        """Create the experiment if it is missing."""
        try:
            self._sagemaker.describe_experiment(ExperimentName=plan.experiment)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MISSING:
                raise
            self._sagemaker.create_experiment(
                ExperimentName=plan.experiment, Description=f"mlpipe: trials of {plan.experiment}."
            )
