"""Who is on a morning and which of its alarms are mute, shown on every report about it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import functools
import logging
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import slackblocks as slack

from bot.slack.gateway import Gateway
from bot.store.alarms import AlarmStore, KeptReport
from bot.targets import Target
from core.audit import Entry
from core.domain import ChannelId, MessageTs, Person
from core.errors import InputError, MlpipeError, NotFoundError
from core.evidence.mutes import Mute, MuteKey
from core.messages import Sentence, Translator, say
from core.mornings import Morning, Taken
from reports.actions import RETRY_RUN
from reports.foot import Foot, foot
from reports.message import Message, Report
from reports.names import mention
from reports.steps import day_and_time

logger = logging.getLogger(__name__)

LOOK_BACK: Final = dt.timedelta(days=3)
"""So old is the oldest report on which it is still said that its run went well at last."""
TAKE: Final = "on it"
HAND_BACK: Final = "hand back"
MUTE: Final = "mute"
UNMUTE: Final = "unmute"


class Runs(Protocol):
    """How the runs of mornings ended."""

    async def mended(self, morning: Morning) -> Person | None:
        """Who had a run tried again that then went well."""


class AlarmBook:
    """Keeps what people do with a morning, and has its reports say so."""

    def __init__(self, *, store: AlarmStore, gateway: Gateway, runs: Runs) -> None:
        self._store = store
        self._gateway = gateway
        self._runs = runs
        self._mended: set[Morning] = set()
        """Mornings whose reports say already that their run went well at last."""

    async def post(
        self,
        report: Report,
        channel: ChannelId,
        *,
        language: str,
        delivery: str | None = None,
        also: Sequence[str] = (),
        thread: MessageTs | None = None,
        at: dt.datetime,
    ) -> MessageTs:
        """Post a report with its foot, and keep it: what changes from then on is shown on it."""
        send = functools.partial(
            self._gateway.post_report, channel, delivery=delivery, also=also, thread=thread
        )
        if not report.offers:
            return (await send(report)).ts
        shown = await self._feet(report.offers)
        sent = await send(dataclasses.replace(report, foot=_blocks(shown, language)))
        posted = KeptReport(
            channel=channel,
            message=sent.ts,
            language=language,
            text=sent.message.text,
            blocks=sent.message.payload(),
            offers=report.offers,
        )
        await self._store.keep(posted, at=at)
        if await self._feet(report.offers) != shown:  # a click came before it was kept
            await self._show(posted)
        return sent.ts

    async def keep_found(
        self,
        channel: ChannelId,
        message: MessageTs,
        offers: Mapping[Morning, tuple[str, ...]],
        *,
        language: str,
        at: dt.datetime,
    ) -> None:
        """Keep a report that stands in Slack, where whoever posted it died before they did."""
        if not offers or await self._store.is_kept(channel, message):
            return
        found = await self._gateway.read(channel, message)
        if found is None:
            return
        posted = KeptReport(
            channel=channel,
            message=message,
            language=language,
            text=found.text,
            blocks=found.payload(),
            offers=offers,
        )
        await self._store.keep(posted, at=at)
        await self._show(posted)  # a click may have come meanwhile

    async def take(self, morning: Morning, *, by: Person, at: dt.datetime) -> frozenset[MessageTs]:
        """Somebody is on it: the first who says so.

        Returns:
            The messages that say so now.

        Raises:
            InputError: somebody is already; the sentence says who.
        """
        entry = Entry(at, str(by), TAKE, str(morning), "done")
        taken = await self._store.take(Taken(morning, by, at), entry)
        shown = await self._refresh(morning)
        if not taken:
            raise InputError(await self._whose(morning))
        return shown

    async def hand_back(
        self, morning: Morning, *, by: Person, at: dt.datetime
    ) -> frozenset[MessageTs]:
        """Who was on it is not any more.

        Returns:
            The messages that say so now.

        Raises:
            InputError: it is somebody else's, or nobody's.
        """
        entry = Entry(at, str(by), HAND_BACK, str(morning), "done")
        handed = await self._store.hand_back(morning, by, entry)
        shown = await self._refresh(morning)
        if not handed:
            raise InputError(await self._whose(morning))
        return shown

    async def mute(self, mute: Mute, *, morning: Morning) -> Mute:
        """Keep an alarm from ringing; the reports of the morning that it is muted from say so.

        Returns:
            How it is mute now: an earlier mute may have begun before it, or end after it.
        """
        details = {"until": mute.span.last.isoformat()}
        entry = Entry(mute.at, str(mute.by), MUTE, str(mute.key), "done", details)
        kept = await self._store.mute(mute, entry)
        await self._refresh(morning)
        return kept

    async def unmute(self, key: MuteKey, *, morning: Morning, by: Person, at: dt.datetime) -> None:
        """Have an alarm ring again, on the morning and all other days of the mute that covers it.

        Raises:
            NotFoundError: it is not mute any more.
        """
        entry = Entry(at, str(by), UNMUTE, str(key), "done")
        unmuted = await self._store.unmute(key, morning.day, entry)
        await self._refresh(morning)
        if not unmuted:
            raise NotFoundError(say("It is not mute any more."))

    async def mutes(self, morning: Morning) -> tuple[Mute, ...]:
        """Those that cover the morning's day."""
        found = await self._store.mutes(morning.pipeline, morning.environment)
        return tuple(mute for mute in found if morning.day in mute.span)

    async def mutes_of(self, target: Target) -> tuple[Mute, ...]:
        """Every mute of a series."""
        return await self._store.mutes(target.pipeline.name, target.environment)

    async def as_sent(self, morning: Morning, channel: ChannelId) -> Message | None:
        """The report that came by itself, this channel's where it had one; None: it is not kept."""
        reports = await self._store.sent(morning)
        first = min(reports, key=lambda each: each.channel != channel, default=None)
        return None if first is None else first.with_foot(())

    async def show_mended(self, *, now: dt.datetime) -> None:
        """Have reports say that the run which had failed went well, tried again since."""
        offered = await self._store.offers(since=now - LOOK_BACK)
        wanted = {each for each, of in offered if RETRY_RUN in of} - self._mended
        for morning in wanted:
            if await self._runs.mended(morning) is not None:
                await self._refresh(morning)
                self._mended.add(morning)

    async def _feet(self, offers: Mapping[Morning, tuple[str, ...]]) -> tuple[Foot, ...]:
        """What a report shows of each of its mornings for which something can be done."""
        wanted = {each: of for each, of in offers.items() if of}
        feet = await asyncio.gather(*(self._foot(each, of) for each, of in wanted.items()))
        return tuple(dataclasses.replace(each, among_others=len(offers) > 1) for each in feet)

    async def _foot(self, morning: Morning, offers: tuple[str, ...]) -> Foot:
        taken, mutes = await asyncio.gather(self._store.taken(morning), self.mutes(morning))
        mended = await self._runs.mended(morning) if RETRY_RUN in offers else None
        return Foot(morning, offers, taken, mutes, mended)

    async def _refresh(self, morning: Morning) -> frozenset[MessageTs]:
        reports = await self._store.posted(morning)
        shown = await asyncio.gather(*(self._show(each) for each in reports))
        return frozenset(
            report.message for report, is_shown in zip(reports, shown, strict=True) if is_shown
        )

    async def _show(self, report: KeptReport) -> bool:
        """Edit until what is shown is what is kept: two replicas may do so at the same time."""
        shown: tuple[Foot, ...] | None = None
        try:
            while shown != (now := await self._feet(report.offers)):
                blocks = _blocks(now, report.language)
                await self._gateway.edit(report.channel, report.message, report.with_foot(blocks))
                shown = now
        except MlpipeError as error:
            logger.warning("%s in %s is not edited: %s", report.message, report.channel, error)
            return False
        return True

    async def _whose(self, morning: Morning) -> Sentence:
        taken = await self._store.taken(morning)
        if taken is None:
            return say("Nobody is on it any more.")
        return say(
            "{person} has it since {time}: ask them to hand it back.",
            person=mention(taken.by),
            time=day_and_time(taken.since),
        )


def _blocks(feet: Sequence[Foot], language: str) -> tuple[slack.Block, ...]:
    return foot(feet, Translator(language))
