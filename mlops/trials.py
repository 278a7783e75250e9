"""Trials in SageMaker Experiments, found by Search: filtered, sorted and paged on the server."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.domain import EnvironmentName, Pipeline
from core.errors import UnavailableError
from core.lineage import STARTED_BY
from core.marks import NOTE, TAG, Marks
from core.parameters import WINDOW_DAYS
from core.trials import COMPLETED, ME, STARTED, Column, Condition, Operator, Order, Question, Trial
from mlops.aws import Aws

logger = logging.getLogger(__name__)

MOST_OF_A_NAME: Final = 120
"""Characters of a TrialComponentName."""
A_CALL: Final = 100
"""API: Search's MaxResults at most."""
PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between two tries for the same page, beyond boto3's own."""
SUMMARY: Final = "-summary"
"""How the trial component ends that our pipelines write; each job has another. Of those, only an
execution that trains has a window, and is a try."""
_OPERATORS: Final[Mapping[Operator, str]] = {
    Operator.ABOVE: "GreaterThan",
    Operator.AT_LEAST: "GreaterThanOrEqualTo",
    Operator.BELOW: "LessThan",
    Operator.AT_MOST: "LessThanOrEqualTo",
    Operator.IS: "Equals",
    Operator.NOT: "NotEquals",
}
NEWEST: Final = Order(Column(STARTED, metric=False), descending=True)


@dataclass(frozen=True)
class Page:
    """Some of the trials that were found."""

    trials: tuple[Trial, ...]
    total: int
    """How many were found in all."""


