from __future__ import annotations

import json
from typing import Any

from bot.run_form import FIELD, NOTE, TAGS
from reports.actions import RUN_PLANNED
from tests.scenario.record import Record
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_sweep import until


def kept(stage: Stage, execution: Any) -> dict[str, str]:
    """What people say of the trial of an execution."""
    name = execution["PipelineExecutionArn"].rsplit("/", 1)[-1]
    found = stage.pipeline.sagemaker.describe_trial_component(TrialComponentName=f"{name}-summary")
    return {
        name: value["StringValue"]
        for name, value in found["Parameters"].items()
        if name.startswith("mlpipe:")
    }


def put_trial_of(stage: Stage, execution: Any) -> None:
    """What the evaluation step does."""
    Record(stage.pipeline).trial(execution["PipelineExecutionArn"].rsplit("/", 1)[-1], auc=0.8)


def test_tags_and_a_note_given_at_the_start_are_kept_with_the_trial(stage: Stage) -> None:
    stage.pipeline.hold()
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, '/mlpipe run Seed=2 tags=Weather,night note="try <!here> storms" --dry-run')
    plan = stage.told("U0ANA", "nothing was started")
    assert "try @here storms" in json.dumps(plan)
    ana.click(plan, action_id=RUN_PLANNED)
    card = json.dumps(stage.shown("Prepare"))
    assert "Tags: weather, night." in card
    assert "Note: try @here storms" in card
    (first,) = stage.pipeline.executions()
    put_trial_of(stage, first)

    ana.command(DAILY, "/mlpipe run")
    form = ana.wait_for_view("run.submit")
    wrong = ana.submit(form, {TAGS: "a!b"}).errors
    assert "A tag is one word" in wrong[TAGS]
    assert ana.submit(form, {TAGS: "weather, 夜、", NOTE: "again", f"{FIELD}flights.Seed": "3"}).ok
    until(lambda: len(stage.pipeline.executions()) == 2)
    second = stage.pipeline.executions()[-1]
    put_trial_of(stage, second)
    assert kept(stage, first) == kept(stage, second) == {}, "they run still"
    stage.pipeline.release()
    until(lambda: kept(stage, first) != {} and kept(stage, second) != {})
    who = "T0MLPIPE/U0ANA"
    note = {"mlpipe:note": "try @here storms"}
    assert kept(stage, first) == {"mlpipe:tag:weather": who, "mlpipe:tag:night": who, **note}
    assert kept(stage, second) == {
        "mlpipe:tag:weather": who,
        "mlpipe:tag:夜": who,
        "mlpipe:note": "again",
    }


def test_what_cannot_be_kept_starts_nothing(stage: Stage) -> None:
    stage.start()
    for text, words in {
        "tags=a!b": "A tag is one word",
        "note=a Seed=2 note=b": "note is given twice",
        "kind=evaluate tags=a": "kind=evaluate makes none",
    }.items():
        stage.person("U0ANA").command(DAILY, f"/mlpipe run {text}")
        stage.told("U0ANA", words)
    assert stage.pipeline.executions() == []
