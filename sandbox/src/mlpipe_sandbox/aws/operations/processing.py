"""Create, Describe, List and Stop of processing jobs."""

from __future__ import annotations

from typing import Final

from mlpipe_sandbox.aws.errors import ResourceInUseError, ValidationError
from mlpipe_sandbox.aws.jobs.fate import job_fate
from mlpipe_sandbox.aws.jobs.processing import ProcessingRun
from mlpipe_sandbox.aws.jobs.record import JobListener, JobRecord
from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.listing import ASCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_SUMMARY: Final = (
    "ProcessingJobName",
    "ProcessingJobArn",
    "CreationTime",
    "ProcessingEndTime",
    "LastModifiedTime",
    "ProcessingJobStatus",
    "FailureReason",
    "ExitMessage",
)


class ProcessingJobs:
    """Processing jobs, each a real process."""

    def __init__(
        self, *, place: Place, store: Store, runtime: Runtime, tags: Tags, changed: JobListener
    ) -> None:
        """Keep jobs in `store` and run them with `runtime`; `changed` hears of each change."""
        self._place = place
        self._store = store
        self._jobs = store.collection(place.collection("processing-jobs"))
        self._runtime = runtime
        self._tags = tags
        self._changed = changed

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateProcessingJob": self.create,
            "DescribeProcessingJob": self.describe,
            "ListProcessingJobs": self.listed,
            "StopProcessingJob": self.stop,
        }

    def create(self, request: Document) -> Document:
        """CreateProcessingJob: it runs from here on."""
        name, now = request["ProcessingJobName"], self._place.now()
        arn = self._place.arn("processing-job", name)
        job = {key: value for key, value in request.items() if key != "Tags"} | {
            "ProcessingJobArn": arn,
            "ProcessingJobStatus": "InProgress",
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        with self._store.lock:
            if name in self._jobs:
                raise ResourceInUseError(
                    "Job name must be unique within an AWS account and region, and a job with this"
                    f" name already exists ({arn})"
                )
            fate = job_fate(self._runtime.faults, name, job)
            self._jobs.put(name, job)
            self._tags.put(arn, request.get("Tags"))
            self._changed(job)
            self._run(job).start(fate)
        return {"ProcessingJobArn": arn}

    def cut_off(self) -> None:
        """Write the end of every job whose process ended with an earlier sandbox."""
        for job in self._jobs.all():
            if job["ProcessingJobStatus"] in {"InProgress", "Stopping"}:
                self._run(job).cut_off()

    def _run(self, job: Document) -> ProcessingRun:
        name = job["ProcessingJobName"]
        record = JobRecord(self._jobs, name, place=self._place, changed=self._changed)
        return ProcessingRun(self._place, self._runtime, record, job)

    def describe(self, request: Document) -> Document:
        """DescribeProcessingJob."""
        name = request["ProcessingJobName"]
        job = self._jobs.get(name)
        if job is None:
            raise ValidationError(f"Could not find requested job with name: {name}")
        return job

    def listed(self, request: Document) -> Document:
        """ListProcessingJobs."""
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
            if request.get("NameContains", "").lower() in job["ProcessingJobName"].lower()
            and request.get("StatusEquals", job["ProcessingJobStatus"])
            == job["ProcessingJobStatus"]
        ]
        fields = {
            "Name": "ProcessingJobName",
            "CreationTime": "CreationTime",
            "Status": "ProcessingJobStatus",
        }
        return page(
            ordered(chosen, request, fields=fields, order=ASCENDING),
            request,
            member="ProcessingJobSummaries",
            summary=lambda job: only(job, _SUMMARY),
        )

    def stop(self, request: Document) -> Document:
        """StopProcessingJob: the process is ended."""
        with self._store.lock:
            job = self.describe(request)
            if job["ProcessingJobStatus"] == "InProgress":
                job["ProcessingJobStatus"] = "Stopping"
                self._jobs.put(job["ProcessingJobName"], job)
                self._runtime.supervisor.stop(job["ProcessingJobArn"])
        return {}
