"""All that a sandbox keeps on disk, opened together: the next one on the folder goes on from it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mlpipe_sandbox.aws.jobs.logs import JobLogs
from mlpipe_sandbox.aws.objects import KeptObjects
from mlpipe_sandbox.aws.others import moto_state
from mlpipe_sandbox.aws.store import Store
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.database import alone


@dataclass(frozen=True)
class State:
    """What lies in a state folder."""

    folder: Path
    store: Store
    """SageMaker's resources."""
    objects: KeptObjects
    """S3's."""
    logs: JobLogs

    @property
    def jobs(self) -> Path:
        """Below it each job has its run folder."""
        return self.folder / "jobs"

    def regions(self) -> set[str]:
        """Regions in which SageMaker has something."""
        return {name.partition("/")[0] for name in self.store.names()}


@contextlib.contextmanager
def open_state(folder: Path, clock: Clock) -> Iterator[State]:
    """Hold a state folder alone, and have moto know what it keeps of S3 and jobs' logs.

    Raises:
        StateError: another process uses the folder, or what lies there is unreadable.
    """
    with (
        alone(folder),
        moto_state(clock),
        closing(Store(folder / "sagemaker.db")) as store,
        closing(KeptObjects(folder / "s3.db")) as objects,
        closing(JobLogs(folder / "logs.db")) as logs,
    ):
        objects.load()
        logs.load()
        yield State(folder, store, objects, logs)
