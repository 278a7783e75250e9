from __future__ import annotations

from bot.access import Access, Action
from core.domain import Person, TeamId, UserId

HERE = TeamId("T0HERE")
ACCESS = Access(
    {
        "*": frozenset({Action.HELP}),
        "U0ANA": frozenset({Action.RUN}),
        "T0PARTNER/U0EVE": frozenset({Action.REPORT}),
    },
    HERE,
)


def person(user: str, team: str = HERE) -> Person:
    return Person(TeamId(team), UserId(user))


def test_what_everyone_may_comes_on_top_of_ones_own() -> None:
    assert ACCESS.actions(person("U0ANA")) == {Action.HELP, Action.RUN}


def test_everyone_else_may_only_what_everyone_may() -> None:
    assert ACCESS.actions(person("U0BEN")) == {Action.HELP}


def test_everyone_means_this_workspace() -> None:
    assert not ACCESS.actions(person("U0ANA", "T0PARTNER"))


def test_somebody_of_another_workspace_can_be_named() -> None:
    assert ACCESS.permits(person("U0EVE", "T0PARTNER"), Action.REPORT)
    assert not ACCESS.permits(person("U0EVE"), Action.REPORT)
