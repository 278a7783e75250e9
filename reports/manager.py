"""The report for managers: the verdict in one line, which way it goes, and one picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.messages import Translator, say, say_count
from reports import blocks
from reports.actions import DETAILS, ON_IT
from reports.charts import plain
from reports.charts.days import of_leader
from reports.foot import offered
from reports.message import Message, Picture, Report
from reports.report_facts import ReportFacts
from reports.several import WORST_FIRST
from reports.verdict.lights import LIGHTS
from reports.verdict.lock_screen import series_name
from reports.verdict.plain_words import plain_verdict, way

OFFERED: Final = frozenset({ON_IT, DETAILS})
"""Who is on it is shown to managers too, and all the numbers are one click away."""
TOGETHER: Final = 20
"""Series in one section."""
SECTION: Final = 2000
"""Characters of a section."""


def manager_report(every: Sequence[ReportFacts], t: Translator) -> Report:
    """The report of a series or of several, the worst first, without a word of statistics."""
    ordered = sorted(every, key=lambda facts: WORST_FIRST.index(facts.verdict.sign))
    worst, several = ordered[0], len(ordered) > 1
    lines = [line for facts in ordered for line in _lines(facts, t, in_full=not several)]
    sections = tuple(
        blocks.section(*lines[start : start + TOGETHER], most=SECTION)
        for start in range(0, len(lines), TOGETHER)
    )
    picture = _picture(worst, t)
    return Report(
        message=Message(_line(worst, t), sections),
        pictures=(picture,) if picture else (),
        pictures_after=len(sections),
        offers=() if several else tuple(e for e in offered(worst.verdict) if e in OFFERED),
    )


def _lines(facts: ReportFacts, t: Translator, *, in_full: bool) -> list[str]:
    lines = [_line(facts, t)]
    others = len(facts.verdict.alarms) - 1
    direction = way(facts.verdict)
    if in_full and others > 0:
        more = say_count("And {count} more thing.", "And {count} more things.", count=others)
        lines.append(t.mrkdwn(more))
    if in_full and direction is not None:
        lines.append(t.mrkdwn(direction))
    return lines


def _line(facts: ReportFacts, t: Translator) -> str:
    return t.mrkdwn(
        say(
            "{light} {series} · {day}: {verdict}",
            light=LIGHTS[facts.verdict.sign],
            series=series_name(facts),
            day=t.month_day(facts.day),
            verdict=plain_verdict(facts.verdict),
        )
    )


def _picture(facts: ReportFacts, t: Translator) -> Picture | None:
    words = t.plain(plain_verdict(facts.verdict))
    trend = of_leader(facts.results, facts.verdict, facts.known)
    return plain.picture(trend, words, t, name=facts.pipeline.name)
