"""The shortcuts on messages: on cards, on reports, and on what is neither."""

from __future__ import annotations

import json

from reports.actions import AGAIN_WITH_CHANGES, LOOK_AT_TRIAL, NOTE_THE_DAY
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, Stage
from tests.scenario.test_subscriptions import DAY


def test_a_card_leads_to_its_trial_to_the_same_with_changes_and_to_a_note_of_its_day(
    stage: Stage,
) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run day=2013-06-28 NumLeaves=15")
    card = stage.shown("*Done* in")
    ana.shortcut(LOOK_AT_TRIAL, on=card)
    stage.told("U0ANA", "There is no trial")
    ana.shortcut(AGAIN_WITH_CHANGES, on=card)
    form = ana.wait_for_view("run.submit")
    given = {
        block["block_id"]: block["element"].get("initial_value")
        or block["element"].get("initial_date")
        for block in form["blocks"]
        if block["type"] == "input"
    }
    assert given["run.parameter.flights.Day"] == "2013-06-28"
    assert given["run.parameter.flights.NumLeaves"] == "15"
    ana.close(form)
    ana.shortcut(NOTE_THE_DAY, on=card)
    note = ana.wait_for_view("note.submit")
    assert not ana.submit(note, {"note.days": "the other day", "note.text": "x"}).ok
    said = {"note.text": "the feed <!channel>", "note.leave_out": ["leave_out"]}
    assert ana.submit(note, {**said, "note.days": "06-28"}).ok
    told = stage.shown("noted of Jun 28, 2013 (flights · experiment)")["text"]
    assert "the feed &lt;!channel&gt;" in told
    assert "baseline" in told
    ana.shortcut(NOTE_THE_DAY, on=card)
    again = ana.wait_for_view("note.submit")
    assert "the feed <!channel>" in json.dumps(again), "what was noted of the day before"


def test_a_report_is_known_by_its_day_and_what_is_neither_is_refused(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.start()
    ana, dana = stage.person("U0ANA"), stage.person("U0DANA")
    ana.command(DAILY, "/mlpipe report 2013-06-28")
    report = stage.shown("AUC 0.79")
    stage.bot.drain()  # it is known again once it is kept
    ana.shortcut(NOTE_THE_DAY, on=report)
    form = ana.wait_for_view("note.submit")
    assert "2013-06-28" in json.dumps(form)
    assert ana.submit(form, {"note.text": "storm"}).ok
    other = stage.shown("noted of Jun 28, 2013 (flights · production)")
    ana.shortcut(LOOK_AT_TRIAL, on=other)
    stage.told("U0ANA", "neither the card of a run nor a report")
    ana.shortcut(AGAIN_WITH_CHANGES, on=other)
    stage.slack.wait_for(
        lambda: "neither the card of a run" in json.dumps(ana.views()), timeout=PATIENCE_SECONDS
    )
    dana.shortcut(AGAIN_WITH_CHANGES, on=report)
    stage.told("U0DANA", "the right “run”")
