"""Runs the programs that a scene names: to their end, or for as long as the sandbox is up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from mlpipe_sandbox.lifeline import Lifeline
from mlpipe_sandbox.scene import CommandTable, SceneError, ServiceTable

SHUTDOWN_SECONDS: Final = 10.0
"""How long a service may take to finish what it acknowledged before it is killed."""
LAST_LINES: Final = 12
"""Of what a service that ended said: enough for an error with its reason."""


@dataclass(frozen=True)
class Service:
    """A program that runs for good."""

    line: str
    """How it was called."""
    log: Path
    """Where what it says goes, after what was there before."""
    began: int
    """Where in the log that begins."""
    process: subprocess.Popen[bytes]

    def check(self) -> None:
        """See whether it still runs.

        Raises:
            SceneError: it ended, which none should.
        """
        if self.process.poll() is None:
            return
        with self.log.open("rb") as log:
            log.seek(self.began)
            said = log.read().decode(errors="replace").splitlines()[-LAST_LINES:]
        raise SceneError(
            "\n".join([f"`{self.line}` ended with {self.process.returncode}:", *said])
            + f"\nAll that it said is in {self.log}."
        )


class Programs:
    """Starts programs that end with this process, however it ends."""

    def __init__(
        self,
        *,
        root: Path,
        environment: Mapping[str, str],
        own: Mapping[str, str],
        lifeline: Lifeline,
        log: Path,
    ) -> None:
        """Start nothing yet.

        Args:
            root: The folder to run in.
            environment: Variables with which they reach the sandbox, and SANDBOX_STATE.
            own: What the scene says besides, `{state}` to be filled in.
            lifeline: Ends them if this process is killed.
            log: Takes what services say.
        """
        self._root = root
        self._state = environment["SANDBOX_STATE"]
        self.variables = {**environment, **self._filled(own)}
        """What every program sees."""
        self._lifeline = lifeline
        self._log = log

    def run(self, step: CommandTable, *, heard: Callable[[str], None]) -> None:
        """Run a program to its end; each line it prints is passed on as it comes.

        Raises:
            SceneError: it failed.
        """
        with self._started(step, stdout=subprocess.PIPE, stderr=None) as process:
            assert process.stdout is not None
            for line in process.stdout:
                heard(line.decode(errors="replace").rstrip())
            process.wait()
        if process.returncode:
            raise SceneError(f"`{' '.join(step.run)}` ended with {process.returncode}; see above.")

    @contextlib.contextmanager
    def serve(self, service: ServiceTable) -> Iterator[Service]:
        """Run a program for the time of the `with`; then it is told to stop."""
        with self._log.open("ab") as log:
            began = log.tell()
            with self._started(service, stdout=log, stderr=log) as process:
                yield Service(" ".join(service.run), self._log, began, process)

    @contextlib.contextmanager
    def _started(
        self, command: CommandTable, *, stdout: int | IO[bytes], stderr: IO[bytes] | None
    ) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            command.run,
            env=self._environment_of(command),
            cwd=self._root,
            stdout=stdout,
            stderr=stderr,
            # Ctrl-C is for us: we stop what runs in good order.
            start_new_session=True,
        )
        self._lifeline.hold(process.pid)
        try:
            yield process
        finally:
            _stop(process)
            self._lifeline.release(process.pid)

    def _environment_of(self, command: CommandTable) -> dict[str, str]:
        """What a program sees: what surrounds us, what all of them see, and its own."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**os.environ, **self.variables, **self._filled(command.env), "PATH": path}

    def _filled(self, variables: Mapping[str, str]) -> dict[str, str]:
        return {name: value.replace("{state}", self._state) for name, value in variables.items()}


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)  # does nothing if it ended
    try:
        process.wait(SHUTDOWN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
