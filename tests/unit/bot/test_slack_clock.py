from __future__ import annotations

import random
from email.utils import formatdate

import pytest

from bot.slack.clock import REMEMBERED, REMEMBERED_SECONDS, SlackClock

NOON = 1_372_507_200.0
"""At Slack, when the monotonic clock began."""


class Slack:
    """Slack's clock, and ours, which is an hour fast."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.clock = SlackClock(
            monotonic=lambda: self.passed, machine=lambda: NOON + 3600 + self.passed
        )

    def answers(self, *, after: float) -> None:
        """It writes the date, and the answer comes a little later."""
        self.passed += after
        date = formatdate(NOON + self.passed, usegmt=True)
        self.passed += 0.02
        self.clock.heard(date)


@pytest.fixture
def slack() -> Slack:
    return Slack()


def test_before_slack_has_answered_the_machines_clock_counts(slack: Slack) -> None:
    assert slack.clock.at() == NOON + 3600


def test_one_answer_tells_slacks_time_to_a_second(slack: Slack) -> None:
    slack.answers(after=7.9)
    slack.passed += 100
    assert -1.1 < slack.clock.at() - (NOON + slack.passed) <= 0


def test_after_some_answers_it_is_told_closely(slack: Slack) -> None:
    chance = random.Random(1)
    for _ in range(REMEMBERED):
        slack.answers(after=chance.uniform(0, 60))
    assert -0.2 < slack.clock.at() - (NOON + slack.passed) <= 0


def test_a_moment_that_has_passed_is_told_too(slack: Slack) -> None:
    slack.answers(after=8.0)
    assert slack.clock.at(slack.passed - 3) == slack.clock.at() - 3


def test_a_time_by_the_machines_clock_is_put_right(slack: Slack) -> None:
    slack.answers(after=8.0)
    assert slack.clock.of(NOON + 3600 + slack.passed) == slack.clock.at()


def test_what_was_heard_long_ago_counts_no_more(slack: Slack) -> None:
    slack.answers(after=8.0)
    slack.passed += REMEMBERED_SECONDS + 1
    slack.clock.heard(formatdate(NOON + slack.passed - 60, usegmt=True))
    assert -61.1 < slack.clock.at() - (NOON + slack.passed) <= -60


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sat, 99 Jun 2013 12:00:00 GMT"])
def test_an_answer_without_a_readable_date_tells_nothing(slack: Slack, date: str | None) -> None:
    slack.clock.heard(date)
    assert slack.clock.at() == NOON + 3600
