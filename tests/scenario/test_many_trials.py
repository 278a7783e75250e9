"""Very many trials: the best in one call, all of them in a file."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from bench.filling import fill
from mlops.aws import Aws
from reports.actions import TRIALS_CSV
from tests.scenario.bot_process import MLPIPE
from tests.scenario.stage import DAILY, Stage
from tests.scenario.test_trials import files_shared, names

MOST_MEGABYTES = 40
"""That ten thousand trials take beyond what a few take."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often AWS was called, by operation."""
    made: Counter[str] = Counter()
    call = Aws.call

    async def counted(self: Aws, service: str, operation: str, /, **arguments: Any) -> Any:
        made[operation] += 1
        return await call(self, service, operation, **arguments)

    monkeypatch.setattr(Aws, "call", counted)
    return made


@pytest.mark.proof
@pytest.mark.only(transport="socket", database="sqlite", doubled=None)  # ten minutes
def test_the_best_of_very_many_take_one_call_and_all_of_them_one_for_a_hundred(
    stage: Stage, calls: Counter[str], *, proving: bool
) -> None:
    count = 10_000 if proving else 120
    fill(boto3.Session(region_name="us-east-1"), count)
    stage.start()
    ana = stage.person("U0ANA")
    calls.clear()
    ana.command(DAILY, "/mlpipe trials auc>0.5 NumLeaves<32 sort=auc")
    page = stage.told("U0ANA", "1 to 10")
    best = [each for each in reversed(range(count)) if each % 64 < 32 and each / count > 0.5]
    assert names(page) == [f"t{number:05}" for number in best[:10]]
    assert calls["search"] == 1
    calls.clear()
    ana.command(DAILY, "/mlpipe trials")
    ana.click(stage.told("U0ANA", f"{count:,} trials"), action_id=TRIALS_CSV)
    ana.wait_for_message(DAILY, f"with {count:,} trials", timeout=1200)
    (file,) = files_shared(stage)
    assert len(set(file.splitlines())) == count + 1
    assert calls["search"] == 1 + (count + 99) // 100
    if proving:
        few, many = (peak(stage, question) for question in ("NumLeaves=0", ""))
        assert many < few + MOST_MEGABYTES, (few, many)


def peak(stage: Stage, question: str) -> float:
    """Megabytes that a terminal takes at most to write what a question finds."""
    file = Path(stage.folder) / "all.csv"
    words = [str(MLPIPE), "trials", *question.split(), "--csv", str(file)]
    process = subprocess.Popen(words, env={**os.environ, **stage.environ(), "PORT": ""})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1000
