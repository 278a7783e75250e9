"""The same questions about very many trials, by the SDK and by mlpipe, against the same server."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import boto3

from bench import processes
from bench.filling import fill

READERS: Final = {"sdk": "the SDK's ExperimentAnalytics", "mlpipe": "mlpipe"}
ASKED: Final = {
    "best": "the best 20 by AUC of those with fewer than 32 leaves",
    "all": "all of them as CSV",
}
MOST_MEGABYTES: Final = 60
"""That mlpipe takes for a question, beyond what it has before."""


@dataclass(frozen=True)
class Reading:
    """What one question took one reader."""

    calls: int
    """Of Search."""
    seconds: float
    before: float
    """Megabytes that the process has before it asks."""
    peak: float
    """Megabytes at most."""
    rows: int

    @property
    def more(self) -> float:
        """Megabytes for the question."""
        return self.peak - self.before


Readings = dict[str, dict[str, Reading]]
"""Question → reader → what it took."""


async def measure(count: int, folder: Path) -> Readings:
    """Fill an embedded SageMaker with so many trials, then have both ask, one after the other."""
    environ = {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    async with processes.sagemaker(folder / "aws", log=folder / "sagemaker.log") as url:
        environ["AWS_ENDPOINT_URL"] = url
        await asyncio.to_thread(_fill, environ, count)
        return {
            asked: {reader: await _ask(reader, asked, environ) for reader in READERS}
            for asked in ASKED
        }


def _fill(environ: dict[str, str], count: int) -> None:
    before = dict(os.environ)
    os.environ.update(environ)  # botocore reads AWS_ENDPOINT_URL there only
    try:
        fill(boto3.Session(), count)
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _ask(reader: str, asked: str, environ: dict[str, str]) -> Reading:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.reading",
        reader,
        asked,
        env={**os.environ, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, failed = await process.communicate()
    if process.returncode:
        raise RuntimeError(failed.decode())
    return Reading(**json.loads(told.decode().splitlines()[-1]))


def met(readings: Readings) -> bool:
    """Whether mlpipe took one call for the best, and little memory for all."""
    best, everything = readings["best"]["mlpipe"], readings["all"]["mlpipe"]
    return best.calls == 1 and everything.more <= MOST_MEGABYTES


def table(readings: Readings, count: int) -> str:
    """One line a question and reader, in Markdown."""
    head = f"of {count:,} trials | asked by | calls of Search | seconds | memory at the peak"
    lines = [
        f"| {head} | of it for the question | rows |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for asked, by_reader in readings.items():
        for reader, took in by_reader.items():
            cells = (
                ASKED[asked] if reader == next(iter(by_reader)) else "",
                READERS[reader],
                str(took.calls),
                f"{took.seconds:.1f}",
                f"{took.peak:.0f} MB",
                f"{took.more:.0f} MB",
                str(took.rows),
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
