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
ON_IT: Final = "report.on_it"
HAND_BACK: Final = "report.hand_back"
RETRY_RUN: Final = "report.retry"
UNMUTE: Final = "report.unmute"
AS_SENT: Final = "report.as_sent"
REPORT_MENU: Final = "report.menu"
SERIES_MENU: Final = "report.series"
WHOLE: Final = "whole"
"""The one entry of the menu of a message about several series, whatever is chosen in it."""
DETAILS: Final = "details"
COMPARE: Final = "compare"
MUTE: Final = "mute"
RETRAIN: Final = "retrain"
PROMOTE: Final = "promote"
"""Entries of a report's menu: the first word of the value of what is chosen."""
