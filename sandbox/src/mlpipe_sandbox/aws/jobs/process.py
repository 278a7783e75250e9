"""One process in a group of its own, read line by line, ended when it has to be."""

from __future__ import annotations

import enum
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mlpipe_sandbox.aws.jobs.container import Command, ContainerError
from mlpipe_sandbox.lifeline import Lifeline

GRACE_SECONDS: Final = 5.0
"""Between SIGTERM and SIGKILL when a job is stopped; AWS gives 120 s (training)."""


class EndedBy(enum.Enum):
    """Why a process is no more."""

    ITSELF = enum.auto()
    STOP = enum.auto()
    TIMEOUT = enum.auto()
    KERNEL = enum.auto()
    """SIGKILL that is not ours, as when memory is out."""


@dataclass(frozen=True)
class Exit:
    """How a process ended."""

    code: int
    """Exit status; for a signal, as a shell tells it, 128 and its number."""
    ended_by: EndedBy


class JobProcess:
    """Runs a command once; `stop` and `kill` may be called from any thread, at any time."""

    def __init__(
        self,
        *,
        on_line: Callable[[str], None],
        lifeline: Lifeline,
        timeout: float | None,
        killed_after: float | None = None,
    ) -> None:
        """Prepare.

        Args:
            on_line: receives each line of stdout and stderr, as it comes.
            lifeline: ends the process with this one.
            timeout: seconds after which the process is stopped.
            killed_after: seconds after which it is killed, as the kernel does.
        """
        self._on_line = on_line
        self._lifeline = lifeline
        self._timeout = timeout
        self._killed_after = killed_after
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ended_by = EndedBy.ITSELF

    def run(self, command: Command) -> Exit:
        """Start the command and wait for its end, and for its whole group's.

        Raises:
            ContainerError: the program cannot be started.
        """
        with self._lock:
            if self._ended_by is not EndedBy.ITSELF:
                return Exit(128 + signal.SIGTERM, self._ended_by)
            self._process = process = _start(command)
            self._lifeline.hold(process.pid)
        reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        reader.start()
        timers = self._timers()
        process.wait()
        for timer in timers:
            timer.cancel()
        _signal_group(process, signal.SIGKILL)
        self._lifeline.release(process.pid)
        reader.join(GRACE_SECONDS)
        code = process.returncode
        if code == -signal.SIGKILL and self._ended_by is EndedBy.ITSELF:
            return Exit(128 - code, EndedBy.KERNEL)
        return Exit(code if code >= 0 else 128 - code, self._ended_by)

    def stop(self) -> None:
        """End it: SIGTERM to its group, SIGKILL if it is still there after the grace."""
        self._end(EndedBy.STOP)

    def kill(self) -> None:
        """End it and its group at once."""
        self._end(EndedBy.STOP, with_signal=signal.SIGKILL)

    def _end(self, why: EndedBy, *, with_signal: signal.Signals = signal.SIGTERM) -> None:
        with self._lock:
            process = self._process
            if process is not None and process.poll() is not None:
                return  # its number may be another's by now
            self._ended_by = why
        if process is None:
            return
        _signal_group(process, with_signal)
        killer = threading.Timer(GRACE_SECONDS, _kill_if_alive, args=(process,))
        killer.daemon = True
        killer.start()

    def _timers(self) -> list[threading.Timer]:
        kernel = {"with_signal": signal.SIGKILL}
        timers = []
        if self._timeout is not None:
            timers.append(threading.Timer(self._timeout, self._end, args=(EndedBy.TIMEOUT,)))
        if self._killed_after is not None:
            timers.append(threading.Timer(self._killed_after, self._end, (EndedBy.KERNEL,), kernel))
        for timer in timers:
            timer.daemon = True
            timer.start()
        return timers

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as stream:
            for line in stream:
                self._on_line(line.decode(errors="replace").rstrip("\r\n"))


def _start(command: Command) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command.argv,
            executable=_program(command),
            env=dict(command.environment),
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ContainerError(
            f"AlgorithmError: Cannot start '{command.argv[0]}' in the container: {reason}."
        ) from error


def _program(command: Command) -> str:
    """The file to run: looked up on the container's PATH, not on the sandbox's."""
    name = command.argv[0]
    if os.sep in name:
        return name
    for folder in command.environment["PATH"].split(os.pathsep):
        candidate = os.path.join(folder, name)  # noqa: PTH118  # PATH may hold anything
        if os.access(candidate, os.X_OK) and not os.path.isdir(candidate):  # noqa: PTH112
            return candidate
    return name


def _kill_if_alive(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        _signal_group(process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
