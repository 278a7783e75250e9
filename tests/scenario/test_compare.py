from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.terminal.answer import Exit
from reports.actions import TRIALS_COMPARE, TRIALS_TICKED
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_terminal import told, typed

FIRST = dt.date(2013, 6, 1)


def ids(stage: Stage) -> list[str]:
    """Of the executions, the oldest first."""
    listed = sorted(stage.pipeline.executions(), key=lambda each: each["StartTime"])
    return [each["PipelineExecutionArn"].rsplit("/", 1)[-1] for each in listed]


@pytest.mark.usefixtures("as_it_logs")
def test_two_runs_of_a_day_stand_beside_each_other_with_their_curves(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    for seed, auc in (("1", "0.810"), ("6", "0.860")):
        ana.command(DAILY, f"/mlpipe run day=2013-06-28 seed={seed}")
        stage.shown(auc)
    first, second = ids(stage)
    record = Record(stage.pipeline)  # the tiny pipeline keeps no trial
    record.trial(first, auc=0.81, Seed=1.0, NumLeaves=31.0, day="2013-06-28")
    record.trial(second, auc=0.86, Seed=6.0, NumLeaves=31.0, day="2013-06-28")
    ana.command(DAILY, f"/mlpipe compare {first} {second}")
    shown = stage.shown("A, B beside each other")
    text = json.dumps(shown, ensure_ascii=False)
    assert "one day in common, Jun 28, 2013" in text
    assert "A and B were scored on the same rows" in text
    (table,) = [each["rows"] for each in shown["blocks"] if each["type"] == "table"]
    cells = {row[0]["text"]: [cell["text"] for cell in row[1:]] for row in table}
    assert cells["Seed"] == ["1", "6"]
    assert cells["AUC"][0].startswith("0.810")
    assert cells["AUC"][1].startswith("0.860 [+0.050")
    assert "NumLeaves" not in cells, "it does not differ"
    document = told(stage, "compare", first, second)
    (against,) = document["against_first"]
    assert (against["data"], against["over_days"]["days"]) == ("same", 1)
    assert typed(stage, "compare", first).exit_code == Exit.INPUT


def test_recipes_are_judged_over_the_days_that_both_have(stage: Stage) -> None:
    record = Record(stage.pipeline)
    for number in range(20):
        day = str(FIRST + dt.timedelta(days=number))
        for leaves, better in ((31.0, 0.0), (63.0, 0.01), (15.0, -0.01)):
            auc = 0.7 + number % 3 / 50 + better
            record.trial(f"leaves{leaves:g}-{number:02}", auc=auc, NumLeaves=leaves, day=day)
    record.trial("without", auc=None, NumLeaves=7.0, day=str(FIRST))
    stage.start()
    ana = stage.person("U0ANA")
    ana.command("C0EXP", "/mlpipe compare leaves31-19 leaves63-03 leaves15-19 without")
    text = json.dumps(stage.shown("A, B, C, D beside each other", "C0EXP"), ensure_ascii=False)
    assert "*B's recipe is better than A's* by AUC, on 20 of 20 days from Jun 1, 2013" in text
    assert "*A's recipe is better than C's* by AUC, on 20 of 20 days" in text
    assert "A and D have no metric in common" in text
    assert "A and B are of different days" in text
    ana.command("C0EXP", "/mlpipe compare leaves31-19 leaves31-18")
    stage.shown("A and B have the same recipe", "C0EXP")


def test_trials_are_ticked_in_the_table_and_compared_by_a_click(stage: Stage) -> None:
    record = Record(stage.pipeline)
    for leaves in (31.0, 63.0, 15.0):
        record.trial(f"leaves{leaves:g}", auc=0.7, NumLeaves=leaves, day=str(FIRST))
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trials")
    page = stage.told("U0ANA", "3 trials")
    ana.click(page, action_id=TRIALS_COMPARE)
    stage.told("U0ANA", "Tick two to 5 trials first")
    ana.select(page, action_id=TRIALS_TICKED, value=["leaves63", "leaves15"])
    ana.click(page, action_id=TRIALS_COMPARE)
    shown = json.dumps(stage.shown("A, B beside each other"))
    assert "leaves63" in shown
    assert "leaves31" not in shown


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "Write two to 5 trials"),
        ("calm", "Write two to 5 trials"),
        ("calm calm", "The same trial is there twice"),
        ("calm nobody", "There is no trial nobody"),
        ("a b c d e f", "Write two to 5 trials"),
    ],
)
def test_what_cannot_be_compared_is_told_in_one_line(stage: Stage, words: str, answer: str) -> None:
    Record(stage.pipeline).trial("calm", auc=0.75)
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe compare {words}")
    stage.told("U0ANA", answer)
