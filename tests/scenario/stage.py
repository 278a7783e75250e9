"""What a scenario has at hand."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.slack import Participant, SlackSandbox
from tests.scenario.bot_thread import BotThread
from tests.scenario.tiny_pipeline import TinyPipeline

ROOT = Path(__file__).parents[2]
DAILY, RANDOM = "C0DAILY", "C0RANDOM"
SETTINGS = (ROOT / "mlpipe.toml").read_text()
MORNINGS = SETTINGS[SETTINGS.index("# Every morning") : SETTINGS.index("# Who may do what")]


@dataclass
class Stage:
    """The workspace, SageMaker and the bot."""

    folder: Path
    slack: SlackSandbox
    clock: Clock
    pipeline: TinyPipeline
    bot: BotThread

    @property
    def config(self) -> Path:
        return self.folder / "mlpipe.toml"

    def environ(self) -> dict[str, str]:
        return {
            **self.slack.environment(),
            "MLPIPE_CONFIG": str(self.config),
            "MLPIPE_CLOCK_URL": f"{self.slack.url}/clock",
            "DATABASE_URL": f"sqlite:///{self.folder}/mlpipe.db",
        }

    def configure(self, *, mornings: bool = False, changes: dict[str, str] | None = None) -> None:
        """Write mlpipe.toml: the committed one, by default without its mornings."""
        text = SETTINGS if mornings else SETTINGS.replace(MORNINGS, "")
        for before, after in (changes or {}).items():
            assert before in text
            text = text.replace(before, after)
        self.config.write_text(text)

    def start(self, *, mornings: bool = False) -> None:
        """Start the bot."""
        if not self.config.exists():
            self.configure(mornings=mornings)
        self.bot.start(self.config, self.environ())

    def ask_stop_in_the_database(self, card: dict[str, Any], *, by: str) -> None:
        """What a click on a card's Stop keeps first; the bot dies right after it."""
        with sqlite3.connect(self.folder / "mlpipe.db") as database:
            database.execute(
                "UPDATE executions SET stop_by = ? WHERE message = ?", (by, card["ts"])
            )

    def person(self, user: str) -> Participant:
        return self.slack.person(user)

    def shown(self, text: str, channel: str = DAILY) -> dict[str, Any]:
        """The newest message of the app that everybody in a channel sees, once it holds a text."""
        return self.person("U0DANA").wait_for_message(channel, text, timeout=20)

    def told(self, user: str, text: str, channel: str = DAILY) -> dict[str, Any]:
        """What one person is told, once it is."""
        message = self.person(user).wait_for_message(channel, text)
        assert message.get("is_ephemeral"), message
        return message
