"""Who somebody in the workspace is, by what people call them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.slack.calls import Calls
from core.domain import Person, TeamId, UserId
from core.people import chosen

FRESH_SECONDS: Final = 600.0
"""For so long the workspace's people are taken as unchanged."""
PAGE: Final = 1000
"""API: users.list's limit at most."""
MOST_PAGES: Final = 20
"""Of a larger workspace the rest are found by their id only."""


class SlackPeople:
    """Asks Slack who is there (users.list), and remembers it for a while."""

    def __init__(self, calls: Calls, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._monotonic = monotonic
        self._known: Mapping[Person, Sequence[str]] = {}
        self._asked = float("-inf")

    async def called(self, word: str) -> Person:
        """The person of that name or id.

        Raises:
            InputError: nobody is called that, or several are.
            UnavailableError: Slack does not answer.
        """
        if self._monotonic() - self._asked > FRESH_SECONDS:
            self._known = await self._everybody()
            self._asked = self._monotonic()
        return chosen(word, self._known)

    async def _everybody(self) -> Mapping[Person, Sequence[str]]:
        found: dict[Person, Sequence[str]] = {}
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            answer = await self._calls.call("users.list", limit=PAGE, cursor=cursor)
            found |= {_person(each): _names(each) for each in answer.get("members", [])}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return found


def _person(member: Mapping[str, Any]) -> Person:
    return Person(TeamId(str(member.get("team_id", ""))), UserId(str(member["id"])))


def _names(member: Mapping[str, Any]) -> Sequence[str]:
    """The handle, which is one person's, then what several may be called."""
    profile = member.get("profile") or {}
    names = (member.get("name"), profile.get("display_name"), profile.get("real_name"))
    return [str(each or "") for each in names]
