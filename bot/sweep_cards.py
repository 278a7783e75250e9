"""Collects what the card of a sweep shows and draws it."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

from core.domain import PRODUCTION, EnvironmentName, PipelineName
from core.errors import MlpipeError
from core.leaderboard import Board
from core.messages import Translator
from core.sweeps import STRATEGY, Sweep, taken_apart
from core.trials import Trial
from mlops.trials import Trials
from reports.execution_facts import CardFacts
from reports.message import Message
from reports.sweep_card import SweepFacts, sweep_card

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 6.0
"""Between two looks at one leaderboard: each is two calls."""
MOST_REMEMBERED: Final = 64
TUNES: Final = "TuningJob"
"""Kind of the step that tunes."""


class Source(Protocol):
    """Where sweeps and trials are."""

    async def board(self, environment: EnvironmentName, job_arn: str, /) -> Board:
        """How a tuning job stands."""

    @property
    def trials(self) -> Callable[[PipelineName, EnvironmentName], Trials]:
        """Those of one pipeline in one environment."""


class SweepCards:
    """The card of a sweep."""

    def __init__(
        self,
        source: Source,
        *,
        translator: Translator,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._translator = translator
        self._monotonic = monotonic
        self._known: OrderedDict[str, tuple[Board, float]] = OrderedDict()

    async def compose(self, card: CardFacts) -> Message:
        """The card as it should stand in Slack now."""
        board = await self._board(card)
        facts = SweepFacts(card, _asked(card) or (board.sweep if board else None), board)
        if card.execution.status.ended and board is not None and board.best is not None:
            facts = dataclasses.replace(facts, production=await self._newest(card))
        return sweep_card(facts, self._translator)

    def lost(self, card: CardFacts) -> Message:
        """The last card of a sweep about which SageMaker tells nothing more."""
        return sweep_card(SweepFacts(card, _asked(card)), self._translator)

    async def _newest(self, card: CardFacts) -> Trial | None:
        try:
            return await self._source.trials(card.pipeline, PRODUCTION).newest_completed()
        except (MlpipeError, KeyError) as error:  # there may be no such environment
            logger.warning("sweep %s: production's trial cannot be read: %s", card.id, error)
            return None

    async def _board(self, card: CardFacts) -> Board | None:
        jobs = [step.job_arn for step in card.execution.steps if step.kind == TUNES]
        job = jobs[-1] if jobs else None
        if job is None:
            return None
        known, read_at = self._known.get(job, (None, float("-inf")))
        fresh = self._monotonic() - read_at < FRESH_SECONDS
        if known is not None and fresh and not card.execution.status.ended:
            return known
        try:
            board = await self._source.board(card.environment, job)
        except MlpipeError as error:
            logger.warning("sweep %s: its leaderboard cannot be read: %s", card.id, error)
            return known
        self._known[job] = (board, self._monotonic())
        self._known.move_to_end(job)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return board


def _asked(card: CardFacts) -> Sweep | None:
    """What was asked for here; None of a sweep that was started elsewhere."""
    return taken_apart(card.given)[0] if STRATEGY in card.given else None
