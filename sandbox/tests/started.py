"""`mlpipe sandbox up` in a process of its own: moto's state is one for each process."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROGRAM = "from mlpipe_sandbox.cli import command; command()"
STOP_SECONDS = 30


@dataclass(frozen=True)
class Started:
    """A sandbox that is up."""

    url: str
    said: str
    """What it printed until everything was up."""
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """SIGTERM; gives the exit status."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


@contextlib.contextmanager
def started(scene: Path, *arguments: str) -> Iterator[Started]:
    """Bring a scene up; it is killed at the end if it is still there.

    Raises:
        ChildProcessError: it ended before it was ready; the text is what it printed.
    """
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "up", str(scene), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            said = _said_until_ready(process)
            found = re.search(r"The workspace is at (\S+)", said)
            assert found is not None
            yield Started(found[1], said, process)
        finally:
            process.kill()


def _said_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    heard = ""
    for line in process.stdout:
        heard += line
        if "Ctrl-C" in line:
            return heard
    raise ChildProcessError(heard)
