from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from core.domain import PRODUCTION
from core.messages import Translator
from core.mornings import MorningRun, RunEnd
from core.results import Gate
from core.spans import ONE_DAY
from reports.daily import daily_report
from reports.message import Message
from reports.report_facts import ReportFacts
from tests.unit.reports import golden
from tests.unit.reports.samples import ANA, DAY, PIPELINE, history, result, version

T = Translator()
USUAL = ReportFacts(
    pipeline=PIPELINE,
    environment=PRODUCTION,
    day=DAY,
    today=result(),
    history=history(14),
    production=version(3),
    asked_by=ANA,
)
CASES = {
    "usual_day": USUAL,
    "first_day_of_all": dataclasses.replace(
        USUAL, today=result(production=None), history=(), production=None, asked_by=None
    ),
    "gaps_backfill_and_several_runs": dataclasses.replace(
        USUAL,
        today=result(runs=3, missing={"reference": "model.tar.gz is not there."}),
        history=tuple(
            result(each.day, run={"backfilled": True}) if place < 5 else each
            for place, each in enumerate(history(14, without=(1, 6, 7, 8)))
        ),
    ),
    "training_failed": dataclasses.replace(
        USUAL,
        today=result(subject="production", run={"kind": "evaluate", "train_first_day": None}),
        run=MorningRun(RunEnd.FAILED, "Train", "The window has no rows.", can_retry=True),
    ),
    "gate_failed": dataclasses.replace(
        USUAL,
        today=dataclasses.replace(
            result(), gate=Gate(passed=False, reason="All scores are the same.", checks=[])
        ),
    ),
    "low_base_rate": dataclasses.replace(USUAL, today=result(low_base_rate=True)),
    "another_version_served_then": dataclasses.replace(USUAL, production=version(4)),
    "standard_files_only": dataclasses.replace(USUAL, today=result(facts=False, importance={})),
    "no_results": dataclasses.replace(
        USUAL, today=None, run=MorningRun(RunEnd.FAILED, "Prepare", can_retry=True)
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report_reads_as_it_did_when_it_was_last_read(name: str) -> None:
    report = daily_report(CASES[name], T)
    golden.check(f"daily_{name}", report.message, report.pictures)


def test_a_failed_gate_is_the_first_thing_to_know() -> None:
    message = daily_report(CASES["gate_failed"], T).message
    wrong = "the gate refused the new version: All scores are the same"
    assert message.text == f"🔴 flights · Jun 28: {wrong}"
    assert wrong in message.payload()[1]["text"]["text"]


def test_numbers_of_an_unusual_run_are_named_as_such() -> None:
    unusual = {"parameters": {"NumLeaves": "4096", "LearningRate": "0.050"}}
    earlier = tuple(result(each.day, run=unusual) for each in history(3))
    facts = dataclasses.replace(USUAL, today=result(run=unusual), history=earlier)
    text = str(daily_report(facts, T).message.payload())
    assert "other parameters than usual: NumLeaves=4096." in text
    assert "made the numbers of Jun 25, 2013 to Jun 27, 2013" in text


def test_accuracy_is_shown_on_a_day_with_few_positives_only_when_asked_for() -> None:
    few = CASES["low_base_rate"]
    rows = {"'accuracy'", "'F1'"}
    usual = str(daily_report(few, T).message.payload())
    asked = str(daily_report(dataclasses.replace(few, every_metric=True), T).message.payload())
    assert not any(row in usual for row in rows)
    assert all(row in asked for row in rows)


def test_report_in_japanese_is_made_of_the_same_blocks() -> None:
    english, japanese = daily_report(USUAL, T), daily_report(USUAL, Translator("ja"))
    kinds = [block["type"] for block in english.message.payload()]
    assert [block["type"] for block in japanese.message.payload()] == kinds


def test_text_stands_alone_on_a_lock_screen() -> None:
    text = daily_report(USUAL, T).message.text
    assert text == "🟢 flights · Jun 28: ordinary. AUC 0.77"


def test_change_is_the_difference_of_the_numbers_as_they_are_shown() -> None:
    facts = dataclasses.replace(
        USUAL,
        today=result(shift=0.0004, production=None),
        history=(result(DAY - ONE_DAY, shift=-0.0006, production=None),),
    )
    table = table_of(daily_report(facts, T).message)
    _, today, _, change, *_ = (cell["text"] for cell in table["rows"][1])
    assert (today, change) == ("0.802", "+0.001")


def test_below_a_base_rate_of_five_per_cent_normalised_entropy_leads() -> None:
    facts = dataclasses.replace(USUAL, today=result(low_base_rate=True))
    table = table_of(daily_report(facts, T).message)
    names = [row[0]["text"] for row in table["rows"]]
    assert names[1:4] == ["normalised entropy", "predicted / observed", "AUC"]
    assert not {"accuracy", "F1"} & set(names)


def test_without_yesterday_no_change_is_shown() -> None:
    facts = dataclasses.replace(USUAL, history=history(14, without=(1,)))
    message = daily_report(facts, T).message
    assert "day before" not in message.text
    table = table_of(message)
    assert {row[3]["text"] for row in table["rows"][1:]} == {"\N{EN DASH}"}


def test_pictures_stand_below_the_headline_once_uploaded() -> None:
    report = daily_report(USUAL, T)
    blocks = report.illustrated({"morning.png": "F0TREND123"}).payload()
    kinds = [block["type"] for block in blocks[:5]]
    assert kinds == ["header", "section", "context", "image", "data_table"]
    assert blocks[3]["slack_file"] == {"id": "F0TREND123"}
    assert blocks[3]["alt_text"] == report.pictures[0].alt


def test_a_workspace_without_the_newest_blocks_reads_the_same_in_older_ones() -> None:
    message = daily_report(USUAL, T).message
    older = message.plainer().payload()
    assert {block["type"] for block in older} == {"header", "section", "context", "table"}
    (folded,) = (block for block in message.payload() if block["type"] == "container")
    assert all(block in older for block in folded["child_blocks"])
    (table,) = (block for block in older if block["type"] == "table")
    assert table["rows"] == table_of(message)["rows"]


def table_of(message: Message) -> dict[str, Any]:
    return next(block for block in message.payload() if block["type"] == "data_table")
