"""The model registry: registered versions, which one serves, and decisions on them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from core.domain import ApprovalStatus, ModelPackageArn, ModelVersion, Person, Pipeline
from core.errors import MlpipeError, NotFoundError
from core.lineage import DECIDED_AT, DECIDED_BY, serving
from core.messages import say
from mlops.aws import Aws

MOST_DESCRIPTION: Final = 1024
"""Characters of ApprovalDescription (UpdateModelPackage)."""


class DecidedOtherwiseError(MlpipeError):
    """The version was decided elsewhere meanwhile, and the other way."""


class Registry:
    """The versions of one pipeline in one environment."""

    def __init__(self, aws: Aws, pipeline: Pipeline) -> None:
        self._aws = aws
        self.group = pipeline.model_package_group(aws.environment.name)

    async def versions(self) -> tuple[ModelVersion, ...]:
        """Every version, newest first, as the listing has them: without metrics and metadata.

        None where the group does not exist yet.
        """
        return tuple(_listed(summary) for summary in await self._list())

    async def describe(self, arn: ModelPackageArn) -> ModelVersion:
        """One version as the registry has it now."""
        answer = await self._aws.call("sagemaker", "describe_model_package", ModelPackageName=arn)
        return model_version(answer)

    async def serving(self) -> ModelVersion | None:
        """The version that serves: approved last."""
        approved = await self._list(ModelApprovalStatus=ApprovalStatus.APPROVED.value)
        return serving(
            await asyncio.gather(*(self.describe(each["ModelPackageArn"]) for each in approved))
        )

    async def _list(self, **filters: str) -> list[Any]:
        def read(client: Any) -> list[Any]:
            pages = client.get_paginator("list_model_packages").paginate(
                ModelPackageGroupName=self.group,
                SortBy="CreationTime",
                SortOrder="Descending",
                **filters,
            )
            return [package for page in pages for package in page["ModelPackageSummaryList"]]

        try:
            return list(await self._aws.run(read, "sagemaker"))
        except NotFoundError:
            return []

    async def approve(
        self, arn: ModelPackageArn, *, by: Person, at: dt.datetime, reason: str = ""
    ) -> None:
        """Make a version Approved; nothing happens where it was so decided by this very decision.

        Raises:
            NotFoundError: somebody deleted it.
            RefusedError: SageMaker would not.
        """
        await self._decide(arn, ApprovalStatus.APPROVED, by=by, at=at, reason=reason)

    async def reject(
        self, arn: ModelPackageArn, *, by: Person, at: dt.datetime, reason: str = ""
    ) -> None:
        """Make a pending version Rejected.

        Raises:
            DecidedOtherwiseError: it was approved meanwhile; what serves is not taken away here.
            NotFoundError: somebody deleted it.
            RefusedError: SageMaker would not.
        """
        await self._decide(arn, ApprovalStatus.REJECTED, by=by, at=at, reason=reason)

    async def _decide(
        self,
        arn: ModelPackageArn,
        status: ApprovalStatus,
        *,
        by: Person,
        at: dt.datetime,
        reason: str,
    ) -> None:
        version = await self.describe(arn)
        decision = {DECIDED_BY: str(by), DECIDED_AT: at.astimezone(dt.UTC).isoformat()}
        if version.approval is status and decision.items() <= version.metadata.items():
            return  # done before a crash
        if status is ApprovalStatus.REJECTED and version.approval is ApprovalStatus.APPROVED:
            raise DecidedOtherwiseError(
                say(
                    "version {version} was approved in SageMaker meanwhile; rejecting the request "
                    "does not take it away",
                    version=str(version.version),
                )
            )
        await self._aws.call(
            "sagemaker",
            "update_model_package",
            ModelPackageArn=arn,
            ModelApprovalStatus=status.value,
            ApprovalDescription=(reason or f"{status.value} in Slack by {by}")[:MOST_DESCRIPTION],
            CustomerMetadataProperties=decision,
        )


def _listed(summary: Mapping[str, Any]) -> ModelVersion:
    return ModelVersion(
        arn=ModelPackageArn(summary["ModelPackageArn"]),
        group=summary["ModelPackageGroupName"],
        version=summary["ModelPackageVersion"],
        approval=ApprovalStatus(summary["ModelApprovalStatus"]),
        created=summary["CreationTime"],
        modified=summary["CreationTime"],
        stage=summary.get("ModelLifeCycle", {}).get("Stage"),
    )


def model_version(answer: Mapping[str, Any]) -> ModelVersion:
    """A version from DescribeModelPackage's answer."""
    metrics = answer.get("ModelMetrics", {})
    containers = answer.get("InferenceSpecification", {}).get("Containers", ())
    created = answer["CreationTime"]
    return ModelVersion(
        arn=ModelPackageArn(answer["ModelPackageArn"]),
        group=answer["ModelPackageGroupName"],
        version=answer["ModelPackageVersion"],
        approval=ApprovalStatus(answer["ModelApprovalStatus"]),
        created=created,
        modified=answer.get("LastModifiedTime", created),
        stage=answer.get("ModelLifeCycle", {}).get("Stage"),
        model_data=containers[0].get("ModelDataUrl") if containers else None,
        quality_uri=metrics.get("ModelQuality", {}).get("Statistics", {}).get("S3Uri"),
        explainability_uri=metrics.get("Explainability", {}).get("Report", {}).get("S3Uri"),
        reason=answer.get("ApprovalDescription", ""),
        metadata=answer.get("CustomerMetadataProperties", {}),
    )
