"""What a handler offers: words, buttons, forms, shortcuts, each with the right it takes; events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.access import Action
from bot.asking import Asking
from core.commands import Command
from core.domain import ChannelId
from core.messages import Sentence

T = TypeVar("T")


class FieldsError(Exception):
    """A submission cannot be taken: what is wrong, by the block of the field."""

    def __init__(self, by_block: Mapping[str, Sentence]) -> None:
        super().__init__(", ".join(by_block))
        self.by_block = by_block


@dataclass(frozen=True)
class Subcommand:
    """A word after the slash command."""

    word: str
    action: Action
    purpose: Sentence
    usage: str
    examples: tuple[str, ...]
    work: Callable[[Asking, Command], Awaitable[None]]


@dataclass(frozen=True)
class Button:
    """A button, or a choice in a modal that changes the rest of it."""

    action_id: str
    action: Action
    work: Callable[[Asking, Mapping[str, Any]], Awaitable[None]]
    """Gets Slack's whole body: the action's value, the view."""


@dataclass(frozen=True)
class Choice:
    """One entry of a menu, whose options' values are `word/…`."""

    menu: str
    """The menu's action id."""
    word: str
    action: Action
    work: Callable[[Asking, str], Awaitable[None]]
    """Gets what follows the word."""


@dataclass(frozen=True)
class Submission(Generic[T]):
    """A modal's submit button."""

    callback_id: str
    action: Action
    read: Callable[[Mapping[str, Any]], T]
    """What the view says, from memory alone; raises FieldsError, told at the fields."""
    channel: Callable[[T], ChannelId | None]
    """Where the modal was asked for: answers go there."""
    work: Callable[[Asking, T], Awaitable[None]]


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of Slack's own menus, for a message or without one."""

    callback_id: str
    action: Action
    work: Callable[[Asking, Mapping[str, Any]], Awaitable[None]]
    """Gets Slack's whole body."""


@dataclass(frozen=True)
class Event:
    """What Slack tells by itself; nobody waits for an answer, so that it takes no right."""

    kind: str
    work: Callable[[Asking, Mapping[str, Any]], Awaitable[None]]
    """Gets the event."""