class Trials:
    """The trials of one pipeline in one environment."""

    def __init__(
        self,
        aws: Aws,
        pipeline: Pipeline,
        environment: EnvironmentName,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._aws = aws
        self._sleep = sleep
        self._pipeline = pipeline
        self._environment = environment

    @property
    def experiment(self) -> str:
        """What SageMaker calls the experiment that they lie in."""
        return self._pipeline.experiment(self._environment)

    async def page(
        self, question: Question, *, person: str, first: int = 0, count: int = A_CALL
    ) -> Page:
        """Those from the one that comes `first`: one call where that is among the first hundred.

        Args:
            question: Which, and in what order.
            person: Who `by=me` is, as trials keep it.
            first: How many come before.
            count: How many at most, up to a hundred.
        """
        request = self._request(question, person)
        if first < A_CALL:  # a page of them is less on the wire
            request["MaxResults"] = min(A_CALL, first + count)
        answer = await self._search(request)
        for _ in range(first // A_CALL):
            if "NextToken" not in answer:
                return Page((), _total(answer))
            answer = await self._search({**request, "NextToken": answer["NextToken"]})
        rest = first % A_CALL
        found = _page(answer)
        return Page(found.trials[rest : rest + count], found.total)

    async def pages(self, question: Question, *, person: str) -> AsyncIterator[Page]:
        """All of them, a hundred at a time: as many calls as there are hundreds.

        Search throttles early: once there is something to lose, a page is waited for.

        Args:
            question: Which, and in what order.
            person: Who `by=me` is, as trials keep it.
        """
        request = self._request(question, person)
        while True:
            pauses = PAUSES if "NextToken" in request else ()
            answer = await self._search_patiently(request, pauses)
            yield _page(answer)
            if "NextToken" not in answer:
                return
            request["NextToken"] = answer["NextToken"]

    async def named(self, name: str) -> Trial | None:
        """The trial of that name, or the only one with this in its name; None where there is none.

        An execution's id is a part of its trial's name. Of several with it in their names none is
        taken for the one that is meant.
        """
        if len(name) > MOST_OF_A_NAME:
            return None
        request = self._request(Question(), person="")
        named = _filter("TrialComponentName", "Contains", name)
        request["SearchExpression"]["Filters"].append(named)
        answer = await self._search(request)
        found = [_trial(each["TrialComponent"]) for each in answer["Results"]]
        exact = [each for each in found if name in {each.name, each.component}]
        return next(iter(exact or (found if len(found) == 1 else ())), None)

    async def has_experiment(self) -> bool:
        """Whether the experiment that the trials lie in is there."""
        answer = await self._search(
            {
                "Resource": "Experiment",
                "SearchExpression": {
                    "Filters": [_filter("ExperimentName", "Equals", self.experiment)]
                },
                "MaxResults": 1,
            }
        )
        return bool(answer["Results"])

    async def newest_completed(self) -> Trial | None:
        """The newest trial that ended well; None where there is none."""
        return await self._newest(_filter("Status.PrimaryStatus", "Equals", COMPLETED))

    async def mark(self, trial: Trial, marks: Marks, *, person: str) -> None:
        """Keep tags and a note with a trial; each is a parameter of its own, see core.marks.

        Args:
            trial: As it was found.
            marks: What is to be kept, and what no more.
            person: Who says so, as trials keep it.
        """
        kept = {f"{TAG}{each}": {"StringValue": person} for each in marks.tags}
        gone = [f"{TAG}{each}" for each in marks.without]
        if marks.note:
            kept[NOTE] = {"StringValue": marks.note}
        elif marks.note is not None:
            gone.append(NOTE)
        await self._aws.call(
            "sagemaker",
            "update_trial_component",
            TrialComponentName=trial.component,
            **({"Parameters": kept} if kept else {}),
            **({"ParametersToRemove": gone} if gone else {}),
        )

    async def _newest(self, condition: Mapping[str, str]) -> Trial | None:
        request = self._request(Question(), person="")
        request["SearchExpression"]["Filters"].append(condition)
        found = (await self._search({**request, "MaxResults": 1}))["Results"]
        return _trial(found[0]["TrialComponent"]) if found else None

    async def _search_patiently(self, request: Mapping[str, Any], pauses: Sequence[float]) -> Any:
        for pause in pauses:
            try:
                return await self._search(request)
            except UnavailableError as error:
                logger.info("a page of trials is asked for again in %s s: %s", pause, error)
                await self._sleep(pause)
        return await self._search(request)

    async def _search(self, request: Mapping[str, Any]) -> Any:
        return await self._aws.call("sagemaker", "search", **request)

    def _request(self, question: Question, person: str) -> dict[str, Any]:
        order = question.order or NEWEST
        return {
            "Resource": "ExperimentTrialComponent",
            "SearchExpression": {"Filters": list(self._filters(question, person))},
            "SortBy": _property(order.column),
            "SortOrder": "Descending" if order.descending else "Ascending",
            "MaxResults": A_CALL,
        }

    def _filters(self, question: Question, person: str) -> Iterator[dict[str, str]]:
        yield _filter("Parents.ExperimentName", "Equals", self.experiment)
        if self._pipeline.adopted is None:
            yield _filter("TrialComponentName", "Contains", SUMMARY)
            yield {"Name": f"Parameters.{WINDOW_DAYS}", "Operator": "Exists"}
        if question.since is not None:
            moment = question.since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
            yield _filter("CreationTime", "GreaterThanOrEqualTo", moment)
        if question.by is not None:
            who = person if question.by == ME else question.by
            yield _filter(f"Parameters.{STARTED_BY}", "Equals", who)
        for tag in question.tags:
            yield {"Name": f"Parameters.{TAG}{tag}", "Operator": "Exists"}
        yield from map(_condition, question.conditions)


def _condition(condition: Condition) -> dict[str, str]:
    operator = _OPERATORS[condition.operator]
    return _filter(_property(condition.column), operator, condition.value)


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"Name": name, "Operator": operator, "Value": value}


def _property(column: Column) -> str:
    """As Search spells it."""
    if column == NEWEST.column:
        return "CreationTime"
    return f"Metrics.{column.name}.Last" if column.metric else f"Parameters.{column.name}"


def _page(answer: Mapping[str, Any]) -> Page:
    return Page(tuple(_trial(each["TrialComponent"]) for each in answer["Results"]), _total(answer))


def _total(answer: Mapping[str, Any]) -> int:
    hits = answer.get("TotalHits") or {}
    return int(hits.get("Value", len(answer["Results"])))


def _trial(found: Mapping[str, Any]) -> Trial:
    return Trial(
        name=str(found["TrialComponentName"]).removesuffix(SUMMARY),
        status=(found.get("Status") or {}).get("PrimaryStatus", ""),
        created=found["CreationTime"],
        parameters={
            name: value.get("NumberValue", value.get("StringValue", ""))
            for name, value in (found.get("Parameters") or {}).items()
        },
        metrics={
            each["MetricName"]: float(each["Last"])  # boto3 leaves "NaN" text
            for each in found.get("Metrics") or ()
            if each.get("Last") is not None
        },
        component=str(found["TrialComponentName"]),
        artifacts={
            name: str(each["Value"])
            for kind in ("InputArtifacts", "OutputArtifacts")
            for name, each in (found.get(kind) or {}).items()
        },
    )
