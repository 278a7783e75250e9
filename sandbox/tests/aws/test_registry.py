"""Model packages: versions, approval, life cycle, metadata."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, IMAGE, Aws, step

METRICS = {
    "ModelQuality": {
        "Statistics": {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/evaluation.json"}
    },
    "Explainability": {
        "Report": {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/analysis.json"}
    },
}


@pytest.fixture
def group(aws: Aws) -> str:
    name = f"group-{next(aws.numbers)}"
    aws.sagemaker.create_model_package_group(ModelPackageGroupName=name)
    return name


def register(aws: Aws, group: str, **more: Any) -> str:
    arn: str = aws.sagemaker.create_model_package(ModelPackageGroupName=group, **more)[
        "ModelPackageArn"
    ]
    return arn


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    code: str = error.value.response["Error"]["Code"]
    return code


def test_versions_are_counted_in_their_group_and_never_reused(aws: Aws, group: str) -> None:
    first, second = register(aws, group), register(aws, group)
    assert first.endswith(f":model-package/{group}/1")
    aws.sagemaker.delete_model_package(ModelPackageName=second)
    assert register(aws, group).endswith(f"{group}/3")
    with pytest.raises(ClientError, match="does not exist") as missing:
        aws.sagemaker.describe_model_package(ModelPackageName=second)
    assert code_of(missing) == "ValidationException"


def test_a_new_version_waits_for_approval_with_all_it_was_given(aws: Aws, group: str) -> None:
    given = {
        "InferenceSpecification": {
            "Containers": [{"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        "ModelMetrics": METRICS,
        "CustomerMetadataProperties": {"day": "2013-06-28"},
        "ModelLifeCycle": {"Stage": "Challenger", "StageStatus": "Scoring"},
    }
    package = aws.sagemaker.describe_model_package(ModelPackageName=register(aws, group, **given))
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["ModelPackageVersion"] == 1
    assert package["CreationTime"].year == 2013
    assert {name: package[name] for name in given} == given


def test_approval_says_when_and_why(aws: Aws, group: str) -> None:
    arn = register(aws, group)
    aws.sagemaker.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus="Approved",
        ApprovalDescription="Asked by U1, approved by U2",
        CustomerMetadataProperties={"approved_by": "U2", "note": "x"},
    )
    aws.sagemaker.update_model_package(
        ModelPackageArn=arn,
        ModelLifeCycle={"Stage": "Production", "StageStatus": "Serving"},
        CustomerMetadataPropertiesToRemove=["note"],
    )
    package = aws.sagemaker.describe_model_package(ModelPackageName=arn)
    assert package["ModelApprovalStatus"] == "Approved"
    assert package["ApprovalDescription"] == "Asked by U1, approved by U2"
    assert package["CustomerMetadataProperties"] == {"approved_by": "U2"}
    assert package["ModelLifeCycle"]["Stage"] == "Production"
    assert package["LastModifiedTime"] >= package["CreationTime"]
    assert package["LastModifiedBy"]["IamIdentity"]["Arn"].startswith("arn:aws:iam::")


def test_versions_are_listed_by_group_and_approval_and_paged(aws: Aws, group: str) -> None:
    arns = [register(aws, group) for _ in range(3)]
    aws.sagemaker.update_model_package(ModelPackageArn=arns[1], ModelApprovalStatus="Rejected")
    pages = aws.sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group,
        SortBy="CreationTime",
        SortOrder="Descending",
        PaginationConfig={"PageSize": 2},
    )
    listed = [package for page in pages for package in page["ModelPackageSummaryList"]]
    assert [package["ModelPackageVersion"] for package in listed] == [3, 2, 1]
    assert "ModelPackageName" not in listed[0]
    rejected = aws.sagemaker.list_model_packages(
        ModelPackageGroupName=group, ModelApprovalStatus="Rejected"
    )["ModelPackageSummaryList"]
    assert [package["ModelPackageArn"] for package in rejected] == [arns[1]]


def test_the_same_client_token_registers_once(aws: Aws, group: str) -> None:
    assert register(aws, group, ClientToken="once-1") == register(aws, group, ClientToken="once-1")


def test_a_group_is_made_once_and_deleted_only_empty(aws: Aws, group: str) -> None:
    with pytest.raises(ClientError, match="already exists"):
        aws.sagemaker.create_model_package_group(ModelPackageGroupName=group)
    arn = register(aws, group)
    with pytest.raises(ClientError, match="cannot be deleted"):
        aws.sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    aws.sagemaker.delete_model_package(ModelPackageName=arn)
    aws.sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    with pytest.raises(ClientError, match="does not exist") as missing:
        aws.sagemaker.describe_model_package_group(ModelPackageGroupName=group)
    assert code_of(missing) == "ValidationException"


def test_a_pipeline_registers_what_it_trained(aws: Aws) -> None:
    group = f"made-by-pipeline-{next(aws.numbers)}"
    out = f"s3://{BUCKET}/registered/{group}"
    ended = aws.run(
        aws.step("Train", "print('trained')", outputs={"model": out}),
        step(
            "Register",
            "RegisterModel",
            {
                "ModelPackageGroupName": group,
                "ModelApprovalStatus": "PendingManualApproval",
                "CustomerMetadataProperties": {
                    "day": {"Get": "Parameters.Day"},
                    "execution": {"Get": "Execution.PipelineExecutionArn"},
                },
                "ModelMetrics": {
                    "ModelQuality": {
                        "Statistics": {
                            "ContentType": "application/json",
                            "S3Uri": {
                                "Std:Join": {
                                    "On": "/",
                                    "Values": [
                                        {
                                            "Get": "Steps.Train.ProcessingOutputConfig"
                                            ".Outputs['model'].S3Output.S3Uri"
                                        },
                                        "evaluation.json",
                                    ],
                                }
                            },
                        }
                    }
                },
            },
        ),
        parameters=[{"Name": "Day", "Type": "String", "DefaultValue": "2013-06-28"}],
    )
    assert ended.status == "Succeeded"
    arn = ended.steps["Register"]["Metadata"]["RegisterModel"]["Arn"]
    package = aws.sagemaker.describe_model_package(ModelPackageName=arn)
    assert package["ModelPackageGroupName"] == group
    assert package["CustomerMetadataProperties"] == {"day": "2013-06-28", "execution": ended.arn}
    assert (
        package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"] == f"{out}/evaluation.json"
    )


def test_a_life_cycle_is_kept_and_moved_on_stage_by_stage(aws: Aws, group: str) -> None:
    waiting = {
        "Stage": "Development",
        "StageStatus": "PendingApproval",
        "StageDescription": "trained for June 28",
    }
    arn = register(aws, group, ModelLifeCycle=waiting)
    serving = {"Stage": "Production", "StageStatus": "Approved"}
    aws.sagemaker.update_model_package(ModelPackageArn=arn, ModelLifeCycle=serving)
    package = aws.sagemaker.describe_model_package(ModelPackageName=arn)
    assert package["ModelLifeCycle"] == serving
    assert package["ModelApprovalStatus"] == "PendingManualApproval", "one does not move the other"
    (summary,) = aws.sagemaker.list_model_packages(ModelPackageGroupName=group)[
        "ModelPackageSummaryList"
    ]
    assert summary["ModelLifeCycle"] == serving
    with pytest.raises(ClientError, match="Member must have length"):
        aws.sagemaker.update_model_package(
            ModelPackageArn=arn, ModelLifeCycle={"Stage": "x" * 200, "StageStatus": "Approved"}
        )
    rejected = {"ModelApprovalStatus": "Rejected", "ApprovalDescription": "worse on storm days"}
    aws.sagemaker.update_model_package(ModelPackageArn=arn, **rejected)
    package = aws.sagemaker.describe_model_package(ModelPackageName=arn)
    assert {name: package[name] for name in rejected} == rejected
    assert package["LastModifiedTime"] >= package["CreationTime"]
