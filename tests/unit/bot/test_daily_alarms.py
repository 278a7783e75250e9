from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.daily_alarms import DailyAlarms
from bot.slack.calls import ChannelError
from bot.store.daily import DailyKey, DailyState, DailyWork, DailyWorks, Task
from bot.store.executions import Progress
from core.domain import MessageTs
from core.errors import MlpipeError, UnavailableError
from core.messages import Translator, say
from core.spans import ONE_DAY
from tests.unit.bot.fakes import FakeSlack
from tests.unit.bot.mornings import DAILY, DAY
from tests.unit.bot.tracking import FOLLOWED, NOON, FakeSageMaker, StatusCards

KEY = DailyKey(Task.RUN, DAILY.pipeline.name, DAILY.environment, DAY)
WORK = DailyWork(KEY, NOON, DailyState.TRAINING)
REFUSED = dataclasses.replace(FOLLOWED, progress=Progress.REFUSED, failure="no such role")


def alarms(slack: FakeSlack, engine: AsyncEngine) -> DailyAlarms:
    return DailyAlarms(
        starter=FakeSageMaker(),
        cards=StatusCards(),
        works=DailyWorks(engine),
        gateway=slack.gateway(),
        translator=Translator(),
    )


def unanswered(slack: FakeSlack, error: MlpipeError) -> None:
    """From now on Slack takes no message."""

    def answer(_arguments: object) -> dict[str, object]:
        raise error

    slack.answers["chat.postMessage"] = answer


async def test_an_alarm_that_slack_does_not_take_is_left_to_the_next_tick(
    engine: AsyncEngine,
) -> None:
    slack = FakeSlack()
    unanswered(slack, UnavailableError(say("Slack does not answer.")))
    with pytest.raises(UnavailableError):
        await alarms(slack, engine).run_failed(DAILY, REFUSED, WORK)
    del slack.answers["chat.postMessage"]
    await alarms(slack, engine).run_failed(DAILY, REFUSED, WORK)
    assert "no such role" in slack.said("chat.postMessage")[-1]["text"]


async def test_an_alarm_whose_answer_was_lost_is_not_posted_twice(
    engine: AsyncEngine,
) -> None:
    slack = FakeSlack()
    slack.lose_answers()
    with pytest.raises(UnavailableError):
        await alarms(slack, engine).run_failed(DAILY, REFUSED, WORK)
    await alarms(slack, engine).run_failed(DAILY, REFUSED, WORK)
    assert len(slack.said("chat.postMessage")) == 1


async def test_a_channel_that_may_not_be_written_to_holds_no_morning_up(
    engine: AsyncEngine,
) -> None:
    slack = FakeSlack()
    unanswered(slack, ChannelError(say("I am not in this channel.")))
    await alarms(slack, engine).run_failed(DAILY, REFUSED, WORK)


def history(delivery: str) -> dict[str, object]:
    metadata = {"event_type": "mlpipe_delivery", "event_payload": {"delivery": delivery}}
    return {"messages": [{"ts": "1371.5", "metadata": metadata}]}


async def told_before(engine: AsyncEngine) -> None:
    """The morning before failed, and its failure stands in the channel."""
    works, before = DailyWorks(engine), dataclasses.replace(KEY, day=DAY - ONE_DAY)
    await works.begin(before, at=NOON)
    await works.save(DailyWork(before, NOON, DailyState.FAILED, message=MessageTs("1371.5")))


async def test_what_fails_again_is_told_once_below_what_was_said_the_morning_before(
    engine: AsyncEngine,
) -> None:
    slack = FakeSlack()
    await told_before(engine)
    slack.answers["conversations.replies"] = lambda _: {"messages": []}
    assert await alarms(slack, engine).run_failed(DAILY, REFUSED, WORK) == "1371.5"
    (said,) = slack.said("chat.postMessage")
    assert said["thread_ts"] == "1371.5"
    slack.answers["conversations.replies"] = lambda _: history(f"{KEY}/train")
    assert await alarms(slack, engine).run_failed(DAILY, REFUSED, WORK) == "1371.5"
    assert len(slack.said("chat.postMessage")) == 1


async def test_that_it_works_again_is_said_below_yesterdays_failure_once(
    engine: AsyncEngine,
) -> None:
    slack = FakeSlack()
    await told_before(engine)
    slack.answers["conversations.replies"] = lambda _: {"messages": []}
    await alarms(slack, engine).run_succeeded(DAILY, WORK)
    (said,) = slack.said("chat.postMessage")
    assert (said["thread_ts"], said["text"]) == (
        "1371.5",
        "The daily run of flights works again: 2013-06-28 has been trained and scored.",
    )
    slack.answers["conversations.replies"] = lambda _: history(f"{KEY}/again")
    await alarms(slack, engine).run_succeeded(DAILY, WORK)
    assert len(slack.said("chat.postMessage")) == 1


async def test_a_success_after_a_success_is_no_news(engine: AsyncEngine) -> None:
    slack = FakeSlack()
    await alarms(slack, engine).run_succeeded(DAILY, WORK)
    assert slack.said("chat.postMessage") == []
