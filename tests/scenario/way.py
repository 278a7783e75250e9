"""The ways in which the same scenarios run: how deliveries come, and where state is kept."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import pytest


class Transport(enum.StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


class Database(enum.StrEnum):
    """Where the bot keeps its state."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True)
class Doubling:
    """Every delivery comes late, and once more when its trigger_id has died. Seconds."""

    name: str
    trigger: float
    """How long a trigger_id lives."""
    late: float
    """How late the first comes at most."""
    again: tuple[float, float]
    """When the second comes."""


@dataclass(frozen=True)
class Way:
    """One of them."""

    transport: Transport
    database: Database
    doubled: Doubling | None = None

    def __str__(self) -> str:
        way = f"{self.transport}-{self.database}"
        return f"{way}-{self.doubled.name}" if self.doubled else way


USUAL = Way(Transport.SOCKET, Database.SQLITE)
FOUR = tuple(Way(*each) for each in product(Transport, Database))
DOUBLED = Way(
    Transport.HTTP,
    Database.POSTGRESQL,
    Doubling("doubled", trigger=1.0, late=0.3, again=(1.1, 2.5)),
)
"""In a third of Slack's time, and less."""
IN_TRUE_TIME = Way(
    Transport.SOCKET,
    Database.SQLITE,
    Doubling("doubled_in_true_time", trigger=3.0, late=1.0, again=(3.1, 300.0)),
)


def ways(markers: Iterable[pytest.Mark], *, proving: bool) -> list[Way]:
    """Those in which a scenario runs; never those that a mark `only` of it or its file leaves out.

    Without a mark one, with `four_ways` all four, with `doubled` also the one in which every
    delivery comes twice. Where everything is proved all of them, and what is marked `doubled` once
    more in Slack's own time.
    """
    closest_first = list(markers)
    marks = {mark.name for mark in closest_first}
    only: dict[str, object] = {}
    for mark in reversed(closest_first):
        only |= mark.kwargs if mark.name == "only" else {}
    fit = [
        way
        for way in (*FOUR, DOUBLED)
        if all(getattr(way, name) == it for name, it in only.items())
    ]
    if proving:
        return [*fit, IN_TRUE_TIME] if "doubled" in marks else fit
    wanted = FOUR if "four_ways" in marks else (USUAL,)
    if "doubled" in marks:
        wanted = (*wanted, DOUBLED)
    return [way for way in fit if way in wanted] or fit[:1]
