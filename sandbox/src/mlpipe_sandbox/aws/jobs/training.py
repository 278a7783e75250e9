"""The life of a training job: channels in, process, model.tar.gz out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from mlpipe_sandbox.aws.jobs.container import Command, Container, ContainerError
from mlpipe_sandbox.aws.jobs.fate import INTERNAL_ERROR, OUT_OF_MEMORY, JobFate
from mlpipe_sandbox.aws.jobs.logs import TRAINING
from mlpipe_sandbox.aws.jobs.process import EndedBy, Exit, JobProcess
from mlpipe_sandbox.aws.jobs.record import JobRecord, shortened
from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document

_HOST: Final = "algo-1"
_SECONDARY: Final = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}


@dataclass(frozen=True)
class TrainingRun:
    """Runs one training job."""

    place: Place
    runtime: Runtime
    record: JobRecord
    job: Document
    """As CreateTrainingJob kept it."""
    lines: list[str] = field(default_factory=list)
    """What it printed, kept only where its metrics are read from it."""

    def start(self, fate: JobFate) -> None:
        """Begin, in a thread of the supervisor's."""
        write = self.runtime.logs.stream(
            self.place, group=TRAINING, job=self.job["TrainingJobName"]
        )
        watched = bool(self._metric_definitions())

        def heard(line: str) -> None:
            write(line)
            if watched:
                self.lines.append(line)

        process = JobProcess(
            on_line=heard,
            lifeline=self.runtime.supervisor.lifeline,
            timeout=fate.timeout,
            killed_after=fate.killed_after,
        )
        arn = self.job["TrainingJobArn"]
        self.runtime.supervisor.start(arn, process, lambda: self._run(process, fate))

    def cut_off(self) -> None:
        """Write the end of a job whose process ended with an earlier sandbox."""
        if self.job["TrainingJobStatus"] == "Stopping":
            self._end("Stopped", "Stopped")
        else:
            self._end("Failed", "Failed", reason=INTERNAL_ERROR)

    def _run(self, process: JobProcess, fate: JobFate) -> None:
        container = self.runtime.container(self.job["TrainingJobName"])
        try:
            fate.check()
            self._enter("Downloading")
            command = self._prepare(container)
            self.record.update(TrainingStartTime=self.record.now())
            self._enter("Training")
            exited = process.run(command)
            self._enter("Uploading")
            self._upload(
                container,
                model=exited.code == 0 or exited.ended_by in {EndedBy.STOP, EndedBy.TIMEOUT},
            )
        except (ContainerError, OSError) as error:
            self._end("Failed", "Failed", reason=str(error))
            return
        self._conclude(exited, container)

    def _prepare(self, container: Container) -> Command:
        algorithm = self.job["AlgorithmSpecification"]
        uri = algorithm.get("TrainingImage")
        if uri is None:
            raise ContainerError("ClientError: The sandbox trains only with a TrainingImage.")
        image = self.runtime.images.find(uri)
        for channel in self.job.get("InputDataConfig", ()):
            self._download(channel, container)
        for folder in ("model", "output/data", "input/data", "checkpoints"):
            container.make(f"/opt/ml/{folder}")
        self._write_config(container)
        # As `docker run <image> train`: what the image itself begins with comes before.
        argv = [
            *algorithm.get("ContainerEntrypoint", (*image.entrypoint, "train")),
            *algorithm.get("ContainerArguments", ()),
        ]
        named = {
            "TRAINING_JOB_NAME": self.job["TrainingJobName"],
            "TRAINING_JOB_ARN": self.job["TrainingJobArn"],
        }
        return container.command(
            image,
            argv,
            self.runtime.aws_environment(self.place.region),
            named,
            self.job.get("Environment", {}),
        )

    def _download(self, channel: Document, container: Container) -> None:
        name = channel["ChannelName"]
        source = channel["DataSource"].get("S3DataSource")
        if source is None or source["S3DataType"] != "S3Prefix":
            raise ContainerError(
                f"ClientError: The sandbox reads only S3Prefix channels, which '{name}' is not."
            )
        folder = container.make(f"/opt/ml/input/data/{name}")
        self.runtime.transfer.download(source["S3Uri"], folder, role=self.job["RoleArn"])

    def _write_config(self, container: Container) -> None:
        config = container.make("/opt/ml/input/config")
        channels = {
            channel["ChannelName"]: {
                "TrainingInputMode": channel.get("InputMode", "File"),
                "S3DistributionType": "FullyReplicated",
                "RecordWrapperType": channel.get("RecordWrapperType", "None"),
                **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
            }
            for channel in self.job.get("InputDataConfig", ())
        }
        resources = {
            "current_host": _HOST,
            "hosts": [_HOST],
            "network_interface_name": "lo",
            "current_instance_type": self.job.get("ResourceConfig", {}).get("InstanceType"),
        }
        files = {
            "hyperparameters.json": self.job.get("HyperParameters", {}),
            "inputdataconfig.json": channels,
            "resourceconfig.json": resources,
        }
        for name, content in files.items():
            (config / name).write_text(json.dumps(content))

    def _upload(self, container: Container, *, model: bool) -> None:
        prefix = self.output_prefix(self.job)
        scratch = container.make("/opt/ml/tmp")
        if model:
            self.runtime.transfer.upload_archive(
                container.path("/opt/ml/model"), f"{prefix}/model.tar.gz", scratch=scratch
            )
        data = container.path("/opt/ml/output/data")
        if any(data.iterdir()):
            self.runtime.transfer.upload_archive(data, f"{prefix}/output.tar.gz", scratch=scratch)

    @staticmethod
    def output_prefix(job: Document) -> str:
        """S3 URI below which a job's archives lie."""
        return (
            f"{job['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job['TrainingJobName']}/output"
        )

    def _conclude(self, exited: Exit, container: Container) -> None:
        if exited.ended_by is EndedBy.TIMEOUT:
            self._end("Stopped", "MaxRuntimeExceeded")
        elif exited.ended_by is EndedBy.STOP:
            self._end("Stopped", "Stopped")
        elif exited.ended_by is EndedBy.KERNEL:
            self._end("Failed", "Failed", reason=OUT_OF_MEMORY)
        elif exited.code != 0:
            failure = container.path("/opt/ml/output/failure")
            said = failure.read_text(errors="replace").strip() if failure.is_file() else ""
            tail = f", exit code: {exited.code}"
            reason = shortened(f"AlgorithmError: {said}"[: 1024 - len(tail)] + tail)
            self._end("Failed", "Failed", reason=reason)
        else:
            self._end("Completed", "Completed")

    def _enter(self, secondary: str) -> None:
        self.record.change(lambda job: enter(job, secondary, at=self.record.now()))

    def _end(self, status: str, secondary: str, *, reason: str | None = None) -> None:
        now = self.record.now()

        def ended(job: Document) -> None:
            enter(job, secondary, at=now, final=True)
            job |= {"TrainingJobStatus": status, "TrainingEndTime": now}
            started = job.get("TrainingStartTime", now)
            job["TrainingTimeInSeconds"] = job["BillableTimeInSeconds"] = max(
                1, round(now - started)
            )
            if reason is not None:
                job["FailureReason"] = shortened(reason)
            metrics = self._final_metrics(now)
            if metrics:
                job["FinalMetricDataList"] = metrics

        self.record.change(ended)

    def _metric_definitions(self) -> list[Document]:
        found: list[Document] = self.job["AlgorithmSpecification"].get("MetricDefinitions", [])
        return found

    def emitted(self, metric: str) -> list[float]:
        """The values of a metric that its expressions find in the log so far."""
        return [
            float(match.group(1))
            for definition in self._metric_definitions()
            if definition["Name"] == metric
            for line in tuple(self.lines)
            for match in re.finditer(definition["Regex"], line)
        ]

    def _final_metrics(self, now: float) -> list[Document]:
        """The last value of each metric."""
        names = dict.fromkeys(definition["Name"] for definition in self._metric_definitions())
        last = {name: values[-1] for name in names if (values := self.emitted(name))}
        return [
            {"MetricName": name, "Value": value, "Timestamp": now} for name, value in last.items()
        ]


def enter(job: Document, secondary: str, *, at: float, final: bool = False) -> None:
    """Move a training job's document on to a secondary status."""
    transitions = job.setdefault("SecondaryStatusTransitions", [])
    if transitions:
        transitions[-1]["EndTime"] = at
    entered = {"Status": secondary, "StartTime": at, "StatusMessage": _SECONDARY[secondary]}
    transitions.append(entered | ({"EndTime": at} if final else {}))
    job["SecondaryStatus"] = secondary
