"""`mlpipe adopt` on AWS's own template: one command, and the first report judges."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.sessions import session_of
from bot.settings import read_settings
from core.day_result import DayResult
from core.domain import PRODUCTION, PipelineName
from core.evidence.history import Standing
from core.evidence.verdict import verdict
from core.spans import ONE_DAY
from mlops.aws import Aws
from mlops.evaluations import Evaluations
from mlops.registry import Registry
from mlpipe_sandbox.aws import AwsSandbox
from mlpipe_sandbox.clock import Clock
from tests.scenario.abalone import BUCKET, EVALUATION, GROUP, NAME, Abalone
from tests.scenario.stage import DAILY, PATIENCE_SECONDS, SETTINGS, Stage

YESTERDAY = dt.date(2013, 6, 28)
DAYS, ALL_DAYS = 16, 60
MOST_SECONDS = 120.0
"""That adopting sixty executions may take, as the proof has it."""
Run = Callable[..., Result]


def mse_of(day: dt.date) -> float:
    """What abalone_steps.sh finds on a day."""
    return (int(f"{day:%d}") * 7 % 23 + 400) / 100


def before(day: dt.date, days: int) -> list[dt.date]:
    """So many days that end with one."""
    return [day - dt.timedelta(days=back) for back in reversed(range(days))]


@pytest.fixture
def abalone(aws: AwsSandbox) -> Abalone:
    return Abalone()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "mlpipe.toml"


@pytest.fixture
def adopt(config: Path) -> Run:
    def run(*arguments: str, typed: str | None = None) -> Result:
        runner = CliRunner(env={"MLPIPE_CONFIG": str(config), "MLPIPE_RECORD": None})
        return runner.invoke(main, ["adopt", *arguments], input=typed)

    return run


def history(config: Path, first: dt.date, last: dt.date) -> tuple[DayResult, ...]:
    """What the reporter reads, in a process that knows nothing but mlpipe.toml."""
    settings = read_settings(config)
    (pipeline,) = (each for each in settings.pipelines.values() if each.adopted)
    with ThreadPoolExecutor(4) as executor:
        aws = Aws(settings.environments[PRODUCTION], session=session_of, executor=executor)
        return asyncio.run(Evaluations(aws, pipeline).history(first, last))


def day_of_newest_version(config: Path) -> dt.date | None:
    """Of the results that a person is shown who is to approve it."""
    settings = read_settings(config)
    pipeline = settings.pipelines[PipelineName("abalone")]

    async def day(aws: Aws) -> dt.date | None:
        registry = Registry(aws, pipeline)
        newest = await registry.describe((await registry.versions())[0].arn)
        result = await Evaluations(aws, pipeline).of_version(newest)
        return result.day if result else None

    with ThreadPoolExecutor(4) as executor:
        aws = Aws(settings.environments[PRODUCTION], session=session_of, executor=executor)
        return asyncio.run(day(aws))


@pytest.mark.proof
def test_past_executions_are_adopted_by_one_command_and_the_first_report_judges(
    abalone: Abalone, adopt: Run, config: Path, *, proving: bool
) -> None:
    days = before(YESTERDAY, ALL_DAYS if proving else DAYS)
    abalone.create()
    abalone.run(*days)
    begun = time.monotonic()
    answer = adopt(NAME, "--write")
    took = time.monotonic() - begun
    assert answer.exit_code == 0, answer.output
    assert f"{EVALUATION} (regression_metrics)" in answer.output
    assert "day         InputDataUrl" in answer.output
    assert "mse: lower is better" in answer.output
    assert f"Brought {len(days)} days from {len(days)} executions" in answer.output
    assert took < MOST_SECONDS
    known = history(config, days[0], days[-1])
    assert [result.day for result in known] == days
    found = verdict(YESTERDAY, known[-1], known[:-1]).headline
    assert found is not None
    assert found.metric == "mse"
    assert found.comparison.standing is not Standing.NO_HISTORY
    assert found.rank is not None
    adopted = read_settings(config).pipelines[PipelineName("abalone")].adopted
    assert adopted is not None
    assert (adopted.better, adopted.model_package_group) == ("lower", GROUP)
    assert read_settings(config).environments[PRODUCTION].bucket == BUCKET
    today = YESTERDAY + ONE_DAY
    abalone.run(today)  # found without another command
    assert [each.day for each in history(config, YESTERDAY, today)] == [YESTERDAY, today]
    assert day_of_newest_version(config) == today


def test_what_cannot_be_adopted_is_told_in_a_sentence_and_nothing_is_written(
    abalone: Abalone, adopt: Run, config: Path
) -> None:
    foreign = Abalone("Foreign")
    foreign.create(evaluate="foreign")
    abalone.create()
    foreign.run(YESTERDAY)
    for name, sentence in {
        "AbalonePipelin": "no pipeline AbalonePipelin in SageMaker in us-east-1. Did you mean Aba",
        NAME: "AbalonePipeline has no executions yet. Start it once",
        "Foreign": f"{EVALUATION}: evaluation.json has none of binary_classification_metrics",
    }.items():
        answer = adopt(name, "--write")
        assert (answer.exit_code, sentence in answer.output) == (1, True), answer.output
    assert not config.exists()


def test_a_file_that_is_there_keeps_its_lines_and_gets_the_rest_only_when_asked(
    abalone: Abalone, adopt: Run, config: Path
) -> None:
    abalone.create(evaluate="explain")
    abalone.run(YESTERDAY)
    abalone.s3.create_bucket(Bucket="mlpipe-production")
    settings = SETTINGS.replace("\n", "\r\n")
    config.write_bytes(settings.encode())
    answer = adopt(NAME, "--name", "flights", "--write")
    assert (
        "mlpipe.toml has another pipeline flights. Choose a name by `--name NAME`." in answer.output
    )
    answer = adopt(NAME, "--channel", "C0DAILY", typed="y\n")
    assert "+[pipelines.abalone.adopted]" in answer.output
    assert "Nothing was written. With --write it is." in answer.output
    assert config.read_bytes() == settings.encode()
    answer = adopt(NAME, "--channel", "C0DAILY", "--write")
    assert "Brought 1 day from 1 execution: 2013-06-28 to 2013-06-28." in answer.output
    written = config.read_bytes().decode()
    assert written.startswith(settings)
    assert "\n" not in written.replace("\r\n", "")
    _, report = read_settings(config).subscriptions
    assert (report.key.pipeline, report.times.when_ready) == ("abalone", True)
    (result,) = history(config, YESTERDAY, YESTERDAY)
    assert result.importance == {"shell": 0.9}
    again = adopt(NAME)
    assert "mlpipe.toml has it already, as abalone.\nNo day is new." in again.output
    assert config.read_bytes().decode() == written


@pytest.mark.parametrize("versioned", [False, True])
def test_what_a_later_execution_wrote_over_is_never_taken_for_an_earlier_days(
    abalone: Abalone, adopt: Run, config: Path, clock: Clock, *, versioned: bool
) -> None:
    abalone.create(own_place=False, most=0.0)
    if versioned:
        abalone.s3.put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )
    first, last = YESTERDAY, YESTERDAY + ONE_DAY
    abalone.run(first)
    clock.advance(ONE_DAY)
    abalone.run(last)
    answer = adopt(NAME, "--write")
    assert answer.exit_code == 0, answer.output
    found = {each.day: each.metrics["mse"] for each in history(config, first, last)}
    if versioned:
        assert found == {first: mse_of(first), last: mse_of(last)}
    else:
        assert found == {last: mse_of(last)}
        assert "Left out, a later execution wrote its evaluation to the same place" in answer.output


def test_without_a_day_in_any_parameter_the_day_is_that_of_the_start(
    abalone: Abalone, adopt: Run, config: Path, clock: Clock
) -> None:
    abalone.create()
    for _ in range(2):
        abalone.run_on("latest.csv")
        clock.advance(ONE_DAY)
    answer = adopt(NAME, "--write", "--days-back", "1", "--time-zone", "America/New_York")
    assert "1 before the day on which an execution starts" in answer.output
    assert [each.day.day for each in history(config, YESTERDAY, YESTERDAY + ONE_DAY)] == [28, 29]


def test_in_slack_an_adopted_pipeline_is_reported_on_and_started_elsewhere(stage: Stage) -> None:
    abalone = Abalone()
    abalone.create()
    abalone.run(*before(YESTERDAY, 3))
    stage.configure()
    runner = CliRunner(env={"MLPIPE_CONFIG": str(stage.config), "MLPIPE_RECORD": None})
    assert runner.invoke(main, ["adopt", NAME, "--write"]).exit_code == 0
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe report abalone 2013-06-28")
    report = stage.slack.wait_for(
        lambda: next(iter(pictured(stage)), None), timeout=PATIENCE_SECONDS
    )
    assert "MSE 4.12" in report["text"]
    ana.command(DAILY, "/mlpipe report abalone 2013-06-20")
    missing = stage.told("U0ANA", "2013-06-20 has not been evaluated")["text"]
    assert "2013-06-26" in missing
    assert "/mlpipe run" not in missing
    ana.command(DAILY, "/mlpipe run abalone env=experiment")
    stage.told("U0ANA", "abalone was adopted: all that there is of it in SageMaker is AbalonePip")


def pictured(stage: Stage) -> list[dict[str, Any]]:
    """The messages with pictures."""
    return [
        message
        for message in stage.person("U0ANA").messages(DAILY)
        if any(block["type"] == "image" for block in message.get("blocks", []))
    ]
