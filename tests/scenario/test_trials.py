from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Any

from pyarrow.parquet import read_table as read_parquet

from bot.run_form import FIELD
from mlpipe_sandbox.aws import AwsSandbox
from mlpipe_sandbox.aws.faults import ApiThrottled
from reports.actions import (
    RUN_AGAIN,
    TRIAL,
    TRIAL_CHARTS,
    TRIALS_BEFORE,
    TRIALS_CSV,
    TRIALS_MORE,
    TRIALS_PARQUET,
)
from reports.blocks import NOTHING
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, Stage


def names(message: dict[str, Any]) -> list[str]:
    """Of the trials in a page's table, in their order."""
    (table,) = [each for each in message["blocks"] if each["type"] == "table"]
    return [row[0]["text"] for row in table["rows"][1:]]


def header(message: dict[str, Any]) -> list[str]:
    (table,) = [each for each in message["blocks"] if each["type"] == "table"]
    return [cell["text"] for cell in table["rows"][0]]


def files_shared(stage: Stage) -> list[bytes]:
    calls = [each for each in stage.slack.calls() if each.method == "files.completeUploadExternal"]
    return [stage.slack.file(json.loads(each.arguments["files"])[0]["id"]) for each in calls]


def test_the_best_trials_come_first_and_show_what_differs(stage: Stage) -> None:
    record = Record(stage.pipeline)
    record.trial("t1", auc=0.71, NumLeaves=31, Seed=1, day="2013-06-01")
    record.trial("t2", auc=0.83, NumLeaves=63, Seed=1, day="2013-06-01")
    record.trial("t3", auc=0.64, NumLeaves=15, Seed=1, day="2013-06-02")
    record.trial("t4", auc=None, NumLeaves=127, Seed=1, day="2013-06-02")
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trials auc>0.7 leaves<64 sort=auc")
    page = stage.told("U0ANA", "flights · experiment: 2 trials")
    assert names(page) == ["t2", "t1"]
    assert header(page) == ["Trial", "Day", "AUC", "NumLeaves"]
    ana.command(DAILY, "/mlpipe trials sort=auc")
    page = stage.told("U0ANA", "flights · experiment: 4 trials")
    assert names(page) == ["t2", "t1", "t3", "t4"]


def test_pages_are_turned_in_place(stage: Stage) -> None:
    record = Record(stage.pipeline)
    for number in range(23):
        record.trial(f"t{number:02}", auc=0.5 + number / 100, NumLeaves=float(number))
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trials sort=auc")
    page = stage.told("U0ANA", "23 trials")
    assert names(page) == [f"t{number:02}" for number in range(22, 12, -1)]
    went = page["blocks"][2]["elements"][0]["text"]
    assert "AUC of these 23, in the order in which they began: ▁▁▂▂▂▃▃▃▄" in went
    assert went.endswith("▇██ (0.500 to 0.720)")
    ana.click(page, action_id=TRIALS_MORE)
    page = stage.told("U0ANA", "11 to 20")
    ana.click(page, action_id=TRIALS_MORE)
    page = stage.told("U0ANA", "21 to 23")
    assert names(page) == ["t02", "t01", "t00"]
    ana.click(page, action_id=TRIALS_BEFORE)
    page = stage.told("U0ANA", "11 to 20")
    assert names(page)[0] == "t12"


def test_all_that_a_question_finds_comes_as_a_file_to_who_asks(stage: Stage) -> None:
    record = Record(stage.pipeline)
    for number in range(12):
        record.trial(f"t{number:02}", auc=0.5 + number / 100, NumLeaves=float(number))
    record.trial("odd", auc=float("nan"), NumLeaves="=1+1", depth=3.0)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trials NumLeaves!=5")
    page = stage.told("U0ANA", "12 trials")
    ana.click(page, action_id=TRIALS_CSV)
    stage.told("U0ANA", "flights-experiment-trials.csv with 12 trials is in your own messages")
    ana.click(page, action_id=TRIALS_PARQUET)
    stage.told("U0ANA", "flights-experiment-trials.parquet with 12 trials")
    text, parquet = files_shared(stage)
    odd, *rows = csv.DictReader(io.StringIO(text.decode()))
    assert list(odd)[:5] == ["trial", "status", "started", "tags", "note"]
    assert [each["trial"] for each in (odd, *rows)][:2] == ["odd", "t11"]
    assert odd["metrics.auc"] == "NaN"
    assert odd["parameters.NumLeaves"] == "'=1+1", "no spreadsheet may compute it"
    assert (rows[0]["parameters.NumLeaves"], rows[0]["parameters.depth"]) == ("11", "")
    table = read_parquet(io.BytesIO(parquet)).to_pylist()
    assert [each["trial"] for each in table] == [each["trial"] for each in (odd, *rows)]
    assert (table[0]["parameters.NumLeaves"], table[1]["metrics.auc"]) == ("=1+1", 0.61)


