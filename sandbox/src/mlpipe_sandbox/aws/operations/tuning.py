"""Create, Describe, List and Stop of tuning jobs, and the list of what they train."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mlpipe_sandbox.aws.errors import ResourceInUseError, ResourceNotFoundError, ValidationError
from mlpipe_sandbox.aws.jobs.record import JobRecord
from mlpipe_sandbox.aws.jobs.supervisor import Supervisor
from mlpipe_sandbox.aws.listing import ASCENDING, DESCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.operations.training import TrainingJobs
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store
from mlpipe_sandbox.aws.tuning.job import TuningRun, objective_of
from mlpipe_sandbox.aws.tuning.ranges import checked
from mlpipe_sandbox.aws.tuning.request import check_request

_RUNS: Final = frozenset({"InProgress", "Stopping"})
_PAGE: Final = 10
"""What AWS gives without MaxResults."""
_SUMMARY: Final = (
    "HyperParameterTuningJobName",
    "HyperParameterTuningJobArn",
    "HyperParameterTuningJobStatus",
    "CreationTime",
    "HyperParameterTuningEndTime",
    "LastModifiedTime",
    "TrainingJobStatusCounters",
    "ObjectiveStatusCounters",
)
_OF_TRAINING: Final = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingStartTime",
    "TrainingEndTime",
    "TrainingJobStatus",
    "FailureReason",
)
_FIELDS: Final = {
    "Name": "TrainingJobName",
    "CreationTime": "CreationTime",
    "Status": "TrainingJobStatus",
}
_NO_EXPERIMENT: Final[Document] = {}


class TuningJobs:
    """Tuning jobs, each a few training jobs at a time."""

    def __init__(
        self,
        *,
        place: Place,
        store: Store,
        supervisor: Supervisor,
        tags: Tags,
        training: TrainingJobs,
    ) -> None:
        """Keep jobs in `store`; `training` runs what they try."""
        self._place = place
        self._store = store
        self._jobs = store.collection(place.collection("tuning-jobs"))
        self._supervisor = supervisor
        self._tags = tags
        self._training = training
        self._running: dict[str, TuningRun] = {}

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateHyperParameterTuningJob": self.create,
            "DescribeHyperParameterTuningJob": self.describe,
            "ListHyperParameterTuningJobs": self.listed,
            "ListTrainingJobsForHyperParameterTuningJob": self.list_training,
            "StopHyperParameterTuningJob": self.stop,
        }

    def create(self, request: Document, *, experiment: Document = _NO_EXPERIMENT) -> Document:
        """CreateHyperParameterTuningJob: it runs from here on.

        Args:
            request: its request.
            experiment: `ExperimentConfig` of its training jobs, where a pipeline gives them one.
        """
        name, now = request["HyperParameterTuningJobName"], self._place.now()
        check_request(request)
        arn = self._place.arn("hyper-parameter-tuning-job", name)
        job = {key: value for key, value in request.items() if key != "Tags"} | {
            "HyperParameterTuningJobArn": arn,
            "HyperParameterTuningJobStatus": "InProgress",
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        with self._store.lock:
            if name in self._jobs:
                raise ResourceInUseError(
                    "Hyperparameter tuning job name must be unique within an AWS account and"
                    f" region, and a job with this name already exists ({arn})"
                )
            self._jobs.put(name, job)
            self._tags.put(arn, request.get("Tags"))
            run = self._run(job, experiment)
            self._running[name] = run
            run.start()
        return {"HyperParameterTuningJobArn": arn}

    def describe(self, request: Document) -> Document:
        """DescribeHyperParameterTuningJob, counted and with the best training job so far."""
        job = self._jobs.get(request["HyperParameterTuningJobName"])
        if job is None:
            arn = self._place.arn(
                "hyper-parameter-tuning-job", request["HyperParameterTuningJobName"]
            )
            raise ResourceNotFoundError(f"Amazon SageMaker can't find a tuning job: {arn}")
        trained = self._training.of_tuning_job(job["HyperParameterTuningJobArn"])
        return job | _counted(job, trained)

    def listed(self, request: Document) -> Document:
        """ListHyperParameterTuningJobs."""
        jobs = within(
            self._jobs.all(), request, after="CreationTimeAfter", before="CreationTimeBefore"
        )
        jobs = within(
            jobs,
            request,
            after="LastModifiedTimeAfter",
            before="LastModifiedTimeBefore",
            field="LastModifiedTime",
        )
        chosen = [
            job
            for job in jobs
            if request.get("NameContains", "").lower() in job["HyperParameterTuningJobName"].lower()
            and request.get("StatusEquals", job["HyperParameterTuningJobStatus"])
            == job["HyperParameterTuningJobStatus"]
        ]
        fields = {
            "Name": "HyperParameterTuningJobName",
            "CreationTime": "CreationTime",
            "Status": "HyperParameterTuningJobStatus",
        }
        return page(
            ordered(chosen, request, fields=fields, order=ASCENDING),
            request,
            member="HyperParameterTuningJobSummaries",
            summary=self._summary,
            size=_PAGE,
        )

    def list_training(self, request: Document) -> Document:
        """ListTrainingJobsForHyperParameterTuningJob, by their objective if asked."""
        job = self.describe(request)
        asked = [
            each
            for each in self._training.of_tuning_job(job["HyperParameterTuningJobArn"])
            if request.get("StatusEquals", each["TrainingJobStatus"]) == each["TrainingJobStatus"]
        ]
        if request.get("SortBy") == "FinalObjectiveMetricValue":
            # Only training jobs that have one: API, SortBy.
            asked = [each for each in asked if _objective(job, each) is not None]
            falls = request.get("SortOrder", ASCENDING) == DESCENDING
            asked.sort(key=lambda each: _objective(job, each) or 0.0, reverse=falls)
        else:
            asked = ordered(asked, request, fields=_FIELDS, default="Name", order=ASCENDING)
        return page(
            asked,
            request,
            member="TrainingJobSummaries",
            summary=lambda each: _training_summary(job, each),
            size=_PAGE,
        )

    def stop(self, request: Document) -> Document:
        """StopHyperParameterTuningJob: its training jobs are ended, no other starts."""
        with self._store.lock:
            job = self.describe(request)
            if job["HyperParameterTuningJobStatus"] != "InProgress":
                raise ValidationError(
                    "The request was rejected because the hyperparameter tuning job is in status"
                    f" {job['HyperParameterTuningJobStatus']}."
                )
            name = job["HyperParameterTuningJobName"]
            stopping = {"HyperParameterTuningJobStatus": "Stopping"}
            self._jobs.change(name, lambda kept: kept.update(stopping))
            self._running[name].stop()
        return {}

    def properties(self, name: str) -> Document:
        """What later steps of a pipeline may refer to: the job, and what it trained, best first."""
        request = {"HyperParameterTuningJobName": name}
        job = self.describe(request)
        best_first = {
            "SortBy": "FinalObjectiveMetricValue",
            "SortOrder": ASCENDING if _minimizes(job) else DESCENDING,
        }
        return job | only(self.list_training(request | best_first), ("TrainingJobSummaries",))

    def cut_off(self) -> None:
        """Write the end of every job whose training jobs ended with an earlier sandbox."""
        for job in self._jobs.all():
            if job["HyperParameterTuningJobStatus"] in _RUNS:
                self._run(job, _NO_EXPERIMENT).cut_off()

    def _run(self, job: Document, experiment: Document) -> TuningRun:
        name = job["HyperParameterTuningJobName"]

        def changed(kept: Document) -> None:
            if kept["HyperParameterTuningJobStatus"] not in _RUNS:
                self._running.pop(name, None)

        return TuningRun(
            job=job,
            record=JobRecord(self._jobs, name, place=self._place, changed=changed),
            training=self._training,
            supervisor=self._supervisor,
            experiment=experiment,
        )

    def _summary(self, job: Document) -> Document:
        trained = self._training.of_tuning_job(job["HyperParameterTuningJobArn"])
        config = job["HyperParameterTuningJobConfig"]
        return only(job | _counted(job, trained), _SUMMARY) | {
            "Strategy": config["Strategy"],
            "ResourceLimits": config["ResourceLimits"],
        }


def _counted(job: Document, trained: Sequence[Document]) -> Document:
    """How its training jobs stand."""
    statuses = [each["TrainingJobStatus"] for each in trained]
    ended = [each for each in trained if each["TrainingJobStatus"] not in _RUNS]
    scored = [each for each in ended if _objective(job, each) is not None]
    told: Document = {
        "TrainingJobStatusCounters": {
            "Completed": statuses.count("Completed"),
            "InProgress": len(trained) - len(ended),
            "RetryableError": 0,
            "NonRetryableError": statuses.count("Failed"),
            "Stopped": statuses.count("Stopped"),
        },
        "ObjectiveStatusCounters": {
            "Succeeded": len(scored),
            "Pending": len(trained) - len(ended),
            "Failed": len(ended) - len(scored),
        },
    }
    if scored:
        best = min if _minimizes(job) else max
        found = best(scored, key=lambda each: _objective(job, each) or 0.0)
        told["BestTrainingJob"] = _training_summary(job, found)
    return told


def _training_summary(job: Document, trained: Document) -> Document:
    ranges = job["HyperParameterTuningJobConfig"]["ParameterRanges"]
    given = trained["HyperParameters"]
    told = only(trained, _OF_TRAINING)
    told["TunedHyperParameters"] = {name: given[name] for name in checked(ranges, static={})}
    objective = job["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    value = _objective(job, trained)
    if value is not None:
        told["FinalHyperParameterTuningJobObjectiveMetric"] = {**objective, "Value": value}
    if trained["TrainingJobStatus"] in _RUNS:
        told["ObjectiveStatus"] = "Pending"
    else:
        told["ObjectiveStatus"] = "Failed" if value is None else "Succeeded"
    return told


def _objective(job: Document, trained: Document) -> float | None:
    config = job["HyperParameterTuningJobConfig"]
    return objective_of(trained, config["HyperParameterTuningJobObjective"]["MetricName"])


def _minimizes(job: Document) -> bool:
    config = job["HyperParameterTuningJobConfig"]
    return bool(config["HyperParameterTuningJobObjective"]["Type"] == "Minimize")
