from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Literal
from unittest.mock import Mock

import pytest

from bot.metrics import Metrics
from bot.sagemaker import SageMaker
from core.domain import EnvironmentName, Pipeline, PipelineName
from core.results import Run

DAY = dt.date(2013, 6, 28)
PRODUCTION = EnvironmentName("production")
FLIGHTS = Pipeline(
    name=PipelineName("flights"), manifest="m", lake="s3://l", time_zone="America/New_York"
)


def run(kind: Literal["train", "evaluate"], *, backfilled: bool = False) -> Run:
    return Run(
        pipeline="flights",
        environment="production",
        day=DAY,
        run="r",
        kind=kind,
        started=dt.datetime(2013, 6, 29, 5, tzinfo=dt.UTC),
        backfilled=backfilled,
    )


@pytest.mark.parametrize(
    ("runs", "trained"),
    [
        ((), False),
        ((run("evaluate"),), False),
        ((run("train"), run("evaluate")), True),
        ((run("train", backfilled=True),), True),
    ],
)
async def test_a_day_is_trained_by_a_train_or_a_backfill_alone(
    runs: tuple[Run, ...], trained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(_day: dt.date) -> tuple[Run, ...]:
        return runs

    with ThreadPoolExecutor(1) as executor:
        sagemaker = SageMaker(
            pipelines={}, environments={}, session=Mock(), executor=executor, metrics=Metrics()
        )
        monkeypatch.setattr(sagemaker, "evaluations", lambda *_: Mock(runs=found))
        assert await sagemaker.trained(FLIGHTS, PRODUCTION, DAY) is trained
