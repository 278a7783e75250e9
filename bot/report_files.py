"""`mlpipe report`: a day's report in files, without Slack."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bot.clock import clock_at, day_at
from bot.known_days import KnownDaysBook, public_holidays
from bot.metrics import Metrics
from bot.morning_runs import MorningRuns
from bot.reporter import AROUND, collected
from bot.sagemaker import SageMaker
from bot.sessions import session_of
from bot.settings import Settings
from bot.store.alarms import AlarmStore
from bot.store.daily import DailyWorks
from bot.store.database import is_there, open_database, prepare
from bot.store.executions import Executions
from bot.store.notes import Notes
from bot.targets import Target, Targets
from bot.variables import Variables
from core.domain import PRODUCTION
from core.errors import InputError
from core.evidence.known_days import KnownDays
from core.evidence.mutes import Mute
from core.inputs import day_of
from core.messages import Sentence, Translator, say
from core.mornings import Morning, MorningRun
from reports.daily import daily_report
from reports.message import Report
from reports.not_evaluated import not_evaluated
from reports.paper.html import page
from reports.paper.markdown import markdown
from reports.report_facts import ReportFacts

AWS_THREADS: Final = 16
"""Calls to AWS under way at the same time: a month of days is read at once."""


@dataclass(frozen=True)
class Wanted:
    """Which report, in the words of whoever asks."""

    day: str
    pipeline: str | None = None
    environment: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Written:
    """What became of it."""

    files: tuple[Path, ...]
    missing: Sentence | None
    """Says of a day without an evaluation, as the report does too, which days near it have one."""


async def write_report(
    settings: Settings, variables: Variables, wanted: Wanted, folder: Path
) -> Written:
    """Write the message in Markdown, its pictures, and a page that holds it all.

    Raises:
        MlpipeError: the words mean nothing here, or what is needed cannot be reached.
    """
    with ThreadPoolExecutor(AWS_THREADS) as executor:
        sagemaker = SageMaker(
            pipelines=settings.pipelines,
            environments=settings.environments,
            session=session_of,
            executor=executor,
            metrics=Metrics(),
        )
        async with aiohttp.ClientSession() as session:
            clock = await clock_at(variables.clock_url, session)
            targets = Targets(
                pipelines=settings.pipelines, environments=settings.environments, clock=clock
            )
            target = Target(
                targets.pipeline(wanted.pipeline),
                targets.environment(wanted.environment, default=PRODUCTION),
            )
            today = day_at(await clock.now(), target.pipeline.time_zone)
        day = day_of(wanted.day, today=today)
        kept = await _kept(variables.database_url, target, day)
        facts = await collected(sagemaker, target, day, known=kept.known)
        missing = None
        if facts.today is None:
            evaluations = sagemaker.evaluations(target.pipeline.name, target.environment)
            around = await evaluations.days(day - AROUND, day + AROUND)
            missing = not_evaluated(day, around)
    facts = dataclasses.replace(facts, mutes=kept.mutes, run=kept.run)
    language = wanted.language or settings.language
    report = await asyncio.to_thread(daily_report, facts, Translator(language))
    return Written(_written(report, facts, folder, language), missing)


@dataclass(frozen=True)
class _Kept:
    """What the bot keeps of a day."""

    known: KnownDays
    mutes: tuple[Mute, ...] = ()
    run: MorningRun | None = None


async def _kept(url: str, target: Target, day: dt.date) -> _Kept:
    """What its database has, where that is at hand; else the holidays."""
    if not is_there(url):
        return _Kept(public_holidays(target.pipeline, day))
    engine = open_database(url)
    runs = MorningRuns(works=DailyWorks(engine), executions=Executions(engine))
    name, environment = target.pipeline.name, target.environment
    try:
        await prepare(engine)
        return _Kept(
            known=await KnownDaysBook(Notes(engine)).of(target, day),
            mutes=await AlarmStore(engine).mutes(name, environment),
            run=await runs.of(Morning(name, environment, day)),
        )
    finally:
        await engine.dispose()


def _written(report: Report, facts: ReportFacts, folder: Path, language: str) -> tuple[Path, ...]:
    """The files, by series and day, so that many reports lie in one folder."""
    name = f"{facts.pipeline.name}-{facts.environment}-{facts.day.isoformat()}"
    pictures = {each.name: f"{name}-{each.name}" for each in report.pictures}
    contents = {
        f"{name}.md": markdown(report, pictures).encode(),
        f"{name}.html": page(report, language=language).encode(),
        **{pictures[each.name]: each.png for each in report.pictures},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in contents.items():
            (folder / file).write_bytes(content)
    except OSError as error:
        raise InputError(
            say(
                "{folder} cannot be written to: {reason}. Name another folder.",
                folder=str(folder),
                reason=error.strerror or str(error),
            )
        ) from None
    return tuple(folder / file for file in contents)
