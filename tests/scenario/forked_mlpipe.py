"""`mlpipe serve` many times over: what takes seconds to import is imported once, then forked.

For each line on standard input, the file of a log, one more bot runs; its process id is the answer.
Every bot is a process of its own that can be killed, as people's are; it looks more often at what
is due.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from unittest import mock

TICK_SECONDS = 0.5


def main() -> None:
    """Fork until the input ends."""
    with mock.patch("bot.scheduler.TICK_SECONDS", TICK_SECONDS):
        import bot.service  # noqa: F401 - the children have it then
    import reports.daily  # noqa: F401
    from bot.cli import main as mlpipe

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _write_into(Path(line.strip()))
            sys.argv = ["mlpipe", "serve", "--host", "127.0.0.1"]
            mlpipe()
        print(child, flush=True)


def _write_into(log: Path) -> None:
    target = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, stream in ((nothing, 0), (target, 1), (target, 2)):
        os.dup2(source, stream)


if __name__ == "__main__":
    main()
