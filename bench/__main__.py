"""`make bench`: mlpipe side by side with what people would use otherwise.

Acknowledgements beside a bare Bolt app, in two states of the world; questions about very many
trials beside the SDK's ExperimentAnalytics.
"""

from __future__ import annotations

import asyncio
import functools
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from bench import processes, trials
from bench.load import Load
from bench.measuring import Measured, Scene, Size, Trouble
from bench.table import met, table
from bench.trouble import locked
from mlpipe_sandbox.slack import SlackSandbox

SETTINGS: Final = """
[environments.production]
region = "us-east-1"
bucket = "mlpipe-production"
role_arn = "arn:aws:iam::123456789012:role/mlpipe-pipeline"
image = "mlpipe-steps:latest"

[pipelines.flights]
manifest = "flights.toml"
lake = "s3://mlpipe-lake/flights"
time_zone = "America/New_York"

[roles]
"*" = ["help", "status"]
"""
WELL: Final = "all is well"
TROUBLED: Final = "AWS hangs, the database is locked"
TRIALS: Final = "very many trials"
SCENES: Final = (WELL, TROUBLED, TRIALS)
TEAM: Final = "T0MLPIPE"
"""Of the embedded workspace."""


@dataclass(frozen=True)
class Bench:
    """What every scene stands on."""

    slack: SlackSandbox
    around: str
    bare: str
    folder: Path
    size: Size

    async def well(self) -> Measured:
        """Everything answers."""
        async with self._bot("well", aws="aws") as bot:
            return await self._scene(bot).measure("well")

    async def troubled(self) -> Measured:
        """AWS takes requests and answers none, and somebody has locked the database."""
        lock = functools.partial(locked, self._database("troubled"))
        async with self._bot("troubled", aws="hung") as bot:
            return await self._scene(bot, trouble=lock).measure("troubled")

    def _scene(self, bot: str, *, trouble: Trouble = nullcontext) -> Scene:
        return Scene(
            bare=self._load(self.bare),
            bot=self._load(bot),
            answers=f"{self.around}/answers",
            size=self.size,
            trouble=trouble,
        )

    def _load(self, url: str) -> Load:
        return Load(
            url,
            signing_secret=self.slack.app.signing_secret,
            team=TEAM,
            answers=f"{self.around}/answers",
        )

    def _bot(self, name: str, *, aws: str) -> AbstractAsyncContextManager[str]:
        config = self.folder / "mlpipe.toml"
        config.write_text(SETTINGS)
        environ = {
            **self.slack.environment(),
            "SLACK_APP_TOKEN": "",
            "MLPIPE_CONFIG": str(config),
            "DATABASE_URL": f"sqlite:///{self._database(name)}",
            "AWS_ENDPOINT_URL": f"{self.around}/{aws}",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return processes.bot(environ, log=self.folder / f"{name}.log")

    def _database(self, name: str) -> Path:
        return self.folder / f"{name}.db"


async def _measure(names: Iterable[str], size: Size, folder: Path) -> dict[str, Measured]:
    with SlackSandbox() as slack:
        around = processes.module("bench.surroundings", {}, log=folder / "surroundings.log")
        bare = processes.module("bench.bare", slack.environment(), log=folder / "bare.log")
        async with around as around_url, bare as bare_url:
            bench = Bench(slack=slack, around=around_url, bare=bare_url, folder=folder, size=size)
            measure = {WELL: bench.well, TROUBLED: bench.troubled}
            return {name: await measure[name]() for name in names}


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unknown"


@click.command()
@click.option("--scene", type=click.Choice(SCENES), multiple=True, default=SCENES, help="Which.")
@click.option("--rounds", default=5, show_default=True, help="Bare and mlpipe in turns, so often.")
@click.option("--burst", default=500, show_default=True, help="Commands at once.")
@click.option("--steady", default=500, show_default=True, help="Commands at a steady rate.")
@click.option("--per-second", default=50.0, show_default=True, help="That rate.")
@click.option("--trials", "many", default=10_000, show_default=True, help="How many are very many.")
def main(
    scene: Sequence[str], *, rounds: int, burst: int, steady: int, per_second: float, many: int
) -> None:
    """Measure, and print a table in Markdown; fails where a goal is missed."""
    size = Size(rounds=rounds, burst=burst, steady=steady, per_second=per_second)
    click.echo(f"Commit {_commit()}, Python {platform.python_version()}, {os.cpu_count()} cores.")
    good = True
    with tempfile.TemporaryDirectory(prefix="mlpipe-bench-") as folder:
        if bolt := [each for each in scene if each != TRIALS]:
            scenes = asyncio.run(_measure(bolt, size, Path(folder)))
            click.echo(f"\n{rounds} rounds in turns; rates and ratios are medians of the rounds.\n")
            click.echo(table(scenes, size))
            good = all(map(met, scenes.values()))
        if TRIALS in scene:
            readings = asyncio.run(trials.measure(many, Path(folder)))
            click.echo(f"\n{trials.table(readings, many)}")
            good = good and trials.met(readings)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
