"""What messages about several series share: their order, how many of a kind, a line for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import slackblocks as slack

from core.evidence.verdict import Sign
from core.messages import Sentence, Translator, say, say_count
from reports import blocks
from reports.report_facts import ReportFacts
from reports.verdict.lights import LIGHTS
from reports.verdict.lock_screen import series_name

WORST_FIRST: Final = (Sign.ALARM, Sign.NO_RESULTS, Sign.STRANGE, Sign.UNKNOWN, Sign.ORDINARY)


def worst_first(every: Sequence[ReportFacts]) -> list[ReportFacts]:
    """What to look at first; among those alike, those with something muted."""
    return sorted(
        every,
        key=lambda facts: (WORST_FIRST.index(facts.verdict.sign), not facts.verdict.muted),
    )


def counted(ordered: Sequence[ReportFacts], verdict: Sentence, t: Translator) -> str:
    """The lock screen: how many there are of each kind, and the one to look at first.

    Args:
        ordered: The series, the worst first.
        verdict: On the first.
        t: The reader's language.
    """
    first = ordered[0]
    summary = say_count(
        "{light} {count} model: {kinds}",
        "{light} {count} models: {kinds}",
        count=len(ordered),
        light=LIGHTS[first.verdict.sign],
        kinds=list(reversed(_kinds(ordered))),
    )
    if first.verdict.sign is Sign.ORDINARY:
        return t.mrkdwn(summary)
    return t.mrkdwn(
        say(
            "{summary}: {series}: {verdict}",
            summary=summary,
            series=series_name(first),
            verdict=verdict,
        )
    )


def packed(
    ordered: Sequence[ReportFacts],
    line: Callable[[ReportFacts, Translator], str],
    t: Translator,
    *,
    most: int,
) -> list[slack.SectionBlock]:
    """A line for each; of the last ones, which tell least, only how many where there is no room.

    Args:
        ordered: The series, the worst first.
        line: Draws one's.
        t: The reader's language.
        most: Characters of all lines.
    """
    parts: list[list[str]] = [[]]
    room = most
    for number, facts in enumerate(ordered):
        drawn = line(facts, t)
        room -= len(drawn) + 1
        if room < 0:
            parts.append([t.mrkdwn(say("And {kinds}", kinds=_kinds(ordered[number:])))])
            break
        if sum(len(each) + 1 for each in parts[-1]) + len(drawn) > blocks.SECTION:
            parts.append([])
        parts[-1].append(drawn)
    return [blocks.section(*part) for part in parts if part]


def _kinds(every: Sequence[ReportFacts]) -> list[Sentence]:
    """How many there are of each kind, the worst first."""
    counts = Counter(facts.verdict.sign for facts in every)
    return [_count(sign, counts[sign]) for sign in WORST_FIRST if counts[sign]]


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
