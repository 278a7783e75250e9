"""The reports of a month of real mornings, as pages of the documentation."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.known_days import public_holidays
from core.day_result import DayResult
from core.domain import PRODUCTION, Pipeline, PipelineName
from core.messages import Translator, unescape
from core.results import REFERENCE
from core.spans import ONE_DAY
from deploy.pipeline.steps.backfill import Settings
from reports.daily import daily_report
from reports.message import Report
from reports.paper.markdown import markdown
from reports.report_facts import ReportFacts
from tests.mornings.replay import Replay, between, write_lake
from tests.mornings.tables import MORNINGS, Table, days_of
from tests.unit.reports.samples import version

KEPT: Final = "mornings-gallery"
"""Folder of June's replay in pytest's cache."""
MONTH: Final = (dt.date(2013, 6, 1), dt.date(2013, 6, 30))
HISTORY: Final = dt.timedelta(days=60)
"""Days before a report's own that its verdict looks at, as the bot has them."""
PIPELINE: Final = Pipeline(
    name=PipelineName("flights"),
    manifest="flights.toml",
    lake="s3://mlpipe-lake/flights",
    time_zone="America/New_York",
    calendar="US",
)
INDEX: Final = """# A month of mornings

June 2013 of the [real flights](../sandbox-aws.md) as a channel would have heard of it: each
morning a model is trained on the 60 days before and scores the day beside production, which is
refreshed every day, and the reference, the first of them. Nothing is tuned to these days, and
nothing is broken on them: they are what weather does to a model. `make gallery` replays them
through the code that reports in Slack, and computes every number once more from the rows' scores.
[The morning report](../report.md) tells how to read it.

| day | what a lock screen shows |
| --- | --- |
"""


def june(kept: Path) -> Replay:
    """The mornings of the gallery and those before it; ten minutes where nothing is kept yet."""
    days = {
        day: rows for day, rows in days_of(Table.NEW_YORK_2013, kept).items() if day <= MONTH[1]
    }
    return Replay(
        folder=kept,
        lake=write_lake(days, kept / "lake"),
        manifest=MORNINGS[Table.NEW_YORK_2013].read_manifest(),
        settings=Settings.parse({}),
        first=MONTH[0] - HISTORY,
        results="results-with-names",
    )


@dataclass(frozen=True)
class Gallery:
    """Reports of a replay's mornings, in a folder."""

    replay: Replay
    folder: Path

    def hang(self, days: Sequence[dt.date]) -> None:
        """Write a page and a picture for each day, and the index of them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [self._hung(day) for day in days]
        index = INDEX + "".join(f"| {line} |\n" for line in lines)
        (self.folder / "index.md").write_text(index, encoding="utf-8")

    def _hung(self, day: dt.date) -> str:
        """A day's page; gives its line in the index."""
        report = self.report(day)
        pictures = {each.name: f"{day}.png" for each in report.pictures}
        for each in report.pictures:
            (self.folder / pictures[each.name]).write_bytes(each.png)
        page = markdown(report, pictures)
        (self.folder / f"{day}.md").write_text(page, encoding="utf-8")
        told = unescape(report.message.text).replace("|", "\\|")
        return f"[{day:%a} {day:%b} {day.day}]({day}.md) | {told}"

    def report(self, day: dt.date) -> Report:
        """The report of a day, as a channel would have it."""
        return daily_report(self.facts(day), Translator())

    def facts(self, day: dt.date) -> ReportFacts:
        """What the report of a day is made of."""
        first = max(self.replay.first, day - HISTORY)
        return ReportFacts(
            pipeline=PIPELINE,
            environment=PRODUCTION,
            day=day,
            today=self._scheduled(day),
            history=tuple(self._scheduled(each) for each in between(first, day - ONE_DAY)),
            production=version(self._version(day)),
            known=public_holidays(PIPELINE, day),
        )

    def _scheduled(self, day: dt.date) -> DayResult:
        """The morning as a run of the schedule leaves it, its models with their versions."""
        found = self.replay.morning(day)
        assert found.facts is not None
        versions = {PRODUCTION: self._version(day), REFERENCE: 1}
        models = {
            role: model.model_copy(update={"version": versions.get(role)})
            for role, model in found.facts.models.items()
        }
        run = found.run.model_copy(
            update={
                "backfilled": False,
                "started_by": "schedule",
                "train_first_day": day - self.replay.settings.window_days * ONE_DAY,
                "train_last_day": day - ONE_DAY,
            }
        )
        facts = found.facts.model_copy(update={"models": models})
        called = self.replay.manifest.label.positive
        return dataclasses.replace(found, run=run, facts=facts, positive=called)

    def _version(self, day: dt.date) -> int:
        """Production's: one is registered a day, the reference the day before the first."""
        return (day - self.replay.first).days + 1
