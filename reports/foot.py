"""The foot of a report: who is on it, which alarms are mute, and what can be done from there.

It changes with every click, while what stands above it stays as it was sent. Few buttons: what is
seldom wanted is in a menu.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.domain import PRODUCTION, Person
from core.evidence.alarms import Fault
from core.evidence.columns import ColumnFault
from core.evidence.mutes import Mute, MuteKey
from core.evidence.verdict import Sign
from core.messages import Sentence, Translator, say
from core.mornings import Morning, Taken
from reports import blocks
from reports.actions import (
    AS_SENT,
    COMPARE,
    DETAILS,
    HAND_BACK,
    MUTE,
    ON_IT,
    PROMOTE,
    REPORT_MENU,
    RETRAIN,
    RETRY_RUN,
)
from reports.buttons import button_text
from reports.names import mention, shown
from reports.report_facts import ReportFacts
from reports.steps import day_and_time

ENTRIES: Final[Mapping[str, Sentence]] = {
    DETAILS: say("Everything in the thread"),
    COMPARE: say("Compare with another day …"),
    MUTE: say("Mute an alarm …"),
    RETRAIN: say("Retrain …"),
    PROMOTE: say("Ask for a promotion"),
}
"""The menu's, in its order; Slack takes five at most."""
FAULTS: Final[Mapping[Fault, Sentence]] = {
    Fault.RUN: say("the morning's run"),
    Fault.REFUSED: say("a version that the gate refused"),
    Fault.ROWS: say("the number of rows"),
    Fault.LABELS: say("rows without a label"),
    Fault.FEWER_LABELS: say("ever more rows without a label"),
    Fault.ONE_CLASS: say("labels that are all the same"),
    Fault.CONVERSIONS: say("conversions that did not come"),
    Fault.SCORES_CONSTANT: say("constant scores"),
    Fault.SCORES_UNRELATED: say("scores of other rows"),
    Fault.SCORES_APART: say("scores that agree less"),
    Fault.CALIBRATION: say("the mean score"),
    Fault.WORSE: say("a worse model"),
    Fault.RANKS_WORSE: say("a model that ranks worse"),
    Fault.DECAY: say("a model that falls behind"),
    Fault.STALE: say("the mean score of late"),
    Fault.FEATURES: say("the order of features"),
}
"""An alarm in a few words, where the subject does not say enough."""
COLUMN_FAULTS: Final[Mapping[ColumnFault, Sentence]] = {
    ColumnFault.EMPTY: say("empty"),
    ColumnFault.MISSING_MORE: say("more missing"),
    ColumnFault.MISSING_OF_LATE: say("ever more missing"),
    ColumnFault.STUCK: say("one value only"),
    ColumnFault.UNIT: say("another unit"),
    ColumnFault.MOVED: say("beyond its past"),
    ColumnFault.RENAMED: say("new values"),
}
"""The same of what broke in a column."""
MOST_MUTES: Final = 5
"""Mutes that are named."""
MOST_SERIES: Final = 5
"""Series of a message that have buttons: of those on which somebody can act, the worst."""
OF_SEVERAL: Final = frozenset({ON_IT, RETRY_RUN, MUTE})
"""What can be done for a series among several. The rest is done from its whole report, which is a
choice away."""
VALUE: Final = 150
"""Characters of an option's value, as many as Slack takes:
https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""
SUBJECT: Final = 40
"""Characters of a column's name."""


@dataclass(frozen=True)
class Foot:
    """What a foot shows."""

    morning: Morning
    offers: tuple[str, ...]
    """What can be done: `ON_IT`, `RETRY_RUN`, `AS_SENT` and entries of the menu."""
    taken: Taken | None = None
    mutes: tuple[Mute, ...] = ()
    """Those that cover the morning's day."""
    mended_by: Person | None = None
    """Who had the morning's run tried again, which went well then."""
    among_others: bool = False
    """Whether the message is about other series too."""


def offered(facts: ReportFacts) -> tuple[str, ...]:
    """What can be done from a report."""
    verdict, run = facts.verdict, facts.wrong_run
    acts = verdict.sign in {Sign.ALARM, Sign.STRANGE, Sign.NO_RESULTS}
    kept = verdict.sign_of_day is not Sign.NO_RESULTS
    rings = bool(verdict.alarms or verdict.muted)
    return (
        *([ON_IT] if acts else []),
        *([RETRY_RUN] if run is not None and run.can_retry else []),
        *([DETAILS, COMPARE] if kept else []),
        *([MUTE] if rings else []),
        RETRAIN,
        PROMOTE,
    )


