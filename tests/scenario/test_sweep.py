from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.run_form import FIELD as RUN_FIELD
from bot.sweep_form import FIELD
from mlpipe_sandbox.slack import Participant
from reports.actions import RUN_AGAIN, STOP
from reports.blocks import NOTHING
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_trials import header, names

DONE = "Done"


def field(name: str) -> str:
    return f"{FIELD}flights.{name}"


def until(holds: Callable[[], bool], *, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def boards(stage: Stage) -> list[Any]:
    """The tuning jobs, oldest first."""
    listed = stage.pipeline.sagemaker.list_hyper_parameter_tuning_jobs(SortBy="CreationTime")
    return list(listed["HyperParameterTuningJobSummaries"])


def held(folder: Path) -> list[int]:
    """Processes of trials that wait."""
    return [int(path.suffix[1:]) for path in folder.glob("hold.*") if path.suffix[1:].isdigit()]


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return False


def rows(message: dict[str, Any], first: str) -> list[list[str]]:
    """Of the table whose first cell says this."""
    tables = [each["rows"] for each in message["blocks"] if each["type"] == "table"]
    (found,) = [each for each in tables if each[0][0]["text"] == first]
    return [[cell["text"] for cell in row] for row in found]


def opened(ana: Participant) -> dict[str, Any]:
    ana.command(DAILY, "/mlpipe sweep")
    return ana.wait_for_view("sweep.submit")


def test_a_sweep_from_one_modal_finds_the_best_and_runs_it_again_with_a_change(
    stage: Stage,
) -> None:
    Record(stage.pipeline, "production").trial(
        "theirs", auc=0.8, NumLeaves=31, LearningRate=0.05, Seed=1, day="2013-06-28"
    )
    stage.start()
    ana = stage.person("U0ANA")
    form = opened(ana)
    given = {field("NumLeaves"): "8..64", field("LearningRate"): "0.01,0.1"}
    given |= {field("Trials"): "5", field("Parallel"): "3", field("Day"): "2013-06-27"}
    assert ana.submit(form, given).ok
    card = stage.shown(DONE)
    (job,) = boards(stage)
    assert job["Strategy"] == "Bayesian"
    assert job["TrainingJobStatusCounters"]["Completed"] == 5
    board = rows(card, "Trial")
    assert board[0] == ["Trial", "mean log-loss", "NumLeaves", "LearningRate"]
    *tried, production = board[1:]
    losses = [float(row[1]) for row in tried]
    assert losses == sorted(losses)
    assert production == ["Production", NOTHING, "31", "0.05"]
    assert len(stage.person("U0DANA").messages(DAILY)) == 1

    ana.command(DAILY, "/mlpipe trials sort=mean_log_loss by=me")
    page = stage.told("U0ANA", "flights · experiment: 5 trials")
    assert len(names(page)) == 5
    assert header(page)[:4] == ["Trial", "Day", "mean log-loss", "mean AUC"]

    ana.click(card, action_id=RUN_AGAIN)
    form = ana.wait_for_view("run.submit")
    assert ana.submit(form, {f"{RUN_FIELD}flights.Seed": "4"}).ok
    stage.shown("0.840")
    (started,) = stage.pipeline.executions()
    parameters = stage.pipeline.parameters(started)
    assert (parameters["NumLeaves"], parameters["Seed"]) == (board[1][2], "4")


def test_listed_values_are_a_grid_whose_card_ends_with_what_it_cost(stage: Stage) -> None:
    stage.configure(changes={'"ml.m5.xlarge" = 0.23': '"ml.m5.xlarge" = 36000.0'})
    stage.start()
    stage.person("U0BEN").command(DAILY, "/mlpipe sweep NumLeaves=10,20 Seed=1,2 parallel=4")
    card = stage.shown(DONE)
    (job,) = boards(stage)
    assert job["Strategy"] == "Grid"
    assert job["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 4
    assert [row[2] for row in rows(card, "Trial")[1:3]] == ["20", "20"]
    assert "It cost $" in json.dumps(card, ensure_ascii=False)


def test_stop_all_ends_every_trial_and_starts_no_more(stage: Stage) -> None:
    stage.pipeline.hold()
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe sweep NumLeaves=8..64 trials=9 parallel=2")
    until(lambda: len(held(stage.folder)) == 2)
    card = stage.shown("2 running")
    ana.click(card, action_id=STOP)
    stage.shown("Stopped")
    assert not any(alive(pid) for pid in held(stage.folder))
    (job,) = boards(stage)
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert job["TrainingJobStatusCounters"]["Stopped"] == 2


def test_a_sweep_outlives_the_bot(stage: Stage) -> None:
    stage.pipeline.hold()
    first = stage.serve()
    stage.person("U0ANA").command(DAILY, "/mlpipe sweep NumLeaves=8..64 trials=3 parallel=3")
    until(lambda: len(held(stage.folder)) == 3)
    stage.shown("3 running")
    stage.kill(first)
    stage.pipeline.release()
    stage.serve()
    card = stage.shown(DONE)
    assert len(rows(card, "Trial")) == 4
    assert len(boards(stage)) == 1
    assert len(stage.person("U0DANA").messages(DAILY)) == 1


def test_trials_that_all_fail_are_told(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe sweep NumLeaves=8,9 Seed=13")
    stage.shown("No training job succeeded after 2 attempts")


def test_wrong_sweeps_are_answered_with_what_to_write(stage: Stage) -> None:
    stage.start()
    for text, words in {
        "NumLeaves=64..8": "the smaller first",
        "NumLeaves=8": "A sweep needs a range",
        "NumLeaves=8..64 trials=500": "Trials has to be 1 … 50, not 500.",
        "NumLeaves=8..64 parallel=40": "Parallel has to be 1 … 4, not 40.",
        "NumLeaves=8..64 strategy=grid": "Grid tries every combination",
        "NumLeaves=2,3,4,5,6,7,8,9 Seed=1,2,3,4,5,6,7,8 strategy=grid": "That grid has 64 points",
        "NumLeaves=8..64 strategy=clever": "Strategy has to be one of Bayesian",
        "NumLeafs=8..64": "Did you mean NumLeaves?",
        "NumLeaves=8..64 NumLeaves=9..10": "NumLeaves is given twice",
        "flights NumLeaves": "I do not understand NumLeaves",
    }.items():
        stage.person("U0ANA").command(DAILY, f"/mlpipe sweep {text}")
        stage.told("U0ANA", words)
    assert boards(stage) == []
    form = opened(stage.person("U0ANA"))
    answer = stage.person("U0ANA").submit(form, {field("NumLeaves"): "64..8"})
    assert "the smaller first" in answer.errors[field("NumLeaves")]
