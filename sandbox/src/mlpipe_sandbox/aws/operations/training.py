"""Create, Describe, List and Stop of training jobs."""

from __future__ import annotations

import copy
from typing import Final

from mlpipe_sandbox.aws.errors import ResourceInUseError, ValidationError
from mlpipe_sandbox.aws.jobs.fate import job_fate
from mlpipe_sandbox.aws.jobs.record import JobListener, JobRecord
from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.jobs.training import TrainingRun, enter
from mlpipe_sandbox.aws.listing import ASCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_SUMMARY: Final = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingEndTime",
    "LastModifiedTime",
    "TrainingJobStatus",
    "SecondaryStatus",
)

_NEVER_TOLD: Final = frozenset({"Tags", "SessionChainingConfig"})
"""Members of the request that DescribeTrainingJob does not answer."""

_DAY_SECONDS: Final = 86_400
"""How long a training job may run when it does not say."""


class TrainingJobs:
    """Training jobs, each a real process."""

    def __init__(
        self, *, place: Place, store: Store, runtime: Runtime, tags: Tags, changed: JobListener
    ) -> None:
        """Keep jobs in `store` and run them with `runtime`; `changed` hears of each change."""
        self._place = place
        self._store = store
        self._jobs = store.collection(place.collection("training-jobs"))
        self._runtime = runtime
        self._tags = tags
        self._changed = changed
        self._running: dict[str, TrainingRun] = {}

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateTrainingJob": self.create,
            "DescribeTrainingJob": self.describe,
            "ListTrainingJobs": self.listed,
            "StopTrainingJob": self.stop,
        }

    def create(self, request: Document, *, tuning_job: str | None = None) -> Document:
        """CreateTrainingJob: it runs from here on; `tuning_job`: ARN of the one that starts it."""
        name = request["TrainingJobName"]
        if "AlgorithmSpecification" not in request:
            raise ValidationError("The sandbox trains only with an AlgorithmSpecification.")
        job = self._document(request)
        if tuning_job is not None:
            job["TuningJobArn"] = tuning_job
        with self._store.lock:
            if name in self._jobs:
                raise ResourceInUseError(
                    "Job name must be unique within an AWS account and region, and a job with this"
                    f" name already exists ({job['TrainingJobArn']})"
                )
            fate = job_fate(self._runtime.faults, name, job)
            self._jobs.put(name, job)
            self._tags.put(job["TrainingJobArn"], request.get("Tags"))
            self._changed(job)
            run = self._run(job)
            self._running[name] = run
            run.start(fate)
        return {"TrainingJobArn": job["TrainingJobArn"]}

    def _document(self, request: Document) -> Document:
        now = self._place.now()
        told = {key: value for key, value in request.items() if key not in _NEVER_TOLD}
        job = (
            {"StoppingCondition": {"MaxRuntimeInSeconds": _DAY_SECONDS}}
            | told
            | {
                "TrainingJobArn": self._place.arn("training-job", request["TrainingJobName"]),
                "TrainingJobStatus": "InProgress",
                "CreationTime": now,
                "LastModifiedTime": now,
            }
        )
        prefix = TrainingRun.output_prefix(job)
        job["ModelArtifacts"] = {"S3ModelArtifacts": f"{prefix}/model.tar.gz"}
        enter(job, "Starting", at=now)
        return job

    def cut_off(self) -> None:
        """Write the end of every job whose process ended with an earlier sandbox."""
        for job in self._jobs.all():
            if job["TrainingJobStatus"] in {"InProgress", "Stopping"}:
                self._run(job).cut_off()

    def of_tuning_job(self, arn: str) -> list[Document]:
        """The training jobs that the tuning job of that ARN has started."""
        # Thousands are not copied for a look: only what belongs to it.
        return [copy.copy(job) for job in self._jobs.peek() if job.get("TuningJobArn") == arn]

    def emitted(self, name: str, metric: str) -> list[float]:
        """The values of a metric that a job has printed so far; of one that ended none."""
        run = self._running.get(name)
        return run.emitted(metric) if run is not None else []

    def _run(self, job: Document) -> TrainingRun:
        name = job["TrainingJobName"]

        def changed(kept: Document) -> None:
            if "TrainingEndTime" in kept:
                self._running.pop(name, None)
            self._changed(kept)

        record = JobRecord(self._jobs, name, place=self._place, changed=changed)
        return TrainingRun(self._place, self._runtime, record, job)

    def describe(self, request: Document) -> Document:
        """DescribeTrainingJob."""
        job = self._jobs.get(request["TrainingJobName"])
        if job is None:
            raise ValidationError("Requested resource not found.")
        return job

    def listed(self, request: Document) -> Document:
        """ListTrainingJobs."""
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
            if request.get("NameContains", "").lower() in job["TrainingJobName"].lower()
            and request.get("StatusEquals", job["TrainingJobStatus"]) == job["TrainingJobStatus"]
        ]
        fields = {
            "Name": "TrainingJobName",
            "CreationTime": "CreationTime",
            "Status": "TrainingJobStatus",
        }
        return page(
            ordered(chosen, request, fields=fields, order=ASCENDING),
            request,
            member="TrainingJobSummaries",
            summary=lambda job: only(job, _SUMMARY),
        )

    def stop(self, request: Document) -> Document:
        """StopTrainingJob: the process is ended; what the model folder holds is kept."""
        with self._store.lock:
            job = self.describe(request)
            if job["TrainingJobStatus"] != "InProgress":
                raise ValidationError(
                    "The request was rejected because the training job is in status"
                    f" {job['TrainingJobStatus']}."
                )
            job |= {"TrainingJobStatus": "Stopping", "SecondaryStatus": "Stopping"}
            self._jobs.put(job["TrainingJobName"], job)
            self._runtime.supervisor.stop(job["TrainingJobArn"])
        return {}
