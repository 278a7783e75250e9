"""A job's document while it runs: every change is kept and told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Collection

REASON_LENGTH: Final = 1024
"""Longest FailureReason and ExitMessage of a job."""

JobListener = Callable[[Document], None]
"""Told of a job whenever its status changes, with its whole document."""


class JobRecord:
    """One job in its collection, by name."""

    def __init__(self, jobs: Collection, name: str, *, place: Place, changed: JobListener) -> None:
        """Follow the job of that name, already in the collection."""
        self._jobs = jobs
        self._name = name
        self._place = place
        self._changed = changed

    def now(self) -> float:
        """The present instant."""
        return self._place.now()

    def update(self, **members: object) -> None:
        """Set members, and the time of the change."""
        self.change(lambda job: job.update(members))

    def change(self, by: Callable[[Document], None]) -> None:
        """Let `by` change the document, set the time of the change, and tell."""

        def stamped(job: Document) -> None:
            by(job)
            job["LastModifiedTime"] = self._place.now()

        self._changed(self._jobs.change(self._name, stamped))


def shortened(text: str) -> str:
    """A reason cut to what its member holds."""
    return text if len(text) <= REASON_LENGTH else f"{text[: REASON_LENGTH - 1]}…"
