"""One question about trials, asked by the SDK or by mlpipe in a process of its own.

`python -m bench.reading {sdk|mlpipe} {best|all}`: prints what it took as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import boto3

from bench.filling import EXPERIMENT

BEST: Final = 20
LEAVES: Final = 32
"""The best are asked for among trials with fewer: half of them."""
_MEGABYTE: Final = 1e6


def main(reader: str, asked: str) -> None:
    """Ask, and print the calls, the seconds, the megabytes before and at the peak, and the rows."""
    session = boto3.Session()
    calls: list[None] = []
    session.events.register("before-send.sagemaker.Search", lambda **_: calls.append(None))
    make = {"sdk": _sdk, "mlpipe": _mlpipe}[reader]
    with tempfile.TemporaryDirectory(prefix="mlpipe-bench-") as folder:
        ask = make(session, asked, Path(folder) / "trials.csv")
        before = _resident()
        began = time.monotonic()
        rows = ask()
        seconds = time.monotonic() - began
    print(
        json.dumps(
            {
                "calls": len(calls),
                "seconds": seconds,
                "before": before,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _MEGABYTE,
                "rows": rows,
            }
        )
    )


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


def _sdk(session: boto3.Session, asked: str, file: Path) -> Callable[[], int]:
    """`ExperimentAnalytics` as the SDK's documentation uses it."""
    from sagemaker.core.analytics import ExperimentAnalytics
    from sagemaker.core.helper.session_helper import Session

    sdk = Session(boto_session=session, default_bucket="unused", sagemaker_config={})
    best: dict[str, Any] = {
        "search_expression": {
            "Filters": [
                {"Name": "TrialComponentName", "Operator": "Contains", "Value": "-summary"},
                {
                    "Name": "Parameters.NumLeaves",
                    "Operator": "LessThan",
                    "Value": str(LEAVES),
                },
            ]
        },
        "sort_by": "Metrics.auc.Last",
        "sort_order": "Descending",
    }
    analytics = ExperimentAnalytics(
        experiment_name=EXPERIMENT, sagemaker_session=sdk, **(best if asked == "best" else {})
    )

    def ask() -> int:
        if asked == "best":
            return len(analytics.dataframe().head(BEST))
        analytics.export_csv(str(file))
        return len(analytics.dataframe())

    return ask


def _mlpipe(session: boto3.Session, asked: str, file: Path) -> Callable[[], int]:
    """What `mlpipe trials` does."""
    import datetime as dt

    from bot.trial_files import write_files
    from core.domain import Environment, EnvironmentName, Pipeline, PipelineName
    from core.messages import Translator
    from core.trial_table import Format
    from core.trials import Names, Question, question
    from mlops.aws import Aws
    from mlops.trials import Trials
    from reports.trials import page_rows

    experiment = EnvironmentName("experiment")
    environment = Environment(
        name=experiment, region="us-east-1", bucket="unused", role_arn="unused", image="unused"
    )
    pipeline = Pipeline(
        name=PipelineName("flights"), manifest="unused", lake="unused", time_zone="Etc/UTC"
    )
    executor = ThreadPoolExecutor(1)
    aws = Aws(environment, session=lambda _: session, executor=executor)
    asyncio.run(aws.run(lambda _: None, "sagemaker"))  # the SDK too has made its client by now
    trials = Trials(aws, pipeline, experiment)
    names = Names(parameters=frozenset({"NumLeaves"}), metrics=frozenset({"auc"}))

    async def best() -> int:
        asked_for = question(f"NumLeaves<{LEAVES} sort=auc", names, now=dt.datetime.now(dt.UTC))
        found = await trials.page(asked_for, person="", count=BEST)
        return len(page_rows(found.trials, asked_for, Translator())) - 1

    async def everything() -> int:
        return await write_files(trials.pages(Question(), person=""), {Format.CSV: file})

    return lambda: asyncio.run(best() if asked == "best" else everything())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
