"""A pipeline of the shape of ours whose steps take milliseconds: see tiny_steps.py."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import boto3

from core.domain import EnvironmentName, Kind, Pipeline, PipelineName
from core.results import Gate, LateLabels, Run
from tests.scenario.tiny_steps import HELD_BY, UNLUCKY_SEED, facts_of, write_results
from tests.scenario.tiny_sweep import tiny_sweep

ROOT = Path(__file__).parents[2]
ROLE = "arn:aws:iam::123456789012:role/mlpipe-pipeline"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlpipe-steps:latest"
FLIGHTS = Pipeline(
    name=PipelineName("flights"), manifest="m", lake="s3://l", time_zone="America/New_York"
)
DAY: Any = {"Get": "Parameters.Day"}
ARN: Any = {"Get": "Execution.PipelineExecutionArn"}
RUN_ID: Any = {"Get": "Execution.PipelineExecutionId"}


class TinyPipeline:
    """Creates it, holds its steps, and puts results of past days where they belong."""

    def __init__(self, *, folder: Path) -> None:
        self._folder = folder
        self._hold = folder / "hold"
        self.sagemaker: Any = boto3.client("sagemaker", region_name="us-east-1")
        self.s3: Any = boto3.client("s3", region_name="us-east-1")

    def create(self, environment: str) -> None:
        """Bucket, group, and both definitions."""
        self.s3.create_bucket(Bucket=f"mlpipe-{environment}")
        self.sagemaker.create_model_package_group(ModelPackageGroupName=f"flights-{environment}")
        for kind in Kind:
            name = FLIGHTS.sagemaker_name(EnvironmentName(environment), kind)
            self.sagemaker.create_pipeline(
                PipelineName=name,
                PipelineDefinition=json.dumps(_definition(environment, kind, self._hold)),
                RoleArn=ROLE,
                ClientRequestToken=f"create-{name}-".ljust(32, "x"),
            )

    def break_training(self, environment: str) -> None:
        """Let Train fail at Prepare from now on."""
        name = FLIGHTS.sagemaker_name(EnvironmentName(environment), Kind.TRAIN)
        definition = _definition(environment, Kind.TRAIN, self._hold)
        for parameter in definition["Parameters"]:
            if parameter["Name"] == "Seed":
                parameter["DefaultValue"] = int(UNLUCKY_SEED)
        self.sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=json.dumps(definition))

    def mend_training(self, environment: str) -> None:
        """Let Train succeed again."""
        self.sagemaker.update_pipeline(
            PipelineName=FLIGHTS.sagemaker_name(EnvironmentName(environment), Kind.TRAIN),
            PipelineDefinition=json.dumps(_definition(environment, Kind.TRAIN, self._hold)),
        )

    def cache_preparation(self, environment: str) -> None:
        """Let Train take Prepare from an earlier run with the same parameters from now on."""
        name = FLIGHTS.sagemaker_name(EnvironmentName(environment), Kind.TRAIN)
        definition = _definition(environment, Kind.TRAIN, self._hold)
        (prepare,) = (step for step in definition["Steps"] if step["Name"] == "Prepare")
        prepare["CacheConfig"] = {"Enabled": True, "ExpireAfter": "P30D"}
        prepare["Arguments"]["AppSpecification"]["ContainerArguments"].remove(ARN)
        prepare["Arguments"]["AppSpecification"]["ContainerArguments"].remove("--execution")
        self.sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=json.dumps(definition))

    def hold(self) -> None:
        """Let no step end until `release`."""
        self._hold.write_text("held")

    def release(self) -> None:
        """Let the steps go on."""
        self._hold.unlink(missing_ok=True)

    def held_by(self, *, seconds: float = 180) -> int:
        """The process of the step that is held, once one is."""
        told = self._hold.with_suffix(HELD_BY)
        deadline = time.monotonic() + seconds
        while not (told.exists() and told.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return int(told.read_text())

    def executions(self, environment: str = "experiment", kind: str = "train") -> list[Any]:
        """Summaries of the executions, oldest first."""
        answer = self.sagemaker.list_pipeline_executions(
            PipelineName=f"flights-{environment}-{kind}", SortOrder="Ascending"
        )
        return list(answer["PipelineExecutionSummaries"])

    def ended(
        self, environment: str = "experiment", kind: str = "train", *, seconds: float = 180
    ) -> list[Any]:
        """The executions, once none of them runs any more."""
        deadline = time.monotonic() + seconds
        found = self.executions(environment, kind)
        while any(each["PipelineExecutionStatus"] == "Executing" for each in found):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
            found = self.executions(environment, kind)
        return found

    def parameters(self, summary: Any) -> dict[str, str]:
        """What an execution was started with."""
        answer = self.sagemaker.list_pipeline_parameters_for_execution(
            PipelineExecutionArn=summary["PipelineExecutionArn"]
        )
        return {each["Name"]: each["Value"] for each in answer["PipelineParameters"]}

    def fill_lake(self, *days: str) -> None:
        """Put something into the lake's folders of some days."""
        self.s3.create_bucket(Bucket="mlpipe-lake")
        for day in days:
            key = f"flights/day={day}/part-0.csv"
            self.s3.put_object(Bucket="mlpipe-lake", Key=key, Body=b"rows")

    def score(
        self,
        day: dt.date,
        *,
        environment: str = "production",
        auc: float = 0.8,
        refused: str | None = None,
        labels: LateLabels | None = None,
        again: bool = False,
    ) -> None:
        """Put a day's results where a backfill would have; `refused`: why the gate said no."""
        run = Run(
            pipeline="flights",
            environment=environment,
            day=day,
            run="backfill-again" if again else "backfill-test",
            kind="train",
            started=dt.datetime(2013, 6, 29, 1 if again else 0, tzinfo=dt.UTC),
            backfilled=True,
            labels=labels,
        )
        folder = self._folder / "scored"
        gate = Gate(passed=refused is None, reason=refused or "Nothing was wrong.", checks=[])
        write_results(folder, facts_of(day, environment, auc=auc), gate, run)
        for file in folder.iterdir():
            key = f"flights/days/{day}/{run.run}/{file.name}"
            self.s3.upload_file(str(file), f"mlpipe-{environment}", key)

    def register(self, day: dt.date, *, environment: str = "production") -> str:
        """Register a version that was evaluated on a day; gives its ARN."""
        place = f"s3://mlpipe-{environment}/flights/days/{day}/backfill-test"
        answer = self.sagemaker.create_model_package(**_package(environment, place, str(day)))
        return str(answer["ModelPackageArn"])

    def approval(self, arn: str) -> str:
        """The ModelApprovalStatus of a version."""
        answer = self.sagemaker.describe_model_package(ModelPackageName=arn)
        return str(answer["ModelApprovalStatus"])


