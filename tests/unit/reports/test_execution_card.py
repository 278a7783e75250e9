from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from core.domain import PRODUCTION, EnvironmentName, Execution, Kind
from core.durations import Usual
from core.messages import Translator, say
from core.parameters import DAY as DAY_PARAMETER
from core.parameters import EVALUATE_PARAMETERS, STARTED_BY, TRAIN_PARAMETERS
from reports.execution_card import execution_card
from reports.execution_facts import CardFacts
from tests.unit.reports import executions, golden
from tests.unit.reports.samples import ANA, DAY, PIPELINE, result, version

T = Translator()
EXPERIMENT = EnvironmentName("experiment")


def facts(execution: Execution) -> CardFacts:
    return CardFacts(
        pipeline=PIPELINE.name,
        environment=EXPERIMENT,
        kind=Kind.TRAIN,
        execution=execution,
        asked_by=ANA,
        given={
            DAY_PARAMETER: DAY.isoformat(),
            "NumLeaves": "63",
            "LearningRate": "0.050",
            STARTED_BY: str(ANA),
        },
        parameters=TRAIN_PARAMETERS,
    )


DONE = dataclasses.replace(
    facts(executions.DONE), result=result(), production=version(3), registered=version(4)
)
DENIED = say("AWS does not let me do this: {message}", message="no s3:GetObject on <bucket>")
USUAL = Usual(
    runs=5,
    whole=dt.timedelta(minutes=3, seconds=4),
    steps={"Prepare": dt.timedelta(seconds=61), "Train": dt.timedelta(minutes=4)},
)
CASES = {
    "running": facts(executions.RUNNING),
    "running_beside_the_usual": dataclasses.replace(
        facts(executions.RUNNING),
        usual=USUAL,
        live={"Train": {"validation:auc": 0.8312, "<!channel>": 1.0}},
    ),
    "done_beside_the_usual": dataclasses.replace(DONE, usual=USUAL),
    "out_of_memory": facts(executions.OUT_OF_MEMORY),
    "cached": facts(executions.CACHED),
    "done": DONE,
    "done_in_production": dataclasses.replace(
        DONE,
        environment=PRODUCTION,
        asked_by=None,
        given={DAY_PARAMETER: DAY.isoformat()},
        production=None,
        result=result(production=None),
    ),
    "evaluated_only": dataclasses.replace(
        DONE,
        kind=Kind.EVALUATE,
        parameters=EVALUATE_PARAMETERS,
        given={DAY_PARAMETER: DAY.isoformat()},
        registered=None,
        result=result(subject="production"),
    ),
    "refused_by_the_gate": dataclasses.replace(
        facts(executions.REFUSED), result=result(), production=version(3)
    ),
    "broken": facts(executions.BROKEN),
    "stopped": facts(executions.STOPPED),
    "unreadable": dataclasses.replace(DONE, result=None, registered=None, unreadable=DENIED),
    "lost": dataclasses.replace(facts(executions.RUNNING), lost=DENIED),
}


@pytest.mark.parametrize("name", CASES)
def test_card_reads_as_it_did_when_it_was_last_read(name: str) -> None:
    golden.check(f"execution_{name}", execution_card(CASES[name], T))


def test_same_facts_make_the_same_card() -> None:
    assert execution_card(DONE, T).payload() == execution_card(DONE, T).payload()


def test_production_is_told_from_an_experiment_by_sign_and_word() -> None:
    experiment = execution_card(DONE, T).text
    production = execution_card(dataclasses.replace(DONE, environment=PRODUCTION), T).text
    assert experiment.startswith("🧪 experiment")
    assert production.startswith("🏭 PRODUCTION")


def test_only_parameters_that_differ_from_their_defaults_are_named() -> None:
    assert facts(executions.RUNNING).changed == {"NumLeaves": "63"}


def test_failure_says_which_line_starts_the_same_again() -> None:
    card = str(execution_card(facts(executions.BROKEN), T).payload())
    assert "`/mlpipe run flights env=experiment Day=2013-06-28 NumLeaves=63`" in card


def test_a_version_of_an_experiment_leads_to_production_by_running_it_there() -> None:
    card = str(execution_card(DONE, T).payload())
    assert "`/mlpipe run flights env=production Day=2013-06-28 NumLeaves=63`" in card
