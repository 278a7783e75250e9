"""`Mute an alarm …` below a report: until then it is said and does not ring; or rings again."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import slackblocks as slack
from pydantic import BaseModel, ConfigDict

from bot import forms
from bot.access import Action
from bot.alarm_book import AlarmBook
from bot.asking import Asking
from bot.conversations import Conversations
from bot.readers import Readers
from bot.routes import Button, Choice, FieldsError, Submission
from bot.targets import Targets
from core.domain import ChannelId
from core.evidence.alarms import Alarm, Fault
from core.evidence.columns import ColumnFault
from core.evidence.mutes import MOST_DAYS, Mute, MuteKey
from core.messages import Sentence, Translator, say
from core.mornings import Morning
from core.spans import ONE_DAY, Span
from reports import blocks, foot
from reports.actions import MUTE, REPORT_MENU, UNMUTE
from reports.buttons import button_text

CALLBACK: Final = "mute.submit"
ALARM: Final = "mute.alarm"
UNTIL: Final = "mute.until"
USUALLY: Final = dt.timedelta(days=7)
"""From today, how long an alarm is mute unless somebody chooses another end."""
MOST_ALARMS: Final = 20
"""That can be chosen."""
LONGEST: Final = 100
"""Characters of a subject that can be chosen."""
METADATA: Final = 3000
"""Characters of a modal's private metadata, as many as Slack takes:
https://docs.slack.dev/reference/views/modal-views"""


class Which(NamedTuple):
    """An alarm of the series, or a mute's: what both have of a MuteKey."""

    fault: Fault
    subject: str = ""
    column_fault: ColumnFault | None = None

    @classmethod
    def of(cls, found: Alarm | MuteKey) -> Which:
        """Which one it is."""
        return cls(found.fault, found.subject, found.column_fault)


class Origin(BaseModel):
    """The modal's private metadata: what Slack brings back with every click and submission."""

    model_config = ConfigDict(frozen=True)

    channel: ChannelId
    morning: str
    alarms: tuple[Which, ...] = ()
    """What can be muted, in the order of the options."""
    mutes: tuple[Which, ...] = ()
    """What is mute, in the order of the lines."""

    def key(self, of: Which) -> MuteKey:
        """An alarm of the series."""
        morning = Morning.parse(self.morning)
        return MuteKey(morning.pipeline, morning.environment, *of)

    def cut(self) -> Origin:
        """Without the last of those for which Slack has no room."""
        found = self
        while len(found.model_dump_json()) > METADATA:
            if len(found.alarms) > len(found.mutes):
                found = found.model_copy(update={"alarms": found.alarms[:-1]})
            else:
                found = found.model_copy(update={"mutes": found.mutes[:-1]})
        return found


