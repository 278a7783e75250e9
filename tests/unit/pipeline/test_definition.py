from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from core.domain import Environment, Kind
from core.parameters import (
    DAY,
    EVALUATE_PARAMETERS,
    SWEEP_PARAMETERS,
    TRAIN_PARAMETERS,
    Parameter,
)
from core.results import run_prefix
from deploy.pipeline import sdk
from deploy.pipeline.deployment import pretty
from deploy.pipeline.plan import HYPERPARAMETERS
from deploy.pipeline.steps import resolve
from deploy.pipeline.steps.train import hyperparameter_names
from tests.unit.pipeline.conftest import EXPERIMENT, PRODUCTION, Define, plan
from tests.unit.pipeline.expressions import (
    EXECUTION,
    REQUESTS,
    all_steps,
    evaluated,
    faults,
    values_of,
)

TABLES = {
    Kind.TRAIN: TRAIN_PARAMETERS,
    Kind.EVALUATE: EVALUATE_PARAMETERS,
    Kind.SWEEP: SWEEP_PARAMETERS,
}
BOTH = pytest.mark.parametrize("kind", list(Kind))


@pytest.mark.parametrize("environment", [PRODUCTION, EXPERIMENT], ids=lambda each: each.name)
@BOTH
def test_a_definition_is_as_recorded(
    define: Define,
    golden: Callable[[str, str], None],
    environment: Environment,
    kind: Kind,
) -> None:
    made = plan(environment, kind)

    golden(f"{made.name}.json", pretty(define(made)))


@BOTH
def test_parameters_are_those_of_the_table(define: Define, kind: Kind) -> None:
    declared = define(plan(kind=kind))["Parameters"]

    assert declared == [_as_declared(parameter) for parameter in TABLES[kind]]


def _as_declared(parameter: Parameter) -> dict[str, Any]:
    if parameter.name == DAY:
        return {"Name": DAY, "Type": "String"}
    return {
        "Name": parameter.name,
        "Type": parameter.type.value,
        "DefaultValue": parameter.default,
    }


@pytest.mark.parametrize("environment", [PRODUCTION, EXPERIMENT], ids=lambda each: each.name)
@BOTH
def test_sagemaker_takes_every_request(
    define: Define, environment: Environment, kind: Kind
) -> None:
    definition = define(plan(environment, kind))
    values = values_of(definition, StartedBy="T0ACME/U0ANA")

    for step in all_steps(definition):
        if step["Type"] in REQUESTS:
            shape, added = REQUESTS[step["Type"]]
            request = added | evaluated(step["Arguments"], values)
            assert faults(shape, request) == [], step["Name"]


@BOTH
def test_numbers_are_handed_on_as_text(define: Define, kind: Kind) -> None:
    """SageMaker refuses an Integer or Float where a request wants a String; Std:Join makes one."""
    definition = define(plan(kind=kind))
    numeric = {
        f"Parameters.{each['Name']}"
        for each in definition["Parameters"]
        if each["Type"] != "String"
    }

    assert not numeric & set(_bare_gets(definition["Steps"]))


def _bare_gets(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _bare_gets(each)
    elif isinstance(value, dict):
        if "Get" in value:
            yield value["Get"]
        elif "Std:Join" not in value:
            for each in value.values():
                yield from _bare_gets(each)


def test_steps_stand_in_the_order_in_which_they_run(define: Define) -> None:
    names = [step["Name"] for step in all_steps(define(plan()))]

    assert names == ["Resolve", "Prepare", "Train", "Evaluate", "CheckGate", "Register", "Fail"]


def test_evaluate_neither_trains_nor_registers(define: Define) -> None:
    names = [step["Name"] for step in all_steps(define(plan(kind=Kind.EVALUATE)))]

    assert names == ["Resolve", "Prepare", "Evaluate", "CheckGate", "Fail"]


@BOTH
def test_the_experiment_is_named_in_every_region(define: Define, kind: Kind) -> None:
    """The SDK leaves it out in a region that is not in its list, unless it is passed."""
    from sagemaker.mlops.workflow.pipeline import EUREKA_GA_REGIONS

    assert EXPERIMENT.region not in EUREKA_GA_REGIONS
    assert define(plan(EXPERIMENT, kind))["PipelineExperimentConfig"] == {
        "ExperimentName": "flights-experiment",
        "TrialName": {"Get": "Execution.PipelineExecutionId"},
    }


def test_results_land_where_the_reader_looks(define: Define) -> None:
    definition = define(plan())
    outputs = _step(definition, "Evaluate")["Arguments"]["ProcessingOutputConfig"]["Outputs"]
    uri = evaluated(outputs[0]["S3Output"]["S3Uri"], values_of(definition))
    prefix = run_prefix("flights", dt.date(2013, 6, 28), EXECUTION["PipelineExecutionId"])
    assert f"{uri}/" == f"s3://mlpipe-production/{prefix}"


def test_the_gate_decides_after_the_results_are_there(define: Define) -> None:
    gate = _step(define(plan()), "CheckGate")["Arguments"]

    passed = {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Gate"}, "Path": "passed"}
    assert gate["Conditions"] == [
        {"Type": "Equals", "LeftValue": {"Std:JsonGet": passed}, "RightValue": True}
    ]
    assert gate["ElseSteps"][0]["Arguments"] == {
        "ErrorMessage": {"Std:JsonGet": passed | {"Path": "reason"}}
    }


def test_the_training_job_gets_the_hyperparameters_its_script_knows(define: Define) -> None:
    hyperparameters = _step(define(plan()), "Train")["Arguments"]["HyperParameters"]

    assert tuple(hyperparameters) == hyperparameter_names()
    assert tuple(parameter.name for parameter in HYPERPARAMETERS) == hyperparameter_names()


def test_resolve_understands_its_command_line(define: Define) -> None:
    definition = define(plan(EXPERIMENT))
    words = _step(definition, "Resolve")["Arguments"]["AppSpecification"]["ContainerArguments"]

    options = resolve._parser().parse_args(evaluated(words, values_of(definition, NumLeaves="63")))

    assert (options.group, options.production_group) == (
        "flights-experiment",
        "flights-production",
    )
    assert dict(options.parameter) == values_of(definition, NumLeaves="63")


def test_defining_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a definition was to be made offline")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)

    assert new_definer()(plan())["Steps"]


def test_defining_leaves_the_surroundings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    before = dict(os.environ)

    new_definer()(plan())

    assert dict(os.environ) == before


def new_definer() -> Define:
    with sdk.offline():
        from deploy.pipeline.definition import Definer
    return Definer()


def _step(definition: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next(step for step in all_steps(definition) if step["Name"] == name)
