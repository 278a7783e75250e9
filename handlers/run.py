"""`/mlpipe run`: start an execution by one line or by a modal; its card is the tracker's."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.data_days import DataDays, Lake
from bot.day_by_day import DayByDay
from bot.parameter_book import ParameterBook
from bot.pointed_at import PointedAt
from bot.routes import Button, Choice, Shortcut, Subcommand, Submission
from bot.run_form import CALLBACK, ENVIRONMENT, LOADING, PIPELINE, TITLE, RunForm
from bot.run_plans import RunPlans, plan_of, request_of, token_of
from bot.run_request import Request, read
from bot.slack.gateway import Gateway
from bot.starting import Starting
from bot.targets import Target, Targets
from bot.tracker import Tracker
from core.commands import Command, same_name
from core.day_result import DayResult
from core.domain import ChannelId, Kind
from core.messages import Translator, say
from core.mornings import Morning
from core.parameters import DAY, Parameter
from core.trials import Trial
from reports.actions import AGAIN_WITH_CHANGES, REPORT_MENU, RETRAIN, RUN_AGAIN, RUN_PLANNED
from reports.dry_run import Plan, dry_run
from reports.message import Message
from reports.names import code

DRY_RUN: Final = "--dry-run"


class Results(Protocol):
    """The evaluated days."""

    async def result(self, target: Target, day: dt.date) -> DayResult | None:
        """One day's results; None where it was not evaluated."""


class Trials(Protocol):
    """What was tried before."""

    async def named(self, target: Target, name: str) -> Trial | None:
        """The trial of that name."""

    async def last_good(self, target: Target) -> Trial | None:
        """The newest trial that ended well."""


