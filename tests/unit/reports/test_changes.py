from __future__ import annotations

import dataclasses

import pytest

from core.messages import say
from core.results import Gate
from reports.changes import something_changed
from reports.daily import ReportFacts
from tests.unit.reports.samples import history, result
from tests.unit.reports.test_daily import USUAL

ORDINARY = dataclasses.replace(USUAL, history=history(20))
GATE = Gate(passed=False, reason="All scores are the same.", checks=[])
CHANGED = {
    "no results": dataclasses.replace(ORDINARY, today=None),
    "the run failed": dataclasses.replace(ORDINARY, note=say("The morning's run failed.")),
    "the gate said no": dataclasses.replace(
        ORDINARY, today=dataclasses.replace(result(), gate=GATE)
    ),
    "other code": dataclasses.replace(ORDINARY, today=result(run={"code_commit": "fedcba"})),
    "another version served": dataclasses.replace(ORDINARY, today=result(production=4)),
    "another feature leads": dataclasses.replace(
        ORDINARY, today=result(importance={"a_new_one": 9.0})
    ),
    "beyond all before": dataclasses.replace(ORDINARY, today=result(shift=-0.2)),
    "the first day": dataclasses.replace(ORDINARY, history=()),
}


def test_an_ordinary_day_has_not_changed() -> None:
    assert not something_changed(ORDINARY)


@pytest.mark.parametrize("name", CHANGED)
def test_what_people_act_on_has(name: str) -> None:
    facts: ReportFacts = CHANGED[name]
    assert something_changed(facts)


def test_with_few_days_nobody_says_what_is_usual() -> None:
    few = dataclasses.replace(ORDINARY, history=history(5), today=result(shift=-0.2))
    assert not something_changed(few)