def _definition(environment: str, kind: Kind, hold: Path) -> dict[str, Any]:
    if kind is Kind.SWEEP:
        return tiny_sweep(environment, hold, image=IMAGE, role=ROLE)
    evaluate = _processing("Evaluate", _results(environment), hold, environment, kind)
    prepare = _processing("Prepare", None, hold, environment, kind)
    evaluate["DependsOn"] = ["Prepare"]
    steps = [prepare, evaluate]
    if kind is Kind.TRAIN:
        package = _package(environment, _results(environment), DAY)
        steps.append(
            {
                "Name": "Register",
                "Type": "RegisterModel",
                "Arguments": package,
                "DependsOn": ["Evaluate"],
            }
        )
    parameters: list[dict[str, Any]] = [
        {"Name": "Day", "Type": "String"},
        {"Name": "StartedBy", "Type": "String", "DefaultValue": "unknown"},
    ]
    if kind is Kind.TRAIN:
        parameters[1:1] = [
            {"Name": "NumLeaves", "Type": "Integer", "DefaultValue": 31},
            {"Name": "LearningRate", "Type": "Float", "DefaultValue": 0.05},
            {"Name": "Seed", "Type": "Integer", "DefaultValue": 1},
        ]
    else:
        parameters += [
            {"Name": "LabelAge", "Type": "Integer", "DefaultValue": 0},
            {"Name": "Versions", "Type": "String", "DefaultValue": "current"},
        ]
    return {"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters, "Steps": steps}


def _results(environment: str) -> Any:
    place = [f"s3://mlpipe-{environment}/flights/days", DAY, RUN_ID]
    return {"Std:Join": {"On": "/", "Values": place}}


def _package(environment: str, place: Any, day: Any) -> dict[str, Any]:
    def file(name: str) -> Any:
        return {
            "ContentType": "application/json",
            "S3Uri": f"{place}/{name}"
            if isinstance(place, str)
            else {"Std:Join": {"On": "/", "Values": [place, name]}},
        }

    return {
        "ModelPackageGroupName": f"flights-{environment}",
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [{"Image": IMAGE, "ModelDataUrl": file("model.tar.gz")["S3Uri"]}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        "ModelMetrics": {
            "ModelQuality": {"Statistics": file("evaluation.json")},
            "Explainability": {"Report": file("analysis.json")},
        },
        "CustomerMetadataProperties": {"day": day},
    }


def _processing(
    name: str, results: Any, hold: Path, environment: str, kind: Kind
) -> dict[str, Any]:
    arguments: list[Any] = ["--hold", str(hold), "--day", DAY, "--environment", environment]
    arguments += ["--execution", ARN, "--kind", str(kind), "--started-by"]
    arguments += [{"Get": "Parameters.StartedBy"}, "--output", "/opt/ml/processing/results"]
    arguments += ["--failure", "/opt/ml/output/message"]
    if kind is Kind.TRAIN:
        arguments += ["--seed", {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Seed"}]}}]
    outputs = [] if results is None else [_output(results)]
    script = str(ROOT / "tests" / "scenario" / "tiny_steps.py")
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": 1,
                    "InstanceType": "ml.m5.xlarge",
                    "VolumeSizeInGB": 10,
                }
            },
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python", script, name.lower()],
                "ContainerArguments": arguments,
            },
            "ProcessingInputs": [],
            "ProcessingOutputConfig": {"Outputs": outputs},
            "RoleArn": ROLE,
        },
    }


def _output(results: Any) -> dict[str, Any]:
    return {
        "OutputName": "results",
        "S3Output": {
            "S3Uri": results,
            "LocalPath": "/opt/ml/processing/results",
            "S3UploadMode": "EndOfJob",
        },
    }
