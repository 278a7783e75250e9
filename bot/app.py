"""The whole map of who needs whom: each object is built once and handed to whoever needs it."""

from __future__ import annotations

import datetime as dt
import functools
import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.access import Access
from bot.alarm_book import AlarmBook
from bot.cards import ApprovalCards, ExecutionCards
from bot.clock import Clock
from bot.daily_alarms import DailyAlarms
from bot.daily_report import DailyReports
from bot.daily_run import DailyRun
from bot.day_by_day import DayByDay
from bot.day_range_cards import DayRangeCards
from bot.follow_book import FollowBook
from bot.following import Following
from bot.heard import Heard
from bot.home import HomePages
from bot.housekeeping import Housekeeping
from bot.job_logs import JobLogs
from bot.known_days import KnownDaysBook
from bot.live_metrics import LiveMetrics
from bot.lookout import Lookout
from bot.metrics import Metrics
from bot.morning_runs import MorningRuns
from bot.parameter_book import ParameterBook
from bot.promotions import Promotions
from bot.readers import Readers
from bot.report_delivery import ReportDelivery
from bot.reporter import Reporter
from bot.revised_reports import RevisedReports
from bot.ripe_days import RipeDays
from bot.run_costs import RunCosts
from bot.sagemaker import SageMaker
from bot.scheduler import Duty
from bot.settings import Settings
from bot.slack.gateway import Gateway
from bot.slack.languages import Languages
from bot.slack.people import SlackPeople
from bot.store.alarms import AlarmStore
from bot.store.approvals import Approvals
from bot.store.audit import Audit
from bot.store.daily import DailyWorks
from bot.store.day_ranges import DayRanges
from bot.store.deliveries import Deliveries
from bot.store.executions import Executions
from bot.store.follows import Follows
from bot.store.homes import Homes
from bot.store.leases import Holder, new_name
from bot.store.notes import Notes
from bot.store.subscriptions import Subscriptions
from bot.subscriptions import SubscriptionBook
from bot.sweep_cards import SweepCards
from bot.targets import Targets
from bot.tracker import Tracker
from bot.trial_book import TrialBook
from bot.trial_marks import TrialMarks
from bot.unanswered import Unanswered
from bot.usual_durations import UsualDurations
from core.messages import Translator

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
        access: Access,
        languages: Languages,
        people: SlackPeople,
        sagemaker: SageMaker,
        translator: Translator,
        poll_seconds: float,
        metrics: Metrics,
    ) -> None:
        one = ONLY_PROCESS if engine.dialect.name == "sqlite" else new_name()
        self.settings = settings
        self.engine = engine
        self.clock = clock
        self.gateway = gateway
        self.access = access
        self.languages = languages
        self.sagemaker = sagemaker
        self.translator = translator
        self.metrics = metrics
        self._holder = Holder(one, LEASE)
        self.book = ParameterBook(sagemaker)
        self.people = people
        self.trials = TrialBook(source=sagemaker, parameters=self.book, people=people, clock=clock)
        self.durations = UsualDurations(sagemaker)
        self.costs = RunCosts(sagemaker, settings.prices)
        self._cards = ExecutionCards(
            sagemaker=sagemaker,
            book=self.book,
            durations=self.durations,
            live=LiveMetrics(sagemaker),
            costs=self.costs,
            sweeps=SweepCards(sagemaker, translator=translator),
            translator=translator,
            command=settings.command,
        )
        self.executions = Executions(engine)
        self.deliveries = Deliveries(engine, Holder(one, ANSWER_LEASE))
        self.logs = JobLogs(source=sagemaker, gateway=gateway, translator=translator)
        self.follows = FollowBook(
            declared=settings.follows,
            pipelines=settings.pipelines,
            store=Follows(engine),
            clock=clock,
        )
        self.heard = Heard(sagemaker.queues())
        following = Following(
            store=self.executions,
            audit=Audit(engine),
            starter=sagemaker,
            cards=self._cards,
            failures=self.logs,
            gateway=gateway,
            clock=clock,
            translator=translator,
        )
        self.tracker = Tracker(
            store=self.executions,
            following=following,
            lookout=Lookout(
                source=sagemaker,
                store=self.executions,
                follows=self.follows,
                heard=self.heard,
                holder=self._holder,
                clock=clock,
            ),
            heard=self.heard,
            holder=self._holder,
            poll_seconds=poll_seconds,
        )
        self.days = DayByDay(
            store=DayRanges(engine),
            executions=self.executions,
            tracker=self.tracker,
            cards=DayRangeCards(
                sagemaker=sagemaker,
                book=self.book,
                durations=self.durations,
                costs=self.costs,
                translator=translator,
                command=settings.command,
            ),
            gateway=gateway,
            book=self.book,
            targets=Targets(
                pipelines=settings.pipelines, environments=settings.environments, clock=clock
            ),
            clock=clock,
            holder=self._holder,
            poll_seconds=poll_seconds,
        )
        self.promotions = Promotions(
            store=Approvals(engine),
            registry=sagemaker,
            cards=ApprovalCards(sagemaker=sagemaker, translator=translator),
            gateway=gateway,
            clock=clock,
            holder=self._holder,
        )
        self.known_days = KnownDaysBook(Notes(engine))
        self.runs = MorningRuns(works=DailyWorks(engine), executions=self.executions)
        self.alarms = AlarmBook(store=AlarmStore(engine), gateway=gateway, runs=self.runs)
        self.reporter = Reporter(
            sagemaker=sagemaker,
            alarms=self.alarms,
            known_days=self.known_days,
            runs=self.runs,
        )
        self.subscriptions = SubscriptionBook(
            declared=settings.subscriptions,
            pipelines=settings.pipelines,
            store=Subscriptions(engine),
        )
        self.readers = Readers(
            book=self.subscriptions, reporter=self.reporter, language=settings.language
        )

        self.homes = HomePages(
            access=access,
            book=self.subscriptions,
            clock=clock,
            command=settings.command,
            daily=settings.daily,
            executions=self.executions,
            gateway=gateway,
            languages=languages,
            promotions=self.promotions,
            store=Homes(engine),
        )

    def watch(self) -> None:
        """Have Prometheus told how much is under way."""
        self.metrics.watch(
            "mlpipe_executions_followed",
            "Executions that run and whose cards are kept.",
            lambda: self.tracker.followed,
        )
        self.metrics.watch(
            "mlpipe_follow_lag_seconds",
            "Since the look that is longest ago at an execution that is followed.",
            lambda: self.tracker.lag,
        )
        self.metrics.watch(
            "mlpipe_slack_messages_waiting",
            "Messages and edits that wait for their channel's turn.",
            lambda: self.gateway.waiting,
        )

    async def take_over(self) -> None:
        """What a process of the same name left unanswered, which was killed, is nobody's."""
        await self.deliveries.let_go()

    async def let_go(self) -> None:
        """Leave what it worked on to whoever comes next, without waiting for a lease to end."""
        try:
            await self._holder.release(self.engine)
        except (OSError, SQLAlchemyError) as error:
            logger.warning("what was worked on is free again only in %s: %s", LEASE, error)

    async def _show_mended(self) -> None:
        await self.alarms.show_mended(now=await self.clock.now())

    def duties(self) -> list[Duty]:
        """What every tick looks after."""
        works = DailyWorks(self.engine)
        ripe = RipeDays(self.sagemaker)
        run = DailyRun(
            works=works,
            executions=self.executions,
            tracker=self.tracker,
            book=self.book,
            days=self.sagemaker,
            ripe=ripe,
            alarms=DailyAlarms(
                starter=self.sagemaker,
                cards=self._cards,
                works=works,
                gateway=self.gateway,
                translator=self.translator,
            ),
            clock=self.clock,
            holder=self._holder,
        )
        delivery = ReportDelivery(
            works=works,
            gateway=self.gateway,
            alarms=self.alarms,
            holder=Holder(new_name(), REPORT_LEASE),
            metrics=self.metrics,
        )
        reports = DailyReports(
            works=works,
            book=self.subscriptions,
            reporter=self.reporter,
            days=self.sagemaker,
            gateway=self.gateway,
            delivery=delivery,
            clock=self.clock,
            metrics=self.metrics,
        )
        revisions = RevisedReports(
            works=works,
            book=self.subscriptions,
            reporter=self.reporter,
            ripe=ripe,
            gateway=self.gateway,
            clock=self.clock,
            holder=Holder(new_name(), REPORT_LEASE),
            metrics=self.metrics,
        )
        keeping = Housekeeping(
            deliveries=self.deliveries,
            alarms=AlarmStore(self.engine),
            homes=Homes(self.engine),
            clock=self.clock,
        )
        marks = TrialMarks(
            executions=self.executions,
            trials=self.trials,
            pipelines=self.settings.pipelines,
        )
        unanswered = Unanswered(
            deliveries=self.deliveries, gateway=self.gateway, translator=self.translator
        )
        runs = [functools.partial(run.advance, daily) for daily in self.settings.daily]
        mornings: list[Duty] = [*runs, reports.advance, revisions.advance]
        return [
            unanswered.tell,
            *mornings,
            self.promotions.resume,
            self._show_mended,
            marks.advance,
            self.homes.refresh,
            keeping.tidy,
        ]
