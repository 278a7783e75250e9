from __future__ import annotations

import datetime as dt
import json
import sqlite3

import pytest

from bot.terminal.answer import Exit
from reports.actions import APPROVE, AUDIT_BEFORE, AUDIT_FILE, AUDIT_MORE, STOP
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_promote import buttons
from tests.scenario.test_terminal import told, typed

DAY = dt.date(2013, 6, 28)


def test_who_did_what_is_read_paged_and_taken_away_as_a_file(stage: Stage) -> None:
    stage.pipeline.score(DAY, auc=0.85)
    stage.pipeline.register(DAY)
    stage.pipeline.hold()
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, "/mlpipe promote 1 steadier on *storm* days")
    ben.click(stage.shown("asks that version 1"), action_id=APPROVE)
    stage.shown("*Approved*")
    ana.command(DAILY, "/mlpipe run day=yesterday num_leaves=15")
    ben.click(stage.shown("Running Prepare"), action_id=STOP)
    stage.shown("*Stopped* by <@U0BEN>")
    stage.person("U0DANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.told("U0DANA", "You do not have the right")

    ana.command(DAILY, "/mlpipe audit action=approve by=@ben since=1d")
    approved = json.dumps(stage.told("U0ANA", "Audit log: 1 line"), ensure_ascii=False)
    for part in ("<@U0BEN>", "*approve*", "version 1", "channel C0DAILY", "steadier on"):
        assert part in approved
    for line in ("action=stop", "action=start outcome=done", "outcome=not_permitted"):
        ana.command(DAILY, f"/mlpipe audit {line}")
        stage.told("U0ANA", "Audit log: 1 line")
    ana.command(DAILY, "/mlpipe audit action=start outcome=requested")
    assert "NumLeaves=15" in json.dumps(stage.told("U0ANA", "requested"))

    for number in range(8):
        ana.command(DAILY, f"/mlpipe note 2013-06-2{number} what=nothing-{number}")
        stage.shown(f"nothing-{number}")
    ana.command(DAILY, "/mlpipe audit")
    page = stage.told("U0ANA", "1 to 10")
    assert buttons(page) == [AUDIT_MORE, AUDIT_FILE]
    ana.click(page, action_id=AUDIT_MORE)
    older = stage.told("U0ANA", "11 to")
    assert buttons(older) == [AUDIT_BEFORE, AUDIT_FILE]
    ana.click(older, action_id=AUDIT_FILE)
    stage.told("U0ANA", "among your messages")
    (shared,) = [
        call for call in stage.slack.calls() if call.method == "files.completeUploadExternal"
    ]
    (file,) = json.loads(shared.arguments["files"])
    written = stage.slack.file(file["id"]).decode()
    assert written.startswith("number,at,who,action,subject,outcome,details,digest")
    assert "why=steadier on *storm* days" in written

    ana.command(DAILY, "/mlpipe audit verify")
    whole = stage.told("U0ANA", "lines of the audit log hold")["text"]
    digest = whole.split("`")[1]
    ana.command(DAILY, f"/mlpipe audit verify {digest}")
    stage.told("U0ANA", "lines of the audit log hold")
    ana.command(DAILY, "/mlpipe audit verify 00ff")
    stage.told("U0ANA", "No line has the digest 00ff")
    stage.person("U0CHIE").command(DAILY, "/mlpipe audit")
    stage.told("U0CHIE", "You do not have the right")


@pytest.mark.usefixtures("as_it_logs")
def test_tampering_is_found_and_named_in_a_terminal(stage: Stage) -> None:
    stage.configure()
    stage.start()
    ana = stage.person("U0ANA")
    for number in range(3):
        ana.command(DAILY, f"/mlpipe note 2013-06-2{number} what=nothing-{number}")
        stage.shown(f"nothing-{number}")
    stage.bot.stop()
    assert told(stage, "audit", "verify") == {**told(stage, "audit", "verify"), "whole": True}
    assert told(stage, "audit", "action=note")["total"] == 3
    path = stage.folder / "audit.csv"
    assert typed(stage, "audit", "--csv", str(path)).exit_code == 0
    assert len(path.read_text().splitlines()) == 4
    file = stage.database_url.rpartition("sqlite:///")[2]
    with sqlite3.connect(file) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET who = 'T0MLPIPE/U0EVE' WHERE id = 2")
    database.close()
    found = typed(stage, "audit", "verify")
    assert found.exit_code == Exit.FAILED
    assert "The first 1 lines hold. Line 2 (note by T0MLPIPE/U0EVE" in found.stdout


@pytest.mark.parametrize(
    ("typed_words", "answer"),
    [
        ("audit approvals", "I do not understand approvals"),
        ("audit acton=approve", "Did you mean action=?"),
        ("audit by=nobody", "Nobody is called nobody"),
        ("audit since=long", "since= takes a span"),
        ("audit by=me by=me", "by is given twice"),
        ("audit action=nothing", "no line like that"),
        ("audit verify a b", "verify takes one digest"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(
    stage: Stage, typed_words: str, answer: str
) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, f"/mlpipe {typed_words}")
    stage.told("U0ANA", answer)
