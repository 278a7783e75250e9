"""The whole map of who needs whom: each object is built once and handed to whoever needs it."""

from __future__ import annotations

import datetime as dt
import functools
import logging
from typing import Final

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.access import Access
from bot.answers import Answers
from bot.cards import ApprovalCards, ExecutionCards
from bot.clock import Clock
from bot.conversations import Conversations
from bot.daily_alarms import DailyAlarms
from bot.daily_report import DailyReports
from bot.daily_run import DailyRun
from bot.following import Following
from bot.housekeeping import Housekeeping
from bot.job_logs import JobLogs
from bot.known_days import KnownDaysBook
from bot.metrics import Metrics
from bot.mornings import MorningBook
from bot.overview import Overview
from bot.parameter_book import ParameterBook
from bot.precedence import Precedence
from bot.promotions import Promotions
from bot.readers import Readers
from bot.reporter import Reporter
from bot.revised_reports import RevisedReports
from bot.ripe_days import RipeDays
from bot.run_notes import RunNotes
from bot.sagemaker import SageMaker
from bot.scheduler import Duty
from bot.settings import Settings
from bot.slack.calls import Calls
from bot.slack.channels import Channels
from bot.slack.client import REQUEST_TIMEOUT_SECONDS
from bot.slack.clock import SlackClock
from bot.slack.gateway import Gateway
from bot.slack.pacing import Pacer
from bot.slack.pictures import Pictures
from bot.slack.webhooks import Webhooks
from bot.store.approvals import Approvals
from bot.store.audit import Audit
from bot.store.daily import DailyWorks
from bot.store.deliveries import Deliveries
from bot.store.executions import Executions
from bot.store.leases import Holder, new_name
from bot.store.mornings import Mornings
from bot.store.notes import Notes
from bot.store.subscriptions import Subscriptions
from bot.subscriptions import SubscriptionBook
from bot.targets import Targets
from bot.tracker import Tracker
from bot.unanswered import Unanswered
from core.domain import TeamId
from core.messages import Translator
from handlers import help as help_handler
from handlers import look_closer as look_closer_handler
from handlers import mute as mute_handler
from handlers import note as note_handler
from handlers import on_it as on_it_handler
from handlers import promote as promote_handler
from handlers import report as report_handler
from handlers import retry as retry_handler
from handlers import run as run_handler
from handlers import status as status_handler
from handlers import stop as stop_handler
from handlers import subscribe as subscribe_handler
from handlers import subscriptions as subscriptions_handler

logger = logging.getLogger(__name__)

LEASE: Final = dt.timedelta(seconds=60)
"""Renewed at every look; a replica that died is stood in for after it."""
ANSWER_LEASE: Final = dt.timedelta(minutes=10)
"""Longer than any answer takes: it is not renewed."""
REPORT_LEASE: Final = dt.timedelta(minutes=5)
"""Longer than a report may be on its way to Slack, with every retry: it is not renewed."""
ONLY_PROCESS: Final = "only"
"""Holder of leases on SQLite, which one process has to itself: a restart waits for no lease."""