class Run:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        book: ParameterBook,
        form: RunForm,
        gateway: Gateway,
        pointed_at: PointedAt,
        plans: RunPlans,
        results: Results,
        starting: Starting,
        targets: Targets,
        translator: Translator,
        trials: Trials,
    ) -> None:
        self._app = app
        self._plans = plans
        self._translator = translator
        self._results = results
        self._pointed_at = pointed_at
        self._book = book
        self._form = form
        self._gateway = gateway
        self._targets = targets
        self._starting = starting
        self._trials = trials

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe run …`: the modal without arguments, else start at once."""
        assert asking.channel is not None
        if not command.tokens:
            await self._open(asking, asking.channel)
            return
        await self._gateway.require(asking.channel)
        dry, command = _dry_run(command)
        request = await read(
            command, targets=self._targets, book=self._book, channel=asking.channel
        )
        if dry:
            await self._plan(asking, request)
        else:
            await self._start(asking, request)

    async def start_planned(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click below a dry run: start what it showed."""
        assert asking.channel is not None
        plan = Plan.loads(body["actions"][0]["value"])
        await self._gateway.require(asking.channel)
        target = self._targets.at(plan.pipeline, plan.environment)
        request = request_of(plan, target, asking.channel)
        await self._starting.start(asking, request, token=token_of(plan))
        told = self._translator.mrkdwn(say("Started: its card stands in this channel."))
        await self._app.show(asking, Message(told), replace=True)

    async def again(self, asking: Asking, value: str) -> None:
        """`Retrain …` below a report: the form, filled with what its run was started with."""
        assert asking.channel is not None
        await self._open(asking, asking.channel, Morning.parse(value))

    async def again_with_changes(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click below a trial: the form, filled with what the trial was given."""
        assert asking.channel is not None
        pipeline, environment, name = body["actions"][0]["value"].split("/", 2)
        target = self._targets.at(pipeline, environment)
        fill = functools.partial(self._filled_as, asking.channel, target, name)
        await self._app.open(asking, fill, title=TITLE, loading=LOADING)

    async def pointed(self, asking: Asking, _body: Mapping[str, Any]) -> None:
        """The shortcut on a card or a report: the form, filled with what its run was given."""
        fill = functools.partial(self._filled_as_pointed, asking)
        await self._app.open(asking, fill, title=TITLE, loading=LOADING)

    async def _plan(self, asking: Asking, request: Request) -> None:
        followed = await self._starting.execution(asking, request)
        beside = await self._plans.beside(request.target, request.kind)
        parameters = await self._parameters(request.target, request.kind)
        plan = plan_of(followed, request.days)
        await self._app.show(asking, dry_run(plan, parameters, beside, self._translator))

    async def _start(self, asking: Asking, request: Request) -> None:
        await self._starting.start(asking, request)

    # The modal

    async def _open(
        self, asking: Asking, channel: ChannelId, morning: Morning | None = None
    ) -> None:
        fill = functools.partial(self._filled, channel, morning)
        await self._app.open(asking, fill, title=TITLE, loading=LOADING)

    async def _filled(self, channel: ChannelId, morning: Morning | None) -> Mapping[str, Any]:
        await self._gateway.require(channel)
        if morning is None:
            target = Target(
                next(iter(self._targets.pipelines.values())),
                self._targets.environment_in(channel, None),
            )
            return await self._as_last_good(target, channel)
        target = self._targets.of(morning)
        result = await self._results.result(target, morning.day)
        given = dict(result.run.parameters) if result else {}
        return await self._form.view(target, channel, {**given, DAY: morning.day.isoformat()})

    async def _as_last_good(self, target: Target, channel: ChannelId) -> Mapping[str, Any]:
        """The form as the last run that went well was filled, but for its day."""
        trial = await self._trials.last_good(target)
        if trial is None:
            return await self._form.view(target, channel)
        source = say("Filled in as the last good run was, `{name}`.", name=code(trial.name))
        return await self._form.view(target, channel, trial.typed(), source=source)

    async def _filled_as(self, channel: ChannelId, target: Target, name: str) -> Mapping[str, Any]:
        await self._gateway.require(channel)
        trial = await self._trials.named(target, name)
        return await self._form.view(target, channel, trial.typed() if trial else {})

    async def _filled_as_pointed(self, asking: Asking) -> Mapping[str, Any]:
        assert asking.channel is not None
        await self._gateway.require(asking.channel)
        at = await self._pointed_at.of(asking)
        return await self._form.view(at.target, asking.channel, at.given)

    async def choose(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """Another pipeline or environment was chosen: its parameters take the place."""
        assert asking.view_id is not None
        target, channel = self._form.chosen(body["view"])
        await self._app.update(asking.view_id, await self._as_last_good(target, channel))

    async def submit(self, asking: Asking, request: Request) -> None:
        """The modal was submitted."""
        assert request.channel is not None
        await self._gateway.require(request.channel)
        await self._start(asking, request)

    async def _parameters(self, target: Target, kind: Kind) -> tuple[Parameter, ...]:
        return await self._book.parameters(target.pipeline.name, target.environment, kind)


def _dry_run(command: Command) -> tuple[bool, Command]:
    """Whether only to show what it would do, and the command without what says so."""
    rest = [each for each in command.tokens if each.name or not same_name(each.text, DRY_RUN)]
    return len(rest) < len(command.tokens), Command(command.name, tuple(rest))


def register(
    app: Conversations,
    *,
    book: ParameterBook,
    days: DayByDay,
    gateway: Gateway,
    lake: Lake,
    pointed_at: PointedAt,
    plans: RunPlans,
    results: Results,
    targets: Targets,
    tracker: Tracker,
    translator: Translator,
    trials: Trials,
) -> None:
    """Offer the conversation."""
    data = DataDays(lake)
    starting = Starting(
        book=book, clock=app.clock, data=data, days=days, targets=targets, tracker=tracker
    )
    form = RunForm(book=book, data=data, targets=targets, translator=translator)
    run = Run(
        app=app,
        book=book,
        form=form,
        gateway=gateway,
        starting=starting,
        pointed_at=pointed_at,
        plans=plans,
        results=results,
        targets=targets,
        translator=translator,
        trials=trials,
    )
    app.subcommand(
        Subcommand(
            word="run",
            action=Action.RUN,
            purpose=say("Start a pipeline and follow it here. Alone it opens a form."),
            usage="run [pipeline] [env=…] [name=value …] [tags=…] [note=…] [--dry-run]",
            examples=(
                "run",
                "run day=yesterday NumLeaves=63",
                "run day=2013-06-01..2013-06-14",
                'run NumLeaves=63 tags=weather note="try storms"',
                "run NumLeaves=63 --dry-run",
            ),
            work=run.command,
        )
    )
    for action_id in (PIPELINE, ENVIRONMENT):
        app.button(Button(action_id, Action.RUN, run.choose))
    app.shortcut(Shortcut(AGAIN_WITH_CHANGES, Action.RUN, run.pointed))
    app.button(Button(RUN_PLANNED, Action.RUN, run.start_planned))
    app.button(Button(RUN_AGAIN, Action.RUN, run.again_with_changes))
    app.choice(Choice(REPORT_MENU, RETRAIN, Action.RUN, run.again))
    app.submission(
        Submission(
            CALLBACK,
            Action.RUN,
            read=form.read,
            channel=lambda request: request.channel,
            work=run.submit,
        )
    )
