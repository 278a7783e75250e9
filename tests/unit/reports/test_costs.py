from __future__ import annotations

import dataclasses

import pytest

from core.costs import Cost
from core.domain import EnvironmentName, Kind, PipelineName
from core.durations import Usual
from core.marks import Marks
from core.messages import LANGUAGES, Translator
from core.parameters import TRAIN_PARAMETERS
from reports.costs import cost_line
from reports.dry_run import Beside, Plan, dry_run

EN = Translator()
PLAN = Plan(
    "p1",
    PipelineName("flights"),
    EnvironmentName("experiment"),
    Kind.TRAIN,
    {"Day": "2013-06-28", "NumLeaves": "63", "StartedBy": "T0/U0ANA"},
)
UNKNOWN = Beside(None, Usual(), None)


@pytest.mark.parametrize(
    ("found", "usual", "told"),
    [
        (Cost(0.4213, "USD"), None, "It cost $0.42."),
        (Cost(12.0, "USD"), Cost(7.5, "USD"), "It cost $12.00; it usually costs $7.50."),
        (Cost(0.0004, "USD"), Cost(0.0003, "USD"), "It cost less than $0.01; it usually costs"),
        (Cost(0.4, "JPY"), None, "It cost less than ¥1."),
        (Cost(1.5, "EUR", ("ml.g5.xlarge",)), None, "It cost at least €1.50: `[prices]` has no"),
        (Cost(0.0, "EUR", ("ml.g5.xlarge",)), None, "What it cost is not known: `[prices]`"),
    ],
)
def test_what_it_cost_is_one_sentence(found: Cost, usual: Cost | None, told: str) -> None:
    assert told in EN.mrkdwn(cost_line(found, usual))


def test_a_plan_is_carried_by_a_button_and_back() -> None:
    marked = dataclasses.replace(PLAN, marks=Marks(("weather",), note="try storms"))
    for plan in (PLAN, marked):
        assert Plan.loads(plan.dumps()) == plan
    assert "Note: try storms" in str(dry_run(marked, (), UNKNOWN, EN).payload())
    with pytest.raises(ValueError, match="five"):
        Plan.loads('["five"]')


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dry_run_names_what_is_not_as_in_production(language: str) -> None:
    there = {"NumLeaves": "31", "LearningRate": "0.1", "Seed": "0", "Day": "2013-06-27"}
    beside = Beside(there, Usual(), None)
    message = dry_run(PLAN, TRAIN_PARAMETERS, beside, Translator(language))
    shown = str(message.payload())
    assert "NumLeaves" in shown
    assert "31" in shown
    assert "U0ANA" not in message.text
    assert "2013-06-27" not in shown, "the day is no difference"


def test_what_no_button_can_carry_is_to_be_typed_again() -> None:
    long = Plan("p1", PLAN.pipeline, PLAN.environment, PLAN.kind, {"Note": "便" * 2000})
    assert "Parameters: NumLeaves=63" in str(dry_run(PLAN, TRAIN_PARAMETERS, UNKNOWN, EN).payload())
    shown = str(dry_run(long, (), UNKNOWN, EN).payload())
    assert "type the same without" in shown
    assert "Start it" not in shown
    assert "Start it" in str(dry_run(PLAN, (), UNKNOWN, EN).payload())
