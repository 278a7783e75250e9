"""Two days of a series beside each other: what their rows show, and where a change came from."""

from __future__ import annotations

from typing import Final

import slackblocks as slack

from core.day_result import DayResult
from core.evidence.decomposition import Decomposition, Outcome, by_column
from core.evidence.difference import Difference, Finding, Scale
from core.evidence.difference_of_days import between_days
from core.evidence.leading import in_order, leader, low_base_rate, metrics_of_leader
from core.evidence.verdict import DECOMPOSED
from core.messages import Decimal, Sentence, Translator, say
from core.results import Interval
from reports import blocks
from reports.message import Message
from reports.metrics import difference, label, label_text, value, with_ends
from reports.names import shown

DIGITS: Final = 3
MOST_SLICES: Final = 3
NAME: Final = 40
"""Characters of a column's or a slice's name."""
FINDINGS: Final = {
    Finding.DIFFERENT: say("different"),
    Finding.NOT_DISTINGUISHABLE: say("not distinguishable"),
    Finding.CANNOT_TELL: say("cannot tell"),
}


def two_days(today: DayResult, other: DayResult, t: Translator) -> Message:
    """The comparison, of the model that the day's verdict is of."""
    title = t.mrkdwn(say("*{day} beside {other}*", day=today.day, other=other.day))
    parts: list[slack.Block] = [blocks.section(title), blocks.table(_table(today, other, t))]
    caption = say(
        "Intervals and findings are of these days' rows only: they do not tell how much days "
        "differ, nor which model is better."
    )
    parts.append(blocks.context(t.mrkdwn(caption)))
    if lines := _why(today, other):
        parts.append(blocks.section(*(t.mrkdwn(line) for line in lines)))
    return Message(title, tuple(parts))


def _table(today: DayResult, other: DayResult, t: Translator) -> list[list[str]]:
    now, then = metrics_of_leader(today), metrics_of_leader(other)
    header = [
        t.plain(say("Metric")),
        t.date(today.day),
        t.date(other.day),
        t.plain(say("Difference (95 % interval)")),
        t.plain(say("By the rows")),
    ]
    names = in_order([name for name in now if name in then], rare=low_base_rate(today), every=True)
    return [header, *(_row(name, (today, other), (now[name], then[name]), t) for name in names)]


def _row(
    name: str, days: tuple[DayResult, DayResult], found: tuple[Interval, Interval], t: Translator
) -> list[str]:
    model = leader(days[0])
    apart = between_days(*days, name, role=model.role if model else None)
    return [
        label_text(name, t),
        *(with_ends(t, each) for each in found),
        _apart(apart, found, t),
        t.plain(FINDINGS[apart.finding]),
    ]


def _apart(apart: Difference, found: tuple[Interval, Interval], t: Translator) -> str:
    if apart.value is None:
        return value(t, found[0].value - found[1].value, signed=True)
    interval = Interval(value=apart.value, low=apart.low, high=apart.high)
    if apart.scale is Scale.RATIO:
        return t.plain(say("ratio {ratio}", ratio=with_ends(t, interval)))
    return difference(t, interval)


def _why(today: DayResult, other: DayResult) -> list[Sentence]:
    model = leader(today)
    if today.facts is None or other.facts is None or model is None:
        return []
    found = by_column(today.facts, other.facts, DECOMPOSED, role=model.role)
    told = next((each for each in found if each.outcome is Outcome.DECOMPOSED), None)
    return _taken_apart(told) if told is not None else []


def _taken_apart(found: Decomposition) -> list[Sentence]:
    top, _ = found.top(MOST_SLICES)
    return [
        say(
            "{metric} {change}, taken apart by {column}: {mix} by the mix, {model} within its "
            "values, {came} by values that came or went. Association, not cause.",
            metric=label(found.metric),
            change=_signed(found.change or 0.0),
            column=shown(found.column, NAME),
            mix=_signed(found.mix),
            model=_signed(found.model),
            came=_signed(found.came_and_went),
        ),
        *(
            say("{slice}: {part}", slice=shown(each.name, NAME), part=_signed(each.total))
            for each in top
        ),
    ]


def _signed(number: float) -> Decimal:
    return Decimal(number, DIGITS, signed=True)
