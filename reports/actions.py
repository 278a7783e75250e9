"""Action ids of the buttons on our messages: the messages carry them, the handlers listen."""

from __future__ import annotations

from typing import Final

APPROVE: Final = "promotion.approve"
REJECT: Final = "promotion.reject"
