"""A week in one message: its leading metric day by day, beside the week before."""

from __future__ import annotations

from statistics import fmean
from typing import Final

import slackblocks as slack

from core.messages import Sentence, Translator, say, say_count
from core.spans import ONE_DAY
from core.subscriptions import Charts
from reports import blocks
from reports.charts import native, trend
from reports.charts.days import of_series
from reports.daily import NAME
from reports.message import Message, Picture, Report
from reports.metrics import interval, label, label_text, metrics_of, value
from reports.names import shown
from reports.report_facts import ReportFacts
from reports.series import Point, Series, series
from reports.verdict.lights import LIGHTS, WORDS

WEEK: Final = 7


def weekly_digest(facts: ReportFacts, t: Translator) -> Report:
    """The seven days that end with the facts' own."""
    line = _line(facts)
    week = _days(line, facts, back=0)
    sentences = [_headline(line, week, facts), *_missing(week, facts)]
    title = t.plain(_title(facts))
    above: list[slack.Block] = [blocks.title(title)]
    above += [blocks.section(*(t.mrkdwn(sentence) for sentence in sentences))]
    below: list[slack.Block] = [blocks.table(_table(line, week, facts, t))] if line and week else []
    pictures, charts = _drawn(line, facts, t)
    text = say("{title}: {headline}", title=title, headline=sentences[0])
    return Report(
        message=Message(t.mrkdwn(text), (*above, *charts, *below)),
        pictures=pictures,
        pictures_after=len(above),
    )


def _drawn(
    line: Series | None, facts: ReportFacts, t: Translator
) -> tuple[tuple[Picture, ...], tuple[slack.Block, ...]]:
    """The chart as the channel wants it: a picture, or a block that Slack draws."""
    if line is None:
        return (), ()
    days, name = of_series(line), facts.pipeline.name
    if facts.charts is Charts.NATIVE:
        block = native.trend(days, t, name=name)
        return (), (block,) if block else ()
    picture = trend.picture(days, t, name=name)
    return (picture,) if picture else (), ()


def _line(facts: ReportFacts) -> Series | None:
    for result in reversed(facts.results):
        if metrics := metrics_of(result, leading=facts.leading):
            return series(facts.results, metrics[0], facts.day)
    return None


def _days(line: Series | None, facts: ReportFacts, *, back: int) -> list[Point]:
    """The week's days that have results, oldest first; `back` counts weeks."""
    if line is None:
        return []
    last = facts.day - back * WEEK * ONE_DAY
    points = (line.at(last - n * ONE_DAY) for n in reversed(range(WEEK)))
    return [point for point in points if point is not None and point.found is not None]


def _title(facts: ReportFacts) -> Sentence:
    return say(
        "{pipeline} · {environment} · the week from {first} to {last}",
        pipeline=shown(facts.pipeline.name, NAME),
        environment=shown(facts.environment, NAME),
        first=facts.day - (WEEK - 1) * ONE_DAY,
        last=facts.day,
    )


def _headline(line: Series | None, week: list[Point], facts: ReportFacts) -> Sentence:
    if line is None or not week:
        return say("No day of this week has results.")
    now = say_count(
        "{metric} {value} (mean of {count} day)",
        "{metric} {value} (mean of {count} days)",
        count=len(week),
        metric=label(line.metric),
        value=_mean(week),
    )
    before = _days(line, facts, back=1)
    if not before:
        return say("{now}.", now=now)
    return say("{now}, the week before {before}.", now=now, before=_mean(before))


def _mean(points: list[Point]) -> float:
    return fmean(point.found.value for point in points if point.found is not None)


def _missing(week: list[Point], facts: ReportFacts) -> list[Sentence]:
    known = {point.day for point in week}
    days = (facts.day - n * ONE_DAY for n in reversed(range(WEEK)))
    missing = [day for day in days if day not in known]
    if not missing or not known:
        return []
    return [say("Without results: {days}", days=missing)]


def _table(line: Series, week: list[Point], facts: ReportFacts, t: Translator) -> list[list[str]]:
    header = (say("Day"), say("Verdict"), say("95 % interval"), say("Production"))
    day, verdict, middle, production = (t.plain(each) for each in header)
    rows = [[day, verdict, label_text(line.metric, t), middle, production]]
    for point in week:
        number = point.found.value if point.found else None
        sign = facts.verdict_of(point.day).sign
        said = f"{LIGHTS[sign]} {t.plain(WORDS[sign])}"
        row = [t.month_day(point.day), said, value(t, number), interval(t, point.found)]
        rows.append([*row, value(t, point.production)])
    return rows
