from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from core.domain import ApprovalStatus, ModelPackageArn, ModelVersion
from core.results import CANDIDATE, PRODUCTION, REFERENCE, RUN, Run
from deploy.pipeline.registration import Lineage, Registration
from deploy.pipeline.steps import resolve
from deploy.pipeline.steps.registry import sagemaker_client, scoring_candidates
from deploy.pipeline.steps.resolve import roles
from deploy.pipeline.steps.resolved import VERSIONS, Resolved, archive_of
from deploy.pipeline.steps.trial import SummaryTrial, parameters

GROUP = "visits-production"
DAY = dt.date(2024, 3, 12)
NOON = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
RUN_OF_DAY = Run(
    pipeline="visits",
    environment="experiment",
    day=DAY,
    run="abc123",
    kind="train",
    started=NOON,
    started_by="T1/U1",
    parameters={"Day": "2024-03-12", "WindowDays": "60", "LearningRate": "0.05"},
)


def version(number: int, approval: ApprovalStatus = ApprovalStatus.PENDING) -> ModelVersion:
    return ModelVersion(
        arn=ModelPackageArn(f"arn:{number}"),
        group=GROUP,
        version=number,
        approval=approval,
        created=NOON,
        modified=NOON + dt.timedelta(hours=number),
    )


def test_production_was_approved_last_and_the_reference_registered_first() -> None:
    approved = ApprovalStatus.APPROVED
    found = roles([version(3), version(2, approved), version(1, approved)], None)
    assert {role: found.versions[role].version for role in found.versions} == {
        PRODUCTION: 2,
        REFERENCE: 1,
    }


def test_challengers_score_under_their_number() -> None:
    found = roles([version(1), replace(version(4), stage="Challenger")], None)
    assert found.versions["challenger-4"].version == 4


def test_a_reference_that_does_not_exist_is_said() -> None:
    found = roles([version(1)], 9)
    assert found.absent[REFERENCE] == "Version 9, which the config names, does not exist."


def register(day: str, model_data: str) -> str:
    client = boto3.client("sagemaker")
    request: dict[str, Any] = Registration(
        group=GROUP,
        image="image",
        model_data=model_data,
        evaluation="s3://b/e.json",
        analysis="s3://b/a.json",
        lineage=Lineage(day=day),
    ).request()
    arn: str = client.create_model_package(**request)["ModelPackageArn"]
    return arn


@pytest.fixture
def registry(aws: str) -> list[str]:
    """Three versions: of days before, on and after the scored one; their models in S3."""
    boto3.client("s3").create_bucket(Bucket="models")
    boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName=GROUP)
    arns = []
    for number, day in enumerate(("2024-03-11", "2024-03-12", "2024-03-13"), start=1):
        boto3.client("s3").put_object(Bucket="models", Key=f"{number}.tar.gz", Body=b"model")
        arns.append(register(day, f"s3://models/{number}.tar.gz"))
    return arns


def approve(arn: str) -> None:
    client = boto3.client("sagemaker")
    # SageMaker keeps metadata that an update does not name; moto would drop it.
    known = client.describe_model_package(ModelPackageName=arn)["CustomerMetadataProperties"]
    client.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Approved", CustomerMetadataProperties=known
    )


def run_resolve(folder: Path, *, reference: str = "first", versions: str = "current") -> int:
    return resolve.main(
        [
            *("--versions", versions),
            *("--pipeline", "visits", "--environment", "experiment", "--day", DAY.isoformat()),
            *("--kind", "train", "--group", "visits-experiment", "--production-group", GROUP),
            *("--reference-version", reference, "--experiment", "visits-experiment"),
            *("--run", "abc123", "--execution-arn", "arn:x/abc123"),
            *("--execution-started", "2024-03-13T06:00:00Z", "--started-by", "T1/U1"),
            *("--code-commit", "", "--image", "image", "--parameter", "WindowDays=60"),
            *("--parameter", "Day=2024-03-12", "--output", str(folder)),
            *("--failure", str(folder / "message")),
        ]
    )


def test_the_versions_that_score_are_fetched(registry: list[str], tmp_path: Path) -> None:
    approve(registry[1])
    assert run_resolve(tmp_path) == 0
    found = Resolved.model_validate_json((tmp_path / VERSIONS).read_text(encoding="utf-8"))
    assert {v.role: v.version for v in found.versions} == {PRODUCTION: 2, REFERENCE: 1}
    assert archive_of(tmp_path, PRODUCTION).read_bytes() == b"model"
    run = Run.model_validate_json((tmp_path / RUN).read_text(encoding="utf-8"))
    assert (run.run, run.code_commit) == ("abc123", None)
    assert run.parameters == {"WindowDays": "60", "Day": "2024-03-12"}


