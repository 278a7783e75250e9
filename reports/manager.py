"""The report for managers: the verdict in one line, which way it goes, money, and one picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.evidence.alarms import Fault
from core.messages import Sentence, Translator, say, say_count
from core.mornings import Morning
from reports import blocks
from reports.actions import DETAILS, ON_IT
from reports.charts import plain
from reports.charts.days import of_leader
from reports.foot import offered, offered_of_several
from reports.message import Message, Picture, Report
from reports.report_facts import ReportFacts
from reports.verdict.lock_screen import lit_line, series_and_day
from reports.verdict.money import money_line
from reports.verdict.plain_words import plain_alarm, plain_day, plain_verdict, way
from reports.verdict.silence import back
from reports.worst_first import counted, packed, worst_first

OFFERED: Final = frozenset({ON_IT, DETAILS})
"""Who is on it is shown to managers too, and all the numbers are one click away."""
LINES: Final = 9000
"""Characters of all lines: with what the picture says less than Slack takes."""


def manager_report(every: Sequence[ReportFacts], t: Translator) -> Report:
    """The report of a series or of several, the worst first, without a word of statistics."""
    ordered = worst_first(every)
    worst, several = ordered[0], len(ordered) > 1
    if several:
        text = counted(ordered, plain_verdict(worst.verdict), t)
        sections = tuple(packed(ordered, _on_one_line, t, most=LINES))
    else:
        text, *_ = lines = _lines(worst, t)
        sections = (blocks.section(*lines),)
    picture = _picture(worst, t)
    return Report(
        message=Message(text, sections),
        pictures=(picture,) if picture else (),
        pictures_after=len(sections),
        offers=_offers(ordered),
    )


def _offers(ordered: Sequence[ReportFacts]) -> dict[Morning, tuple[str, ...]]:
    if len(ordered) > 1:
        return offered_of_several(ordered, among=OFFERED)
    (facts,) = ordered
    return {facts.morning: tuple(each for each in offered(facts) if each in OFFERED)}


def _on_one_line(facts: ReportFacts, t: Translator) -> str:
    """All of a series, with what is muted; the foot has room for a few only."""
    return " ".join([*_lines(facts, t), *_muted_lines(facts, t)])


def _muted_lines(facts: ReportFacts, t: Translator) -> list[str]:
    muted = facts.verdict.muted
    if not muted:
        return []
    first = say("🔕 Muted: {what}", what=plain_alarm(muted[0].alarm))
    return [t.mrkdwn(first), *_more(len(muted) - 1, t)]


def _lines(facts: ReportFacts, t: Translator) -> list[str]:
    """The verdict, how much more is wrong, what the day was, which way it goes, and the money."""
    lines = [lit_line(facts, series_and_day(facts, t), plain_verdict(facts.verdict), t)]
    lines += _more(len(facts.verdict.alarms) - 1, t)
    lines += [t.mrkdwn(line) for line in _of_silence(facts)]
    itself = _day_itself(facts)
    if itself is not None:
        lines.append(t.mrkdwn(itself))
    direction = way(facts.verdict)
    if direction is not None:
        lines.append(t.mrkdwn(direction))
    money = money_line(facts.verdict.worth, facts.today.positive if facts.today else None)
    if money is not None:
        lines.append(t.mrkdwn(money))
    return lines


def _day_itself(facts: ReportFacts) -> Sentence | None:
    """What the day was, where the line says of the morning's run alone that it failed."""
    alarms = facts.verdict.alarms
    if not alarms or alarms[0].fault is not Fault.RUN or facts.is_silent_again:
        return None
    return say("The day itself: {verdict}", verdict=plain_day(facts.verdict))


def _of_silence(facts: ReportFacts) -> Iterator[Sentence]:
    """For how long nothing came, that it comes again, and that the model has grown old."""
    if facts.is_silent_for_days:
        yield say_count(
            "Nothing has come for {count} day, since {first}.",
            "Nothing has come for {count} days, since {first}.",
            count=len(facts.silent_days),
            first=facts.silent_days[0],
        )
    if (again := back(facts)) is not None:
        yield again
    if facts.stale is not None:
        yield say("⏳ The model that serves is {age} days old.", age=facts.stale.age)


def _more(others: int, t: Translator) -> list[str]:
    if others < 1:
        return []
    more = say_count("And {count} more thing.", "And {count} more things.", count=others)
    return [t.mrkdwn(more)]


def _picture(facts: ReportFacts, t: Translator) -> Picture | None:
    words = t.plain(plain_verdict(facts.verdict))
    trend = of_leader(facts.results, facts.verdict, facts.known)
    return plain.picture(trend, words, t, name=facts.pipeline.name)
