"""Which language a person reads: that of their Slack, where the bot speaks it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Final

from bot.slack.calls import Calls
from core.domain import Person
from core.errors import MlpipeError
from core.messages import LANGUAGES, Translator

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 3600.0
"""For so long a person's language is taken as unchanged."""
REMEMBERED: Final = 2000
"""People whose language is kept in memory."""


class Languages:
    """Asks Slack for a person's locale (users.info), and remembers it for a while."""

    def __init__(
        self,
        calls: Calls,
        *,
        usual: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what it stands on.

        Args:
            calls: Slack's.
            usual: The team's language: for locales that are none of ours, and where Slack does
                not tell.
            monotonic: A clock.
        """
        self._calls = calls
        self._monotonic = monotonic
        self._translators: Mapping[str, Translator] = {each: Translator(each) for each in LANGUAGES}
        self._usual = usual
        self._known: dict[Person, tuple[float, str]] = {}

    async def of(self, person: Person) -> Translator:
        """Who speaks to them."""
        asked, language = self._known.get(person, (float("-inf"), self._usual))
        if self._monotonic() - asked > FRESH_SECONDS:
            language = await self._ask(person)
            self._remember(person, language)
        return self._translators[language]

    async def _ask(self, person: Person) -> str:
        try:
            answer = await self._calls.call("users.info", user=person.user, include_locale=True)
        except MlpipeError as error:
            logger.info("the language of %s is not known: %s", person, error)
            return self._usual
        # Such as "ja-JP": https://docs.slack.dev/reference/methods/users.info
        language = str((answer.get("user") or {}).get("locale") or "").partition("-")[0]
        return language if language in self._translators else self._usual

    def _remember(self, person: Person, language: str) -> None:
        self._known.pop(person, None)
        self._known[person] = (self._monotonic(), language)
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
