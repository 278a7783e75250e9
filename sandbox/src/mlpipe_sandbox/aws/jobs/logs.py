"""What jobs print, in moto's CloudWatch Logs and on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, Final

from mlpipe_sandbox.aws.place import ACCOUNT, Place
from mlpipe_sandbox.database import open_database

PROCESSING: Final = "/aws/sagemaker/ProcessingJobs"
TRAINING: Final = "/aws/sagemaker/TrainingJobs"
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS stream (number INTEGER PRIMARY KEY, region TEXT, log_group TEXT,"
    " name TEXT);"
    " CREATE TABLE IF NOT EXISTS line (number INTEGER PRIMARY KEY, stream INTEGER,"
    " timestamp INTEGER, message TEXT)"
)


class JobLogs:
    """Log streams of jobs. What apps log themselves is moto's, and not kept."""

    def __init__(self, file: Path) -> None:
        """Open the file.

        Raises:
            StateError: it cannot be used.
        """
        self._connection = open_database(file, _SCHEMA)
        self._lock = Lock()
        self._closed = False

    def load(self) -> None:
        """Give moto's CloudWatch Logs, which must be empty, what the file has."""
        rows = self._connection.execute("SELECT number, region, log_group, name FROM stream")
        for number, region, group, name in rows.fetchall():
            lines = self._connection.execute(
                "SELECT timestamp, message FROM line WHERE stream = ? ORDER BY number", (number,)
            )
            events = [{"timestamp": timestamp, "message": message} for timestamp, message in lines]
            opened = _open(region, group, name)
            if events:
                opened.put_log_events(name, events)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def stream(self, place: Place, *, group: str, job: str) -> Callable[[str], None]:
        """Open a job's stream, `<job>/algo-1-<epoch>`; returns what writes a line to it.

        Lines go straight to moto's backend: PutLogEvents refuses what is older than 14 days, and
        the sandbox's clock may stand years back.
        """
        name = f"{job}/algo-1-{int(place.now())}"
        streams = _open(place.region, group, name)
        number = self._add(
            "INSERT INTO stream (region, log_group, name) VALUES (?, ?, ?)",
            (place.region, group, name),
        )

        def write(line: str) -> None:
            event: dict[str, Any] = {"timestamp": int(place.now() * 1000), "message": line}
            self._add(
                "INSERT INTO line (stream, timestamp, message) VALUES (?, ?, ?)",
                (number, event["timestamp"], line),
            )
            streams.put_log_events(name, [event])

        return write

    def _add(self, insert: str, row: tuple[Any, ...]) -> int | None:
        with self._lock:
            if self._closed:  # a job that was killed at the end may still be read
                return None
            return self._connection.execute(insert, row).lastrowid


def _open(region: str, group: str, name: str) -> Any:
    """The group, made if it is missing, with a new stream of that name."""
    from moto.logs.models import logs_backends

    backend = logs_backends[ACCOUNT][region]
    if group not in backend.groups:
        backend.create_log_group(group, tags={})
    streams = backend.groups[group]
    streams.create_log_stream(name)
    return streams
