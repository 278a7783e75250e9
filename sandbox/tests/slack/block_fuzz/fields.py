"""What Slack's reference says of one field, and the values by which it is tried."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from sandbox.tests.slack.block_fuzz.specimens import Surface

Payload = dict[str, Any]

OF_OTHER_TYPES: Final[tuple[Any, ...]] = (True, 7, 7.5, "x", ["x"], [{}], {"x": 1})
"""A value of each type of JSON; the field's own is left out."""
TOLD_APART_BY: Final = ("action_id", "block_id", "label", "name", "task_id", "value")


@dataclass(frozen=True)
class Field:
    """One field: how a value of a size is made, and which sizes Slack takes.

    The size of a text is its characters, of a list its items, of a number the number.
    """

    made: Callable[[int], Any]
    usual: int = 1
    least: int | None = None
    most: int | None = None
    among: tuple[str, ...] = ()
    """Words, of which it has to be one."""
    others: tuple[Any, ...] = ()
    """More values that it may not be."""
    required: bool = False
    plain: bool = False
    """Whether it is a text object that takes no mrkdwn."""

    @property
    def good(self) -> Any:
        """A value that Slack takes."""
        return self.among[0] if self.among else self.made(self.usual)

    @property
    def needed(self) -> Self:
        """The same, where it may not be left out."""
        return replace(self, required=True)

    def taken(self) -> Iterator[Any]:
        """Values that Slack takes."""
        yield from self.among or (self.good,)
        for size in (self.least, self.most):
            if size is not None:
                yield self.made(size)

    def refused(self) -> Iterator[Any]:
        """Values that Slack does not take: of another type, too small, too large, unknown."""
        for value in OF_OTHER_TYPES:
            if not _same_type(value, self.good):
                yield value
        yield from self.others
        if self.among:
            yield "no such word"
        if self.least is not None and self.least > 0:
            yield self.made(self.least - 1)
        if self.most is not None:
            yield self.made(self.most + 1)
        if self.plain:
            yield {"type": "mrkdwn", "text": "t"}


@dataclass(frozen=True)
class Kind:
    """A block, element or object with its fields, and the block in which it is tried."""

    name: str
    page: str
    """Where Slack describes it, below docs.slack.dev/reference."""
    fields: dict[str, Field]
    given: Payload = field(default_factory=dict)
    """What it has whatever is tried: its type, and what it may not be without."""
    within: Callable[[Payload], Payload] = lambda payload: payload
    surface: Surface | str = "message"
    instead: dict[str, str] = field(default_factory=dict)
    """Fields of which one takes the place of another that is given."""
    spare: tuple[str, ...] = ()
    """What is given and may be left out all the same."""
    clashes: tuple[Payload, ...] = ()
    """Values of several fields, each of which Slack takes, but not together."""
    together: tuple[Payload, ...] = ()
    """Values of several fields that Slack takes together."""

    def with_field(self, name: str, value: Any) -> Payload:
        """The block with this value in one field, and little else."""
        return self.with_all({name: value})

    def without(self, name: str) -> Payload:
        """The block without one of its fields."""
        payload = self._payload({})
        payload.pop(name, None)
        return self.within(payload)

    def with_all(self, values: Payload) -> Payload:
        """The block with these values in its fields."""
        return self.within(self._payload(values))

    def _payload(self, values: Payload) -> Payload:
        payload = copy.deepcopy(self.given)
        for name, each in self.fields.items():
            if each.required:
                payload.setdefault(name, each.good)
        for name in values:
            payload.pop(self.instead.get(name, ""), None)
        return payload | copy.deepcopy(values)


def text(
    most: int | None = None,
    *,
    least: int | None = None,
    like: str = "x",
    others: tuple[str, ...] = (),
) -> Field:
    """A string."""
    return Field(
        lambda size: like if size == 1 else "x" * size, least=least, most=most, others=others
    )


def word(*among: str) -> Field:
    """One of a few words."""
    return Field(lambda _: among[0], among=among)


def words(*among: str) -> Field:
    """A list of some of a few words."""
    return Field(
        lambda size: [among[place % len(among)] for place in range(size)],
        least=1,
        others=(["no such word"],),
    )


def flag() -> Field:
    """True or false."""
    return Field(bool)


def whole(least: int | None = None, most: int | None = None, *, usual: int = 1) -> Field:
    """A whole number."""
    return Field(lambda size: size, usual=usual, least=least, most=most)


def number() -> Field:
    """Any number."""
    return Field(lambda size: size + 0.5)


def label(most: int, *, plain: bool = True) -> Field:
    """A text object."""
    return Field(
        lambda size: {"type": "plain_text", "text": "x" * size}, least=1, most=most, plain=plain
    )


def thing(value: Payload) -> Field:
    """An object."""
    return Field(lambda _: copy.deepcopy(value))


def many(value: Any, most: int | None = None, *, least: int | None = None) -> Field:
    """A list of the same, told apart."""
    return Field(lambda size: [apart(value, n) for n in range(size)], least=least, most=most)


def apart(value: Any, place: int) -> Any:
    """A copy whose ids are its own."""
    if isinstance(value, list):
        return [apart(each, place) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"{each}{place}"
        if key in TOLD_APART_BY and isinstance(each, str)
        else apart(each, place)
        for key, each in value.items()
    }


def _same_type(one: Any, other: Any) -> bool:
    if isinstance(other, float):
        return isinstance(one, int | float) and not isinstance(one, bool)
    if isinstance(other, list) and isinstance(one, list):
        return bool(other) and type(one[0]) is type(other[0])
    return type(one) is type(other)
