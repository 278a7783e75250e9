"""Evaluated days, read from where the pipelines leave them (layout: core.results)."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import logging
import math
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from core.day_result import DayResult
from core.domain import ModelVersion, Pipeline
from core.errors import InputError, MlpipeError, NotFoundError
from core.messages import say
from core.model_quality import parse_importance, parse_model_quality, parse_positive
from core.results import (
    ANALYSIS,
    EVALUATION,
    FACTS,
    GATE,
    RUN,
    DayFacts,
    Gate,
    Run,
    days_prefix,
    run_prefix,
)
from mlops.aws import Aws
from mlops.imports import Imports

logger = logging.getLogger(__name__)

MOST_REMEMBERED: Final = 512
"""Runs whose results are kept in memory: complete results never change."""
FILES: Final = (RUN, EVALUATION, FACTS, ANALYSIS, GATE)
Stored = TypeVar("Stored", bound=BaseModel)
KEY: Final = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})/(?P<run>[^/]+)/(?P<file>[^/]+)")
URI: Final = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)")


@dataclass(frozen=True)
class _Found:
    """One run's folder."""

    day: dt.date
    run: str
    files: frozenset[str]

    @property
    def has_results(self) -> bool:
        """Whether it may be complete; run.json tells, by the files that it names."""
        return {EVALUATION, RUN} <= self.files


class Evaluations:
    """The evaluated days of one pipeline in one environment."""

    def __init__(self, aws: Aws, pipeline: Pipeline) -> None:
        self._aws = aws
        self._pipeline = pipeline
        here = pipeline.adopted_in(aws.environment.name) is not None
        self._imports = Imports(aws, pipeline) if here else None
        self._remembered: OrderedDict[tuple[str, str], DayResult] = OrderedDict()

    async def of_day(self, day: dt.date) -> DayResult | None:
        """The day's results: of the complete run evaluated last; None where there is none.

        Where labels come late, of the last that read the oldest ones.
        """
        history = await self.history(day, day)
        return history[0] if history else None

    async def history(self, first: dt.date, last: dt.date) -> tuple[DayResult, ...]:
        """The results of each evaluated day from `first` to `last`, oldest first."""
        by_day: dict[dt.date, list[_Found]] = {}
        for found in await self._listed(first, last):
            by_day.setdefault(found.day, []).append(found)
        results = await asyncio.gather(*(self._latest(by_day[day]) for day in sorted(by_day)))
        return tuple(result for result in results if result is not None)

    async def days(self, first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
        """The evaluated days from `first` to `last`."""
        found = await self._listed(first, last)
        runs = await asyncio.gather(*(self._run(each) for each in found))
        return tuple(sorted({run.day for run in runs if run is not None}))

    async def runs(self, day: dt.date) -> tuple[Run, ...]:
        """The complete runs of a day, in no order."""
        runs = await asyncio.gather(*(self._run(each) for each in await self._listed(day, day)))
        return tuple(run for run in runs if run is not None)

    async def of_run(self, day: dt.date, run: str) -> DayResult | None:
        """The results of one run (an execution's id); None while they are not complete."""
        prefix = run_prefix(self._pipeline.name, day, run)
        found = _runs(await self._keys(prefix, after=prefix), days_prefix(self._pipeline.name))
        if not found or await self._run(found[0]) is None:
            return None
        return await self._read(found[0])

    def place_of(self, day: dt.date, run: str) -> str:
        """Where the results of a run lie, as a URI."""
        return f"s3://{self._aws.environment.bucket}/{run_prefix(self._pipeline.name, day, run)}"

    async def of_version(self, version: ModelVersion) -> DayResult | None:
        """The results that a version was registered with; None where they are not ours.

        A version of an adopted pipeline has those of the execution in whose place its evaluation
        lies; None where executions have no place of their own.
        """
        if self._imports is not None:
            return await self._of_execution_in(version.quality_uri or "")
        match = URI.fullmatch(version.quality_uri or "")
        if match is None or match["bucket"] != self._aws.environment.bucket:
            return None
        prefix = days_prefix(self._pipeline.name)
        place = KEY.fullmatch(match["key"].removeprefix(prefix))
        if place is None or not match["key"].startswith(prefix):
            return None
        return await self.of_run(dt.date.fromisoformat(place["day"]), place["run"])

    async def _of_execution_in(self, uri: str) -> DayResult | None:
        prefix = days_prefix(self._pipeline.name)
        found = _runs(await self._keys(prefix, after=prefix), prefix)
        run = next((each for each in found if each.run in uri.split("/")), None)
        return await self.of_run(run.day, run.run) if run else None

    async def _latest(self, found: list[_Found]) -> DayResult | None:
        """The day as it is known now: of the run evaluated last that can be read.

        Where labels come late, runs that read younger ones are kept as `earlier`.
        """
        runs = await asyncio.gather(*(self._run(each) for each in found))
        by_age: dict[int | None, list[tuple[Run, _Found]]] = {}
        for run, each in zip(runs, found, strict=True):
            if run is not None:
                by_age.setdefault(run.label_age, []).append((run, each))
        ages = sorted(by_age, key=_oldest_first)
        read = await asyncio.gather(*(self._newest(by_age[age]) for age in ages))
        known = [result for result in read if result is not None]
        if not known:
            return None
        return dataclasses.replace(known[0], earlier=tuple(reversed(known[1:])))

    async def _newest(self, runs: list[tuple[Run, _Found]]) -> DayResult | None:
        """The results of the run evaluated last that can be read."""
        order = sorted(runs, key=lambda pair: _evaluated(pair[0]), reverse=True)
        for _, each in order:
            try:
                return dataclasses.replace(await self._read(each), runs=len(order))
            except (InputError, NotFoundError) as error:
                _skipped(each, error)
        return None

    async def _run(self, found: _Found) -> Run | None:
        """Whose results these are; None where they are incomplete or that is unreadable."""
        if not found.has_results:
            return None
        remembered = self._remembered.get(_place(found))
        if remembered is not None:
            return remembered.run
        try:
            key = f"{run_prefix(self._pipeline.name, found.day, found.run)}{RUN}"
            run = _parsed(Run, await self._body(key), key)
        except (InputError, NotFoundError) as error:
            _skipped(found, error)
            return None
        return run if found.files.issuperset(run.files) else None

    async def _read(self, found: _Found) -> DayResult:
        place = _place(found)
        if place in self._remembered:
            self._remembered.move_to_end(place)
            return self._remembered[place]
        prefix = run_prefix(self._pipeline.name, found.day, found.run)
        wanted = [name for name in FILES if name in found.files]
        bodies = await asyncio.gather(*(self._body(f"{prefix}{name}") for name in wanted))
        result = _result(dict(zip(wanted, bodies, strict=True)), prefix)
        self._remembered[place] = result
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return result

    async def _body(self, key: str) -> bytes:
        def read(client: Any) -> bytes:
            answer = client.get_object(Bucket=self._aws.environment.bucket, Key=key)
            body: bytes = answer["Body"].read()
            return body

        found: bytes = await self._aws.run(read, "s3")
        return found

    async def _listed(self, first: dt.date, last: dt.date) -> list[_Found]:
        """Every run of the days: one listing, a page for each thousand files."""
        prefix = days_prefix(self._pipeline.name)
        beyond = f"{prefix}{last + dt.timedelta(days=1)}"
        keys = await self._keys(prefix, after=f"{prefix}{first}", beyond=beyond)
        return _runs(keys, prefix)

    async def _keys(self, prefix: str, *, after: str, beyond: str | None = None) -> list[str]:
        """Keys in the environment's bucket, of what an adopted pipeline left by now too."""
        if self._imports is not None:
            await self._imports.refresh()

        def read(client: Any) -> list[str]:
            keys: list[str] = []
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=self._aws.environment.bucket, Prefix=prefix, StartAfter=after
            )
            for page in pages:
                for item in page.get("Contents", ()):
                    if beyond is not None and item["Key"] >= beyond:
                        return keys
                    keys.append(item["Key"])
            return keys

        try:
            found: list[str] = await self._aws.run(read, "s3")
        except NotFoundError as error:
            bucket = self._aws.environment.bucket
            raise NotFoundError(
                say(
                    "There is no bucket {bucket} for {environment}. Create it, then "
                    "`mlpipe pipeline upsert --env {environment}`.",
                    bucket=bucket,
                    environment=self._aws.environment.name,
                )
            ) from error
        return found


