"""Two bots on one database, one of which may die at any moment."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Row, func, select, update

from bot.store.daily import DailyState, Task
from bot.store.database import open_database
from bot.store.schema import daily
from bot.variables import Variables
from tests.scenario.bot_process import START_SECONDS
from tests.scenario.stage import Stage

FORKED_MLPIPE = Path(__file__).with_name("forked_mlpipe.py")
LEASE = dt.timedelta(minutes=10)
"""Longer than any."""


class Replicas:
    """The bots that run, and a look into their database."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.running: list[int] = []
        """Their process ids."""
        self.logs: list[Path] = []
        self._loop = asyncio.Runner()
        self._engine = open_database(Variables.read(stage.environ()).database_url)
        self._forks = subprocess.Popen(
            [sys.executable, FORKED_MLPIPE],
            env={**os.environ, **stage.environ()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=stage.folder,
            text=True,
        )

    def start(self) -> int:
        """Start one more; gives its process id."""
        assert self._forks.stdin
        assert self._forks.stdout
        self.logs.append(self.stage.folder / f"replica-{len(self.logs)}.log")
        self._forks.stdin.write(f"{self.logs[-1]}\n")
        self._forks.stdin.flush()
        self.running.append(int(self._forks.stdout.readline()))
        return self.running[-1]

    def stop(self) -> None:
        """Kill whatever runs."""
        for replica in [*self.running]:
            self.kill(replica)
        assert self._forks.stdin
        self._forks.stdin.close()
        self._forks.wait()
        self._loop.run(self._engine.dispose())
        self._loop.close()

    def wait_until_connected(self) -> None:
        """Return once all that were started are there."""
        wanted = len(self.running)
        slack = self.stage.slack
        slack.wait_for(lambda: slack.connections == wanted or None, timeout=START_SECONDS)

    def kill(self, replica: int) -> None:
        """SIGKILL one."""
        os.kill(replica, signal.SIGKILL)
        self.running.remove(replica)

    def outlast_leases_of(self, replica: int) -> None:
        """Let so much time pass, in the database only, that nothing is held for the dead."""
        its = daily.c.owner.contains(f"/{replica}/")
        past = dt.datetime.now(dt.UTC) - LEASE
        self._in_database(update(daily).where(its).values(lease_until=past))

    def delivered(self, day: dt.date) -> int:
        """How many reports of a day the bots have done with."""
        query = select(func.count()).where(
            daily.c.task == Task.REPORT, daily.c.day == day, daily.c.state == DailyState.DONE
        )
        return int(self._in_database(query)[0][0])

    def posted(self) -> Counter[tuple[str, str]]:
        """How often Slack took each delivery, by channel and delivery."""
        calls = self.stage.slack.calls("chat.postMessage")
        found: Counter[tuple[str, str]] = Counter()
        for call in calls:
            metadata: dict[str, Any] = call.arguments.get("metadata") or {}
            delivery = metadata.get("event_payload", {}).get("delivery")
            if call.ok and delivery:
                found[str(call.arguments["channel"]), str(delivery)] += 1
        return found

    def _in_database(self, statement: Executable) -> Sequence[Row[Any]]:
        async def execute() -> Sequence[Row[Any]]:
            async with self._engine.begin() as connection:
                result = await connection.execute(statement)
                return result.all() if result.returns_rows else []

        return self._loop.run(execute())
