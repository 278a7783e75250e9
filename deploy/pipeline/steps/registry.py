"""The model registry as the steps need it: versions of a group, in the domain's own type."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from core.domain import ApprovalStatus, ModelPackageArn, ModelVersion
from core.lineage import CHALLENGER_STAGE

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import (
        DescribeModelPackageOutputTypeDef,
        ModelPackageSummaryTypeDef,
    )

ATTEMPTS: Final = 8
"""Many executions may start in one minute, and the registry's calls are throttled early."""


def sagemaker_client() -> SageMakerClient:
    """A client that waits when SageMaker throttles."""
    config = Config(retries={"mode": "adaptive", "max_attempts": ATTEMPTS})
    client: SageMakerClient = boto3.client("sagemaker", config=config)
    return client


def scoring_candidates(
    client: SageMakerClient, group: str, reference_version: int | None
) -> tuple[ModelVersion, ...]:
    """The versions of a group among which production, reference and challengers are found.

    Only those are described (a call each) that can be one of them: a group grows by one a day.
    A group that is not there has none.
    """
    summaries = _summaries(client, group)
    numbers = [summary.get("ModelPackageVersion", 0) for summary in summaries]
    wanted = {reference_version, min(numbers, default=None)}
    return tuple(
        _version(client.describe_model_package(ModelPackageName=summary["ModelPackageArn"]))
        for summary in summaries
        if summary.get("ModelPackageVersion") in wanted
        or summary.get("ModelApprovalStatus") == ApprovalStatus.APPROVED.value
        or summary.get("ModelLifeCycle", {}).get("Stage") == CHALLENGER_STAGE
    )


def numbered(
    client: SageMakerClient, group: str, numbers: Collection[int]
) -> tuple[ModelVersion, ...]:
    """The versions of a group with these numbers, as far as they are there."""
    return tuple(
        _version(client.describe_model_package(ModelPackageName=summary["ModelPackageArn"]))
        for summary in _summaries(client, group)
        if summary.get("ModelPackageVersion") in numbers
    )


def _summaries(client: SageMakerClient, group: str) -> list[ModelPackageSummaryTypeDef]:
    pages = client.get_paginator("list_model_packages").paginate(ModelPackageGroupName=group)
    try:
        return [summary for page in pages for summary in page["ModelPackageSummaryList"]]
    except ClientError as error:
        if is_missing(error):
            return []
        raise


def is_missing(error: ClientError) -> bool:
    """Whether AWS says that what was named is not there (the code differs between its calls)."""
    answer = error.response.get("Error", {})
    said = answer.get("Message", "").lower()
    return answer.get("Code") in {"ResourceNotFound", "ResourceNotFoundException"} or (
        answer.get("Code") == "ValidationException"
        and ("does not exist" in said or "not find" in said)
    )


def exists_already(error: ClientError) -> bool:
    """Whether AWS says that what should be created is there (the code differs between calls)."""
    answer = error.response.get("Error", {})
    return answer.get("Code") in {"ResourceInUse", "ConflictException"} or (
        "already exist" in answer.get("Message", "").lower()
    )


def _version(found: DescribeModelPackageOutputTypeDef) -> ModelVersion:
    metrics = found.get("ModelMetrics", {})
    containers = found.get("InferenceSpecification", {}).get("Containers", [])
    return ModelVersion(
        arn=ModelPackageArn(found["ModelPackageArn"]),
        group=found.get("ModelPackageGroupName", ""),
        version=found.get("ModelPackageVersion", 0),
        approval=ApprovalStatus(found.get("ModelApprovalStatus", ApprovalStatus.PENDING)),
        created=found["CreationTime"],
        modified=found.get("LastModifiedTime", found["CreationTime"]),
        stage=found.get("ModelLifeCycle", {}).get("Stage"),
        model_data=containers[0].get("ModelDataUrl") if containers else None,
        quality_uri=metrics.get("ModelQuality", {}).get("Statistics", {}).get("S3Uri"),
        explainability_uri=metrics.get("Explainability", {}).get("Report", {}).get("S3Uri"),
        metadata=found.get("CustomerMetadataProperties", {}),
    )
