"""Everything that people can say: each handler gets what it asks for of the house."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.answers import Answers
from bot.app import House
from bot.audit_book import AuditBook
from bot.comparisons import Comparisons
from bot.conversations import Conversations
from bot.explanations import Explanations
from bot.model_book import ModelBook
from bot.overview import Overview
from bot.pointed_at import PointedAt
from bot.precedence import Precedence
from bot.run_plans import RunPlans
from bot.slack.clock import SlackClock
from bot.store.alarms import AlarmStore
from bot.store.approvals import Approvals
from bot.store.audit import Audit
from bot.targets import Targets
from handlers import audit as audit_handler
from handlers import compare as compare_handler
from handlers import follow as follow_handler
from handlers import from_anywhere as from_anywhere_handler
from handlers import help as help_handler
from handlers import home as home_handler
from handlers import logs as logs_handler
from handlers import look_closer as look_closer_handler
from handlers import matters as matters_handler
from handlers import models as models_handler
from handlers import mute as mute_handler
from handlers import note as note_handler
from handlers import note_the_day as note_the_day_handler
from handlers import on_it as on_it_handler
from handlers import promote as promote_handler
from handlers import report as report_handler
from handlers import retry as retry_handler
from handlers import run as run_handler
from handlers import run_days as run_days_handler
from handlers import status as status_handler
from handlers import stop as stop_handler
from handlers import subscribe as subscribe_handler
from handlers import subscriptions as subscriptions_handler
from handlers import sweep as sweep_handler
from handlers import tag as tag_handler
from handlers import trials as trials_handler


def conversations_in(
    house: House,
    app: AsyncApp,
    *,
    precedence: Precedence,
    slack_clock: SlackClock,
) -> Conversations:
    """All of them, registered with Bolt's app."""
    conversations = Conversations(
        app,
        command=house.settings.command,
        access=house.access,
        answers=Answers(house.gateway, house.translator),
        audit=Audit(house.engine),
        clock=house.clock,
        deliveries=house.deliveries,
        metrics=house.metrics,
        precedence=precedence,
        slack_clock=slack_clock,
        translator=house.translator,
    )
    targets = Targets(
        pipelines=house.settings.pipelines,
        environments=house.settings.environments,
        clock=house.clock,
    )
    overview = Overview(source=house.sagemaker, store=house.executions, gateway=house.gateway)
    pointed_at = PointedAt(
        executions=house.executions,
        reports=AlarmStore(house.engine),
        results=house.reporter,
        targets=targets,
    )
    help_handler.register(conversations, house.translator)
    run_handler.register(
        conversations,
        book=house.book,
        days=house.days,
        gateway=house.gateway,
        lake=house.sagemaker,
        pointed_at=pointed_at,
        plans=RunPlans(trials=house.trials, durations=house.durations, costs=house.costs),
        results=house.reporter,
        targets=targets,
        tracker=house.tracker,
        translator=house.translator,
        trials=house.trials,
    )
    run_days_handler.register(conversations, days=house.days)
    status_handler.register(conversations, overview=overview, targets=targets)
    stop_handler.register(
        conversations,
        audit=Audit(house.engine),
        overview=overview,
        sagemaker=house.sagemaker,
        store=house.executions,
        targets=targets,
        tracker=house.tracker,
    )
    retry_handler.register(
        conversations,
        logs=house.logs,
        runs=house.runs,
        store=house.executions,
        tracker=house.tracker,
    )
    report_handler.register(
        conversations,
        gateway=house.gateway,
        readers=house.readers,
        reporter=house.reporter,
        targets=targets,
    )
    promote_handler.register(
        conversations,
        gateway=house.gateway,
        promotions=house.promotions,
        targets=targets,
        versions=house.sagemaker,
    )
    models_handler.register(
        conversations,
        book=ModelBook(sagemaker=house.sagemaker, approvals=Approvals(house.engine)),
        targets=targets,
        translator=house.translator,
    )
    logs_handler.register(
        conversations,
        logs=house.logs,
        overview=overview,
        sagemaker=house.sagemaker,
        targets=targets,
    )
    trials_handler.register(
        conversations,
        book=house.trials,
        gateway=house.gateway,
        pointed_at=pointed_at,
        targets=targets,
        translator=house.translator,
    )
    compare_handler.register(
        conversations,
        comparisons=Comparisons(trials=house.trials, sagemaker=house.sagemaker),
        gateway=house.gateway,
        targets=targets,
        translator=house.translator,
    )
    matters_handler.register(
        conversations,
        explanations=Explanations(trials=house.trials),
        gateway=house.gateway,
        targets=targets,
        translator=house.translator,
    )
    tag_handler.register(
        conversations,
        book=house.trials,
        targets=targets,
        translator=house.translator,
    )
    sweep_handler.register(
        conversations,
        book=house.book,
        gateway=house.gateway,
        lake=house.sagemaker,
        targets=targets,
        tracker=house.tracker,
        translator=house.translator,
    )
    subscribe_handler.register(
        conversations,
        book=house.subscriptions,
        gateway=house.gateway,
        targets=targets,
        translator=house.translator,
    )
    subscriptions_handler.register(
        conversations,
        book=house.subscriptions,
        follows=house.follows,
        targets=targets,
        translator=house.translator,
    )
    follow_handler.register(
        conversations, book=house.follows, gateway=house.gateway, targets=targets
    )
    note_handler.register(
        conversations,
        book=house.known_days,
        subscriptions=house.subscriptions,
        targets=targets,
        translator=house.translator,
    )
    note_the_day_handler.register(
        conversations,
        book=house.known_days,
        pointed_at=pointed_at,
        targets=targets,
        translator=house.translator,
    )
    _register_below_reports(house, conversations, targets)
    home_handler.register(conversations, pages=house.homes)
    from_anywhere_handler.register(
        conversations, executions=house.executions, languages=house.languages
    )
    audit_handler.register(
        conversations,
        book=AuditBook(
            audit=Audit(house.engine),
            people=house.people,
            clock=house.clock,
            translator=house.translator,
        ),
        gateway=house.gateway,
        translator=house.translator,
    )
    return conversations


def _register_below_reports(house: House, conversations: Conversations, targets: Targets) -> None:
    """What can be done from a report, besides what has a word of its own."""
    on_it_handler.register(conversations, book=house.alarms)
    mute_handler.register(
        conversations,
        book=house.alarms,
        readers=house.readers,
        targets=targets,
        translator=house.translator,
    )
    look_closer_handler.register(
        conversations,
        gateway=house.gateway,
        alarms=house.alarms,
        readers=house.readers,
        reporter=house.reporter,
        targets=targets,
        translator=house.translator,
    )
