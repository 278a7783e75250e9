"""The life of a tuning job: points are tried by training jobs, a few at a time, until it ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock, Timer
from typing import Final, Protocol

from mlpipe_sandbox.aws.errors import AwsError
from mlpipe_sandbox.aws.jobs.fate import INTERNAL_ERROR
from mlpipe_sandbox.aws.jobs.record import JobRecord, shortened
from mlpipe_sandbox.aws.jobs.supervisor import Supervisor
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.tuning.points import Point, Points
from mlpipe_sandbox.aws.tuning.request import most_jobs, training_request

FAILURES_IN_A_ROW: Final = 5
"""So many training jobs that failed, and none that succeeded, end a tuning job."""
_LOOK_SECONDS: Final = 0.1
"""How often it is looked what a training job has emitted, and whether it is to be stopped."""
# What AWS says then, word for word but for the number.
_ALL_FAILED: Final = (
    "No training job succeeded after {count} attempts. For additional details, please take a look"
    " at the training job failures by listing training jobs for the hyperparameter tuning job."
)


class Training(Protocol):
    """The training jobs, as a tuning job uses them."""

    def create(self, request: Document, *, tuning_job: str | None = None) -> Document:
        """Start one, of the tuning job of that ARN."""

    def describe(self, request: Document) -> Document:
        """How one stands."""

    def stop(self, request: Document) -> Document:
        """Have one stopped."""

    def emitted(self, name: str, metric: str) -> list[float]:
        """The values of a metric that one has printed so far."""


@dataclass
class TuningRun:
    """Runs one tuning job; `stop` and `kill` may be called from any thread, at any time."""

    job: Document
    """As CreateHyperParameterTuningJob kept it."""
    record: JobRecord
    training: Training
    supervisor: Supervisor
    experiment: Document
    """ExperimentConfig of its training jobs, if they belong to a trial."""
    _ending: Event = field(default_factory=Event)
    """No training job is started any more, and those that run are stopped."""
    _asked: Event = field(default_factory=Event)
    """Somebody asked it to stop."""
    _lock: Lock = field(default_factory=Lock)
    _started: int = 0
    _failed: int = 0
    _succeeded: int = 0
    _error: str | None = None

    def start(self) -> None:
        """Begin, in a thread of the supervisor's."""
        self.supervisor.start(self.job["HyperParameterTuningJobArn"], self, self._run)

    def stop(self) -> None:
        """Stop its training jobs, and start no more."""
        self._asked.set()
        self._ending.set()

    kill = stop

    def cut_off(self) -> None:
        """Write the end of a job whose training jobs ended with an earlier sandbox."""
        if self.job["HyperParameterTuningJobStatus"] == "Stopping":
            self._end("Stopped")
        else:
            self._end("Failed", reason=INTERNAL_ERROR)

    def _run(self) -> None:
        limits = self._config["ResourceLimits"]
        points = Points(self._config)
        parallel, most = limits["MaxParallelTrainingJobs"], most_jobs(self._config)
        with _deadline(limits.get("MaxRuntimeInSeconds"), self._ending.set):
            name = self.job["HyperParameterTuningJobName"]
            with ThreadPoolExecutor(parallel, thread_name_prefix=name) as pool:
                for each in [pool.submit(self._work, points, most) for _ in range(parallel)]:
                    each.result()
        self._conclude()

    @property
    def _config(self) -> Document:
        config: Document = self.job["HyperParameterTuningJobConfig"]
        return config

    def _work(self, points: Points, most: int) -> None:
        """Try one point after the other, until there are none left."""
        while (number := self._next(most)) is not None:
            point = points.ask()
            try:
                value = self._try(number, point, points)
            except AwsError as error:  # such as a quota that does not allow the training job
                self._error = error.message
                self._ending.set()
                return
            points.tell(point, value)
            self._count(value)

    def _next(self, most: int) -> int | None:
        with self._lock:
            if self._ending.is_set() or self._started >= most:
                return None
            self._started += 1
            return self._started

    def _try(self, number: int, point: Point, points: Points) -> float | None:
        """Train with a point; its objective, if it ended with one."""
        request = training_request(self.job, number, point.hyperparameters) | self.experiment
        tuning_job = self.job["HyperParameterTuningJobArn"]
        arn = self.training.create(request, tuning_job=tuning_job)["TrainingJobArn"]
        name = request["TrainingJobName"]
        objective = self._config["HyperParameterTuningJobObjective"]["MetricName"]
        stopped = False
        while not self.supervisor.wait(arn, _LOOK_SECONDS):
            hopeless = points.hopeless(point, self.training.emitted(name, objective))
            if not stopped and (hopeless or self._ending.is_set()):
                stopped = True
                with contextlib.suppress(AwsError):  # it ended meanwhile
                    self.training.stop({"TrainingJobName": name})
        return objective_of(self.training.describe({"TrainingJobName": name}), objective)

    def _count(self, value: float | None) -> None:
        with self._lock:
            self._succeeded += value is not None
            self._failed += value is None
            hopeless = not self._succeeded and self._failed >= FAILURES_IN_A_ROW
        if hopeless or (value is not None and self._is_enough(value)):
            self._ending.set()

    def _is_enough(self, value: float) -> bool:
        criteria = self._config.get("TuningJobCompletionCriteria", {})
        target: float | None = criteria.get("TargetObjectiveMetricValue")
        if target is None:
            return False
        kind = self._config["HyperParameterTuningJobObjective"]["Type"]
        return value >= target if kind == "Maximize" else value <= target

    def _conclude(self) -> None:
        if self._asked.is_set():
            self._end("Stopped")
        elif self._error is not None:
            self._end("Failed", reason=self._error)
        elif not self._succeeded:
            self._end("Failed", reason=_ALL_FAILED.format(count=self._failed))
        else:
            self._end("Completed")

    def _end(self, status: str, *, reason: str | None = None) -> None:
        said = {} if reason is None else {"FailureReason": shortened(reason)}
        now = self.record.now()
        self.record.update(
            HyperParameterTuningJobStatus=status, HyperParameterTuningEndTime=now, **said
        )


def objective_of(job: Document, metric: str) -> float | None:
    """The objective of a training job that ended with one; that was stopped early counts too."""
    if job["TrainingJobStatus"] not in {"Completed", "Stopped"}:
        return None
    values = {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}
    return values.get(metric)


@contextlib.contextmanager
def _deadline(seconds: float | None, then: Callable[[], None]) -> Iterator[None]:
    """Call something after so long, unless the work is done before; None: never."""
    if seconds is None:
        yield
        return
    timer = Timer(seconds, then)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