def offered_of_several(
    worst_first: Iterable[ReportFacts], *, among: AbstractSet[str] = OF_SEVERAL
) -> dict[Morning, tuple[str, ...]]:
    """What can be done from a message about several series, for each of them."""
    offers: dict[Morning, tuple[str, ...]] = {}
    room = MOST_SERIES
    for facts in worst_first:
        wanted = tuple(each for each in offered(facts) if each in among & OF_SEVERAL)
        offers[facts.morning] = wanted if room else ()
        room -= bool(offers[facts.morning])
    return offers


def foot(every: Iterable[Foot], t: Translator) -> tuple[slack.Block, ...]:
    """The blocks: of one series, or of those of several for which something can be done.

    The buttons of each are a block of their own, in which an action id is there once, as Slack
    wants it.
    """
    feet = tuple(every)
    told = [t.mrkdwn(_named(of, sentence)) for of in feet for sentence in _told(of)]
    buttons = [block for of in feet for block in _actions(_elements(of, t))]
    return (*_small_print(told), *buttons)


def _small_print(lines: Sequence[str]) -> tuple[slack.Block, ...]:
    return (blocks.context(*lines),) if lines else ()


def _actions(elements: list[slack.Element]) -> tuple[slack.Block, ...]:
    return (slack.ActionsBlock(elements),) if elements else ()


def alarm_name(key: MuteKey) -> Sentence:
    """An alarm in a few words, without its numbers."""
    subject = shown(key.subject, SUBJECT)
    if key.fault is Fault.COLUMN:
        column = say("column {name}", name=subject)
        if key.column_fault is None:
            return column
        fault = COLUMN_FAULTS[key.column_fault]
        return say("{column} ({fault})", column=column, fault=fault)
    fault = FAULTS[key.fault]
    return say("{fault} ({subject})", fault=fault, subject=subject) if key.subject else fault


def mute_line(mute: Mute) -> Sentence:
    """That an alarm is mute, until when and by whom."""
    return say(
        "🔕 Muted by {person} up to {day}: {alarm}.",
        person=mention(mute.by),
        day=mute.span.last,
        alarm=alarm_name(mute.key),
    )


def _told(of: Foot) -> Iterable[Sentence]:
    if of.taken is not None:
        yield say(
            "🙋 {person} is on it since {time}.",
            person=mention(of.taken.by),
            time=day_and_time(of.taken.since),
        )
    if of.mended_by is not None:
        yield say(
            "✅ {person} had the run tried again, and it went well.", person=mention(of.mended_by)
        )
    yield from (mute_line(mute) for mute in of.mutes[:MOST_MUTES])


def _series(morning: Morning) -> Sentence | str:
    pipeline = shown(morning.pipeline, SUBJECT)
    if morning.environment == PRODUCTION:
        return pipeline
    return say(
        "{pipeline} · {environment}",
        pipeline=pipeline,
        environment=shown(morning.environment, SUBJECT),
    )


def _named(of: Foot, sentence: Sentence) -> Sentence:
    """A sentence or a button's words, with the series where the message is about others too."""
    if not of.among_others:
        return sentence
    return say("{series}: {sentence}", series=_series(of.morning), sentence=sentence)


def _elements(of: Foot, t: Translator) -> list[slack.Element]:
    elements: list[slack.Element] = []
    if of.taken is not None:
        elements.append(_button(say("I am no longer on it"), HAND_BACK, of, t))
    elif ON_IT in of.offers:
        elements.append(_button(say("I am on it"), ON_IT, of, t))
    if RETRY_RUN in of.offers and of.mended_by is None:
        elements.append(_button(say("Retry"), RETRY_RUN, of, t))
    if AS_SENT in of.offers:
        elements.append(_button(say("As it was sent"), AS_SENT, of, t))
    options = [
        slack.Option(
            slack.Text(t.plain(label), type_=slack.TextType.PLAINTEXT), value=f"{word}/{of.morning}"
        )
        for word, label in ENTRIES.items()
        if word in of.offers and len(f"{word}/{of.morning}") <= VALUE
    ]
    return [*elements, slack.OverflowMenu(REPORT_MENU, options)] if options else elements


def _button(sentence: Sentence, action: str, of: Foot, t: Translator) -> slack.Button:
    return slack.Button(
        button_text(_named(of, sentence), t), action_id=action, value=str(of.morning)
    )
