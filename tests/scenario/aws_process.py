"""The embedded AWS as people run it, in a process of its own: it can be killed, jobs and all."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

BIN = Path(sys.executable).parent
EXPORT = re.compile(r"export (\w+)='(.*)'")
LAST = "no_proxy"
"""The variable that it prints last."""


class AwsProcess:
    """At one address, however often it is killed and started again on its state."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._port = 0
        self.environment: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        """Start; returns once it listens."""
        listen = ["-m", "mlpipe_sandbox.aws", "--port", str(self._port)]
        self._process = subprocess.Popen(
            [sys.executable, *listen, "--state", str(self._state), "--image", "*", str(BIN)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.environment = dict(self._exported())
        address = urlsplit(self.environment["AWS_ENDPOINT_URL"])
        assert address.port is not None
        self._port = address.port

    def kill(self) -> None:
        """SIGKILL, if it runs: its jobs end with it, and nothing is put in order."""
        self._process.kill()
        self._process.communicate()

    def _exported(self) -> Iterator[tuple[str, str]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if match := EXPORT.match(line):
                yield match[1], match[2]
                if match[1] == LAST:
                    return
        raise AssertionError("the embedded AWS did not start")
