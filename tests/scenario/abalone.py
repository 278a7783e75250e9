"""AWS's own abalone template as its SDK defines it, with steps that take milliseconds.

Preprocess → Train → Evaluate → is the error small enough? → Register, else Fail. The day is in the
address of the data, as where a team's scheduler starts it every morning.
"""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from pathlib import Path
from typing import Any

import boto3

NAME = "AbalonePipeline"
BUCKET = "sagemaker-us-east-1-123456789012"
GROUP = "AbaloneModelPackageGroupName"
ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole"
SCRIPT = str(Path(__file__).with_name("abalone_steps.sh"))
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:0.23-1-cpu-py3"
EVALUATION = "EvaluateAbaloneModel/evaluation/evaluation.json"
SLOW = 60.0
"""Seconds that its executions may take together on a busy machine."""


class Abalone:
    """Makes the pipeline and lets it run."""

    def __init__(self, name: str = NAME) -> None:
        self.name = name
        self.sagemaker: Any = boto3.client("sagemaker", region_name="us-east-1")
        self.s3: Any = boto3.client("s3", region_name="us-east-1")

    def create(
        self,
        *,
        evaluate: str = "evaluate",
        own_place: bool = True,
        most: float = 6.0,
    ) -> None:
        """Bucket and pipeline.

        Args:
            evaluate: What of abalone_steps.sh the step that evaluates runs.
            own_place: Whether each execution's outputs have a place of their own, as the SDK has
                it by now; it once chose one for all, when the pipeline was defined.
            most: The error up to which a version is registered.
        """
        self.s3.create_bucket(Bucket=BUCKET)
        self.sagemaker.create_pipeline(
            PipelineName=self.name,
            PipelineDefinition=json.dumps(_definition(self.name, evaluate, own_place, most)),
            RoleArn=ROLE,
            ClientRequestToken=uuid.uuid4().hex,
        )

    def start(self, data: str) -> str:
        """Start an execution on data at an address below the bucket; gives its ARN."""
        answer = self.sagemaker.start_pipeline_execution(
            PipelineName=self.name,
            PipelineParameters=[{"Name": "InputDataUrl", "Value": f"s3://{BUCKET}/abalone/{data}"}],
            ClientRequestToken=uuid.uuid4().hex,
        )
        return str(answer["PipelineExecutionArn"])

    def run(self, *days: dt.date) -> None:
        """One execution on each day's data, all of them ended."""
        self.run_on(*(f"{day:%Y/%m/%d}/abalone.csv" for day in days))

    def run_on(self, *data: str) -> None:
        """One execution on each, all of them ended."""
        arns = {self.start(each) for each in data}
        deadline = time.monotonic() + SLOW
        while arns & self._running():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _running(self) -> set[str]:
        pages = self.sagemaker.get_paginator("list_pipeline_executions").paginate(
            PipelineName=self.name
        )
        return {
            each["PipelineExecutionArn"]
            for page in pages
            for each in page["PipelineExecutionSummaries"]
            if each["PipelineExecutionStatus"] == "Executing"
        }


def _definition(name: str, evaluate: str, own_place: bool, most: float) -> dict[str, Any]:
    place = _place(name, "EvaluateAbaloneModel", "evaluation", own=own_place)
    return {
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": [
            {"Name": "ProcessingInstanceCount", "Type": "Integer", "DefaultValue": 1},
            {"Name": "ModelApprovalStatus", "Type": "String", "DefaultValue": "Approved"},
            {"Name": "InputDataUrl", "Type": "String"},
        ],
        "Steps": [
            _processing(
                "PreprocessAbaloneData",
                "preprocess",
                _output(_place(name, "PreprocessAbaloneData", "train"), "train"),
            ),
            _training(),
            {
                **_processing("EvaluateAbaloneModel", evaluate, _output(place, "evaluation")),
                "DependsOn": ["TrainAbaloneModel"],
                "PropertyFiles": [
                    {
                        "PropertyFileName": "EvaluationReport",
                        "OutputName": "evaluation",
                        "FilePath": "evaluation.json",
                    }
                ],
            },
            {
                "Name": "CheckMSEAbaloneEvaluation",
                "Type": "Condition",
                "DependsOn": ["EvaluateAbaloneModel"],
                "Arguments": {
                    "Conditions": [
                        {
                            "Type": "LessThanOrEqualTo",
                            "LeftValue": {
                                "Std:JsonGet": {
                                    "PropertyFile": {
                                        "Get": "Steps.EvaluateAbaloneModel."
                                        "PropertyFiles.EvaluationReport"
                                    },
                                    "Path": "regression_metrics.mse.value",
                                }
                            },
                            "RightValue": most,
                        }
                    ],
                    "IfSteps": [_register(place)],
                    "ElseSteps": [
                        {
                            "Name": "AbaloneMSEFail",
                            "Type": "Fail",
                            "Arguments": {"ErrorMessage": "The error is too large."},
                        }
                    ],
                },
            },
        ],
    }


def _place(pipeline: str, step: str, output: str, *, own: bool = True) -> Any:
    """Where the SDK has a step's output lie."""
    if not own:
        return f"s3://{BUCKET}/script-{step.lower()}-2013-05-01-08-00-00-000/output/{output}"
    run = {"Get": "Execution.PipelineExecutionId"}
    return {"Std:Join": {"On": "/", "Values": ["s3:/", BUCKET, pipeline, run, step, output]}}


def _output(place: Any, name: str) -> dict[str, Any]:
    return {
        "OutputName": name,
        "AppManaged": False,
        "S3Output": {
            "S3Uri": place,
            "LocalPath": f"/opt/ml/processing/{name}",
            "S3UploadMode": "EndOfJob",
        },
    }


def _processing(name: str, does: str, output: dict[str, Any]) -> dict[str, Any]:
    folder = output["S3Output"]["LocalPath"]
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": {"Get": "Parameters.ProcessingInstanceCount"},
                    "InstanceType": "ml.m5.xlarge",
                    "VolumeSizeInGB": 30,
                }
            },
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["sh", SCRIPT, does, folder],
                "ContainerArguments": [{"Get": "Parameters.InputDataUrl"}],
            },
            "ProcessingOutputConfig": {"Outputs": [output]},
            "RoleArn": ROLE,
        },
    }


def _training() -> dict[str, Any]:
    return {
        "Name": "TrainAbaloneModel",
        "Type": "Training",
        "DependsOn": ["PreprocessAbaloneData"],
        "Arguments": {
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "ContainerEntrypoint": ["sh", SCRIPT, "train", "/opt/ml/model", "0"],
            },
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/AbaloneTrain"},
            "ResourceConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.xlarge",
                "VolumeSizeInGB": 30,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
            "RoleArn": ROLE,
        },
    }


def _register(evaluation: Any) -> dict[str, Any]:
    model = {"Get": "Steps.TrainAbaloneModel.ModelArtifacts.S3ModelArtifacts"}
    place = {"Std:Join": {"On": "/", "Values": [evaluation, "evaluation.json"]}}
    return {
        "Name": "RegisterAbaloneModel-RegisterModel",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": GROUP,
            "ModelApprovalStatus": {"Get": "Parameters.ModelApprovalStatus"},
            "InferenceSpecification": {
                "Containers": [{"Image": IMAGE, "ModelDataUrl": model}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            "ModelMetrics": {
                "ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": place}},
                "Bias": {},
                "Explainability": {},
            },
        },
    }
