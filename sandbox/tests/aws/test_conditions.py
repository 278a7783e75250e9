"""Conditions and expressions, evaluated without a server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlpipe_sandbox.aws.definition.conditions import holds
from mlpipe_sandbox.aws.definition.expressions import ExpressionError, Values, evaluate, follow


def values(**parameters: Any) -> Values:
    files = {"s3://b/gate.json": json.dumps({"a": {"b": [{"c": 0.5}]}, "list": [1]}).encode()}
    return Values(
        parameters=parameters,
        execution={"PipelineExecutionId": "abc"},
        step=lambda name: {"Outputs": [{"OutputName": "out", "Uri": f"s3://{name}"}]},
        property_file=lambda _step, _name: "s3://b/gate.json",
        read=lambda uri: files[uri],
    )


def get(name: str) -> dict[str, str]:
    return {"Get": f"Parameters.{name}"}


def compare(kind: str, left: Any, right: Any) -> dict[str, Any]:
    return {"Type": kind, "LeftValue": left, "RightValue": right}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (compare("Equals", get("n"), 3), True),
        (compare("Equals", get("flag"), True), True),
        (compare("Equals", get("flag"), 1), False),
        (compare("GreaterThan", get("n"), 3), False),
        (compare("GreaterThanOrEqualTo", get("n"), 3), True),
        (compare("LessThan", get("n"), 3.5), True),
        (compare("LessThanOrEqualTo", "a", "b"), True),
        ({"Type": "In", "QueryValue": get("n"), "Values": [1, get("n")]}, True),
        ({"Type": "In", "QueryValue": get("n"), "Values": ["3"]}, False),
        ({"Type": "Not", "Condition": compare("Equals", get("n"), 3)}, False),
        (
            {
                "Type": "Or",
                "Conditions": [compare("Equals", 1, 2), compare("Equals", get("n"), 3)],
            },
            True,
        ),
    ],
)
def test_each_kind_of_condition(condition: dict[str, Any], expected: bool) -> None:
    assert holds([condition], values(n=3, flag=True)) is expected


def test_a_list_of_conditions_is_one_and() -> None:
    assert holds([], values())
    assert not holds([compare("Equals", 1, 1), compare("Equals", 1, 2)], values())


@pytest.mark.parametrize(
    "condition",
    [compare("GreaterThan", "3", 2), compare("Like", 1, 1), compare("LessThan", True, 2)],
)
def test_what_cannot_be_compared_is_an_error(condition: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError):
        holds([condition], values())


def test_join_writes_values_as_the_service_does() -> None:
    joined = {"Std:Join": {"On": "/", "Values": ["s3:/", get("n"), get("flag"), get("x")]}}
    assert evaluate(joined, values(n=3, flag=False, x=0.5)) == "s3://3/false/0.5"


def test_properties_of_a_list_are_found_by_name_or_number() -> None:
    for part in ("['out']", "[0]"):
        assert evaluate({"Get": f"Steps.A.Outputs{part}.Uri"}, values()) == "s3://A"
    with pytest.raises(ExpressionError, match="Unable to resolve the property"):
        evaluate({"Get": "Steps.A.Outputs['no'].Uri"}, values())


def test_json_get_gives_single_values_only() -> None:
    def json_get(path: str) -> Any:
        file = {"Get": "Steps.A.PropertyFiles.Gate"}
        return evaluate({"Std:JsonGet": {"PropertyFile": file, "Path": path}}, values())

    assert json_get("a.b[0].c") == 0.5
    for path in ("a.b", "list", "nothing"):
        with pytest.raises(ExpressionError, match=r"s3://b/gate\.json"):
            json_get(path)


def test_a_path_that_is_none_is_an_error() -> None:
    with pytest.raises(ExpressionError, match="no path"):
        follow({}, "$..a")