def _evaluated(run: Run) -> tuple[dt.datetime, dt.datetime, str]:
    return run.evaluated or run.started, run.started, run.run


def _runs(keys: Iterable[str], prefix: str) -> list[_Found]:
    files: dict[tuple[str, str], set[str]] = {}
    for key in keys:
        if match := KEY.fullmatch(key.removeprefix(prefix)):
            files.setdefault((match["day"], match["run"]), set()).add(match["file"])
    found = []
    for (day, run), names in files.items():
        try:
            found.append(_Found(dt.date.fromisoformat(day), run, frozenset(names)))
        except ValueError:
            continue  # 2013-13-41 is no day of ours
    return found


def _oldest_first(age: int | None) -> float:
    return -math.inf if age is None else -age


def _place(found: _Found) -> tuple[str, str]:
    return found.day.isoformat(), found.run


def _skipped(found: _Found, error: MlpipeError) -> None:
    """One broken file must not silence the other runs and days."""
    logger.warning("results of %s by %s: %s", found.day, found.run, error)


def _result(bodies: Mapping[str, bytes], prefix: str) -> DayResult:
    facts = _parsed(DayFacts, bodies[FACTS], f"{prefix}{FACTS}") if FACTS in bodies else None
    return DayResult(
        run=_parsed(Run, bodies[RUN], f"{prefix}{RUN}"),
        quality=parse_model_quality(bodies[EVALUATION]),
        facts=facts,
        importance=_importance(bodies.get(ANALYSIS), facts),
        positive=parse_positive(bodies[ANALYSIS]) if ANALYSIS in bodies else None,
        gate=_parsed(Gate, bodies[GATE], f"{prefix}{GATE}") if GATE in bodies else None,
    )


def _parsed(model: type[Stored], body: bytes, key: str) -> Stored:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            say(
                "{place} cannot be read: {key}: {reason}. Evaluate that day once more to have it "
                "written anew.",
                place=key,
                key=where,
                reason=first["msg"],
            )
        ) from error


def _importance(body: bytes | None, facts: DayFacts | None) -> Mapping[str, float]:
    if body is not None:
        try:
            return parse_importance(body)
        except MlpipeError as error:
            logger.info("no importance: %s", error)
    return facts.importance if facts else {}
