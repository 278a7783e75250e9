"""Everything that is kept of a day, for its thread: every metric of every model, and the slices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from core.day_result import DayResult
from core.evidence.leading import in_order, leader, low_base_rate
from core.evidence.stakes import at_stake
from core.messages import Percent, Sentence, Translator, say, say_count
from core.results import DayFacts, ModelFacts, SliceFacts
from reports import blocks
from reports.message import Message
from reports.metrics import label_text, value, with_ends
from reports.names import shown
from reports.roles import model
from reports.verdict.figures import money

MOST_COLUMNS: Final = 4
"""Slice columns, each of which is a message of its own: Slack takes one table a message."""
MOST_VALUES: Final = 20
"""Of a column, the heaviest."""
MOST_METRICS: Final = 3
"""Of a slice."""
COLUMN: Final = 40
VALUE: Final = 40
"""Characters of names."""


def in_depth(result: DayResult, t: Translator) -> tuple[Message, ...]:
    """The messages, in their order."""
    title = say("Every metric of {day}", day=result.day)
    metrics = _message(title, _metrics(result, t), result.day, t)
    if result.facts is None:
        return (metrics,)
    columns = list(dict.fromkeys(each.column for each in result.facts.slices))
    left = say_count(
        "{count} more column is not shown.",
        "{count} more columns are not shown.",
        count=len(columns) - MOST_COLUMNS,
    )
    slices = [_by_column(result, result.facts, column, t) for column in columns[:MOST_COLUMNS]]
    more = [Message(t.mrkdwn(left))] if len(columns) > MOST_COLUMNS else []
    return (metrics, *slices, *more)


def _metrics(result: DayResult, t: Translator) -> list[list[str]]:
    """A column for each model, each cell with its interval."""
    metric, rare = t.plain(say("Metric")), low_base_rate(result)
    if result.facts is None:
        names = in_order(result.metrics, rare=rare, every=True)
        rows = [[label_text(name, t), value(t, result.metrics[name])] for name in names]
        return [[metric, t.plain(say("This day"))], *rows]
    leads = leader(result)
    models = sorted(result.facts.models.values(), key=lambda each: each is not leads)
    known = dict.fromkeys(name for each in models for name in each.metrics)
    rows = [
        [label_text(name, t), *(with_ends(t, each.metrics.get(name)) for each in models)]
        for name in in_order(known, rare=rare, every=True)
    ]
    return [[metric, *(_model(each, t) for each in models)], *rows]


def _model(of: ModelFacts, t: Translator) -> str:
    """What it is called, at the head of its column."""
    name = t.plain(say("{model}", model=model(of.role, of.version)))
    return name[:1].upper() + name[1:]


def _by_column(result: DayResult, facts: DayFacts, column: str, t: Translator) -> Message:
    slices = [each for each in facts.slices if each.column == column]
    leads = leader(result)
    role = leads.role if leads else facts.subject
    heaviest = sorted(slices, key=lambda e: (-(at_stake(facts, e, role) or 0.0), -e.weight))
    known = dict.fromkeys(name for each in slices for name in each.metrics.get(role, {}))
    names = in_order(known, rare=low_base_rate(result))[:MOST_METRICS]
    whole = sum(each.weight for each in slices)
    header = [
        shown(column, COLUMN),
        *(t.plain(each) for each in (say("Rows"), say("Share"), say("Positive"))),
        *(label_text(name, t) for name in names),
        *([t.plain(say("At stake"))] if facts.worth else []),
    ]
    rows = [
        [
            shown(facts.named(column, each.value), VALUE),
            *_slice(each, whole, role, names, t),
            *_at_stake(facts, each, role, t),
        ]
        for each in heaviest[:MOST_VALUES]
    ]
    title: Sentence = say("By {column}, the greatest first", column=shown(column, COLUMN))
    if len(heaviest) > MOST_VALUES:
        title = say(
            "By {column}, the greatest {shown} of {all}",
            column=shown(column, COLUMN),
            shown=MOST_VALUES,
            all=len(heaviest),
        )
    return _message(title, [header, *rows], result.day, t)


def _slice(
    of: SliceFacts, whole: float, role: str, names: Sequence[str], t: Translator
) -> list[str]:
    metrics = of.metrics.get(role, {})
    shares = (
        of.weight / whole if whole > 0 else None,
        of.positive_weight / of.weight if of.weight > 0 else None,
    )
    return [
        t.number(of.rows, 0),
        *(blocks.NOTHING if each is None else _percent(each, t) for each in shares),
        *(value(t, metrics.get(name)) for name in names),
    ]


def _at_stake(facts: DayFacts, of: SliceFacts, role: str, t: Translator) -> list[str]:
    """The last cell, where rows are worth something."""
    if facts.worth is None:
        return []
    worth = at_stake(facts, of, role)
    if worth is None:
        return [blocks.NOTHING]
    amount = money(worth, facts.worth.currency)
    return [t.money(amount.amount, amount.currency)]


def _percent(share: float, t: Translator) -> str:
    return t.plain(say("{share}", share=Percent(share)))


def _message(
    title: Sentence, rows: Sequence[Sequence[str]], day: dt.date, t: Translator
) -> Message:
    """A table that is looked at a page at a time: all of them at once fill a phone many times."""
    text = t.mrkdwn(say("*{title}*", title=title))
    table = blocks.data_table(rows, caption=t.date(day))
    return Message(text, (blocks.section(text), table))