class House:
    """Everything between the store, Slack and SageMaker."""

    def __init__(
        self,
        *,
        settings: Settings,
        engine: AsyncEngine,
        clock: Clock,
        gateway: Gateway,
        sagemaker: SageMaker,
        translator: Translator,
        poll_seconds: float,
        metrics: Metrics,
    ) -> None:
        one = ONLY_PROCESS if engine.dialect.name == "sqlite" else new_name()
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._gateway = gateway
        self._sagemaker = sagemaker
        self._translator = translator
        self._metrics = metrics
        self._holder = Holder(one, LEASE)
        self._book = ParameterBook(sagemaker)
        self._cards = ExecutionCards(
            sagemaker=sagemaker,
            book=self._book,
            translator=translator,
            command=settings.command,
        )
        self._executions = Executions(engine)
        self._deliveries = Deliveries(engine, Holder(one, ANSWER_LEASE))
        self._logs = JobLogs(source=sagemaker, gateway=gateway, translator=translator)
        following = Following(
            store=self._executions,
            starter=sagemaker,
            cards=self._cards,
            failures=self._logs,
            gateway=gateway,
            clock=clock,
            translator=translator,
        )
        self.tracker = Tracker(
            store=self._executions,
            following=following,
            holder=self._holder,
            poll_seconds=poll_seconds,
        )
        self._promotions = Promotions(
            store=Approvals(engine),
            registry=sagemaker,
            cards=ApprovalCards(sagemaker=sagemaker, translator=translator),
            gateway=gateway,
            clock=clock,
            holder=self._holder,
        )
        self._known_days = KnownDaysBook(Notes(engine))
        self._mornings = MorningBook(store=Mornings(engine), gateway=gateway)
        self._reporter = Reporter(
            sagemaker=sagemaker,
            mornings=self._mornings,
            known_days=self._known_days,
            run_notes=RunNotes(works=DailyWorks(engine), executions=self._executions),
        )
        self._subscriptions = SubscriptionBook(
            declared=settings.subscriptions,
            pipelines=settings.pipelines,
            store=Subscriptions(engine),
        )
        self._readers = Readers(book=self._subscriptions, language=settings.language)

    def watch(self) -> None:
        """Have Prometheus told how much is under way."""
        self._metrics.watch(
            "mlpipe_executions_followed",
            "Executions that run and whose cards are kept.",
            lambda: self.tracker.followed,
        )
        self._metrics.watch(
            "mlpipe_slack_messages_waiting",
            "Messages and edits that wait for their channel's turn.",
            lambda: self._gateway.waiting,
        )

    async def take_over(self) -> None:
        """What a process of the same name left unanswered, which was killed, is nobody's."""
        await self._deliveries.let_go()

    async def let_go(self) -> None:
        """Leave what it worked on to whoever comes next, without waiting for a lease to end."""
        try:
            await self._holder.release(self._engine)
        except (OSError, SQLAlchemyError) as error:
            logger.warning("what was worked on is free again only in %s: %s", LEASE, error)

    def conversations(
        self, app: AsyncApp, team: TeamId, *, precedence: Precedence, slack_clock: SlackClock
    ) -> Conversations:
        """Everything that people can say."""
        conversations = Conversations(
            app,
            command=self._settings.command,
            access=Access(self._settings.roles, team),
            answers=Answers(self._gateway, self._translator),
            audit=Audit(self._engine),
            clock=self._clock,
            deliveries=self._deliveries,
            metrics=self._metrics,
            precedence=precedence,
            slack_clock=slack_clock,
            translator=self._translator,
        )
        targets = Targets(
            pipelines=self._settings.pipelines,
            environments=self._settings.environments,
            clock=self._clock,
        )
        overview = Overview(source=self._sagemaker, store=self._executions, gateway=self._gateway)
        help_handler.register(conversations, self._translator)
        run_handler.register(
            conversations,
            book=self._book,
            gateway=self._gateway,
            lake=self._sagemaker,
            results=self._reporter,
            targets=targets,
            tracker=self.tracker,
            translator=self._translator,
        )
        status_handler.register(conversations, overview=overview, targets=targets)
        stop_handler.register(
            conversations,
            overview=overview,
            sagemaker=self._sagemaker,
            store=self._executions,
            targets=targets,
            tracker=self.tracker,
        )
        retry_handler.register(
            conversations, logs=self._logs, store=self._executions, tracker=self.tracker
        )
        report_handler.register(
            conversations,
            gateway=self._gateway,
            readers=self._readers,
            reporter=self._reporter,
            targets=targets,
        )
        promote_handler.register(
            conversations,
            gateway=self._gateway,
            promotions=self._promotions,
            targets=targets,
            versions=self._sagemaker,
        )
        for handler in (subscribe_handler, subscriptions_handler):
            handler.register(
                conversations,
                book=self._subscriptions,
                gateway=self._gateway,
                targets=targets,
                translator=self._translator,
            )
        note_handler.register(
            conversations,
            book=self._known_days,
            gateway=self._gateway,
            subscriptions=self._subscriptions,
            targets=targets,
            translator=self._translator,
        )
        self._below_reports(conversations, targets)
        return conversations

    def _below_reports(self, conversations: Conversations, targets: Targets) -> None:
        """What can be done from a report, besides what has a word of its own."""
        on_it_handler.register(conversations, book=self._mornings)
        mute_handler.register(
            conversations,
            book=self._mornings,
            gateway=self._gateway,
            reporter=self._reporter,
            targets=targets,
            translator=self._translator,
        )
        look_closer_handler.register(
            conversations,
            gateway=self._gateway,
            mornings=self._mornings,
            readers=self._readers,
            reporter=self._reporter,
            targets=targets,
            translator=self._translator,
        )

    def duties(self) -> list[Duty]:
        """What every tick looks after."""
        works = DailyWorks(self._engine)
        run = DailyRun(
            works=works,
            executions=self._executions,
            tracker=self.tracker,
            book=self._book,
            days=self._sagemaker,
            ripe=RipeDays(self._sagemaker),
            alarms=DailyAlarms(
                starter=self._sagemaker,
                cards=self._cards,
                gateway=self._gateway,
                translator=self._translator,
            ),
            clock=self._clock,
            holder=self._holder,
        )
        reports = DailyReports(
            works=works,
            book=self._subscriptions,
            reporter=self._reporter,
            days=self._sagemaker,
            gateway=self._gateway,
            mornings=self._mornings,
            clock=self._clock,
            holder=Holder(new_name(), REPORT_LEASE),
            metrics=self._metrics,
        )
        revisions = RevisedReports(
            works=works,
            book=self._subscriptions,
            reporter=self._reporter,
            gateway=self._gateway,
            clock=self._clock,
            holder=Holder(new_name(), REPORT_LEASE),
            metrics=self._metrics,
        )
        keeping = Housekeeping(
            deliveries=self._deliveries, mornings=Mornings(self._engine), clock=self._clock
        )
        unanswered = Unanswered(
            deliveries=self._deliveries, gateway=self._gateway, translator=self._translator
        )
        runs = [functools.partial(run.advance, daily) for daily in self._settings.daily]
        mornings: list[Duty] = [*runs, reports.advance, revisions.advance]
        return [unanswered.tell, *mornings, self._promotions.resume, keeping.tidy]


def gateway_over(
    calls: Calls, client: AsyncWebClient, session: aiohttp.ClientSession, *, slack_clock: SlackClock
) -> Gateway:
    """The one way out to Slack."""
    webhooks = Webhooks(
        session=session, timeout=REQUEST_TIMEOUT_SECONDS, clock=slack_clock, proxy=client.proxy
    )
    return Gateway(
        calls=calls,
        channels=Channels(calls),
        pacer=Pacer(),
        pictures=Pictures(calls),
        webhooks=webhooks,
    )
