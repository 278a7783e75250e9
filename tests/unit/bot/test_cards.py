from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import cast

import pytest

from bot.cards import ExecutionCards
from bot.live_metrics import LiveMetrics
from bot.parameter_book import ParameterBook
from bot.run_costs import RunCosts
from bot.sagemaker import SageMaker
from bot.store.executions import Followed
from bot.sweep_cards import SweepCards
from bot.usual_durations import UsualDurations
from core.day_result import DayResult
from core.domain import (
    EnvironmentName,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    PipelineName,
)
from core.errors import InputError, MlpipeError, NotPermittedError, UnavailableError
from core.messages import Translator, say
from mlops.aws import RefusedError

NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
ARN = ExecutionArn("arn:aws:sagemaker:us-east-1:1:pipeline/flights-train/execution/abc")
FOLLOWED = Followed(
    id="e1",
    token="t" * 64,
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("experiment"),
    kind=Kind.TRAIN,
    parameters={"Day": "2013-06-28"},
    requested_at=NOON,
    arn=ARN,
)
DONE = Execution(
    arn=ARN, sagemaker_pipeline="flights-train", status=ExecutionStatus.SUCCEEDED, started=NOON
)


class Unreadable:
    """A SageMaker whose results cannot be read."""

    def __init__(self, error: MlpipeError) -> None:
        self.error = error

    def evaluations(self, *_where: str) -> Unreadable:
        return self

    async def of_run(self, _day: dt.date, _run: str) -> DayResult | None:
        raise self.error

    async def production(self, *_where: str) -> None:
        return None

    async def past_runs(self, *_where: str) -> tuple[Execution, ...]:
        raise self.error


def cards(error: MlpipeError) -> ExecutionCards:
    sagemaker = cast("SageMaker", Unreadable(error))
    return ExecutionCards(
        sagemaker=sagemaker,
        book=ParameterBook(sagemaker),
        durations=UsualDurations(sagemaker),
        live=LiveMetrics(sagemaker),
        costs=RunCosts(sagemaker, None),
        sweeps=SweepCards(sagemaker, translator=Translator()),
        translator=Translator(),
        command="/mlpipe",
    )


@pytest.mark.parametrize(
    "error",
    [
        NotPermittedError(say("no s3:GetObject")),
        RefusedError("KMS.DisabledException", "no s3:GetObject"),
        InputError(say("no s3:GetObject")),
    ],
)
async def test_a_card_ends_though_its_results_cannot_be_read(error: MlpipeError) -> None:
    card = await cards(error).compose(FOLLOWED, DONE)
    shown = json.dumps(card.payload())
    assert "*Done.*" in shown
    assert "no s3:GetObject" in shown
    assert "No version was registered" not in shown


async def test_a_card_waits_for_results_while_aws_is_silent() -> None:
    with pytest.raises(UnavailableError):
        await cards(UnavailableError(say("AWS is silent."))).compose(FOLLOWED, DONE)


def test_the_card_of_what_is_lost_says_why() -> None:
    running = dataclasses.replace(FOLLOWED, status=ExecutionStatus.EXECUTING)
    card = cards(InputError(say("-"))).lost(running, say("There is no such pipeline."))
    assert "There is no such pipeline." in json.dumps(card.payload())
    assert card.text.endswith("not followed any more.")
