"""Action ids of the buttons on our messages: the messages carry them, the handlers listen."""

from __future__ import annotations

from typing import Final

APPROVE: Final = "promotion.approve"
REJECT: Final = "promotion.reject"
STOP: Final = "execution.stop"
RETRY: Final = "execution.retry"
LOG: Final = "execution.log"
MORE_HELP: Final = "help.more"
UNSUBSCRIBE: Final = "subscription.end"
DELETE_NOTE: Final = "note.delete"
