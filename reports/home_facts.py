"""What the home tab is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.approvals import Approval
from core.domain import EnvironmentName, PipelineName
from core.subscriptions import Subscription
from reports.execution_facts import CardFacts


@dataclass(frozen=True)
class Mine:
    """Something that the viewer started."""

    facts: CardFacts
    running: bool
    link: str | None = None
    """Address of its card."""
    failed_step: str | None = None
    refused: str | None = None
    """Why SageMaker would not start it."""


@dataclass(frozen=True)
class Undecided:
    """A request to promote that awaits a decision."""

    approval: Approval
    own: bool
    """Whether the viewer asked for it: another person decides then."""
    link: str | None = None


@dataclass(frozen=True)
class DailyRun:
    """What runs every day by itself."""

    pipeline: PipelineName
    environment: EnvironmentName
    next: dt.datetime


@dataclass(frozen=True)
class Comes:
    """A report that comes to a channel by itself."""

    subscription: Subscription
    next: dt.datetime | None


@dataclass(frozen=True)
class HomeFacts:
    """What a home tab is made of."""

    command: str
    offers: tuple[str, ...] = ()
    """Action ids of what the viewer may do from here."""
    may_look: bool = True
    """Whether the viewer may see what runs here."""
    may_stop: bool = False
    runs: tuple[Mine, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    daily: tuple[DailyRun, ...] = ()
    comes: tuple[Comes, ...] = ()
