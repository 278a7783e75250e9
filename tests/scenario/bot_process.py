"""The bot as people run it, `mlpipe serve` in a process of its own: it can be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

MLPIPE = Path(sys.executable).parent / "mlpipe"
START_SECONDS = 180
"""On a busy machine Python alone takes ten of them."""
STOP_SECONDS = 60


class BotProcess:
    """One process; its log goes into a file."""

    def __init__(
        self, environ: Mapping[str, str], log: Path, *, mlpipe: Sequence[str | Path] = (MLPIPE,)
    ) -> None:
        self.log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [*map(str, mlpipe), "serve", "--host", "127.0.0.1"],
                env={**os.environ, **environ},
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
            )

    def port(self) -> int:
        """Where it listens, once it is ready."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            match = re.search(r"ready: .* port (\d+)", self.log.read_text())
            if match:
                return int(match[1])
            assert self._process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text())

    def kill(self) -> None:
        """SIGKILL, if it runs: nothing is put in order."""
        self._process.kill()
        self._process.wait(STOP_SECONDS)

    def ask_to_stop(self) -> None:
        """SIGTERM, if it runs; returns at once."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """SIGTERM, as a platform does; gives the exit status."""
        self.ask_to_stop()
        return self.ended()

    def ended(self) -> int:
        """The exit status, once it has ended."""
        return self._process.wait(STOP_SECONDS)

    def wait_for_line(self, text: str) -> None:
        """Return once its log says something."""
        deadline = time.monotonic() + STOP_SECONDS
        while text not in self.log.read_text():
            if time.monotonic() > deadline:
                raise TimeoutError(self.log.read_text())
            time.sleep(0.02)
