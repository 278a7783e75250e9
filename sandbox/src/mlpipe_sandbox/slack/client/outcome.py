"""What a person sees of what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack shows at a view that the app did not answer, or answered wrongly."""


@dataclass(frozen=True)
class Outcome:
    """Whether it went through; if not, what the person is shown."""

    ok: bool = True
    error: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    """Block id → what is wrong with the field."""
    detail: str | None = None
    """Why, for whoever builds the app; a person in Slack would not see it."""

    def shown(self) -> dict[str, Any]:
        """As the page gets it."""
        given = {"errors": dict(self.errors), "error": self.error, "detail": self.detail}
        return {"ok": self.ok, **{key: value for key, value in given.items() if value}}


DONE = Outcome()
