"""The folder in which `mlpipe sandbox up` keeps everything between two starts."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from mlpipe_sandbox.database import StateError, alone
from mlpipe_sandbox.scene import SceneError

_LOCK: Final = "lock"
_LEFT_BY_EARLIER_VERSIONS: Final = "aws"


class _Notes(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    prepared: tuple[str, ...] = ()
    aws_port: int = 0


class StateFolder:
    """A folder held by this process alone, with notes about what is in it."""

    def __init__(self, path: Path) -> None:
        """Go on with what is there; `held` makes one.

        Raises:
            SceneError: the notes are of another version of the sandbox.
        """
        self.path = path
        self._file = path / "notes.json"
        try:
            there = self._file.read_text() if self._file.exists() else "{}"
            self._notes = _Notes.model_validate_json(there)
        except ValidationError:
            raise SceneError(
                f"{path} is of another version of the sandbox: begin anew, with --anew."
            ) from None
        self._note()

    @property
    def slack(self) -> Path:
        """The workspace's archive."""
        return self.path / "slack.db"

    @property
    def aws(self) -> Path:
        """The embedded AWS's own state folder."""
        return self.path / "aws"

    @property
    def clock(self) -> Path:
        """What time it is in there."""
        return self.path / "clock"

    @property
    def log(self) -> Path:
        """What the sandbox and the services that run on it say."""
        return self.path / "log.txt"

    @property
    def env(self) -> Path:
        """What a terminal beside it reads, while it is up."""
        return self.path / "env"

    @property
    def aws_port(self) -> int:
        """Where the embedded AWS listened last, which links in messages name; 0 at first."""
        return self._notes.aws_port

    def note_aws_port(self, port: int) -> None:
        """Remember where the embedded AWS listens."""
        self._note(aws_port=port)

    def is_done(self, digest: str) -> bool:
        """Whether the preparing step with that digest has been done."""
        return digest in self._notes.prepared

    def note_done(self, digest: str) -> None:
        """Remember that it has."""
        self._note(prepared=(*self._notes.prepared, digest))

    def _note(self, **changes: object) -> None:
        self._notes = self._notes.model_copy(update=changes)
        new = self._file.with_suffix(".new")
        new.write_text(self._notes.model_dump_json())
        new.replace(self._file)


@contextlib.contextmanager
def held(path: Path, *, anew: bool) -> Iterator[StateFolder]:
    """Hold the folder, which is made if it is missing and emptied first if asked.

    Raises:
        SceneError: another process holds it, it holds something else, or it is of another version
            of the sandbox.
    """
    _refuse_what_is_not_ours(path)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(path))
        except StateError as error:
            raise SceneError(
                f"{error} Or choose another port and folder: "
                "mlpipe sandbox up FILE --port 0 --state DIR"
            ) from error
        if anew or not (path / "notes.json").exists():
            _empty(path)
        yield StateFolder(path)


def _refuse_what_is_not_ours(path: Path) -> None:
    there = {each.name for each in path.iterdir()} if path.is_dir() else set()
    if there - {_LOCK} and not there & {"notes.json", _LEFT_BY_EARLIER_VERSIONS}:
        raise SceneError(f"{path} holds other things: name an empty folder, or a new one.")


def _empty(path: Path) -> None:
    for each in path.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif each.name != _LOCK:
            each.unlink()
