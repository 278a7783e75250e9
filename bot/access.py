"""Who may do what: the one place that decides."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from core.domain import Person, TeamId
from core.errors import NotPermittedError
from core.messages import say

EVERYONE: Final = "*"


class Action(enum.StrEnum):
    """What a route demands and `[roles]` grants."""

    HELP = "help"
    REPORT = "report"
    STATUS = "status"
    SUBSCRIBE = "subscribe"
    """Decide what comes to a channel by itself."""
    NOTE = "note"
    """Say what is known of days and of trials, and take days out of the baselines."""
    ALARM = "alarm"
    """Say that one is on it, and mute an alarm for a while."""
    RUN = "run"
    """Start an execution, stop it, try it again, see its log."""
    PROMOTE = "promote"
    """Ask for a promotion."""
    APPROVE = "approve"
    """Decide on somebody else's."""
    AUDIT = "audit"
    """Read who did what, in the audit log."""


class Access:
    """Grants by person, denied by default."""

    def __init__(self, roles: Mapping[str, frozenset[Action]], team: TeamId) -> None:
        """Take the table of grants.

        Args:
            roles: User id (`U…`), team and user id (`T…/U…`) or `*` → actions.
            team: The workspace in which the bot is installed: a bare user id and `*` mean its
                people only, somebody of another workspace has to be named with the team.
        """
        self._roles = roles
        self._team = team

    def permits(self, person: Person, action: Action) -> bool:
        """Whether this person may do this."""
        return action in self.actions(person)

    def actions(self, person: Person) -> frozenset[Action]:
        """Everything this person may do."""
        granted = self._roles.get(str(person), frozenset())
        if person.team == self._team:
            granted |= self._roles.get(person.user, frozenset())
            granted |= self._roles.get(EVERYONE, frozenset())
        return granted


def not_permitted(action: Action) -> NotPermittedError:
    """What whoever may not do this is told."""
    return NotPermittedError(
        say(
            "You do not have the right “{action}” here. Who runs mlpipe grants it in mlpipe.toml "
            "under [roles].",
            action=action.value,
        )
    )
