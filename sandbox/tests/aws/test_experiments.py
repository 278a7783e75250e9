"""Experiments, trials, trial components and their metrics."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from .conftest import Aws

AT = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)


@pytest.fixture
def trial(aws: Aws) -> str:
    name = f"trial-{next(aws.numbers)}"
    aws.sagemaker.create_experiment(ExperimentName=f"of-{name}")
    aws.sagemaker.create_trial(TrialName=name, ExperimentName=f"of-{name}")
    return name


def test_a_component_keeps_parameters_of_both_types(aws: Aws, trial: str) -> None:
    name = f"{trial}-summary"
    aws.sagemaker.create_trial_component(
        TrialComponentName=name,
        Parameters={"day": {"StringValue": "2013-06-28"}, "rows": {"NumberValue": 972}},
        Status={"PrimaryStatus": "InProgress"},
        StartTime=AT,
    )
    aws.sagemaker.associate_trial_component(TrialComponentName=name, TrialName=trial)
    aws.sagemaker.update_trial_component(
        TrialComponentName=name,
        Parameters={"gate": {"StringValue": "passed"}},
        ParametersToRemove=["rows"],
        Status={"PrimaryStatus": "Completed"},
        EndTime=AT + dt.timedelta(minutes=1),
    )
    component = aws.sagemaker.describe_trial_component(TrialComponentName=name)
    assert component["Parameters"] == {
        "day": {"StringValue": "2013-06-28"},
        "gate": {"StringValue": "passed"},
    }
    assert component["StartTime"] == AT
    assert component["Status"] == {"PrimaryStatus": "Completed"}
    for request in ({"TrialName": trial}, {"ExperimentName": f"of-{trial}"}):
        found = aws.sagemaker.list_trial_components(**request)["TrialComponentSummaries"]
        assert [item["TrialComponentName"] for item in found] == [name]


def test_metrics_come_back_as_summaries(aws: Aws, trial: str) -> None:
    name = f"{trial}-metrics"
    aws.sagemaker.create_trial_component(TrialComponentName=name)
    answer = aws.metrics.batch_put_metrics(
        TrialComponentName=name,
        MetricData=[
            {"MetricName": "auc", "Timestamp": AT, "Step": index, "Value": value}
            for index, value in enumerate((0.5, 0.8, 0.7))
        ],
    )
    assert answer.get("Errors", []) == []
    (metric,) = aws.sagemaker.describe_trial_component(TrialComponentName=name)["Metrics"]
    assert (metric["MetricName"], metric["Min"], metric["Max"], metric["Last"]) == (
        "auc",
        0.5,
        0.8,
        0.7,
    )
    assert metric["Count"] == 3
    assert metric["Avg"] == pytest.approx(2 / 3)
    assert metric["TimeStamp"] == AT


def test_a_metric_may_be_no_number(aws: Aws, trial: str) -> None:
    name = f"{trial}-component"
    aws.sagemaker.create_trial_component(TrialComponentName=name)
    aws.metrics.batch_put_metrics(
        TrialComponentName=name,
        MetricData=[
            {"MetricName": "auc", "Timestamp": AT, "Value": math.nan},
            {"MetricName": "loss", "Timestamp": AT, "Value": math.inf},
        ],
    )
    auc, loss = aws.sagemaker.describe_trial_component(TrialComponentName=name)["Metrics"]
    assert (auc["Last"], loss["Last"]) == ("NaN", "Infinity"), "boto3 leaves them text"


def test_metrics_of_an_unknown_component_are_errors(aws: Aws) -> None:
    answer = aws.metrics.batch_put_metrics(
        TrialComponentName="not-there",
        MetricData=[{"MetricName": "auc", "Timestamp": AT, "Value": 1.0}],
    )
    assert answer["Errors"] == [{"Code": "VALIDATION_ERROR", "MetricIndex": 0}]


def test_eleven_metrics_at_once_are_too_many(aws: Aws) -> None:
    with pytest.raises(ClientError, match="less than or equal to 10"):
        aws.metrics.batch_put_metrics(
            TrialComponentName="any",
            MetricData=[
                {"MetricName": f"m{index}", "Timestamp": AT, "Value": 1.0} for index in range(11)
            ],
        )


def test_what_exists_and_what_does_not_have_aws_own_codes(aws: Aws, trial: str) -> None:
    with pytest.raises(ClientError, match="already exists") as twice:
        aws.sagemaker.create_trial(TrialName=trial, ExperimentName=f"of-{trial}")
    assert twice.value.response["Error"]["Code"] == "ValidationException"
    calls: list[Callable[[], object]] = [
        lambda: aws.sagemaker.describe_trial(TrialName="not-there"),
        lambda: aws.sagemaker.describe_experiment(ExperimentName="not-there"),
        lambda: aws.sagemaker.describe_trial_component(TrialComponentName="not-there"),
    ]
    for describe in calls:
        with pytest.raises(ClientError) as missing:
            describe()
        assert missing.value.response["Error"]["Code"] == "ResourceNotFound"


def test_an_execution_becomes_a_trial_with_its_jobs_as_components(aws: Aws) -> None:
    experiment = f"experiment-{next(aws.numbers)}"
    pipeline = aws.pipeline(
        aws.step("Prepare", "print(1)"),
        PipelineExperimentConfig={
            "ExperimentName": experiment,
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        },
    )
    ended = aws.ended(aws.start(pipeline))
    trial = ended.arn.rsplit("/", 1)[-1]
    assert ended.execution["PipelineExperimentConfig"] == {
        "ExperimentName": experiment,
        "TrialName": trial,
    }
    assert aws.sagemaker.describe_trial(TrialName=trial)["ExperimentName"] == experiment
    (component,) = aws.sagemaker.list_trial_components(TrialName=trial)["TrialComponentSummaries"]
    assert component["DisplayName"] == "Prepare"
    assert component["TrialComponentName"].endswith("-aws-processing-job")
    assert component["Status"]["PrimaryStatus"] == "Completed"
    assert json.dumps(component["TrialComponentSource"]["SourceArn"]) in json.dumps(
        ended.steps["Prepare"]["Metadata"]
    )
