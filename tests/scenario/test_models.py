from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.terminal.answer import Exit
from reports.actions import APPROVE, ASK_FOR, MODEL, MODELS_BEFORE, MODELS_MORE, REJECT
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_promote import buttons
from tests.scenario.test_terminal import told, typed

DAY = dt.date(2013, 6, 28)


@pytest.mark.four_ways
def test_versions_are_listed_with_who_decided_and_one_is_asked_for_from_its_page(
    stage: Stage,
) -> None:
    stage.pipeline.score(DAY, auc=0.85)
    for _ in range(12):
        stage.pipeline.register(DAY)
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, "/mlpipe promote 12 steadier on *storm* days")
    ben.click(stage.shown("asks that version 12"), action_id=APPROVE)
    stage.shown("*Approved*")
    ana.command(DAILY, "/mlpipe promote 11")
    ben.click(stage.shown("asks that version 11"), action_id=REJECT)
    stage.shown("*Rejected*")

    ana.command(DAILY, "/mlpipe models")
    page = stage.told("U0ANA", "12 versions")
    (table,) = [each["rows"] for each in page["blocks"] if each["type"] == "table"]
    cells = [[cell["text"] for cell in row] for row in table]
    assert cells[0][:3] == ["Version", "State", "AUC"]
    assert [row[:2] for row in cells[1:4]] == [
        ["12", "serves"],
        ["11", "rejected"],
        ["10", "awaits approval"],
    ]
    assert cells[1][2] == "0.850"
    assert "12: approved by <@U0BEN>" in json.dumps(page)
    assert "steadier on *storm* days" in json.dumps(page, ensure_ascii=False).replace("\\u200b", "")
    ana.click(page, action_id=MODELS_MORE)
    last = stage.told("U0ANA", "11 to 12")
    assert MODELS_BEFORE in buttons(last)
    assert MODELS_MORE not in buttons(last)

    ana.select(last, action_id=MODEL, value="flights/production/2")
    version = stage.told("U0ANA", "version 2: awaits approval")
    assert "Version 12 serves now." in json.dumps(version)
    ana.click(version, action_id=ASK_FOR)
    stage.shown("<@U0ANA> asks that version 2 serve")
    ana.command(DAILY, "/mlpipe model v2")
    asked = stage.told("U0ANA", "It awaits another person")
    assert ASK_FOR not in buttons(asked)
    ana.command(DAILY, "/mlpipe model 12")
    told = json.dumps(stage.told("U0ANA", "version 12: serves"))
    assert told.count("approved by <@U0BEN>") == 1
    assert "<@U0ANA> asked that it serve" in told
    stage.person("U0DANA").command(DAILY, "/mlpipe model 10")
    assert ASK_FOR not in buttons(stage.told("U0DANA", "version 10")), "she may not ask for it"


def test_a_decision_in_sagemakers_own_console_is_told_as_such(stage: Stage) -> None:
    arn = stage.pipeline.register(DAY)
    stage.pipeline.sagemaker.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Rejected", ApprovalDescription="too slow"
    )
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe model 1")
    told = json.dumps(stage.told("U0ANA", "version 1: rejected"))
    assert "rejected by somebody in SageMaker: too slow" in told
    assert "evaluation is not there" in told


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("models", "No version is registered in flights-production yet"),
        ("models fligths", "Did you mean flights?"),
        ("models env=prodction", "Did you mean production?"),
        ("model", "Which version?"),
        ("model four", "four is not a version"),
        ("model 1 2", "1 2 is not a version"),
        ("model 1", "No version is registered"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(stage: Stage, typed: str, answer: str) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe {typed}")
    stage.told("U0ANA", answer)


@pytest.mark.usefixtures("as_it_logs")
def test_a_terminal_tells_the_same_to_people_and_to_scripts(stage: Stage) -> None:
    stage.pipeline.score(DAY, auc=0.85)
    stage.pipeline.register(DAY)
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe promote 1 steadier")
    stage.person("U0BEN").click(stage.shown("asks that version 1"), action_id=APPROVE)
    stage.shown("*Approved*")
    (listed,) = told(stage, "models")["versions"]
    assert (listed["version"], listed["serves"], listed["metrics"]["auc"]) == (1, True, 0.85)
    document = told(stage, "model", "1")
    assert document["serving"] == 1
    (request,) = document["requests"]
    assert (request["decided_by"], request["note"]) == ("T0MLPIPE/U0BEN", "steadier")
    assert "asked that it serve: steadier" in typed(stage, "model", "1").stdout
    assert typed(stage, "model", "2").exit_code == Exit.NOT_FOUND
    assert typed(stage, "models", "env=experiment").exit_code == Exit.NOT_FOUND
