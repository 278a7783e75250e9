"""What people and scripts type in a terminal, against the bot and SageMaker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot import cli
from bot.terminal.answer import Exit
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, SETTINGS, Stage

PEOPLE = SETTINGS[SETTINGS.index("# Who is who") :]
FOLLOWED = f'''[[subscriptions]]
channel = "{DAILY}"
environment = "experiment"
at = "08:00"

# Who may do what'''
pytestmark = pytest.mark.usefixtures("as_it_logs")


def typed(stage: Stage, *words: str) -> Result:
    return CliRunner(env={**stage.environ(), "PORT": ""}).invoke(cli.main, list(words))


def told(stage: Stage, *words: str) -> dict[str, Any]:
    """What a script gets."""
    result = typed(stage, *words, "--json")
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_a_run_from_a_terminal_is_its_persons_and_has_a_card_where_its_pipeline_is_followed(
    stage: Stage,
) -> None:
    stage.configure(changes={"# Who may do what": FOLLOWED})
    stage.pipeline.hold()
    stage.start()
    started = told(stage, "run", "flights", "day=yesterday", "NumLeaves=15")
    assert started["channel"] == DAILY
    assert started["started_by"] == "T0MLPIPE/U0ANA"
    assert started["parameters"] == {
        **started["parameters"],
        "Day": "2013-06-28",
        "NumLeaves": "15",
        "StartedBy": "T0MLPIPE/U0ANA",
    }
    assert "NumLeaves" in json.dumps(stage.shown("started by <@U0ANA>"))
    stage.shown("Running Prepare")
    (running,) = told(stage, "status")["running"]
    assert (running["id"], running["status"]) == (started["id"], "Executing")
    assert "1 is running" in typed(stage, "status").stdout
    assert told(stage, "stop", started["id"][:4])["stopped_by"] == "T0MLPIPE/U0ANA"
    stage.shown("*Stopped* by <@U0ANA>")
    assert typed(stage, "stop").exit_code == Exit.NOT_FOUND


def test_without_the_bot_a_run_starts_and_is_waited_for(stage: Stage) -> None:
    stage.configure()
    well = typed(stage, "run", "day=2013-06-28", "--wait", "--json")
    assert well.exit_code == 0, well.stderr
    document = json.loads(well.stdout)
    assert (document["status"], document["channel"]) == ("Succeeded", None)
    assert {step["status"] for step in document["steps"]} == {"Succeeded"}


def test_whoever_mlpipe_toml_does_not_name_reads_and_does_nothing(stage: Stage) -> None:
    stage.configure(changes={PEOPLE: ""})
    Record(stage.pipeline).trial("calm", auc=0.75)
    assert told(stage, "trials")["total"] == 1
    assert told(stage, "status") == {"running": [], "ended": [], "waiting": 0}
    for words in (["run", "day=yesterday"], ["trials", "by=me"]):
        refused = typed(stage, *words)
        assert refused.exit_code == Exit.NOT_PERMITTED
        assert "is nobody in [people] of mlpipe.toml, and may only read." in refused.stderr
    assert not stage.pipeline.sagemaker.list_pipeline_executions(
        PipelineName="flights-experiment-train"
    )["PipelineExecutionSummaries"]
    stage.config.write_text(SETTINGS.replace("T0MLPIPE/U0ANA", "T0MLPIPE/U0DANA"))
    assert "the right “run”" in typed(stage, "run", "day=yesterday").stderr


def test_trials_are_found_by_the_words_of_slack(stage: Stage) -> None:
    stage.configure()
    record = Record(stage.pipeline)
    for number in range(5):
        record.trial(
            f"t{number}", auc=0.5 + number / 10, NumLeaves=2.0**number, started_by="T0MLPIPE/U0ANA"
        )
    record.trial("blank", auc=None)
    found = told(stage, "trials", "auc>0.6", "sort=-NumLeaves", "by=me", "--limit", "2")
    assert [each["name"] for each in found["trials"]] == ["t2", "t3"]
    assert (found["total"], found["trials"][0]["metrics"]) == (3, {"auc": 0.7})
    rest = told(stage, "trials", "auc>0.6", "sort=-NumLeaves", "--first", "2")
    assert [each["name"] for each in rest["trials"]] == ["t4"]
    assert told(stage, "trials", "by=U0ANA")["total"] == 5
    assert "Write an id of Slack, such as by=U0ANA" in typed(stage, "trials", "by=@zoe").stderr
    table = typed(stage, "trials", "sort=auc").stdout.splitlines()
    assert table[0].split()[:3] == ["Trial", "Day", "AUC"]
    assert table[1].split()[0] == "t4"
    file = stage.folder / "all.csv"
    parquet = stage.folder / "all.parquet"
    written = told(stage, "trials", "sort=auc", "--csv", str(file), "--parquet", str(parquet))
    assert (written["total"], written["files"]) == (6, [str(file), str(parquet)])
    assert [line.split(",")[0] for line in file.read_text().splitlines()][:2] == ["trial", "t4"]
    assert parquet.read_bytes()[:4] == b"PAR1"
    nothing = stage.folder / "nothing.csv"
    assert typed(stage, "trials", "auc>9", "--csv", str(nothing)).exit_code == Exit.NOT_FOUND
    assert not nothing.exists()
    nowhere = typed(stage, "trials", "--csv", str(stage.folder / "no" / "all.csv"))
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (Exit.INPUT, True)
    one = told(stage, "trial", "blank")
    assert (one["trial"]["metrics"], one["production"]) == ({}, None)
    assert typed(stage, "trial", "nobody").exit_code == Exit.NOT_FOUND
    wrong = typed(stage, "trials", "acu>0.6")
    assert (wrong.exit_code, wrong.stdout) == (Exit.INPUT, "")
    assert "Did you mean auc?" in wrong.stderr
