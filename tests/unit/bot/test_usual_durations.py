from __future__ import annotations

from bot.live_metrics import FRESH_SECONDS, LiveMetrics
from bot.usual_durations import FEW_SECONDS, UsualDurations
from core.domain import EnvironmentName, Execution, ExecutionStatus, Kind, PipelineName, Step
from core.domain import StepStatus as Status
from core.errors import UnavailableError
from core.messages import say
from tests.unit.bot.tracking import ARN, NOON
from tests.unit.reports.executions import DONE

FLIGHTS, EXPERIMENT = PipelineName("flights"), EnvironmentName("experiment")


class Past:
    """Past runs, counted by how often they are asked for."""

    def __init__(self, *runs: Execution) -> None:
        self.runs = runs
        self.asked = 0
        self.silent = False

    async def past_runs(self, *_which: str) -> tuple[Execution, ...]:
        self.asked += 1
        if self.silent:
            raise UnavailableError(say("AWS is silent."))
        return self.runs


async def test_what_is_usual_is_looked_up_once_an_hour() -> None:
    past, now = Past(DONE, DONE, DONE), [0.0]
    usual = UsualDurations(past, monotonic=lambda: now[0])
    for now[0] in (0.0, 10.0, 3599.0):
        assert (await usual.of(FLIGHTS, EXPERIMENT, Kind.TRAIN)).runs == 3
    assert past.asked == 1
    now[0] = 3601.0
    await usual.of(FLIGHTS, EXPERIMENT, Kind.TRAIN)
    assert past.asked == 2


async def test_while_sagemaker_is_silent_nothing_is_usual_and_what_was_known_stays() -> None:
    past, now = Past(DONE, DONE, DONE), [0.0]
    usual = UsualDurations(past, monotonic=lambda: now[0])
    past.silent = True
    assert (await usual.of(FLIGHTS, EXPERIMENT, Kind.TRAIN)).runs == 0
    past.silent, now[0] = False, FEW_SECONDS + 1
    assert (await usual.of(FLIGHTS, EXPERIMENT, Kind.TRAIN)).runs == 3
    past.silent, now[0] = True, 2 * 3600.0
    assert (await usual.of(FLIGHTS, EXPERIMENT, Kind.TRAIN)).runs == 3


class Job:
    """A training job, counted by how often it is asked for."""

    def __init__(self) -> None:
        self.asked = 0

    async def training_metrics(
        self, _environment: EnvironmentName, _step: Step
    ) -> dict[str, float]:
        self.asked += 1
        return {"auc": self.asked / 10}


def training(status: Status) -> Execution:
    step = Step("Train", status, kind="TrainingJob", job_arn="arn:aws:sagemaker:…/j")
    return Execution(
        arn=ARN,
        sagemaker_pipeline="p",
        status=ExecutionStatus.EXECUTING,
        started=NOON,
        steps=(Step("Prepare", status, kind="ProcessingJob", job_arn="arn/p"), step),
    )


async def test_a_running_jobs_metrics_are_asked_for_every_so_often_and_once_at_its_end() -> None:
    job, now = Job(), [0.0]
    live = LiveMetrics(job, monotonic=lambda: now[0])
    for now[0] in (0.0, 1.0, FRESH_SECONDS - 1):
        assert await live.of(EXPERIMENT, training(Status.EXECUTING)) == {"Train": {"auc": 0.1}}
    now[0] = FRESH_SECONDS + 1
    assert await live.of(EXPERIMENT, training(Status.EXECUTING)) == {"Train": {"auc": 0.2}}
    for now[0] in (100.0, 10_000.0):
        assert await live.of(EXPERIMENT, training(Status.SUCCEEDED)) == {"Train": {"auc": 0.3}}
    assert job.asked == 3
