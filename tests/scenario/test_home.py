from __future__ import annotations

import json
from typing import Any

from reports.actions import (
    APPROVE,
    HOME_REPORT,
    HOME_RUN,
    HOME_SUBSCRIBE,
    HOME_TRIALS,
    STOP,
)
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, RANDOM, Stage
from tests.scenario.test_subscriptions import DAY, EXPERIMENTS


def at_home(stage: Stage, user: str, text: str) -> dict[str, Any]:
    """Somebody's home tab, once it shows a text."""
    person = stage.person(user)
    wanted = json.dumps(text)[1:-1]

    def shown() -> dict[str, Any] | None:
        view = person.home()
        return view if view is not None and wanted in json.dumps(view) else None

    return stage.slack.wait_for(shown, timeout=PATIENCE_SECONDS)


def test_who_opens_the_home_tab_sees_in_plain_words_that_there_is_nothing_yet(
    stage: Stage,
) -> None:
    stage.start()
    stage.person("U0ANA").open_home()
    view = json.dumps(at_home(stage, "U0ANA", "My runs"))
    assert "You have started nothing yet." in view
    assert "Nobody has asked for a promotion that is still open." in view
    assert "Nothing is scheduled." in view
    stage.person("U0CHIE").open_home()
    theirs = json.dumps(at_home(stage, "U0CHIE", "自分の実行"), ensure_ascii=False)
    assert "Nothing is scheduled" not in theirs, "in the language of her Slack"
    assert HOME_SUBSCRIBE in theirs
    stage.person("U0DANA").open_home()
    assert HOME_RUN not in json.dumps(at_home(stage, "U0DANA", HOME_TRIALS)), "she may not"


def test_the_home_tab_follows_what_one_runs_and_stops_it(stage: Stage) -> None:
    stage.pipeline.hold()
    stage.start()
    ana = stage.person("U0ANA")
    ana.open_home()
    empty = at_home(stage, "U0ANA", "You have started nothing yet.")
    ana.click(empty, action_id=HOME_RUN)
    ana.submit(ana.wait_for_view("home.run.submit"), {"anywhere.channel": DAILY})
    ana.submit(ana.wait_for_view("run.submit"))
    running = at_home(stage, "U0ANA", "/archives/C0DAILY/")
    assert "*running*" in json.dumps(running)
    ana.click(running, action_id=STOP)
    ended = json.dumps(at_home(stage, "U0ANA", ": stopped"))
    assert STOP not in ended
    assert "Jun 28, 2013" in ended


def test_a_decision_leaves_every_home_tab_that_is_looked_at(stage: Stage) -> None:
    stage.pipeline.score(DAY)
    stage.pipeline.register(DAY)
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.open_home()
    ben.open_home()
    ana.command(DAILY, "/mlpipe promote 1 <!channel> *calm*")
    at_home(stage, "U0ANA", "you asked that version 1 serve")
    at_home(stage, "U0BEN", "<@U0ANA> asks that version 1 serve")
    ben.click(stage.shown("asks that version 1 serve"), action_id=APPROVE)
    for user in ("U0ANA", "U0BEN"):
        at_home(stage, user, "Nobody has asked for a promotion")


def test_what_comes_by_itself_stands_at_home_with_its_next_time(stage: Stage) -> None:
    stage.start(mornings=True)
    ana = stage.person("U0ANA")
    ana.open_home()
    view = json.dumps(at_home(stage, "U0ANA", "runs every day, next"))
    assert "<#C0DAILY>" in view
    ana.click(at_home(stage, "U0ANA", "runs every day, next"), action_id=HOME_SUBSCRIBE)
    ana.submit(ana.wait_for_view("home.subscribe.submit"), {"anywhere.channel": EXPERIMENTS})
    ana.submit(ana.wait_for_view("subscribe.submit"))
    at_home(stage, "U0ANA", "<#C0EXP>")


def test_trials_are_found_and_a_report_is_brought_from_home_and_from_anywhere(
    stage: Stage,
) -> None:
    stage.pipeline.score(DAY)
    record = Record(stage.pipeline)
    record.trial("calm", auc=0.75)
    record.trial("storm", auc=0.55)
    stage.start()
    ana = stage.person("U0ANA")
    ana.shortcut("shortcut.trials")
    form = ana.wait_for_view("home.trials.submit")
    ana.submit(form, {"anywhere.words": "auc>0.7"})
    found = json.dumps(ana.wait_for_message(ana.dm(), "calm", timeout=PATIENCE_SECONDS))
    assert "storm" not in found
    ana.open_home()
    ana.click(at_home(stage, "U0ANA", HOME_REPORT), action_id=HOME_REPORT)
    report = ana.wait_for_view("home.report.submit")
    assert not ana.submit(report).ok, "a channel has to be chosen"
    ana.submit(report, {"anywhere.channel": DAILY, "anywhere.words": "2013-06-28"})
    stage.shown("AUC 0.79")
    ana.shortcut("shortcut.run")
    ana.submit(ana.wait_for_view("home.run.submit"), {"anywhere.channel": RANDOM})
    stage.slack.wait_for(lambda: "/invite" in json.dumps(ana.views()), timeout=PATIENCE_SECONDS)
