"""What every second delivery has to do: nothing."""

from __future__ import annotations

from collections import Counter

from tests.scenario.stage import Stage

SPEAKING = ("chat.postEphemeral", "chat.postMessage", "response_url", "views.open", "views.push")
"""Calls by which the bot says or opens something. Cards that move meanwhile are edited."""
GRACE_SECONDS = 20


def assert_second_deliveries_do_nothing(stage: Stage) -> None:
    """Wait for all of them, and for what the bot makes of them."""
    assert stage.way.doubled is not None
    before = _done(stage)
    first = {_trigger(each.payload) for each in stage.slack.deliveries()}

    def twice() -> bool:
        seen = Counter(_trigger(each.payload) for each in stage.slack.deliveries())
        return all(seen[trigger] >= 2 for trigger in first)

    stage.slack.wait_for(twice, timeout=stage.way.doubled.again[1] + GRACE_SECONDS)
    stage.stop_in_good_order()
    assert _done(stage) == before


def _trigger(payload: dict[str, object]) -> str:
    return str(payload["trigger_id"])


def _done(stage: Stage) -> Counter[str]:
    """How often it said or opened something, and how many executions there are."""
    said = Counter(call.method for call in stage.slack.calls() if call.method in SPEAKING)
    sagemaker = stage.pipeline.sagemaker
    for pipeline in sagemaker.list_pipelines()["PipelineSummaries"]:
        name = pipeline["PipelineName"]
        found = sagemaker.list_pipeline_executions(PipelineName=name)
        said[name] = len(found["PipelineExecutionSummaries"])
    return said