def test_a_version_trained_for_a_later_day_does_not_score(
    registry: list[str], tmp_path: Path
) -> None:
    approve(registry[2])
    assert run_resolve(tmp_path) == 0
    found = Resolved.model_validate_json((tmp_path / VERSIONS).read_text(encoding="utf-8"))
    production = next(v for v in found.versions if v.role == PRODUCTION)
    assert production.problem is not None
    assert "trained for 2024-03-13" in production.problem
    assert not archive_of(tmp_path, PRODUCTION).exists()


def test_the_versions_that_scored_a_day_first_score_it_again(
    registry: list[str], tmp_path: Path
) -> None:
    """Whatever serves by now: that one has seen the day."""
    approve(registry[2])
    assert run_resolve(tmp_path, versions="candidate=2,production=1,reference=9") == 0
    found = Resolved.model_validate_json((tmp_path / VERSIONS).read_text(encoding="utf-8"))
    assert {v.role: v.version for v in found.versions} == {CANDIDATE: 2, PRODUCTION: 1}
    assert found.absent == {
        REFERENCE: "Version 9, which scored this day first, does not exist any more."
    }
    assert not any(v.problem for v in found.versions)


def test_a_model_that_cannot_be_fetched_is_a_problem_and_no_failure(
    registry: list[str], tmp_path: Path
) -> None:
    approve(registry[1])
    boto3.client("s3").delete_object(Bucket="models", Key="2.tar.gz")
    assert run_resolve(tmp_path) == 0
    found = Resolved.model_validate_json((tmp_path / VERSIONS).read_text(encoding="utf-8"))
    production = next(v for v in found.versions if v.role == PRODUCTION)
    assert "cannot be fetched" in str(production.problem)


def test_a_group_that_is_not_there_yet_has_no_versions(
    aws: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_resolve(tmp_path) == 0
    said = capsys.readouterr().out
    assert "production: none. No version is approved yet." in said
    assert "There are no challengers." in said


def test_only_versions_that_can_have_a_role_are_described(registry: list[str]) -> None:
    approve(registry[1])
    found = scoring_candidates(sagemaker_client(), GROUP, None)
    assert sorted(v.version for v in found) == [1, 2]
    assert found[0].metadata["day"]
    assert {v.model_data for v in found} == {"s3://models/1.tar.gz", "s3://models/2.tar.gz"}


def test_a_retried_resolve_finds_its_trial_and_goes_on(aws: str, tmp_path: Path) -> None:
    assert run_resolve(tmp_path) == 0
    assert run_resolve(tmp_path) == 0
    found = boto3.client("sagemaker").describe_trial_component(TrialComponentName="abc123-summary")
    assert found["Parameters"]["WindowDays"] == {"NumberValue": 60}
    assert found["Parameters"]["started_by"] == {"StringValue": "T1/U1"}
    names = boto3.client("sagemaker").list_trial_components(TrialName="abc123")
    listed = {one["TrialComponentName"] for one in names["TrialComponentSummaries"]}
    assert listed == {"abc123-summary"}


def test_metrics_are_written_however_many_and_twice_if_need_be(aws: str) -> None:
    trial = SummaryTrial(sagemaker_client(), RUN_OF_DAY)
    trial.create("visits-experiment")
    metrics = {f"metric_{number}": number / 7 for number in range(23)} | {"bad": float("nan")}
    trial.finish(metrics)
    trial.finish(metrics)
    found = boto3.client("sagemaker").describe_trial_component(TrialComponentName="abc123-summary")
    last = {metric["MetricName"]: metric["Last"] for metric in found["Metrics"]}
    assert set(last) == set(metrics) - {"bad"}
    assert last["metric_22"] == pytest.approx(22 / 7)
    assert found["Status"]["PrimaryStatus"] == "Completed"


def test_a_commit_that_looks_like_a_number_stays_a_text() -> None:
    run = RUN_OF_DAY.model_copy(update={"code_commit": "1234567", "image": None})
    found = parameters(run)
    assert found["code_commit"] == {"StringValue": "1234567"}
    assert found["LearningRate"] == {"NumberValue": 0.05}
    assert "image" not in found


@pytest.mark.parametrize(
    ("option", "value"),
    [("--day", "12.3.2024"), ("--reference-version", "latest"), ("--versions", "reference=one")],
)
def test_a_command_line_that_cannot_be_read_is_refused(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        resolve.main([option, value])
    assert value in capsys.readouterr().err
