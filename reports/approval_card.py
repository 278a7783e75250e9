"""The card of a request to promote: what is compared, and who decides."""

from __future__ import annotations

from dataclasses import dataclass

from core.approvals import Approval
from core.day_result import DayResult
from core.domain import ModelVersion
from core.messages import Translator
from reports.message import Message


@dataclass(frozen=True)
class Scored:
    """A registered version with the results it was registered with."""

    version: ModelVersion
    result: DayResult | None = None
    """Evaluations.of_version; None where they are not there any more."""


def approval_card(
    approval: Approval, candidate: Scored, production: Scored | None, t: Translator
) -> Message:
    """The card as it should stand in Slack now.

    Args:
        approval: As stored; buttons are there while it is open, their value is its id.
        candidate: The version it is about.
        production: The version that serves; None: nothing in production yet. Once this approval is
            carried out it is the version that served before.
        t: The language.
    """
    raise NotImplementedError
