from __future__ import annotations

from tests.scenario.stage import DAILY, Stage


def test_status_tells_what_runs_how_far_it_is_and_where_its_card_is(stage: Stage) -> None:
    stage.pipeline.hold()
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe run day=yesterday")
    stage.shown("Running Prepare")
    stage.person("U0DANA").command(DAILY, "/mlpipe status")
    text = stage.told("U0DANA", "1 is running")["text"]
    assert "🧪 experiment · flights · Jun 28, 2013: Running Prepare: 0 of 3 steps done" in text
    assert "started by <@U0ANA>" in text
    assert "/archives/C0DAILY/" in text


def test_status_tells_also_what_was_started_elsewhere(stage: Stage) -> None:
    stage.pipeline.hold()
    stage.start()
    stage.pipeline.sagemaker.start_pipeline_execution(
        PipelineName="flights-production-evaluate",
        PipelineParameters=[{"Name": "Day", "Value": "2013-06-27"}],
    )
    stage.person("U0ANA").command(DAILY, "/mlpipe status flights env=production")
    text = stage.told("U0ANA", "1 is running")["text"]
    assert "🏭 PRODUCTION · flights · Jun 27, 2013" in text
    assert "started elsewhere" in text


def test_where_nothing_runs_status_tells_what_ended_last(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe status")
    stage.told("U0ANA", "Nothing runs now.")
    ana.command(DAILY, "/mlpipe run day=yesterday")
    stage.shown("0.810")
    ana.command(DAILY, "/mlpipe status")
    text = stage.told("U0ANA", "The last that ended:")["text"]
    assert "Jun 28, 2013: done" in text


def test_status_answers_wrong_words_with_what_to_write(stage: Stage) -> None:
    stage.start()
    for text, words in {
        "status flihgts": "Did you mean flights?",
        "status env=prod": "Did you mean production?",
        "status <!channel>": "I do not understand &lt;!channel&gt;",
        "staus": "Did you mean `/mlpipe status`?",
    }.items():
        stage.person("U0ANA").command(DAILY, f"/mlpipe {text}")
        stage.told("U0ANA", words)
