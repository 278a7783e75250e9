"""What comes to a channel by itself, in words: the list, and what is said when it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.domain import Person
from core.follows import FollowKey
from core.messages import Sentence, Translator, in_lines, say, say_count
from core.subscriptions import Audience, Charts, Content, Days, Subscription, SubscriptionKey
from reports import blocks
from reports.actions import UNSUBSCRIBE
from reports.buttons import button_text
from reports.message import Message
from reports.metrics import label
from reports.names import code, mention, shown

MOST_LISTED: Final = 20
MOST_QUIET: Final = 5
"""Quiet days, or spans of them, that are named."""
CONTENTS: Final[Mapping[Content, Sentence]] = {
    Content.FULL: say("The full report"),
    Content.CHANGES: say("The full report, when something changed"),
    Content.WEEKLY: say("A digest of the week, on Mondays"),
}
FOR_MANAGERS: Final[Mapping[Content, Sentence]] = {
    Content.FULL: say("The report for managers: the verdict in one line, one picture"),
    Content.CHANGES: say(
        "The report for managers, when something changed: the verdict in one line, one picture"
    ),
    Content.WEEKLY: CONTENTS[Content.WEEKLY],
}
"""The same as it comes to managers: the digest is one for all."""
DAYS: Final[Mapping[Days, Sentence]] = {
    Days.DAILY: say("Every day"),
    Days.WEEKDAYS: say("Monday to Friday"),
}
DRAWN: Final[Mapping[Charts, Sentence]] = {
    Charts.PICTURE: say("As one picture"),
    Charts.NATIVE: say("As Slack's own charts"),
}
AUDIENCES: Final[Mapping[Audience, Sentence]] = {
    Audience.TEAM: say("The team: everything"),
    Audience.MANAGER: say("Managers: the verdict in one line, one picture"),
}
LANGUAGE_NAMES: Final[Mapping[str, str]] = {"en": "English", "ja": "日本語"}


@dataclass(frozen=True)
class Listed:
    """A subscription as it is listed."""

    subscription: Subscription
    next: dt.datetime | None
    """When the next message was promised; None where none is to come within a year."""


def listed(found: Sequence[Listed], t: Translator, *, may_end: bool) -> Message:
    """A channel's subscriptions, each with its button.

    Args:
        found: They.
        t: The language of who asks.
        may_end: Whether who asks may unsubscribe the channel.
    """
    title = say_count(
        "{count} subscription of this channel:",
        "{count} subscriptions of this channel:",
        count=len(found),
    )
    parts: list[slack.Block] = [blocks.section(t.mrkdwn(title))]
    for each in found[:MOST_LISTED]:
        text = slack.Text(
            t.mrkdwn(in_lines([_series(each.subscription.key, bold=True), *_lines(each)])),
            type_=slack.TextType.MARKDOWN,
            verbatim=True,
        )
        ends = may_end and not each.subscription.declared
        button = _unsubscribe(each.subscription.key, t) if ends else None
        parts.append(slack.SectionBlock(text, accessory=button))
    if len(found) > MOST_LISTED:
        more = say("… and {count} more.", count=len(found) - MOST_LISTED)
        parts.append(blocks.context(t.mrkdwn(more)))
    return Message(t.mrkdwn(title), tuple(parts))


def subscribed(of: Listed, person: Person, *, command: str) -> Sentence:
    """What the channel is told when it is subscribed."""
    first = say(
        "{person} subscribed this channel to {series}.",
        person=mention(person),
        series=_series(of.subscription.key),
    )
    end = say(
        "`{command} unsubscribe {pipeline} env={environment}` ends it.",
        command=command,
        pipeline=code(of.subscription.key.pipeline),
        environment=code(of.subscription.key.environment),
    )
    return in_lines([first, *_lines(of), end])


def unsubscribed(key: SubscriptionKey, person: Person) -> Sentence:
    """What the channel is told when a subscription ends."""
    return say(
        "{person} unsubscribed this channel from {series}.",
        person=mention(person),
        series=_series(key),
    )


def follows(key: FollowKey, *, command: str) -> Sentence:
    """One line of the list of what comes to a channel: cards of runs."""
    return say(
        "*{pipeline} · {environment}*: a card for every run, whoever starts it. `{command} "
        "unfollow {pipeline_word} env={environment_word}` ends it.",
        pipeline=shown(key.pipeline),
        environment=shown(key.environment),
        command=command,
        pipeline_word=code(key.pipeline),
        environment_word=code(key.environment),
    )


def _series(key: SubscriptionKey, *, bold: bool = False) -> Sentence:
    pipeline, environment = shown(key.pipeline), shown(key.environment)
    if bold:
        return say("*{pipeline} · {environment}*", pipeline=pipeline, environment=environment)
    return say("{pipeline} · {environment}", pipeline=pipeline, environment=environment)


def _lines(of: Listed) -> list[Sentence]:
    subscription = of.subscription
    return [
        say(
            "{content}. {time}",
            content=contents(subscription.audience)[subscription.content],
            time=_time(subscription),
        ),
        *_details(subscription),
        _next(of),
    ]


def contents(audience: Audience) -> Mapping[Content, Sentence]:
    """What comes, in words, as it comes to these readers."""
    return FOR_MANAGERS if audience is Audience.MANAGER else CONTENTS


def _time(subscription: Subscription) -> Sentence:
    times = subscription.times
    weekly = subscription.content is Content.WEEKLY
    days = say("On Mondays") if weekly else DAYS[times.days]
    time = times.at.strftime("%H:%M")
    if not times.when_ready:
        return say("{days} at {time} ({zone}).", days=days, time=time, zone=times.zone)
    return say(
        "{days}, as soon as the evaluation is ready, at the latest at {time} ({zone}).",
        days=days,
        time=time,
        zone=times.zone,
    )


def _details(subscription: Subscription) -> Iterable[Sentence]:
    if subscription.metrics:
        metrics = [label(name) for name in subscription.metrics]
        yield say("First: {metrics}.", metrics=metrics)
    quiet = subscription.times.quiet
    if quiet:
        yield say("Not on {days}.", days=[str(each) for each in quiet[:MOST_QUIET]])
    language = LANGUAGE_NAMES[subscription.language]
    if subscription.by is None:
        yield say("In {language}, by mlpipe.toml.", language=language)
    else:
        person = mention(subscription.by)
        yield say("In {language}, by {person}.", language=language, person=person)


def _next(of: Listed) -> Sentence:
    if of.next is None:
        return say("None is to come within a year.")
    if of.subscription.times.when_ready:
        return say("The next comes by {moment}.", moment=of.next)
    return say("The next comes at {moment}.", moment=of.next)


def _unsubscribe(key: SubscriptionKey, t: Translator) -> slack.Button:
    return slack.Button(button_text(say("Unsubscribe"), t), action_id=UNSUBSCRIBE, value=str(key))
