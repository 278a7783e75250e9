"""What jobs print, in moto's CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mlpipe_sandbox.aws.place import Place

PROCESSING: Final = "/aws/sagemaker/ProcessingJobs"
TRAINING: Final = "/aws/sagemaker/TrainingJobs"


def log_stream(place: Place, *, group: str, job: str) -> Callable[[str], None]:
    """Open a job's stream, `<job>/algo-1-<epoch>`; returns what writes a line to it.

    Lines go straight to moto's backend: PutLogEvents refuses what is older than 14 days, and the
    sandbox's clock may stand years back.
    """
    from moto.logs.models import logs_backends

    backend = logs_backends[place.account][place.region]
    name = f"{job}/algo-1-{int(place.now())}"
    if group not in backend.groups:
        backend.create_log_group(group, tags={})
    streams = backend.groups[group]
    streams.create_log_stream(name)

    def write(line: str) -> None:
        event: dict[str, Any] = {"timestamp": int(place.now() * 1000), "message": line}
        streams.put_log_events(name, [event])

    return write