def test_a_trial_is_shown_beside_productions_newest(stage: Stage) -> None:
    day = dt.date(2013, 6, 27)
    Record(stage.pipeline).trial(
        "backfill-test",
        auc=0.83,
        NumLeaves=63,
        Seed=1,
        started_by="T0MLPIPE/U0ANA",
        day=day.isoformat(),
        image="steps:<7>",
    )
    stage.pipeline.score(day, environment="experiment", auc=0.83)
    theirs = Record(stage.pipeline, "production")
    theirs.trial("backfill-again", auc=0.8, NumLeaves=31, Seed=1, day=day.isoformat())
    stage.pipeline.score(day, auc=0.8, again=True)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trials by=me")
    page = stage.told("U0ANA", "1 trial")
    ana.select(page, action_id=TRIAL, value="flights/experiment/backfill-test")
    shown = stage.told("U0ANA", "experiment · backfill-test")
    (table,) = [each for each in shown["blocks"] if each["type"] == "table"]
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert rows == [
        ["Metric or parameter", "This trial", "Production"],
        ["AUC", "0.830 (0.810 to 0.850)", "0.800 (0.780 to 0.820)"],
        ["NumLeaves", "63", "31"],
        ["WindowDays", "60", "60"],
        ["Seed", "1", "1"],
    ]
    below = next(block["text"]["text"] for block in shown["blocks"][2:] if "text" in block)
    assert "wind_speed 0.400 (0.400 in production), hour 0.300" in below
    assert "*Image:* `steps:&lt;7&gt;`" in below
    assert "s3://mlpipe-experiment/flights/days/2013-06-27/backfill-test/" in below
    ana.click(shown, action_id=TRIAL_CHARTS)
    stage.told("U0ANA", "The charts are in your own messages")
    (picture,) = files_shared(stage)
    assert picture.startswith(b"\x89PNG")
    ana.command(DAILY, "/mlpipe trial backfill-again env=production")
    alone = stage.told("U0ANA", "production · backfill-again")
    assert "Production's is" not in json.dumps(alone), "it is production's newest itself"


def test_a_name_that_only_trials_know_may_be_asked_for(stage: Stage) -> None:
    record = Record(stage.pipeline)
    record.trial("t1", auc=0.7, depth=3)
    record.trial("t2", auc=0.7, depth=9)
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe trials depth>5")
    assert names(stage.told("U0ANA", "1 trial")) == ["t2"]


def test_odd_trials_are_shown_as_they_are(stage: Stage, aws: AwsSandbox) -> None:
    record = Record(stage.pipeline)
    many = {f"p{number:03}": float(number) for number in range(290)}
    tuned = "1qdvz01h0m29-tune-pqicdievim-001-a9618183"
    record.trial(tuned, auc=0.8, started_by="T0MLPIPE/U0BEN")
    record.trial("broken", auc=float("nan"), started_by="T0MLPIPE/U0ANA", text="x" * 500)
    record.trial("blank", auc=None, **many)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trials sort=-auc")
    page = stage.told("U0ANA", "3 trials")
    assert names(page) == ["001-a9618183", "broken", "blank"]
    (table,) = [each for each in page["blocks"] if each["type"] == "table"]
    assert [row[2]["text"] for row in table["rows"][1:]] == ["0.800", "NaN", NOTHING]
    assert "286 more parameters differ" in page["blocks"][1]["elements"][0]["text"]
    ana.command(DAILY, "/mlpipe trial blank")
    one = stage.told("U0ANA", "experiment · blank")
    assert "It has no metrics" in one["blocks"][0]["text"]["text"]
    (table,) = [each for each in one["blocks"] if each["type"] == "table"]
    assert len(table["rows"]) == 100
    assert "192 more" in json.dumps(one["blocks"])
    ana.command(DAILY, "/mlpipe trial 001-a9618183")
    stage.told("U0ANA", f"experiment · {tuned}")
    for who in ("@ben", "ben", "<@U0BEN|ben>"):
        ana.command(DAILY, f"/mlpipe trials by={who}")
        page = stage.told("U0ANA", "experiment: 1 trial")
        assert names(page) == ["001-a9618183"]
        assert "started by <@U0BEN>" in page["blocks"][1]["elements"][0]["text"]
    ana.command(DAILY, "/mlpipe trials by=@bne")
    stage.told("U0ANA", "Nobody is called bne. Did you mean ben?")
    aws.faults.add(ApiThrottled(operation="Search"))
    ana.command(DAILY, "/mlpipe trials")
    stage.told("U0ANA", "AWS is asked more than it takes in experiment")
    aws.faults.clear()
    record.delete(tuned, "broken", "blank")
    ana.command(DAILY, "/mlpipe trials auc>0")
    stage.told("U0ANA", "SageMaker has no experiment flights-experiment")


