from __future__ import annotations

import json

from tests.scenario.stage import DAILY, Stage
from tests.scenario.tiny_steps import TALK, TALKATIVE_SEED, UNLUCKY_SEED


def test_logs_show_the_end_of_a_step_to_who_asks_and_a_long_one_as_a_file(stage: Stage) -> None:
    stage.start()
    ana, ben = stage.person("U0ANA"), stage.person("U0BEN")
    ana.command(DAILY, f"/mlpipe run seed={TALKATIVE_SEED}")
    stage.shown("0.970")
    (summary,) = stage.pipeline.executions()
    run = summary["PipelineExecutionArn"].rsplit("/", 1)[-1]
    ben.command(DAILY, f"/mlpipe logs {run[:6]} prepare")
    text = stage.told("U0BEN", "The last lines of the log of *Prepare*")["text"]
    assert f"batch {TALK - 1} of {TALK}" in text
    stage.bot.drain()
    shared = [call for call in stage.slack.calls() if call.method == "files.completeUploadExternal"]
    assert [call.ok for call in shared] == [True]
    (file,) = json.loads(shared[0].arguments["files"])
    content = stage.slack.file(file["id"]).decode()
    assert "db_password=[redacted]\n" in content
    assert "batch 0 of" in content
    assert shared[0].arguments["channel_id"] != DAILY


def test_without_a_name_it_is_your_newest_run_and_the_step_that_failed(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe logs")
    stage.told("U0ANA", "Nothing has run there yet.")
    ana.command(DAILY, f"/mlpipe run seed={UNLUCKY_SEED}")
    stage.shown("Prepare failed")
    stage.told("U0ANA", "The last lines of the log of *Prepare*")
    stage.person("U0BEN").command(DAILY, "/mlpipe logs")
    stage.told("U0BEN", "The last lines of the log of *Prepare*")


def test_wrong_words_are_answered_with_what_to_write(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, f"/mlpipe run seed={UNLUCKY_SEED}")
    stage.shown("Prepare failed")
    for text, words in {
        "logs Prepair": "Did you mean Prepare?",
        "logs zzzz": "There is neither a run nor a step zzzz. Steps with a log: Prepare.",
        "logs Prepare please": "I do not understand please",
        "logs env=prod": "Did you mean production?",
    }.items():
        ana.command(DAILY, f"/mlpipe {text}")
        stage.told("U0ANA", words)
    stage.person("U0DANA").command(DAILY, "/mlpipe logs")
    stage.told("U0DANA", "You do not have the right")
