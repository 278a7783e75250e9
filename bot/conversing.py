"""Everything that people can say: each handler gets what it asks for of the house."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.answers import Answers
from bot.app import House
from bot.conversations import Conversations
from bot.overview import Overview
from bot.precedence import Precedence
from bot.slack.clock import SlackClock
from bot.store.audit import Audit
from bot.targets import Targets
from bot.trial_book import TrialBook
from handlers import from_anywhere as from_anywhere_handler
from handlers import help as help_handler
from handlers import home as home_handler
