"""Several series in one message: a line for each, more of those that somebody has to look at."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

import slackblocks as slack

from core.messages import Sentence, Translator, say
from reports import blocks
from reports.actions import SERIES_MENU, WHOLE
from reports.daily import drawn
from reports.foot import alarm_name, offered_of_several
from reports.message import Message, Picture, Report
from reports.report_facts import ReportFacts
from reports.verdict.alarms import alarm_lines
from reports.verdict.head import verdict_lines
from reports.verdict.lock_screen import lit_line, series_name, verdict_line
from reports.worst_first import counted, packed, worst_first

MOST_TOLD: Final = 3
"""Series that are told in full: those on which somebody can act. The others' line says it all."""
TOLD: Final = 1500
"""Characters of what is wrong with a series, and of its verdict."""
LINES: Final = 6000
"""Characters of all lines: with what is told in full as much as Slack takes."""
MOST_MUTED: Final = 3
"""Muted alarms that a line names."""

MOST_OPTIONS: Final = 100
OPTION: Final = 75
VALUE: Final = 150
"""Options, and characters of one and of its value, as many as Slack takes:
https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""


def several_series(every: Sequence[ReportFacts], t: Translator) -> Report:
    """The report of at least two series with the charts of those that are to be looked at."""
    ordered = worst_first(every)
    told = [facts for facts in ordered if facts.verdict.alarms][:MOST_TOLD]
    above: list[slack.Block] = [
        blocks.title(_title(every, t)),
        *packed(ordered, _line, t, most=LINES),
        *(_to_look_at(facts, t) for facts in told),
    ]
    pictures, charts = _drawn(told, t)
    text = counted(ordered, verdict_line(ordered[0], t), t)
    return Report(
        message=Message(text, (*above, *charts, *_menu(ordered, t))),
        pictures=pictures,
        pictures_after=len(above),
        offers=offered_of_several(ordered),
    )


def _title(every: Sequence[ReportFacts], t: Translator) -> str:
    days = sorted({facts.day for facts in every})
    if len(days) == 1:
        return t.plain(say("Morning report · {day}", day=days[0]))
    return t.plain(say("Morning report · {first} to {last}", first=days[0], last=days[-1]))


def _line(facts: ReportFacts, t: Translator) -> str:
    series = say("*{series}*", series=series_name(facts))
    return lit_line(facts, series, _verdict(facts, t), t)


def _verdict(facts: ReportFacts, t: Translator) -> Sentence:
    """The verdict, and what would ring had nobody muted it; the foot has room for a few only."""
    verdict, muted = verdict_line(facts, t), facts.verdict.muted
    if not muted:
        return verdict
    named = [alarm_name(each.mute.key) for each in muted[:MOST_MUTED]]
    rest = len(muted) - MOST_MUTED
    more = [say("{count} more", count=rest)] if rest > 0 else []
    return say("{verdict} · 🔕 Muted: {alarms}", verdict=verdict, alarms=[*named, *more])


def _to_look_at(facts: ReportFacts, t: Translator) -> slack.SectionBlock:
    """What is wrong with a series, what to do, and what the day was."""
    name = t.mrkdwn(say("*{series}*", series=series_name(facts)))
    verdict = verdict_lines(facts, t) if facts.today is not None else []
    return blocks.section(name, *alarm_lines(facts, t), *verdict, most=TOLD)


def _menu(ordered: Sequence[ReportFacts], t: Translator) -> Iterator[slack.ActionsBlock]:
    """Each series' whole report is one choice away."""
    values = {f"{WHOLE}/{facts.morning}": facts for facts in ordered}
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


def _drawn(
    told: Sequence[ReportFacts], t: Translator
) -> tuple[tuple[Picture, ...], tuple[slack.Block, ...]]:
    """The charts of those told in full; Slack draws two a message, so only the first's."""
    pictures: list[Picture] = []
    charts: tuple[slack.Block, ...] = ()
    for number, facts in enumerate(told, start=1):
        own, native = drawn(facts, t)
        pictures += [dataclasses.replace(each, name=f"{number}-{each.name}") for each in own]
        charts = charts or native
    return tuple(pictures), charts
