from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from core.domain import PRODUCTION, ChannelId
from core.messages import LANGUAGES, Translator
from core.subscriptions import Audience, Content, Subscription, SubscriptionKey, Times
from reports.subscriptions import Listed, listed, subscribed
from tests.unit.reports.samples import ANA, PIPELINE

KEY = SubscriptionKey(ChannelId("C0EXP"), PIPELINE.name, PRODUCTION)
TIMES = Times(at=dt.time(10), zone="America/New_York")
NEXT = dt.datetime(2013, 6, 29, 14, tzinfo=dt.UTC)


def told(audience: Audience, content: Content, language: str = "en") -> Sequence[str]:
    """What the channel is told when it is subscribed, and what the list says of it."""
    one = Subscription(KEY, TIMES, language, content, audience=audience, since=NEXT, by=ANA)
    of, t = Listed(one, NEXT), Translator(language)
    return (
        t.mrkdwn(subscribed(of, ANA, command="/mlpipe")),
        str(listed([of], t, may_end=True).payload()),
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Content.FULL, "The report for managers: the verdict in one line, one picture. Every"),
        (Content.CHANGES, "The report for managers, when something changed: the verdict"),
        (Content.WEEKLY, "A digest of the week, on Mondays."),
    ],
)
def test_what_comes_to_managers_is_called_theirs(content: Content, words: str) -> None:
    assert all(words in text for text in told(Audience.MANAGER, content))


@pytest.mark.parametrize("content", [Content.FULL, Content.CHANGES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_comes_to_managers_is_said_otherwise_than_what_comes_to_the_team(
    content: Content, language: str
) -> None:
    team, managers = (told(each, content, language) for each in Audience)
    assert all(one != other for one, other in zip(team, managers, strict=True))


def test_the_team_hears_of_the_full_report() -> None:
    assert all(
        "The full report. Every day at 10:00" in t for t in told(Audience.TEAM, Content.FULL)
    )
