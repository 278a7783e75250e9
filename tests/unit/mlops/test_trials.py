from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

import pytest

from core.domain import EnvironmentName, Pipeline
from core.errors import UnavailableError
from core.messages import say
from core.trials import Question
from mlops.aws import Aws
from mlops.trials import PAUSES, Trials

BUSY = UnavailableError(say("AWS is busy."))


class Scripted:
    """An AWS that gives one answer after the other."""

    def __init__(self, *answers: Sequence[str] | UnavailableError) -> None:
        self._answers = list(answers)
        self.tokens: list[str | None] = []

    async def call(self, service: str, operation: str, **arguments: Any) -> Any:
        assert (service, operation) == ("sagemaker", "search")
        self.tokens.append(arguments.get("NextToken"))
        answer = self._answers.pop(0)
        if isinstance(answer, UnavailableError):
            raise answer
        more = {"NextToken": f"after {answer[-1]}"} if self._answers else {}
        components = [
            {"TrialComponentName": each, "CreationTime": dt.datetime(2013, 6, 1, tzinfo=dt.UTC)}
            for each in answer
        ]
        return {"Results": [{"TrialComponent": each} for each in components], **more}


async def names_of(aws: Scripted, pipeline: Pipeline, slept: list[float]) -> list[str]:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    trials = Trials(cast("Aws", aws), pipeline, EnvironmentName("experiment"), sleep=sleep)
    return [each.name async for page in trials.pages(Question(), person="") for each in page.trials]


async def test_all_trials_are_read_page_by_page(pipeline: Pipeline) -> None:
    aws = Scripted(["a", "b"], ["c"])
    assert await names_of(aws, pipeline, []) == ["a", "b", "c"]
    assert aws.tokens == [None, "after b"]


async def test_a_page_that_is_throttled_is_asked_for_again_and_none_is_lost_or_doubled(
    pipeline: Pipeline,
) -> None:
    aws, slept = Scripted(["a", "b"], BUSY, BUSY, ["c"]), list[float]()
    assert await names_of(aws, pipeline, slept) == ["a", "b", "c"]
    assert aws.tokens == [None, "after b", "after b", "after b"]
    assert slept == [1.0, 2.0]


async def test_at_the_first_page_and_after_the_last_try_it_says_so(pipeline: Pipeline) -> None:
    with pytest.raises(UnavailableError):
        await names_of(Scripted(BUSY), pipeline, [])
    slept: list[float] = []
    with pytest.raises(UnavailableError):
        await names_of(Scripted(["a"], *[BUSY] * (len(PAUSES) + 1)), pipeline, slept)
    assert slept == list(PAUSES)
