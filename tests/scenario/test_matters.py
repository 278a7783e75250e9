from __future__ import annotations

import datetime as dt
import json
import random

import pytest

from bot.terminal.answer import Exit
from reports.actions import TRIALS_MATTER
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_terminal import told, typed

FIRST = dt.date(2013, 6, 1)
LEAVES = (15.0, 31.0, 63.0)


def recorded(stage: Stage) -> None:
    """Two days with nine trials each: leaves lift the AUC by far more than luck, seeds do not."""
    record, luck = Record(stage.pipeline), random.Random(1)
    for number in range(18):
        day, leaves = FIRST + dt.timedelta(days=number % 2), LEAVES[number // 2 % 3]
        auc = 0.6 + number % 2 / 10 + leaves / 1000 + luck.gauss(0, 0.003)
        seed = float(luck.randrange(1000))
        record.trial(f"t{number:02}", auc=auc, NumLeaves=leaves, Seed=seed, day=str(day))
    record.trial("without", auc=None, NumLeaves=7.0, day=str(FIRST))


def test_what_matters_is_told_by_a_click_a_command_and_in_a_terminal(stage: Stage) -> None:
    recorded(stage)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trials")
    ana.click(stage.told("U0ANA", "19 trials"), action_id=TRIALS_MATTER)
    shown = stage.shown("what matters for AUC?")
    text = json.dumps(shown, ensure_ascii=False)
    assert "1 parameter is seen to matter" in text
    assert "Not seen to matter: Seed" in text
    assert "1 did not end well, or has no AUC" in text
    (table,) = [each["rows"] for each in shown["blocks"] if each["type"] == "table"]
    cells = [cell["text"] for cell in table[1]]
    assert (cells[0], cells[4]) == ("NumLeaves", "63")
    assert [each["type"] for each in shown["blocks"]].count("image") == 1
    ana.command("C0EXP", "/mlpipe matters AUC NumLeaves<63")
    stage.shown("Asked for: NumLeaves", "C0EXP")
    document = told(stage, "matters", "auc")
    assert (document["answer"], document["metric"], document["days"]) == ("found", "auc", 2)
    (effect,) = document["effects"]
    assert (effect["parameter"], effect["curve"][-1]["at"]) == ("NumLeaves", 63)
    assert document["not_seen"] == ["Seed"]
    assert typed(stage, "matters", "metric=Seed").exit_code == Exit.INPUT
    assert typed(stage, "matters", "env=production").exit_code == Exit.NOT_FOUND
    without = typed(stage, "matters", "log_loss")
    assert "None of the 19 trials ended with log_loss as a number; they have auc." in without.output


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "None of the 2 trials ended with a metric"),
        ("auc", "None of the 2 trials ended with a metric"),
        ("auc log_loss", "Write one metric"),
        ("auc metric=auc", "Write one metric"),
        ("NumLeaves", "NumLeaves is a parameter"),
        ("nonsense", "No trial has nonsense"),
        ("NumLeaves>90", "No trial like that"),
    ],
)
def test_what_cannot_be_told_is_answered_in_one_line(stage: Stage, words: str, answer: str) -> None:
    record = Record(stage.pipeline)
    for name in ("one", "two"):
        record.trial(name, auc=None, NumLeaves=31.0, day=str(FIRST))
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe matters {words}")
    stage.told("U0ANA", answer)
