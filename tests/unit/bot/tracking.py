"""A tracker between a Slack and a SageMaker that do what a test wants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.following import Following
from bot.heard import Heard
from bot.lookout import Sight
from bot.patience import Patience
from bot.store.audit import Audit
from bot.store.executions import Executions, Followed
from bot.store.leases import Holder
from bot.tracker import Tracker
from core.domain import (
    ChannelId,
    EnvironmentName,
    Execution,
    ExecutionArn,
    ExecutionStatus,
    Kind,
    Person,
    PipelineName,
    TeamId,
    UserId,
)
from core.messages import Sentence, Translator
from reports.message import Message
from tests.unit.bot.fakes import FakeSlack, FixedClock, message

ANA = Person(TeamId("T0"), UserId("U0ANA"))
BEN = Person(TeamId("T0"), UserId("U0BEN"))
NOON = dt.datetime(2013, 6, 29, 12, tzinfo=dt.UTC)
ARN = ExecutionArn("arn:aws:sagemaker:us-east-1:1:pipeline/p/execution/abc")
FOLLOWED = Followed(
    id="e1",
    token="t" * 64,
    pipeline=PipelineName("flights"),
    environment=EnvironmentName("experiment"),
    kind=Kind.TRAIN,
    parameters={"Day": "2013-06-28"},
    requested_at=NOON,
    asked_by=ANA,
    channel=ChannelId("C0DAILY"),
)


class FakeSageMaker:
    """Starts by token, and goes through the statuses that a test gives."""

    def __init__(self, *statuses: ExecutionStatus) -> None:
        self.tokens: set[str] = set()
        self.starts = 0
        self.looks = 0
        self.error: Exception | None = None
        self.blind: Exception | None = None
        """What it answers when it is asked how an execution stands."""
        self.stops = 0
        self.stop_error: Exception | None = None
        self.retries: list[str] = []
        self.retry_error: Exception | None = None
        self.parameters: dict[str, str] = {}
        self._statuses: Iterator[ExecutionStatus] = iter(statuses)
        self._status = ExecutionStatus.EXECUTING

    async def start(self, followed: Followed) -> ExecutionArn:
        if self.error is not None:
            raise self.error
        self.starts += 1
        self.tokens.add(followed.token)
        return ARN

    async def describe(self, _followed: Followed, *, seen: Execution | None = None) -> Execution:
        del seen
        self.looks += 1
        if self.blind is not None:
            raise self.blind
        self._status = next(self._statuses, self._status)
        return Execution(
            arn=ARN,
            sagemaker_pipeline="p",
            status=self._status,
            started=NOON,
            parameters=self.parameters,
        )

    async def stop(self, _followed: Followed) -> None:
        self.stops += 1
        if self.stop_error is not None:
            raise self.stop_error
        self._status = ExecutionStatus.STOPPED

    async def retry(self, followed: Followed) -> None:
        assert followed.retry_token is not None
        self.retries.append(followed.retry_token)
        if self.retry_error is not None:
            raise self.retry_error
        self._status = ExecutionStatus.EXECUTING


class StatusCards:
    """A card that says the status."""

    async def compose(self, _followed: Followed, execution: Execution) -> Message:
        return message(execution.status)

    def lost(self, _followed: Followed, why: Sentence) -> Message:
        return message(f"lost: {Translator().plain(why)}")


class FakeFailures:
    """Remembers what it was to tell."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ExecutionStatus]] = []
        self.error: BaseException | None = None
        """What happens to it before it has told anybody."""

    async def tell_failure(self, followed: Followed, execution: Execution) -> None:
        if self.error is not None:
            raise self.error
        self.told.append((followed.id, execution.status))


class Blind:
    """Lists that show nothing: each execution is described by itself."""

    async def look(self, _rows: Sequence[Followed]) -> Sight:
        return Sight()


class World:
    """A tracker between fakes; `restart` makes another on the same database."""

    def __init__(self, engine: AsyncEngine, sagemaker: FakeSageMaker) -> None:
        self.engine = engine
        self.store = Executions(engine)
        self.sagemaker = sagemaker
        self.slack = FakeSlack()
        self.failures = FakeFailures()
        self.clock = FixedClock(NOON)
        self.seconds = 0.0
        self.lookout = Blind()
        self.tracker = self.restart()

    def restart(self, owner: str = "one") -> Tracker:
        following = Following(
            store=self.store,
            audit=Audit(self.engine),
            starter=self.sagemaker,
            cards=StatusCards(),
            failures=self.failures,
            gateway=self.slack.gateway(),
            clock=self.clock,
            translator=Translator(),
        )
        return Tracker(
            store=self.store,
            following=following,
            lookout=self.lookout,
            heard=Heard({}),
            holder=Holder(owner, dt.timedelta(seconds=60)),
            poll_seconds=0.0,
            patience=Patience(monotonic=lambda: self.seconds),
        )

    async def begun(self) -> Followed:
        """What a person asked for, begun."""
        followed = await self.tracker.begin(FOLLOWED)
        assert followed is not None
        return followed

    async def follow(self) -> None:
        """Let the tracker go on until nothing is left to do."""
        for _ in range(20):
            if not await self.tracker.follow_once():
                return
        raise AssertionError("it never ended")

    def shown(self) -> list[str]:
        posted = [call["text"] for call in self.slack.said("chat.postMessage")]
        return posted + [call["text"] for call in self.slack.said("chat.update")]