class Mutes:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: AlarmBook,
        readers: Readers,
        targets: Targets,
        translator: Translator,
    ) -> None:
        self._app = app
        self._book = book
        self._readers = readers
        self._targets = targets
        self._translator = translator

    async def open(self, asking: Asking, value: str) -> None:
        """The menu's entry: a form with the morning's alarms, and what is mute."""
        assert asking.channel is not None
        fill = functools.partial(self._modal, asking.channel, Morning.parse(value))
        await self._app.open(asking, fill, title=_TITLE, loading=_LOADING)

    def read(self, view: Mapping[str, Any]) -> tuple[Origin, MuteKey, Span]:
        """What a submitted form says, from memory alone.

        Raises:
            FieldsError: the end is not one.
        """
        origin = Origin.model_validate_json(view["private_metadata"])
        values = view["state"]["values"]
        number = int(forms.text_of(values[ALARM]))
        morning = Morning.parse(origin.morning)
        today = self._targets.today(self._targets.of(morning).pipeline)
        last = dt.date.fromisoformat(forms.text_of(values[UNTIL]))
        if wrong := _wrong_end(last, max(today, morning.day)):
            raise FieldsError({UNTIL: wrong})
        return origin, origin.key(origin.alarms[number]), Span(morning.day, last)

    async def submit(self, asking: Asking, value: tuple[Origin, MuteKey, Span]) -> None:
        """The form was submitted: the reports say so."""
        origin, key, span = value
        mute = Mute(key, span, asking.person, await self._app.clock.now())
        kept = await self._book.mute(mute, morning=Morning.parse(origin.morning))
        await self._app.tell(asking, foot.mute_line(kept))

    async def unmute(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Ring again in the form, which then shows what is left."""
        view = body["view"]
        origin = Origin.model_validate_json(view["private_metadata"])
        morning = Morning.parse(origin.morning)
        key = origin.key(origin.mutes[int(body["actions"][0]["value"])])
        now = await self._app.clock.now()
        await self._book.unmute(key, morning=morning, by=asking.person, at=now)
        await self._app.update(view["id"], await self._modal(origin.channel, morning))

    async def _modal(self, channel: ChannelId, morning: Morning) -> Mapping[str, Any]:
        target = self._targets.of(morning)
        facts = (await self._readers.read(channel, target, morning.day)).facts
        mutes = (await self._book.mutes(morning))[:MOST_ALARMS]
        judged = await asyncio.to_thread(lambda: facts.verdict)  # it takes its time
        # A muted one last, for who wants a later end.
        every = (*judged.alarms, *(each.alarm for each in judged.muted))
        alarms = [Which.of(each) for each in every if len(each.subject) <= LONGEST]
        origin = Origin(
            channel=channel,
            morning=str(morning),
            alarms=tuple(dict.fromkeys(alarms))[:MOST_ALARMS],
            mutes=tuple(Which.of(mute.key) for mute in mutes),
        ).cut()
        mutes = mutes[: len(origin.mutes)]
        today = await self._targets.today_now(target.pipeline)
        fields = self._fields(origin, today + USUALLY) if origin.alarms else []
        nothing = [] if fields or mutes else [self._section(say("No alarm of this day rings."))]
        view = slack.ModalView(
            title=forms.plain(_TITLE, self._translator),
            submit=forms.plain(say("Mute"), self._translator) if fields else None,
            close=forms.plain(say("Close"), self._translator),
            callback_id=CALLBACK,
            private_metadata=origin.model_dump_json(),
            blocks=[*nothing, *fields, *self._muted(mutes)],
        )
        filled: Mapping[str, Any] = view.to_dict()
        return filled

    def _fields(self, origin: Origin, end: dt.date) -> list[slack.Block]:
        names = [
            self._translator.plain(foot.alarm_name(origin.key(each))) for each in origin.alarms
        ]
        choices = {str(number): blocks.cut(name, 75) for number, name in enumerate(names)}
        return [
            slack.InputBlock(
                label=forms.plain(say("Alarm"), self._translator),
                element=forms.menu(choices, "0"),
                block_id=ALARM,
            ),
            slack.InputBlock(
                label=forms.plain(say("Until (the day of the data)"), self._translator),
                element=slack.DatePicker(action_id=forms.VALUE, initial_date=end.isoformat()),
                block_id=UNTIL,
                hint=forms.plain(
                    say("Reports go on saying it, and that it is mute; it does not ring."),
                    self._translator,
                ),
            ),
        ]

    def _muted(self, mutes: Sequence[Mute]) -> list[slack.Block]:
        return [
            slack.SectionBlock(
                slack.Text(self._translator.mrkdwn(foot.mute_line(mute))),
                accessory=slack.Button(
                    button_text(say("Ring again"), self._translator),
                    action_id=UNMUTE,
                    value=str(number),
                ),
            )
            for number, mute in enumerate(mutes)
        ]

    def _section(self, sentence: Sentence) -> slack.SectionBlock:
        return slack.SectionBlock(slack.Text(self._translator.mrkdwn(sentence)))


def _wrong_end(last: dt.date, first: dt.date) -> Sentence | None:
    """What is wrong with an end; `first` is the first that a mute of today can have."""
    latest = first + (MOST_DAYS - 1) * ONE_DAY
    if last < first:
        return say(
            "That day has passed: choose one from {first} to {last}.", first=first, last=latest
        )
    if last > latest:
        return say("Choose a day from {first} to {last}.", first=first, last=latest)
    return None


_TITLE: Final = say("Mute an alarm")
_LOADING: Final = say("One moment: looking at the day …")


def register(
    app: Conversations,
    *,
    book: AlarmBook,
    readers: Readers,
    targets: Targets,
    translator: Translator,
) -> None:
    """Offer the conversation."""
    mutes = Mutes(
        app=app,
        book=book,
        readers=readers,
        targets=targets,
        translator=translator,
    )
    app.choice(Choice(REPORT_MENU, MUTE, Action.ALARM, mutes.open))
    app.button(Button(UNMUTE, Action.ALARM, mutes.unmute))
    app.submission(
        Submission(
            CALLBACK,
            Action.ALARM,
            read=mutes.read,
            channel=lambda value: value[0].channel,
            work=mutes.submit,
        )
    )
