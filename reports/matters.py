"""What matters, in words: which parameters explain a metric, and what cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.evidence.effects import Effect
from core.evidence.leading import Direction, direction
from core.evidence.what_matters import Answer, WhatMatters
from core.matters import Matters
from core.messages import Percent, Sentence, Translator, say, say_count
from core.results import Interval
from reports import blocks
from reports.charts import effects as picture_of
from reports.effects import best_of, called, known_way, share, written
from reports.message import Message, Report
from reports.metrics import capital_label, label, value, with_reach
from reports.names import shown
from reports.trial_places import Place

MOST_NAMES: Final = 8
"""Parameters that a sentence lists."""


@dataclass(frozen=True)
class Explained:
    """What was asked, and the answer."""

    place: Place
    matters: Matters


def report(explained: Explained, t: Translator) -> Report:
    """The answer with its picture, as it is posted."""
    matters = explained.matters
    heading = _heading(explained)
    parts: list[slack.Block] = [
        blocks.section(t.mrkdwn(heading), *map(t.mrkdwn, answer(matters, t))),
    ]
    if matters.found.effects:
        parts.append(blocks.table(rows(matters, t)))
    parts.append(blocks.context(*map(t.mrkdwn, basis(explained))))
    drawn = picture_of.picture(matters, t) if matters.found.effects else None
    pictures = (drawn,) if drawn else ()
    return Report(Message(t.mrkdwn(heading), tuple(parts)), pictures, pictures_after=len(parts))


def answer(matters: Matters, t: Translator) -> list[Sentence]:
    """What the trials say, and what they cannot tell."""
    found = matters.found
    return [_verdict(matters), *_of_effects(matters, t), *_of_the_others(found, t)]


def rows(matters: Matters, t: Translator) -> list[list[str]]:
    """A row for each parameter that is seen to matter, the most important first."""
    metric = matters.metric or ""
    way = direction(metric)
    header = [
        say("Parameter"),
        say("Explains"),
        say("95 %"),
        say("Moves {metric} by", metric=label(metric)),
        say("Best at") if known_way(way) else say("Highest at"),
        say("{metric} there", metric=capital_label(metric, t)),
    ]
    found = [[t.plain(each) for each in header]]
    for each in matters.found.effects:
        best = best_of(each, way)
        found.append(
            [
                called(each.factor.name, t),
                share(each.importance.value, t),
                t.plain(
                    say(
                        "{low} to {high}",
                        low=share(each.importance.low or 0.0, t),
                        high=share(each.importance.high or 0.0, t),
                    )
                ),
                value(t, each.swing),
                written(each.factor.name, best.at, t),
                with_reach(t, Interval(value=best.value, low=best.low, high=best.high)),
            ]
        )
    return found


def basis(explained: Explained) -> list[Sentence]:
    """What the answer rests on."""
    matters, found = explained.matters, explained.matters.found
    said = [
        say_count(
            "Of {trials} trials of {count} day: each is held against those of its own day.",
            "Of {trials} trials of {count} days: each is held against those of its own day.",
            count=found.days,
            trials=found.trials,
        )
    ]
    if found.alone:
        said.append(
            say_count(
                "{count} more is alone on its day and tells nothing here.",
                "{count} more are alone on their days and tell nothing here.",
                count=found.alone,
            )
        )
    if matters.without:
        said.append(
            say_count(
                "{count} did not end well, or has no {metric}.",
                "{count} did not end well, or have no {metric}.",
                count=matters.without,
                metric=label(matters.metric or ""),
            )
        )
    if matters.total > matters.looked_at:
        said.append(
            say(
                "The newest {count} of {total} were looked at.",
                count=matters.looked_at,
                total=matters.total,
            )
        )
    if found.effects:
        said.append(
            say(
                "It is what goes with what among the values that were tried. What two parameters "
                "do only together is not seen."
            )
        )
    if explained.place.text:
        said.insert(
            0, say("Asked for: {text}", text=shown(explained.place.text.replace('"', ""), 200))
        )
    return said


def _heading(explained: Explained) -> Sentence:
    return say(
        "*{pipeline} · {environment}: what matters for {metric}?*",
        pipeline=shown(explained.place.pipeline),
        environment=shown(explained.place.environment),
        metric=label(explained.matters.metric or ""),
    )


def _verdict(matters: Matters) -> Sentence:
    found, metric = matters.found, label(matters.metric or "")
    match found.answer:
        case Answer.FOUND:
            return say_count(
                "*{count} parameter is seen to matter*: it explains {share} of how {metric} "
                "differs between trials of a day.",
                "*{count} parameters are seen to matter*: together they explain {share} of how "
                "{metric} differs between trials of a day.",
                count=len(found.effects),
                share=Percent(found.explained, 0),
                metric=metric,
            )
        case Answer.NONE_SEEN:
            return say("*No parameter is seen to matter* for {metric}.", metric=metric)
        case Answer.NOTHING_VARIED:
            return say(
                "*There is nothing to tell*: no parameter has different values in enough trials "
                "of one day. A sweep tries several."
            )
        case Answer.NO_DIFFERENCE:
            return say(
                "*There is nothing to explain*: {metric} is the same in all trials of a day.",
                metric=metric,
            )
        case Answer.NOT_ENOUGH:
            return _not_enough(found)


def _not_enough(found: WhatMatters) -> Sentence:
    if found.more_trials is None:
        return say("*Not enough trials to say*, by far.")
    return say_count(
        "*Not enough trials to say*: about {count} more, on a day that has others, would do.",
        "*Not enough trials to say*: about {count} more, on days that have others, would do.",
        count=found.more_trials,
    )


def _of_effects(matters: Matters, t: Translator) -> list[Sentence]:
    said = []
    way = direction(matters.metric or "")
    for each in matters.found.effects:
        name = called(each.factor.name, t)
        if each.alike:
            said.append(
                say(
                    ":warning: {others} moved together with {name}: which of them it is cannot be "
                    "told from these trials.",
                    name=name,
                    others=_some(each.alike, t),
                )
            )
        if _at_an_end(each, way):
            said.append(
                say(
                    "{name} is best at the end of what was tried, {value}: trials beyond it would "
                    "tell more.",
                    name=name,
                    value=written(each.factor.name, best_of(each, way).at, t),
                )
            )
    return said


def _at_an_end(effect: Effect, way: Direction) -> bool:
    """Whether the metric still gets better there, and by more than luck."""
    best, half_way = best_of(effect, way), effect.curve[len(effect.curve) // 2].value
    ends = {effect.curve[0].at, effect.curve[-1].at}
    if not (known_way(way) and len(effect.factor.tried) > 2 and best.at in ends):
        return False
    return best.high < half_way if way is Direction.LOWER_IS_BETTER else best.low > half_way


def _of_the_others(found: WhatMatters, t: Translator) -> list[Sentence]:
    said = []
    if found.not_seen:
        said.append(say("Not seen to matter: {names}.", names=_some(found.not_seen, t)))
    if found.would_be_seen is not None and found.not_seen:
        said.append(
            say(
                "In so many trials a parameter that explains {share} or more would most likely "
                "have been seen.",
                share=Percent(found.would_be_seen, 0),
            )
        )
    if found.hardly_varied and found.trials:
        said.append(
            say(
                "Hardly differs between trials of a day, so nothing is told of it: {names}.",
                names=_some(found.hardly_varied, t),
            )
        )
    return said


def _some(names: Sequence[str], t: Translator) -> Sentence | str:
    """Names in a sentence: some of them, where there are very many."""
    listed = ", ".join(called(each, t) for each in names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return listed
    return say("{names} and {more} more", names=listed, more=len(names) - MOST_NAMES)
