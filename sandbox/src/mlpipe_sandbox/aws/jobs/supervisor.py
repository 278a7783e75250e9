"""Runs jobs, each in a thread and a process group of its own, and ends them all at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Protocol

from mlpipe_sandbox.lifeline import Lifeline

_log = logging.getLogger(__name__)


class Stoppable(Protocol):
    """What a job does its work with."""

    def stop(self) -> None:
        """End it with some patience."""

    def kill(self) -> None:
        """End it at once."""


@dataclass
class _Running:
    process: Stoppable
    ended: Event = field(default_factory=Event)


class Supervisor:
    """Every job that runs, by ARN."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: dict[str, _Running] = {}
        self._closed = False
        self.lifeline = Lifeline()
        """Ends the processes of jobs if this one is killed."""

    def start(self, arn: str, process: Stoppable, work: Callable[[], None]) -> None:
        """Begin a job.

        Args:
            arn: of the job.
            process: what `stop` ends.
            work: the whole life of the job, run in a thread; it writes its outcome itself.
        """
        running = _Running(process)
        with self._lock:
            if self._closed:
                process.kill()
            self._jobs[arn] = running
        Thread(target=self._run, args=(arn, running, work), name=arn, daemon=True).start()

    def stop(self, arn: str) -> None:
        """Ask a job to end; one that has ended is left alone."""
        with self._lock:
            running = self._jobs.get(arn)
        if running is not None:
            running.process.stop()

    def wait(self, arn: str, timeout: float | None = None) -> bool:
        """Wait until a job has written its outcome; whether it has."""
        with self._lock:
            running = self._jobs.get(arn)
        return running is None or running.ended.wait(timeout)

    def close(self) -> None:
        """End every job at once and wait until each is gone."""
        with self._lock:
            self._closed = True
            running = list(self._jobs.values())
        for job in running:
            job.process.kill()
        for job in running:
            job.ended.wait()
        self.lifeline.close()

    def _run(self, arn: str, running: _Running, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001  # a fault of the sandbox must not end silently
            _log.exception("The sandbox failed to run %s", arn)
        finally:
            with self._lock:
                self._jobs.pop(arn, None)
            running.ended.set()
