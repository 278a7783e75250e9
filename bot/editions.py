"""What comes to a channel as one message: every series that it hears of at the same time."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.lens import Lens
from bot.reporter import Form
from bot.store.daily import DailyKey, DailyWork
from core.domain import ChannelId
from core.subscriptions import Content, Occasion, Subscription, SubscriptionKey
from reports.report_facts import ReportFacts


@dataclass(frozen=True)
class Due:
    """A series of which a channel was to hear, and has not yet."""

    key: DailyKey
    channel: ChannelId
    subscription: Subscription
    occasion: Occasion
    heard: dt.date | None
    """The day of which the channel heard before this one; None where there is none."""


@dataclass(frozen=True)
class View:
    """A series' day as a channel looks at it."""

    run: DailyKey
    lens: Lens

    def of(self, facts: ReportFacts) -> ReportFacts:
        """The facts as the channel sees and judges them."""
        return self.lens.of(facts)


@dataclass(frozen=True)
class Edition:
    """One message, and the series that it is about, in the order of their names."""

    channel: ChannelId
    due: tuple[Due, ...]
    among: int
    """How many series the channel hears of, whenever it does."""

    @property
    def content(self) -> Content:
        """What comes."""
        return self.due[0].subscription.content

    @property
    def form(self) -> Form:
        """How it is shown."""
        of = self.due[0].subscription
        return Form(of.language, weekly=self.content is Content.WEEKLY, audience=of.audience)

    def view(self, due: Due) -> View:
        """How the channel looks at one of its series."""
        lens = Lens.by(due.subscription, among=self.among, heard=due.heard)
        return View(due.key.run, lens)


def editions(due: Iterable[Due], heard: Iterable[SubscriptionKey]) -> list[Edition]:
    """Put together what each channel hears at one time; a week's digest is of one series.

    Args:
        due: What is to be told.
        heard: All that channels hear of, whenever it comes.
    """
    series = Counter(each.channel for each in heard)
    together: dict[object, list[Due]] = defaultdict(list)
    for each in sorted(due, key=lambda each: str(each.key)):
        of = each.subscription
        alone = each.key if of.content is Content.WEEKLY else None
        shown = (of.language, of.content, of.audience)
        like = (each.channel, of.times, shown, each.occasion.due, alone)
        together[like].append(each)
    return [
        Edition(group[0].channel, tuple(group), series[group[0].channel])
        for group in together.values()
    ]


def waits_until(due: Due, run: DailyWork | None) -> dt.datetime:
    """How long it waits for the evaluation: a run that was started late is given its time too."""
    times = due.subscription.times
    if times.when_ready:
        return due.occasion.due
    since = due.occasion.due if run is None else max(due.occasion.due, run.claimed_at)
    return since + times.patience
