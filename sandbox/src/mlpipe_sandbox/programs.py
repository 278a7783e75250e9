"""Runs the programs that a scene names: to their end, or for as long as the sandbox is up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from mlpipe_sandbox.lifeline import Lifeline
from mlpipe_sandbox.scene import CommandTable, SceneError

SHUTDOWN_SECONDS: Final = 10.0
"""How long a service may take to finish what it acknowledged before it is killed."""


class Programs:
    """Starts programs that end with this process, however it ends."""

    def __init__(self, *, root: Path, environment: Mapping[str, str], lifeline: Lifeline) -> None:
        """Start nothing yet.

        Args:
            root: The folder to run in.
            environment: Variables with which they reach the sandbox, and SANDBOX_STATE.
            lifeline: Ends them if this process is killed.
        """
        self._root = root
        self._environment = environment
        self._lifeline = lifeline

    def run(self, step: CommandTable, *, heard: Callable[[str], None]) -> None:
        """Run a program to its end; each line it prints is passed on as it comes.

        Raises:
            SceneError: it failed.
        """
        with self._started(step, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for line in process.stdout:
                heard(line.decode(errors="replace").rstrip())
            process.wait()
        if process.returncode:
            raise SceneError(f"`{' '.join(step.run)}` ended with {process.returncode}; see above.")

    @contextlib.contextmanager
    def serve(self, service: CommandTable) -> Iterator[subprocess.Popen[bytes]]:
        """Run a program for the time of the `with`; then it is told to stop."""
        with self._started(service, stdout=None) as process:
            yield process

    @contextlib.contextmanager
    def _started(
        self, command: CommandTable, *, stdout: int | None
    ) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            command.run,
            env=self._environment_of(command),
            cwd=self._root,
            stdout=stdout,
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
        """What a program sees: ours, the sandbox's addresses, and its own, `{state}` filled in."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        state = self._environment["SANDBOX_STATE"]
        own = {name: value.replace("{state}", state) for name, value in command.env.items()}
        return {**os.environ, **self._environment, **own, "PATH": path}


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)  # does nothing if it ended
    try:
        process.wait(SHUTDOWN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
