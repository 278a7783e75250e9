"""The life of a processing job: download, run, upload, exit message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from mlpipe_sandbox.aws.jobs.container import Command, Container, ContainerError
from mlpipe_sandbox.aws.jobs.fate import INTERNAL_ERROR, OUT_OF_MEMORY, JobFate, max_runtime
from mlpipe_sandbox.aws.jobs.logs import PROCESSING
from mlpipe_sandbox.aws.jobs.process import EndedBy, Exit, JobProcess
from mlpipe_sandbox.aws.jobs.record import JobRecord, shortened
from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document

ALGORITHM_ERROR: Final = "AlgorithmError: See job logs for more information"
"""FailureReason of a container that ended with another status than 0, word for word AWS's."""

_MESSAGE: Final = "/opt/ml/output/message"
_CONFIG: Final = "/opt/ml/config"
_HOST: Final = "algo-1"


@dataclass(frozen=True)
class ProcessingRun:
    """Runs one processing job."""

    place: Place
    runtime: Runtime
    record: JobRecord
    job: Document
    """As CreateProcessingJob kept it."""

    def start(self, fate: JobFate) -> None:
        """Begin, in a thread of the supervisor's."""
        write = self.runtime.logs.stream(
            self.place, group=PROCESSING, job=self.job["ProcessingJobName"]
        )
        process = JobProcess(
            on_line=write,
            lifeline=self.runtime.supervisor.lifeline,
            timeout=fate.timeout,
            killed_after=fate.killed_after,
        )
        arn = self.job["ProcessingJobArn"]
        self.runtime.supervisor.start(arn, process, lambda: self._run(process, fate))

    def cut_off(self) -> None:
        """Write the end of a job whose process ended with an earlier sandbox."""
        if self.job["ProcessingJobStatus"] == "Stopping":
            self._end("Stopped")
        else:
            self._end("Failed", FailureReason=INTERNAL_ERROR)

    def _run(self, process: JobProcess, fate: JobFate) -> None:
        container = self.runtime.container(self.job["ProcessingJobName"])
        try:
            fate.check()
            command = self._prepare(container)
            self.record.update(ProcessingStartTime=self.record.now())
            exited = process.run(command)
            self._upload(container)
        except (ContainerError, OSError) as error:
            self._end("Failed", FailureReason=shortened(str(error)))
            return
        self._conclude(exited, _message(container))

    def _prepare(self, container: Container) -> Command:
        application = self.job["AppSpecification"]
        image = self.runtime.images.find(application["ImageUri"])
        for item in self.job.get("ProcessingInputs", ()):
            self._download(item, container)
        for _, local in self._outputs():
            container.make(local)
        container.make("/opt/ml/output")
        self._write_config(container)
        argv = [
            *application.get("ContainerEntrypoint", ()),
            *application.get("ContainerArguments", ()),
        ]
        return container.command(
            image,
            argv,
            self.runtime.aws_environment(self.place.region),
            self.job.get("Environment", {}),
        )

    def _download(self, item: Document, container: Container) -> None:
        source = item.get("S3Input")
        if item.get("AppManaged"):
            return
        if source is None or source.get("S3DataType", "S3Prefix") != "S3Prefix":
            raise ContainerError(
                f"ClientError: The sandbox reads only S3Prefix inputs, which '{item['InputName']}'"
                " is not."
            )
        folder = container.make(source.get("LocalPath", f"/opt/ml/processing/{item['InputName']}"))
        self.runtime.transfer.download(source["S3Uri"], folder, role=self.job["RoleArn"])

    def _write_config(self, container: Container) -> None:
        config = container.make(_CONFIG)
        resources = self.job["ProcessingResources"]["ClusterConfig"]
        (config / "processingjobconfig.json").write_text(json.dumps(self.job))
        (config / "resourceconfig.json").write_text(
            json.dumps(
                {
                    "current_host": _HOST,
                    "hosts": [_HOST],
                    "current_instance_type": resources["InstanceType"],
                }
            )
        )

    def _outputs(self) -> list[tuple[str, str]]:
        """S3 URI and local path of each output."""
        outputs = self.job.get("ProcessingOutputConfig", {}).get("Outputs", ())
        return [
            (output["S3Output"]["S3Uri"], output["S3Output"]["LocalPath"])
            for output in outputs
            if "LocalPath" in output.get("S3Output", {}) and not output.get("AppManaged")
        ]

    def _upload(self, container: Container) -> None:
        """Of a failed job too: what it wrote before it failed is often what explains it."""
        for uri, local in self._outputs():
            self.runtime.transfer.upload(container.path(local), uri)

    def _conclude(self, exited: Exit, message: str | None) -> None:
        said = {} if message is None else {"ExitMessage": message}
        if exited.ended_by is EndedBy.TIMEOUT:
            limit = max_runtime(self.job)
            reason = f"ClientError: The job ran longer than MaxRuntimeInSeconds, {limit}."
            self._end("Stopped", FailureReason=reason, **said)
        elif exited.ended_by is EndedBy.STOP:
            self._end("Stopped", **said)
        elif exited.ended_by is EndedBy.KERNEL:
            self._end("Failed", FailureReason=OUT_OF_MEMORY, **said)
        elif exited.code != 0:
            self._end("Failed", FailureReason=ALGORITHM_ERROR, **said)
        else:
            self._end("Completed", **said)

    def _end(self, status: str, **members: str) -> None:
        self.record.update(
            ProcessingJobStatus=status, ProcessingEndTime=self.record.now(), **members
        )


def _message(container: Container) -> str | None:
    file = container.path(_MESSAGE)
    if not file.is_file():
        return None
    return shortened(file.read_text(errors="replace").strip()) or None