def test_wrong_questions_are_answered_with_what_to_write(stage: Stage) -> None:
    Record(stage.pipeline)
    stage.start()
    for text, words in {
        "trials": "There is no trial yet.",
        "trials by=@": "by= takes me, schedule or a person such as @ana.",
        "trials ucu>0.7": "Did you mean auc?",
        "trials env=prod": "Did you mean production?",
        "trials auc>0.99": "No trial like that",
        f"trials {'便名' * 1000}": "That is too long",
        "trial": "Which trial?",
        "trial nothing": "There is no trial nothing.",
    }.items():
        stage.person("U0ANA").command(DAILY, f"/mlpipe {text}")
        stage.told("U0ANA", words)


def test_a_trial_is_the_one_of_that_name_not_one_with_it_in_a_longer_name(stage: Stage) -> None:
    record = Record(stage.pipeline)
    for name in ("a1", "a12", "a13"):
        record.trial(name, auc=0.8)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trial a1")
    stage.told("U0ANA", "experiment · a1")
    assert "a12" not in json.dumps(stage.told("U0ANA", "experiment · a1"))
    ana.command(DAILY, "/mlpipe trial 13")
    stage.told("U0ANA", "experiment · a13")
    ana.command(DAILY, "/mlpipe trial a")
    stage.told("U0ANA", "There is no trial a")


def test_a_trial_is_run_again_with_one_change(stage: Stage) -> None:
    Record(stage.pipeline).trial("mine", auc=0.83, Seed=4.0)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe trial mine")
    ana.click(stage.told("U0ANA", "experiment · mine"), action_id=RUN_AGAIN)
    form = ana.wait_for_view("run.submit")
    assert ana.submit(form, {f"{FIELD}flights.Day": "2013-06-27"}).ok
    stage.shown("0.840")
    (started,) = stage.pipeline.executions()
    given = stage.pipeline.parameters(started)
    assert (given["Seed"], given["Day"]) == ("4", "2013-06-27")


def test_tags_and_a_note_are_kept_with_a_trial_and_found_by(stage: Stage) -> None:
    record = Record(stage.pipeline)
    record.trial("t1", auc=0.71)
    record.trial("t2", auc=0.83)
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, "/mlpipe tag t1 Weather draft note=good in storms")
    stage.told("U0ANA", "Kept with trial `t1`")
    ben.command(DAILY, '/mlpipe tag t1 -draft keep note="ask <!channel> first"')
    told = stage.told("U0BEN", "Kept with trial `t1`")["text"]
    assert "keep, weather" in told
    assert "<!channel>" not in told
    ana.command(DAILY, "/mlpipe trials tag=weather tag=keep auc>0.5")
    assert names(stage.told("U0ANA", "1 trial")) == ["t1"]
    ana.command(DAILY, "/mlpipe trials tag=draft")
    stage.told("U0ANA", "No trial like that")
    ana.command(DAILY, "/mlpipe trial t1")
    shown = str(stage.told("U0ANA", "experiment · t1")["blocks"])
    assert "ask @channel first" in shown
    assert "mlpipe:" not in shown, "the parameters are what was tried"
    kept = stage.pipeline.sagemaker.describe_trial_component(TrialComponentName="t1-summary")
    assert kept["Parameters"]["mlpipe:tag:weather"] == {"StringValue": "T0MLPIPE/U0ANA"}


def test_what_cannot_be_kept_with_a_trial_is_said(stage: Stage) -> None:
    Record(stage.pipeline).trial("t1", auc=0.71)
    stage.start()
    for text, words in {
        "tag": "Say which trial and what to keep",
        "tag t1": "Say which trial and what to keep",
        "tag nothing weather": "There is no trial nothing.",
        "tag t1 a,b": "A tag is one word",
        f"tag t1 note={'x' * 501}": "A note has at most 500 characters",
        f"tag t1 {' '.join(f't{each}' for each in range(11))}": "At most 10 tags at once",
        "trials tag=a!b": "not a!b",
    }.items():
        stage.person("U0ANA").command(DAILY, f"/mlpipe {text}")
        stage.told("U0ANA", words)
    kept = stage.pipeline.sagemaker.describe_trial_component(TrialComponentName="t1-summary")
    assert set(kept["Parameters"]) == {"WindowDays"}


def test_the_form_is_filled_in_as_the_last_good_run_was(stage: Stage) -> None:
    Record(stage.pipeline).trial("older", auc=0.8, Seed=4.0, NumLeaves=15.0, day="2013-06-01")
    Record(stage.pipeline, "production").trial("theirs", auc=0.8, NumLeaves=127.0)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe run")
    form = ana.wait_for_view("run.submit")
    assert "as the last good run was, `older`" in str(form["blocks"])
    filled = {each["block_id"]: each["element"] for each in form["blocks"] if "element" in each}
    assert filled[f"{FIELD}flights.NumLeaves"]["initial_value"] == "15"
    assert filled[f"{FIELD}flights.Day"]["initial_date"] == "2013-06-28"
    ana.select(form, action_id="run.environment", value="production")
    stage.slack.wait_for(
        lambda: next((each for each in ana.views() if "`theirs`" in str(each["blocks"])), None)
    )
