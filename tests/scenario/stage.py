"""What a scenario has at hand."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Row, select, update

from bot.app import ANSWER_LEASE
from bot.store.database import open_database
from bot.store.schema import approvals, daily, day_ranges, deliveries, executions
from bot.variables import Variables
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.slack import Participant, SlackSandbox
from tests.scenario import causes
from tests.scenario.bot_process import MLPIPE, START_SECONDS, BotProcess
from tests.scenario.bot_thread import BotThread
from tests.scenario.tiny_pipeline import TinyPipeline
from tests.scenario.way import Database, Transport, Way

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180
"""How long a test waits for what takes a moment: a busy machine is ten times slower."""
DAILY, RANDOM = "C0DAILY", "C0RANDOM"
SETTINGS = (ROOT / "mlpipe.toml").read_text()
MORNINGS = SETTINGS[SETTINGS.index("# Every morning") : SETTINGS.index("# Who may do what")]
OVER_HTTP = {"SLACK_APP_TOKEN": "", "PORT": "0"}


@dataclass
class Stage:
    """The workspace, SageMaker and the bot."""

    folder: Path
    slack: SlackSandbox
    clock: Clock
    pipeline: TinyPipeline
    bot: BotThread
    way: Way
    database_url: str
    causes: causes.Causes
    expected_errors: list[str] = field(default_factory=list)
    """Parts of the lines that the bot may log as errors: every other is a failure."""
    processes: list[BotProcess] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "mlpipe.toml"

    def environ(self) -> dict[str, str]:
        return {
            **self.slack.environment(),
            **(OVER_HTTP if self.way.transport is Transport.HTTP else {}),
            "MLPIPE_CONFIG": str(self.config),
            "MLPIPE_CLOCK_URL": f"{self.slack.url}/clock",
            "DATABASE_URL": self.database_url,
        }

    def configure(self, *, mornings: bool = False, changes: dict[str, str] | None = None) -> None:
        """Write mlpipe.toml: the committed one, by default without its mornings."""
        text = SETTINGS if mornings else SETTINGS.replace(MORNINGS, "")
        for before, after in (changes or {}).items():
            assert before in text
            text = text.replace(before, after)
        self.config.write_text(text)

    def start(self, *, mornings: bool = False, environ: dict[str, str] | None = None) -> None:
        """Start the bot in this process."""
        if not self.config.exists():
            self.configure(mornings=mornings)
        self.bot.start(self.config, {**self.environ(), **(environ or {})})
        if self.way.transport is Transport.HTTP:
            self._deliver_to(self.bot.port)

    def serve(self) -> BotProcess:
        """Start the bot as a process of its own, which can be killed."""
        if not self.config.exists():
            self.configure()
        log = self.folder / f"bot-{len(self.processes)}.log"
        process = BotProcess(self.environ(), log, mlpipe=self._mlpipe())
        self.processes.append(process)
        if self.way.transport is Transport.HTTP:
            self._deliver_to(process.port())
        else:
            self.slack.wait_until_connected(timeout=START_SECONDS)
        return process

    def kill(self, process: BotProcess) -> None:
        """SIGKILL the bot; returns once Slack has noticed, and what it held is free for another."""
        self.strike_down(process)
        if self.way.database is Database.POSTGRESQL:
            self.outlast_leases()  # SQLite has one process: the next goes on without waiting

    def strike_down(self, process: BotProcess) -> None:
        """SIGKILL the bot; returns once Slack has noticed. Its leases go on."""
        process.kill()
        self.slack.wait_for(lambda: self.slack.connections == 0, timeout=PATIENCE_SECONDS)

    def outlast_leases(self) -> None:
        """Let the longest lease pass, in the database only: its owner stays, its end goes by."""
        for table in (approvals, daily, day_ranges, deliveries, executions):
            ends = select(table.c.lease_until).where(table.c.lease_until.is_not(None)).distinct()
            for (end,) in self._in_database(ends):
                past = update(table).values(lease_until=end - ANSWER_LEASE)
                self._in_database(past.where(table.c.lease_until == end))

    def stop_in_good_order(self) -> None:
        """Stop every bot that runs, once it has worked off what it acknowledged."""
        self.bot.stop()
        for process in self.processes:
            process.stop()

    def stop(self) -> None:
        """Stop every bot, whatever it does."""
        self.bot.stop()
        for process in self.processes:
            process.kill()

    def ask_stop_in_the_database(self, card: dict[str, Any], *, by: str) -> None:
        """What a click on a card's Stop keeps first; the bot dies right after it."""
        click = update(executions).where(executions.c.message == card["ts"]).values(stop_by=by)
        self._in_database(click)

    def person(self, user: str) -> Participant:
        return self.slack.person(user)

    def shown(self, text: str, channel: str = DAILY) -> dict[str, Any]:
        """The newest message of the app that everybody in a channel sees, once it holds a text."""
        return self.person("U0DANA").wait_for_message(channel, text, timeout=PATIENCE_SECONDS)

    def told(self, user: str, text: str, channel: str = DAILY) -> dict[str, Any]:
        """What one person is told, once it is."""
        message = self.person(user).wait_for_message(channel, text, timeout=PATIENCE_SECONDS)
        assert message.get("is_ephemeral"), message
        return message

    def a_run_is_kept(self) -> bool:
        """Whether the database has an execution: it starts then, whatever ends the bot."""
        return bool(self._in_database(select(executions.c.id)))

    def wait_until_a_run_is_kept(self) -> None:
        """Return once the database has an execution."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.a_run_is_kept():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _mlpipe(self) -> Sequence[str | Path]:
        """The console as people run it; with every delivery doubled, with a note of its causes."""
        if self.way.doubled is None:
            return (MLPIPE,)
        return (sys.executable, causes.__file__, self.causes.file)

    def _in_database(self, statement: Executable) -> Sequence[Row[Any]]:
        async def execute() -> Sequence[Row[Any]]:
            engine = open_database(Variables.read(self.environ()).database_url)
            async with engine.begin() as connection:
                result = await connection.execute(statement)
                rows = result.all() if result.returns_rows else []
            await engine.dispose()
            return rows

        return asyncio.run(execute())

    def _deliver_to(self, port: int) -> None:
        self.slack.use_request_url(f"http://127.0.0.1:{port}/slack/events")
