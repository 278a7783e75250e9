"""What a command in a terminal stands on: SageMaker, the clock, and the bot's database if there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.access import Access, Action, not_permitted
from bot.clock import Clock, clock_at
from bot.metrics import Metrics
from bot.model_book import ModelBook
from bot.overview import Overview
from bot.parameter_book import ParameterBook
from bot.sagemaker import SageMaker
from bot.sessions import session_of
from bot.settings import Settings
from bot.store.approvals import Approvals
from bot.store.audit import Audit
from bot.store.database import is_there, open_database, prepare
from bot.store.executions import Executions, Followed
from bot.targets import Targets
from bot.trial_book import TrialBook
from bot.variables import Variables
from core.domain import EnvironmentName, Person, TeamId, UserId
from core.errors import InputError, NotPermittedError
from core.inputs import MOST_SHOWN
from core.messages import Translator, say
from core.people import called_in, chosen, is_user_id, person_of

AWS_THREADS: Final = 8
COMMAND: Final = "mlpipe"
"""What people type before the word, here."""


class PeopleInSettings:
    """Who somebody is, where Slack is not asked: by `[people]` in mlpipe.toml."""

    def __init__(self, people: Mapping[str, Person], *, team: TeamId | None) -> None:
        self._people = people
        self._team = team

    async def called(self, word: str) -> Person:
        """The person whose AWS identity ends with that name, or who has that id in Slack.

        Raises:
            InputError: nobody is called that, or several are.
        """
        teams = {self._team} if self._team else {each.team for each in self._people.values()}
        if len(teams) == 1 and is_user_id(word):
            return Person(teams.pop(), UserId(word))
        names = called_in(self._people)
        try:
            return chosen(word, names)
        except InputError as error:
            if any(
                word.casefold() == each.casefold() for called in names.values() for each in called
            ):
                raise
            raise InputError(
                say(
                    "Nobody in [people] of mlpipe.toml is called {word}. Write an id of Slack, "
                    "such as by=U0ANA, or by=me.",
                    word=word[:MOST_SHOWN],
                ),
                field="by",
            ) from error


@dataclass(frozen=True)
class AtHand:
    """Everything that a command may need."""

    settings: Settings
    sagemaker: SageMaker
    clock: Clock
    targets: Targets
    parameters: ParameterBook
    engine: AsyncEngine | None
    """The bot's database; None where it is not at hand."""
    t: Translator

    @property
    def executions(self) -> Executions | None:
        """What the bot follows."""
        return Executions(self.engine) if self.engine is not None else None

    @property
    def overview(self) -> Overview:
        """What runs."""
        return Overview(source=self.sagemaker, store=self.executions, gateway=None)

    @property
    def trials(self) -> TrialBook:
        """What was tried."""
        return TrialBook(
            source=self.sagemaker,
            parameters=self.parameters,
            people=self.people,
            clock=self.clock,
        )

    @property
    def people(self) -> PeopleInSettings:
        """Who somebody is."""
        return PeopleInSettings(self.settings.people, team=self.settings.team)

    @property
    def models(self) -> ModelBook:
        """What is registered."""
        approvals = Approvals(self.engine) if self.engine is not None else None
        return ModelBook(sagemaker=self.sagemaker, approvals=approvals)

    async def note(
        self, followed: Followed, action: str, outcome: str, *, who: Person | None, why: str = ""
    ) -> None:
        """Keep in the audit log what SageMaker was told, where the database is at hand."""
        if self.engine is not None:
            entry = followed.entry(action, outcome, at=await self.clock.now(), who=who, why=why)
            await Audit(self.engine).add(entry)

    async def person(self, environment: EnvironmentName) -> Person:
        """Who types, in Slack.

        Raises:
            NotPermittedError: mlpipe.toml does not say: whoever that is may only read.
        """
        arn = await self.sagemaker.caller(environment)
        person = person_of(arn, self.settings.people)
        if person is None:
            raise NotPermittedError(
                say(
                    "{arn} is nobody in [people] of mlpipe.toml, and may only read. Who runs "
                    "mlpipe adds the Slack user there.",
                    arn=arn,
                )
            )
        return person

    async def permitted(self, environment: EnvironmentName, action: Action) -> Person:
        """Who types, who may do this.

        Raises:
            NotPermittedError: they may not.
        """
        person = await self.person(environment)
        access = Access(self.settings.roles, self.settings.team or person.team)
        if not access.permits(person, action):
            raise not_permitted(action)
        return person


@asynccontextmanager
async def at_hand(settings: Settings, variables: Variables) -> AsyncIterator[AtHand]:
    """All of it, as long as the context lasts.

    Raises:
        MlpipeError: the clock does not answer, or the database is of another version.
    """
    async with AsyncExitStack() as stack:
        executor = stack.enter_context(ThreadPoolExecutor(AWS_THREADS))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        clock = await clock_at(variables.clock_url, http)
        sagemaker = SageMaker(
            pipelines=settings.pipelines,
            environments=settings.environments,
            session=session_of,
            executor=executor,
            metrics=Metrics(),
            console_url=variables.console_url,
        )
        engine: AsyncEngine | None = None
        if is_there(variables.database_url):
            engine = open_database(variables.database_url)
            stack.push_async_callback(engine.dispose)
            await prepare(engine)
        yield AtHand(
            settings=settings,
            sagemaker=sagemaker,
            clock=clock,
            targets=Targets(
                pipelines=settings.pipelines, environments=settings.environments, clock=clock
            ),
            parameters=ParameterBook(sagemaker),
            engine=engine,
            t=Translator(settings.language),
        )
