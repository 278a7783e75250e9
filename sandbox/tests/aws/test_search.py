"""Search over trial components, executions and versions, as AWS has it."""

from __future__ import annotations

import datetime as dt
import itertools
import operator
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlpipe_sandbox.aws.model import SAGEMAKER, Model
from mlpipe_sandbox.aws.search.expression import holds

from .conftest import Aws

OURS = ("small", "large", "other")
SHAPE = Model(SAGEMAKER).structure("TrialComponent")


def component(
    aws: Aws, name: str, *, metrics: dict[str, list[float]] | None = None, **parameters: Any
) -> None:
    """A trial component with parameters and metrics."""
    typed = {
        key: {"NumberValue": value} if isinstance(value, int | float) else {"StringValue": value}
        for key, value in parameters.items()
    }
    aws.sagemaker.create_trial_component(TrialComponentName=name, Parameters=typed)
    for metric, values in (metrics or {}).items():
        aws.metrics.batch_put_metrics(
            TrialComponentName=name,
            MetricData=[
                {"MetricName": metric, "Timestamp": aws.clock.now(), "Value": value}
                for value in values
            ],
        )


def found(aws: Aws, *filters: dict[str, Any], **request: Any) -> list[str]:
    """Which of our trial components a search finds, in its order; the account has others."""
    if filters:
        request["SearchExpression"] = {"Filters": list(filters)}
    answer = aws.sagemaker.search(Resource="ExperimentTrialComponent", **request)
    names = [each["TrialComponent"]["TrialComponentName"] for each in answer["Results"]]
    return [name for name in names if name in OURS]


def where(name: str, comparison: str, value: str | None = None) -> dict[str, str]:
    given = {"Name": name, "Operator": comparison}
    return given if value is None else given | {"Value": value}


@pytest.fixture
def trials(aws: Aws) -> Iterator[Aws]:
    """Three components."""
    component(aws, "small", metrics={"auc": [0.5, 0.71]}, leaves=31, kind="gbdt")
    component(aws, "large", metrics={"auc": [0.9, 0.83]}, leaves=255, kind="gbdt")
    component(aws, "other", leaves=63, kind="linear")
    yield aws
    for name in OURS:
        held = aws.sagemaker.list_trials(TrialComponentName=name)["TrialSummaries"]
        for trial in held:
            aws.sagemaker.disassociate_trial_component(
                TrialComponentName=name, TrialName=trial["TrialName"]
            )
        aws.sagemaker.delete_trial_component(TrialComponentName=name)


def test_the_default_is_all_newest_change_first(trials: Aws) -> None:
    assert set(found(trials)) == {"small", "large", "other"}
    trials.clock.advance(dt.timedelta(minutes=1))
    trials.sagemaker.update_trial_component(TrialComponentName="small", DisplayName="again")
    assert found(trials)[0] == "small"


def test_greater_than_is_greater_than(trials: Aws) -> None:
    assert found(trials, where("Metrics.auc.Last", "GreaterThan", "0.8")) == ["large"]
    assert found(trials, where("Parameters.leaves", "GreaterThan", "63")) == ["large"]
    assert set(found(trials, where("Parameters.leaves", "GreaterThanOrEqualTo", "63"))) == {
        "large",
        "other",
    }


def test_each_statistic_of_a_metric_is_a_property(trials: Aws) -> None:
    assert found(trials, where("Metrics.auc.Max", "Equals", "0.9")) == ["large"]
    assert found(trials, where("Metrics.auc.Min", "LessThan", "0.6")) == ["small"]
    assert set(found(trials, where("metrics.auc.count", "Equals", "2"))) == {"small", "large"}
    assert found(trials, where("Metrics.auc", "NotExists")) == ["other"]


def test_texts_are_compared_as_texts(trials: Aws) -> None:
    assert found(trials, where("Parameters.kind", "Contains", "line")) == ["other"]
    assert found(
        trials, where("DisplayName", "In", "small, other, none"), SortBy="DisplayName"
    ) == [
        "small",
        "other",
    ]
    assert found(trials, where("Parameters.kind", "NotEquals", "gbdt")) == ["other"]


def test_what_lacks_the_sorting_property_comes_last(trials: Aws) -> None:
    assert found(trials, SortBy="metrics.auc.max") == ["large", "small", "other"]
    assert found(trials, SortBy="Metrics.auc.Max", SortOrder="Ascending") == [
        "small",
        "large",
        "other",
    ]


def test_pages_follow_each_other_and_the_total_is_told(trials: Aws) -> None:
    ours = {"Filters": [where("DisplayName", "In", ", ".join(OURS))]}
    first = trials.sagemaker.search(
        Resource="ExperimentTrialComponent",
        SearchExpression=ours,
        MaxResults=2,
        SortBy="DisplayName",
    )
    assert first["TotalHits"] == {"Value": 3, "Relation": "EqualTo"}
    pages = trials.sagemaker.get_paginator("search").paginate(
        Resource="ExperimentTrialComponent",
        SearchExpression=ours,
        SortBy="DisplayName",
        SortOrder="Ascending",
        PaginationConfig={"PageSize": 2},
    )
    names = [r["TrialComponent"]["TrialComponentName"] for page in pages for r in page["Results"]]
    assert names == ["large", "other", "small"]


def test_conditions_are_joined_and_nested(trials: Aws) -> None:
    either = {
        "Operator": "Or",
        "Filters": [where("Parameters.leaves", "LessThan", "40")],
        "SubExpressions": [
            {
                "Filters": [
                    where("Parameters.kind", "Equals", "linear"),
                    where("Parameters.leaves", "Equals", "63"),
                ]
            }
        ],
    }
    assert set(found(trials, SearchExpression=either)) == {"small", "other"}


