"""Several series in one message: a line for each, more of those that somebody has to look at."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import slackblocks as slack

from core.evidence.verdict import Sign
from core.messages import Sentence, Translator, say, say_count
from core.mornings import Morning
from core.subscriptions import Charts
from reports import blocks
from reports.actions import SERIES_MENU, WHOLE
from reports.charts import morning
from reports.message import Message, Picture, Report
from reports.report_facts import ReportFacts
from reports.verdict.alarms import alarm_lines
from reports.verdict.head import verdict_lines
from reports.verdict.lights import LIGHTS
from reports.verdict.lock_screen import series_name, verdict_line

WORST_FIRST: Final = (Sign.ALARM, Sign.NO_RESULTS, Sign.STRANGE, Sign.UNKNOWN, Sign.ORDINARY)
MOST_TOLD: Final = 3
"""Series that are told in full: those on which somebody can act. The others' line says it all."""
TOLD: Final = 1500
"""Characters of what is wrong with a series, and of its verdict."""
LINES: Final = 6000
"""Characters of all lines: with what is told in full as much as Slack takes."""

MOST_OPTIONS: Final = 100
OPTION: Final = 75
VALUE: Final = 150
"""Options, and characters of one and of its value, as many as Slack takes:
https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""


def several_series(every: Sequence[ReportFacts], t: Translator) -> Report:
    """The report of at least two series with the pictures of those that are to be looked at."""
    ordered = sorted(every, key=lambda facts: WORST_FIRST.index(facts.verdict.sign))
    told = [facts for facts in ordered if facts.verdict.alarms][:MOST_TOLD]
    above: list[slack.Block] = [
        blocks.title(_title(every, t)),
        *_lines(ordered, t),
        *(_to_look_at(facts, t) for facts in told),
    ]
    return Report(
        message=Message(_lock_screen(ordered, t), (*above, *_menu(ordered, t))),
        pictures=tuple(_pictures(told, t)),
        pictures_after=len(above),
    )


def _title(every: Sequence[ReportFacts], t: Translator) -> str:
    days = sorted({facts.day for facts in every})
    if len(days) == 1:
        return t.plain(say("Morning report · {day}", day=days[0]))
    return t.plain(say("Morning report · {first} to {last}", first=days[0], last=days[-1]))


def _lock_screen(ordered: Sequence[ReportFacts], t: Translator) -> str:
    """How many there are of each kind, and the one to look at first."""
    counts = Counter(facts.verdict.sign for facts in ordered)
    kinds = [_count(sign, counts[sign]) for sign in reversed(WORST_FIRST) if counts[sign]]
    first = ordered[0]
    summary = say_count(
        "{light} {count} model: {kinds}",
        "{light} {count} models: {kinds}",
        count=len(ordered),
        light=LIGHTS[first.verdict.sign],
        kinds=kinds,
    )
    if first.verdict.sign is Sign.ORDINARY:
        return t.mrkdwn(summary)
    return t.mrkdwn(
        say(
            "{summary}: {series}: {verdict}",
            summary=summary,
            series=series_name(first),
            verdict=verdict_line(first, t),
        )
    )


def _count(sign: Sign, count: int) -> Sentence:
    match sign:
        case Sign.ALARM:
            return say("{count} to look at", count=count)
        case Sign.NO_RESULTS:
            return say("{count} without results", count=count)
        case Sign.STRANGE:
            return say("{count} out of the ordinary", count=count)
        case Sign.UNKNOWN:
            return say("{count} that cannot be judged yet", count=count)
        case Sign.ORDINARY:
            return say("{count} ordinary", count=count)


def _lines(ordered: Sequence[ReportFacts], t: Translator) -> list[slack.SectionBlock]:
    """A line for each; of the last ones, which tell least, only how many where there is no room."""
    parts: list[list[str]] = [[]]
    room = LINES
    for number, facts in enumerate(ordered):
        line = _line(facts, t)
        room -= len(line) + 1
        if room < 0:
            left = Counter(each.verdict.sign for each in ordered[number:])
            kinds = [_count(sign, left[sign]) for sign in WORST_FIRST if left[sign]]
            parts.append([t.mrkdwn(say("And {kinds}", kinds=kinds))])
            break
        if sum(len(each) + 1 for each in parts[-1]) + len(line) > blocks.SECTION:
            parts.append([])
        parts[-1].append(line)
    return [blocks.section(*part) for part in parts if part]


def _line(facts: ReportFacts, t: Translator) -> str:
    return t.mrkdwn(
        say(
            "{light} *{series}*: {verdict}",
            light=LIGHTS[facts.verdict.sign],
            series=series_name(facts),
            verdict=verdict_line(facts, t),
        )
    )


def _to_look_at(facts: ReportFacts, t: Translator) -> slack.SectionBlock:
    """What is wrong with a series, what to do, and what the day was."""
    name = t.mrkdwn(say("*{series}*", series=series_name(facts)))
    verdict = verdict_lines(facts, t) if facts.today is not None else []
    return blocks.section(name, *alarm_lines(facts, t), *verdict, most=TOLD)


def _menu(ordered: Sequence[ReportFacts], t: Translator) -> Iterator[slack.ActionsBlock]:
    """Each series' whole report is one choice away."""
    values = {
        f"{WHOLE}/{Morning(facts.pipeline.name, facts.environment, facts.day)}": facts
        for facts in ordered
    }
    options = [
        slack.Option(slack.Text(_short_name(facts, t), type_=slack.TextType.PLAINTEXT), value=value)
        for value, facts in values.items()
        if len(value) <= VALUE
    ][:MOST_OPTIONS]
    if not options:
        return
    placeholder = slack.Text(t.plain(say("The whole report of …")), type_=slack.TextType.PLAINTEXT)
    yield slack.ActionsBlock(
        [slack.StaticSelectMenu(SERIES_MENU, placeholder=placeholder, options=options)]
    )


def _short_name(facts: ReportFacts, t: Translator) -> str:
    return blocks.cut(t.plain(say("{series}", series=series_name(facts))), OPTION)


def _pictures(told: Sequence[ReportFacts], t: Translator) -> Iterator[Picture]:
    drawn = (facts for facts in told if facts.charts is Charts.PICTURE)
    for number, facts in enumerate(drawn, start=1):
        name = facts.pipeline.name
        picture = morning.picture(facts.results, facts.verdict, t, name=name)
        if picture is not None:
            yield dataclasses.replace(picture, name=f"{number}-{picture.name}")
