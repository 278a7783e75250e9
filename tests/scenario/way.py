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
class Way:
    """One of them."""

    transport: Transport
    database: Database

    def __str__(self) -> str:
        return f"{self.transport}-{self.database}"


USUAL = Way(Transport.SOCKET, Database.SQLITE)
FOUR = tuple(Way(*each) for each in product(Transport, Database))


def ways(markers: Iterable[pytest.Mark], *, proving: bool) -> list[Way]:
    """Those in which a scenario runs.

    All four of them where it is marked `four_ways` or everything is proved, else one; never those
    that its mark `only` leaves out.
    """
    marks = {mark.name: mark for mark in markers}
    only = marks["only"].kwargs if "only" in marks else {}
    fit = [way for way in FOUR if all(getattr(way, name) == it for name, it in only.items())]
    if proving or "four_ways" in marks:
        return fit
    return [USUAL] if USUAL in fit else fit[:1]
