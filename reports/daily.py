"""The report of one day: how good the day's model was, and what is missing to judge it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.day_result import DayResult
from core.domain import EnvironmentName, ModelVersion, Person, Pipeline
from core.evidence.verdict import verdict
from core.messages import Markup, Sentence, Translator, say, say_count
from core.results import PRODUCTION
from reports import blocks
from reports.charts import morning
from reports.message import Message, Report
from reports.metrics import change, interval, label, label_text, metrics_of, value
from reports.missing import missing
from reports.names import code, mention, one_line, shown, starter
from reports.series import ONE_DAY, Series, production_value, series

NAME: Final = 40
"""Characters of the pipeline's name."""
NOTE: Final = 2000
"""Characters of the note."""
COMMIT: Final = 12
"""Characters of a commit's id."""
TEXT: Final = 300
"""Characters of the text that stands alone."""


@dataclass(frozen=True)
class ReportFacts:
    """What a report is made of."""

    pipeline: Pipeline
    environment: EnvironmentName
    day: dt.date
    today: DayResult | None
    """The day's results; None when it has none."""
    history: tuple[DayResult, ...] = ()
    """Earlier days, oldest first."""
    production: ModelVersion | None = None
    """The version that serves now."""
    note: Sentence | None = None
    """What else is to be said, such as why the day's run failed."""
    asked_by: Person | None = None
    """None: the schedule."""
    every_metric: bool = False
    """Show also those that say little on a day with few positives."""
    leading: tuple[str, ...] = ()
    """Metrics that the channel wants to lead, in this order; the rest follows."""

    @property
    def results(self) -> tuple[DayResult, ...]:
        """Every day that is known, the report's own last."""
        earlier = tuple(result for result in self.history if result.day < self.day)
        return (*earlier, self.today) if self.today else earlier


def daily_report(facts: ReportFacts, t: Translator) -> Report:
    """The report with its pictures."""
    leading = _leading(facts)
    line = series(facts.results, leading, facts.day) if leading else None
    above: list[slack.Block] = [blocks.title(_title(facts, t))]
    above += [blocks.section(*_headline(facts, line, t))]
    judged = verdict(
        facts.day, facts.today, facts.history, serving=facts.production, wanted=facts.leading
    )
    picture = morning.picture(facts.results, judged, t, name=facts.pipeline.name)
    below: list[slack.Block] = []
    if facts.today is not None:
        below += [blocks.table(_table(facts, facts.today, t)), blocks.context(_caption(t))]
    below += [blocks.section(*_missing(facts, t))] if _missing(facts, t) else []
    below += [blocks.context(*_origin(facts, t))]
    return Report(
        message=Message(_text(facts, line, t), (*above, *below)),
        pictures=(picture,) if picture else (),
        pictures_after=len(above),
    )


def _leading(facts: ReportFacts) -> str | None:
    """The metric that leads; on a day without results that of the day before it."""
    for result in reversed(facts.results):
        if metrics := metrics_of(result, leading=facts.leading):
            return metrics[0]
    return None


def _title(facts: ReportFacts, t: Translator) -> str:
    return t.plain(
        say(
            "{pipeline} · {environment} · {day}",
            pipeline=shown(facts.pipeline.name, NAME),
            environment=shown(facts.environment, NAME),
            day=facts.day,
        )
    )


def _text(facts: ReportFacts, line: Series | None, t: Translator) -> str:
    title = blocks.cut(_title(facts, t), TEXT)
    point = line.at(facts.day) if line else None
    if facts.today is None or line is None or point is None or point.found is None:
        return t.mrkdwn(say("{title}: no results for this day.", title=title))
    number = value(t, point.found.value)
    metric = label(line.metric)
    before = line.at(facts.day - ONE_DAY)
    if before is None or before.found is None:
        return t.mrkdwn(say("{title}: {metric} {value}.", title=title, metric=metric, value=number))
    return t.mrkdwn(
        say(
            "{title}: {metric} {value}, the day before {before}.",
            title=title,
            metric=metric,
            value=number,
            before=value(t, before.found.value),
        )
    )


def _headline(facts: ReportFacts, line: Series | None, t: Translator) -> list[str]:
    point = line.at(facts.day) if line else None
    if facts.today is None:
        first = say("*{day} has no results.*", day=facts.day)
        known = _last_known(line, t) if line else []
        return [t.mrkdwn(first), *_note(facts, t), *(t.mrkdwn(sentence) for sentence in known)]
    lines = _note(facts, t)
    if line is None or point is None or point.found is None:
        return [*lines, t.mrkdwn(say("*The evaluation of this day holds no metric.*"))]
    return [*lines, *_numbers(facts, facts.today, line, t)]


