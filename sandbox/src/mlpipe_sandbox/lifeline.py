"""Ends what the sandbox started along with it, however it ends: SIGKILL too leaves none behind.

Run as a program it is the other end of the line: it hears which process groups run, and kills those
that do when the line breaks.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path


class Lifeline:
    """A small process that outlives this one by just as long as it takes to end what it started."""

    def __init__(self) -> None:
        """Prepare; the process starts with the first group."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def hold(self, group: int) -> None:
        """A process group is to end with this process."""
        self._say(f"+{group}\n")

    def release(self, group: int) -> None:
        """A process group has ended."""
        self._say(f"-{group}\n")

    def close(self) -> None:
        """End every group that is held, and the line."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()

    def _say(self, line: str) -> None:
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(
                    # Isolated and without site: it needs nothing, and starts in no time.
                    [sys.executable, "-I", "-S", __file__],
                    stdin=subprocess.PIPE,
                    start_new_session=True,  # Ctrl-C is not for it
                )
            assert self._process.stdin is not None
            with contextlib.suppress(BrokenPipeError):  # it was killed; the next start cleans up
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()


def end_leftovers(folder: Path) -> None:
    """Kill what jobs with run folders below `folder` left running, where /proc tells (Linux).

    Their HOME gives them away: no process number is trusted that may be another's by now.
    """
    home = f"HOME={folder}/".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # another's, or gone
            if any(entry.startswith(home) for entry in environment.read_bytes().split(b"\0")):
                os.kill(int(environment.parent.name), signal.SIGKILL)


def _watch(lines: Iterable[str]) -> None:
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    _watch(sys.stdin)
