"""A closer look at a report, in its thread: all that is kept of the day, or another day beside."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any, Final

import slackblocks as slack
from pydantic import BaseModel, ConfigDict

from bot import forms
from bot.access import Action
from bot.alarm_book import AlarmBook
from bot.asking import Asking
from bot.conversations import Conversations
from bot.readers import Readers
from bot.reporter import AROUND, Reporter
from bot.routes import Button, Choice, FieldsError, Submission
from bot.slack.gateway import Gateway
from bot.targets import Targets
from core.day_result import DayResult
from core.domain import ChannelId, MessageTs
from core.errors import InputError, NotFoundError
from core.inputs import day_of
from core.messages import Translator, say
from core.mornings import Morning
from core.spans import ONE_DAY
from reports.actions import AS_SENT, COMPARE, DETAILS, REPORT_MENU, SERIES_MENU, WHOLE
from reports.in_depth import in_depth
from reports.message import Report
from reports.not_evaluated import not_evaluated
from reports.two_days import two_days

CALLBACK: Final = "compare.submit"
OTHER: Final = "compare.day"
A_WEEK: Final = 7 * ONE_DAY
"""What a day is compared with unless another is chosen: traffic has weeks."""
_COMPARE: Final = say("Compare")
_LOADING: Final = say("One moment: looking which days there are …")


class Origin(BaseModel):
    """The modal's private metadata: below which report the comparison comes."""

    model_config = ConfigDict(frozen=True)

    channel: ChannelId
    message: MessageTs
    morning: str
    days: tuple[dt.date, ...] = ()
    """Others near the morning that were evaluated when the form was opened."""


class LookCloser:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        gateway: Gateway,
        alarms: AlarmBook,
        readers: Readers,
        reporter: Reporter,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._gateway = gateway
        self._alarms = alarms
        self._readers = readers
        self._reporter = reporter
        self._targets = targets
        self._translator = translator

    async def details(self, asking: Asking, value: str) -> None:
        """The menu's entry: the tables come into the thread."""
        assert asking.channel is not None
        morning = Morning.parse(value)
        result = await self._result(morning, morning.day)
        target = self._targets.of(morning)
        reader = await self._readers.of(asking.channel, target, morning.day)
        for message in await asyncio.to_thread(in_depth, result, reader.translator):
            await self._gateway.post_report(asking.channel, Report(message), thread=asking.message)

    async def whole(self, asking: Asking, value: str) -> None:
        """A series was chosen in a message about several: its report comes into the thread."""
        assert asking.channel is not None
        morning = Morning.parse(value)
        target = self._targets.of(morning)
        reading = await self._readers.read(
            asking.channel, target, morning.day, asked_by=asking.person
        )
        await self._reporter.publish(
            reading.facts,
            asking.channel,
            language=reading.language,
            thread=asking.message,
            at=await self._app.clock.now(),
        )

    async def as_sent(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """The button: the report as it came by itself, whatever is known since."""
        assert asking.channel is not None
        morning = Morning.parse(body["actions"][0]["value"])
        message = await self._alarms.as_sent(morning, asking.channel)
        if message is None:
            raise NotFoundError(
                say("How that report was sent is kept for 90 days, and not any more.")
            )
        await self._gateway.post(asking.channel, message, thread=asking.message)

    async def ask(self, asking: Asking, value: str) -> None:
        """The menu's entry: which day is it to be compared with?"""
        assert asking.channel is not None
        assert asking.message is not None
        origin = Origin(channel=asking.channel, message=asking.message, morning=value)
        fill = functools.partial(self._modal, origin)
        await self._app.open(asking, fill, title=_COMPARE, loading=_LOADING)

    async def _modal(self, asked: Origin) -> Mapping[str, Any]:
        morning = Morning.parse(asked.morning)
        around = await self._reporter.days_around(self._targets.of(morning), morning.day)
        days = tuple(each for each in around if each != morning.day)
        if not days:
            raise NotFoundError(
                say("No other day near {day} has been evaluated.", day=str(morning.day))
            )
        usual = min(days, key=lambda each: abs(each - (morning.day - A_WEEK)))
        origin = asked.model_copy(update={"days": days})
        picker = slack.DatePicker(action_id=forms.VALUE, initial_date=usual.isoformat())
        view = slack.ModalView(
            title=forms.plain(_COMPARE, self._translator),
            submit=forms.plain(_COMPARE, self._translator),
            close=forms.plain(say("Cancel"), self._translator),
            callback_id=CALLBACK,
            private_metadata=origin.model_dump_json(),
            blocks=[
                slack.InputBlock(
                    label=forms.plain(say("Compare {day} with", day=morning.day), self._translator),
                    element=picker,
                    block_id=OTHER,
                )
            ],
        )
        filled: Mapping[str, Any] = view.to_dict()
        return filled

    def read(self, view: Mapping[str, Any]) -> tuple[Origin, dt.date]:
        """What a submitted form says, from memory alone.

        Raises:
            FieldsError: it is the same day, is not over, or was not evaluated as far as is known.
        """
        origin = Origin.model_validate_json(view["private_metadata"])
        morning = Morning.parse(origin.morning)
        today = self._targets.today(self._targets.of(morning).pipeline)
        try:
            other = day_of(forms.text_of(view["state"]["values"][OTHER]), today=today)
        except InputError as error:
            raise FieldsError({OTHER: error.sentence}) from None
        if other == morning.day:
            raise FieldsError({OTHER: say("That is the same day: choose another.")})
        if abs(other - morning.day) <= AROUND and other not in origin.days:
            raise FieldsError({OTHER: not_evaluated(other, origin.days)})
        return origin, other

    async def compare(self, asking: Asking, value: tuple[Origin, dt.date]) -> None:
        """The form was submitted: the comparison comes into the thread."""
        origin, other = value
        morning = Morning.parse(origin.morning)
        results = await asyncio.gather(
            self._result(morning, morning.day), self._result(morning, other)
        )
        target = self._targets.of(morning)
        reader = await self._readers.of(origin.channel, target, morning.day)
        message = await asyncio.to_thread(two_days, *results, reader.translator)
        await self._gateway.post(
            origin.channel, message, thread=origin.message, delivery=asking.delivery
        )

    async def _result(self, morning: Morning, day: dt.date) -> DayResult:
        target = self._targets.of(morning)
        result = await self._reporter.result(target, day)
        if result is None:
            around = await self._reporter.days_around(target, day)
            raise NotFoundError(not_evaluated(day, around))
        return result


def register(
    app: Conversations,
    *,
    gateway: Gateway,
    alarms: AlarmBook,
    readers: Readers,
    reporter: Reporter,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    look = LookCloser(
        app=app,
        gateway=gateway,
        alarms=alarms,
        readers=readers,
        reporter=reporter,
        targets=targets,
        translator=translator,
    )
    app.button(Button(AS_SENT, Action.REPORT, look.as_sent))
    app.choice(Choice(SERIES_MENU, WHOLE, Action.REPORT, look.whole))
    app.choice(Choice(REPORT_MENU, DETAILS, Action.REPORT, look.details))
    app.choice(Choice(REPORT_MENU, COMPARE, Action.REPORT, look.ask))
    app.submission(
        Submission(
            CALLBACK,
            Action.REPORT,
            read=look.read,
            channel=lambda value: value[0].channel,
            work=look.compare,
        )
    )