def _note(facts: ReportFacts, t: Translator) -> list[str]:
    """Somebody else's sentence, whose values may be of any kind and length."""
    return [] if facts.note is None else [blocks.cut(one_line(t.mrkdwn(facts.note)), NOTE)]


def _last_known(line: Series, t: Translator) -> list[Sentence]:
    known = [(point.day, point.found) for point in line.points if point.found]
    if not known:
        return []
    day, found = known[-1]
    return [
        say(
            "The last day with results is {day}: {metric} {value}",
            day=day,
            metric=label(line.metric),
            value=value(t, found.value),
        )
    ]


def _numbers(facts: ReportFacts, today: DayResult, line: Series, t: Translator) -> list[str]:
    found = today.interval(line.metric)
    assert found is not None
    metric, number = label(line.metric), value(t, found.value)
    lines = [say("*{metric} {value}*", metric=metric, value=number)]
    if found.low is not None:
        lines = [
            say(
                "*{metric} {value}* (95 % interval of this day's rows: {interval})",
                metric=metric,
                value=number,
                interval=interval(t, found),
            )
        ]
    before = line.at(facts.day - ONE_DAY)
    if before and before.found:
        lines.append(
            say(
                "The day before: {value} (change {change})",
                value=value(t, before.found.value),
                change=value(t, change(found, before.found), signed=True),
            )
        )
    mean = line.mean(facts.day)
    if mean is not None:
        lines.append(
            say_count(
                "7-day mean: {value} (from {count} day)",
                "7-day mean: {value} (from {count} days)",
                count=len(line.known(facts.day)),
                value=value(t, mean),
            )
        )
    production = production_value(today, line.metric)
    if production is not None:
        lines.append(say("Production on the same rows: {value}", value=value(t, production)))
    elif facts.production is None:
        lines.append(say("There is nothing in production yet."))
    return [t.mrkdwn(sentence) for sentence in lines]


def _table(facts: ReportFacts, today: DayResult, t: Translator) -> list[list[str]]:
    """Metrics in rows; production's column only where production scored beside the subject."""
    beside = today.model(PRODUCTION) is not None and today.model(PRODUCTION) is not today.subject
    header = [
        say("Metric"),
        say("This day"),
        say("95 % interval"),
        say("Change"),
        say("7-day mean"),
    ]
    header += [say("Production")] if beside else []
    rows = [[t.plain(sentence) for sentence in header]]
    for metric in metrics_of(today, every=facts.every_metric, leading=facts.leading):
        line = series(facts.results, metric, facts.day)
        point, before = line.at(facts.day), line.at(facts.day - ONE_DAY)
        if point is None or point.found is None:
            continue
        row = [
            label_text(metric, t),
            value(t, point.found.value),
            interval(t, point.found),
            value(t, change(point.found, before.found if before else None), signed=True),
            value(t, line.mean(facts.day)),
        ]
        rows.append([*row, *([value(t, point.production)] if beside else [])])
    return rows


def _caption(t: Translator) -> str:
    return t.mrkdwn(
        say(
            "Intervals are of this day's rows only: they do not tell how much days differ. "
            "Change: against the day before."
        )
    )


def _missing(facts: ReportFacts, t: Translator) -> list[str]:
    sentences = missing(
        day=facts.day, today=facts.today, history=facts.history, production=facts.production
    )
    lines = blocks.bullets(t.mrkdwn(sentence) for sentence in sentences)
    return [t.mrkdwn(say("*To know when reading this*")), *lines] if lines else []


def _origin(facts: ReportFacts, t: Translator) -> list[str]:
    lines = []
    if facts.today is not None:
        run = facts.today.run
        window = (
            say("trained on {first} to {last}", first=run.train_first_day, last=run.train_last_day)
            if run.train_first_day and run.train_last_day
            else say("nothing was trained")
        )
        lines.append(
            say(
                "{day} · {window} · run {run}",
                day=facts.day.isoformat(),
                window=window,
                run=Markup(f"`{_escaped(code(run.run), t)}`", code(run.run)),
            )
        )
        lines.append(
            say(
                "Started by {person} · code {commit}",
                person=starter(run.started_by),
                commit=shown((run.code_commit or "?")[:COMMIT]),
            )
        )
    if facts.asked_by is not None:
        lines.append(say("Report asked for by {person}", person=mention(facts.asked_by)))
    return [t.mrkdwn(line) for line in lines] or [
        t.mrkdwn(say("{day} · posted by the schedule", day=facts.day.isoformat()))
    ]


def _escaped(text: str, t: Translator) -> str:
    return t.mrkdwn(Sentence("{text}", {"text": text}))