def test_nested_filters_hold_for_one_element_together(trials: Aws) -> None:
    for experiment in ("one", "two"):
        trials.sagemaker.create_experiment(ExperimentName=experiment)
        trials.sagemaker.create_trial(TrialName=f"trial-{experiment}", ExperimentName=experiment)
        trials.sagemaker.associate_trial_component(
            TrialComponentName="small", TrialName=f"trial-{experiment}"
        )

    def nested(trial: str) -> dict[str, Any]:
        return {
            "NestedFilters": [
                {
                    "NestedPropertyName": "Parents",
                    "Filters": [
                        where("Parents.ExperimentName", "Equals", "one"),
                        where("Parents.TrialName", "Equals", trial),
                    ],
                }
            ]
        }

    assert found(trials, SearchExpression=nested("trial-one")) == ["small"]
    assert found(trials, SearchExpression=nested("trial-two")) == []
    apart = [
        where("Parents.ExperimentName", "Equals", "one"),
        where("Parents.TrialName", "Equals", "trial-two"),
    ]
    assert found(trials, *apart) == ["small"], "not nested, each may hold elsewhere"


def test_tags_and_times_are_searched(trials: Aws) -> None:
    arn = trials.sagemaker.describe_trial_component(TrialComponentName="other")["TrialComponentArn"]
    trials.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "ads"}])
    assert found(trials, where("Tags.team", "Equals", "ads")) == ["other"]
    later = (trials.clock.now() + dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    assert found(trials, where("CreationTime", "GreaterThan", later)) == []
    assert len(found(trials, where("CreationTime", "LessThan", later))) == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (where("Colour", "Equals", "red"), "Unknown property name: Colour"),
        (where("DisplayName", "GreaterThan", "a"), "not supported for text property"),
        (where("Metrics.auc.Max", "Contains", "0"), "not supported"),
        (where("Metrics.auc.Max", "Equals", "high"), "is not a number"),
        (where("CreationTime", "LessThan", "soon"), "is not a time"),
        (where("DisplayName", "Exists", "x"), "must not be specified"),
        (where("DisplayName", "Equals"), "must be specified"),
    ],
)
def test_what_cannot_be_meant_is_refused(aws: Aws, given: Any, sentence: str) -> None:
    with pytest.raises(ClientError, match=sentence) as error:
        found(aws, given)
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_a_kind_that_is_not_here_is_refused_with_those_that_are(aws: Aws) -> None:
    with pytest.raises(ClientError, match="it searches: Experiment, ExperimentTrial"):
        aws.sagemaker.search(Resource="FeatureGroup")


def test_executions_are_found_by_pipeline_status_and_parameter(aws: Aws) -> None:
    parameters = [{"Name": "Day", "Type": "String", "DefaultValue": "2013-06-01"}]
    pipeline = aws.pipeline(aws.step("Only", "pass"), parameters=parameters)
    arn = aws.start(pipeline, Day="2013-06-02")
    aws.start(pipeline)
    aws.ended(arn)
    answer = aws.sagemaker.search(
        Resource="PipelineExecution",
        SearchExpression={
            "Filters": [
                where("PipelineParameters.Day", "Equals", "2013-06-02"),
                where("PipelineExecutionStatus", "Equals", "Succeeded"),
            ]
        },
    )
    (record,) = answer["Results"]
    assert record["PipelineExecution"]["PipelineExecutionArn"] == arn


def test_versions_are_found_by_approval_stage_and_metadata(aws: Aws) -> None:
    aws.sagemaker.create_model_package_group(ModelPackageGroupName="flights")
    for day in ("2013-06-01", "2013-06-02"):
        aws.sagemaker.create_model_package(
            ModelPackageGroupName="flights",
            ModelLifeCycle={"Stage": "Production", "StageStatus": "PendingApproval"},
            CustomerMetadataProperties={"day": day},
        )
    answer = aws.sagemaker.search(
        Resource="ModelPackage",
        SearchExpression={
            "Filters": [
                where("ModelPackageGroupName", "Equals", "flights"),
                where("ModelApprovalStatus", "Equals", "PendingManualApproval"),
                where("ModelLifeCycle.Stage", "Equals", "Production"),
                where("CustomerMetadataProperties.day", "Equals", "2013-06-02"),
            ]
        },
    )
    (record,) = answer["Results"]
    assert record["ModelPackage"]["ModelPackageVersion"] == 2


COMPARISONS = {
    "Equals": operator.eq,
    "NotEquals": operator.ne,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
NUMBERS = st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0, 63.0])
DOCUMENTS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c.d"]), NUMBERS), max_size=6)
CONDITIONS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c.d"]), st.sampled_from(sorted(COMPARISONS)), NUMBERS),
    min_size=1,
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS, CONDITIONS, st.sampled_from(["And", "Or"]))
def test_an_expression_lets_through_what_a_plain_reading_does(
    values: list[dict[str, float]], conditions: list[tuple[str, str, float]], joined: str
) -> None:
    expression = {
        "Operator": joined,
        "Filters": [where(f"Parameters.{n}", c, str(v)) for n, c, v in conditions],
    }
    condition = holds(expression, SHAPE)

    def plainly(document: dict[str, float]) -> bool:
        each = [
            COMPARISONS[c](document[n], v) if n in document else c == "NotEquals"
            for n, c, v in conditions
        ]
        return all(each) if joined == "And" else any(each)

    for document, number in zip(values, itertools.count(), strict=False):
        parameters = {name: {"NumberValue": value} for name, value in document.items()}
        component = {"TrialComponentName": f"c{number}", "Parameters": parameters}
        assert condition(component) == plainly(document)
