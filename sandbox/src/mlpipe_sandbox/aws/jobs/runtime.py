"""What every job needs to run: images, files, logs, the address of the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlpipe_sandbox.aws.faults.book import Faults
from mlpipe_sandbox.aws.jobs.container import Container, Images
from mlpipe_sandbox.aws.jobs.logs import JobLogs
from mlpipe_sandbox.aws.jobs.supervisor import Supervisor
from mlpipe_sandbox.aws.jobs.transfer import Transfer


@dataclass(frozen=True)
class Runtime:
    """Shared by processing and training jobs of every region."""

    images: Images
    transfer: Transfer
    supervisor: Supervisor
    faults: Faults
    logs: JobLogs
    folder: Path
    """Below it each job has its run folder."""
    environment: Mapping[str, str]
    """Given to every job: the sandbox's address and test credentials."""

    def container(self, job: str) -> Container:
        """A new run folder for a job."""
        folder = self.folder / job
        folder.mkdir(parents=True, exist_ok=True)
        return Container(folder)

    def aws_environment(self, region: str) -> dict[str, str]:
        """How a job in a region reaches the sandbox."""
        return {**self.environment, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
