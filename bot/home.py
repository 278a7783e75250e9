"""Home tabs: collected from what the bot keeps, published when opened and when they change.

What they show is all in the database, so that looking whether it changed asks neither SageMaker nor
Slack, and every replica sees what any of them did.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import logging
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Final

from bot.access import Access, Action
from bot.clock import Clock
from bot.promotions import Promotions
from bot.settings import Daily
from bot.slack.gateway import Gateway
from bot.slack.languages import Languages
from bot.store.executions import UNFINISHED, Executions, Followed, Progress
from bot.store.homes import Home, Homes
from bot.subscriptions import SubscriptionBook
from core.approvals import Approval
from core.domain import ChannelId, Execution, ExecutionArn, ExecutionStatus, MessageTs, Person
from core.errors import MlpipeError, UnavailableError
from reports.actions import HOME_REPORT, HOME_RUN, HOME_SUBSCRIBE, HOME_TRIALS
from reports.execution_facts import CardFacts
from reports.home import MOST_ENDED, MOST_RUNNING, home
from reports.home_facts import Comes, DailyRun, HomeFacts, Mine, Undecided

logger = logging.getLogger(__name__)

FRESH: Final = dt.timedelta(hours=12)
"""For so long after it was opened a tab may still be looked at. Slack tells only that it is opened,
not that it is left."""
MOST_KEPT_FRESH: Final = 200
REMEMBERED_LINKS: Final = 2000
ONE_DAY: Final = dt.timedelta(days=1)
RIGHTS: Final[Mapping[str, Action]] = {
    HOME_RUN: Action.RUN,
    HOME_TRIALS: Action.STATUS,
    HOME_REPORT: Action.REPORT,
    HOME_SUBSCRIBE: Action.SUBSCRIBE,
}
"""What is offered, and the right that it takes."""


class HomePages:
    """Publishes home tabs."""

    def __init__(
        self,
        *,
        access: Access,
        book: SubscriptionBook,
        clock: Clock,
        command: str,
        daily: Sequence[Daily],
        executions: Executions,
        gateway: Gateway,
        languages: Languages,
        promotions: Promotions,
        store: Homes,
    ) -> None:
        self._access = access
        self._book = book
        self._clock = clock
        self._command = command
        self._daily = daily
        self._executions = executions
        self._gateway = gateway
        self._languages = languages
        self._promotions = promotions
        self._store = store
        self._links: dict[tuple[ChannelId, MessageTs], str] = {}

    async def opened(self, person: Person) -> None:
        """Somebody looks at theirs: it is shown as things stand."""
        await self._store.opened(person, at=await self._clock.now())
        await self._show(await self._store.get(person), whatever=True)

    async def refresh(self) -> None:
        """Show those anew that may be looked at and have changed."""
        since = await self._clock.now() - FRESH
        for each in await self._store.looked_at(since=since, most=MOST_KEPT_FRESH):
            try:
                await self._show(each)
            except UnavailableError as error:  # nor would it take the others: the next look does
                logger.warning("home tabs are not shown anew: %s", error)
                return
            except MlpipeError as error:
                logger.warning("the home tab of %s: %s", each.person, error)

    async def _show(self, home_tab: Home, *, whatever: bool = False) -> None:
        """Publish it where it changed, or whatever it shows.

        That it is shown is stored first, so that one replica publishes it; where Slack then does
        not answer, the next look does. What Slack refuses is not tried again until it changes.
        """
        facts = await self._facts(home_tab.person)
        view = home(facts, await self._languages.of(home_tab.person))
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        if digest != home_tab.shown:
            if not await self._store.show(home_tab, digest) and not whatever:
                return
        elif not whatever:
            return
        try:
            await self._gateway.publish_home(home_tab.person, view)
        except (UnavailableError, asyncio.CancelledError):
            await self._store.show(Home(home_tab.person, digest), None)
            raise

    async def _facts(self, person: Person) -> HomeFacts:
        may = self._access.actions(person)
        offers = tuple(each for each, right in RIGHTS.items() if right in may)
        if Action.STATUS not in may:
            return HomeFacts(self._command, offers, may_look=False)
        now = await self._clock.now()
        runs = await self._executions.of_person(
            person, most_running=MOST_RUNNING, most_ended=MOST_ENDED
        )
        undecided = await self._promotions.undecided()
        subscriptions = await self._book.all()
        following = [self._book.following(each, now) for each in subscriptions]
        return HomeFacts(
            self._command,
            offers,
            may_stop=Action.RUN in may,
            runs=tuple(await asyncio.gather(*map(self._mine, runs))),
            undecided=tuple(
                await asyncio.gather(*(self._undecided(each, person) for each in undecided))
            ),
            daily=tuple(
                DailyRun(each.pipeline.name, each.environment, _next(each, each.run_at, now))
                for each in self._daily
                if each.run_at is not None
            ),
            comes=tuple(
                Comes(each, occasion.due if occasion else None)
                for each, occasion in zip(subscriptions, following, strict=True)
            ),
        )

    async def _mine(self, followed: Followed) -> Mine:
        facts = CardFacts(
            pipeline=followed.pipeline,
            environment=followed.environment,
            kind=followed.kind,
            execution=Execution(
                arn=followed.arn or ExecutionArn(""),
                sagemaker_pipeline="",
                status=followed.status or ExecutionStatus.EXECUTING,
                started=followed.requested_at,
            ),
            id=followed.id,
            asked_by=followed.asked_by,
            stop_by=followed.stop_by,
            given=followed.parameters,
        )
        return Mine(
            facts,
            running=followed.progress in UNFINISHED and not facts.execution.status.ended,
            link=await self._link(followed.channel, followed.message),
            failed_step=followed.failed_step,
            refused=followed.failure if followed.progress is Progress.REFUSED else None,
        )

    async def _undecided(self, approval: Approval, viewer: Person) -> Undecided:
        link = await self._link(approval.channel, approval.message)
        return Undecided(approval, own=approval.requested_by == viewer, link=link)

    async def _link(self, channel: ChannelId | None, message: MessageTs | None) -> str | None:
        if channel is None or message is None:
            return None
        known = self._links.get((channel, message))
        if known is not None:
            return known
        try:
            link = await self._gateway.permalink(channel, message)
        except MlpipeError as error:
            logger.info("no link to %s in %s: %s", message, channel, error)
            return None
        if link is not None:
            self._links[channel, message] = link
            if len(self._links) > REMEMBERED_LINKS:
                del self._links[next(iter(self._links))]
        return link


def _next(daily: Daily, run_at: dt.time, now: dt.datetime) -> dt.datetime:
    """When it runs next, by the clock of its pipeline."""
    zone = zoneinfo.ZoneInfo(daily.pipeline.time_zone)
    today = now.astimezone(zone).date()
    moment = dt.datetime.combine(today, run_at, tzinfo=zone)
    return moment if moment > now else dt.datetime.combine(today + ONE_DAY, run_at, tzinfo=zone)
