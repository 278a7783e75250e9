"""`mlpipe adopt` on AWS's own template: one command, and the first report judges."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.sessions import session_of
from bot.settings import read_settings
from core.day_result import DayResult
from core.domain import PRODUCTION, PipelineName
from core.evidence.history import Standing
from core.evidence.verdict import verdict
from mlops.aws import Aws
from mlops.evaluations import Evaluations
from mlpipe_sandbox.aws import AwsSandbox
from tests.scenario.abalone import BUCKET, EVALUATION, GROUP, NAME, Abalone

YESTERDAY = dt.date(2013, 6, 28)
DAYS, ALL_DAYS = 16, 60
MOST_SECONDS = 120.0
"""That adopting sixty executions may take, as the proof has it."""
Run = Callable[..., Result]


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


def test_what_runs_after_the_adoption_is_found_without_another_command(
    abalone: Abalone, adopt: Run, config: Path
) -> None:
    abalone.create()
    abalone.run(*before(YESTERDAY, 2))
    assert adopt(NAME, "--write").exit_code == 0
    today = YESTERDAY + dt.timedelta(days=1)
    abalone.run(today)
    assert history(config, today, today)[0].day == today
