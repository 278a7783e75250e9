"""Reads untrusted JSON and notes each fault with its JSON pointer, in Slack's words.

slackblocks validates what is built through its constructors, and its `from_dict` is incomplete.
So each kind of block, element and object is read here field by field and built anew: whatever is
missing, unknown or too long is named where it stands, and what only the library knows is caught
when it refuses to build the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar, cast

from slackblocks.errors import InvalidUsageError

T = TypeVar("T")


class Faults:
    """What is wrong, in the order in which it was found."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, message: str, pointer: str) -> None:
        """Note a fault at a JSON pointer."""
        self.messages.append(f"{message} [json-pointer:{pointer}]")

    def __len__(self) -> int:
        return len(self.messages)


class Node:
    """One JSON object being read. A field that nobody asks for is a fault in `build`."""

    def __init__(self, value: dict[str, Any], pointer: str, faults: Faults) -> None:
        self.value = value
        self.pointer = pointer
        self.faults = faults
        self._asked: set[str] = set()
        self._earlier = len(faults)

    def fault(self, message: str, *keys: object) -> None:
        """Note a fault at this object or below it."""
        self.faults.add(message, "/".join([self.pointer, *map(str, keys)]))

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self.value.get(key) is not None

    def raw(self, key: str, *, required: bool = False) -> Any:
        """A field as it is, None if absent."""
        self._asked.add(key)
        if required and not self.has(key):
            self.fault(f"missing required field: {key}")
        return self.value.get(key)

    def string(
        self, key: str, *, most: int | None = None, least: int = 0, required: bool = False
    ) -> str | None:
        """A string of `least` to `most` characters."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault("must be a string", key)
            return None
        if len(value) < least:
            self.fault(f"must be more than {least - 1} characters", key)
        if most is not None and len(value) > most:
            self.fault(f"must be less than {most + 1} characters", key)
        return value

    def choice(self, key: str, among: Collection[str], *, required: bool = False) -> str | None:
        """One of a few words."""
        value = self.raw(key, required=required)
        if value is not None and (not isinstance(value, str) or value not in among):
            self.fault(f"must be a valid enum value: {', '.join(sorted(among))}", key)
            return None
        return value

    def flag(self, key: str) -> bool | None:
        """True or false."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.fault("must be a boolean", key)
            return None
        return value

    def kind(self, among: Collection[str]) -> str | None:
        """The object's type, which has to be one of `among`."""
        value = self.raw("type", required=True)
        if value is None:
            return None
        if not isinstance(value, str) or value not in among:
            self.fault(f"unsupported type: {value}", "type")
            return None
        return value

    def integer(
        self,
        key: str,
        *,
        least: int | None = None,
        most: int | None = None,
        required: bool = False,
    ) -> int | None:
        """A whole number from `least` to `most`."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault("must be an integer", key)
            return None
        if least is not None and value < least:
            self.fault(f"must be at least {least}", key)
        if most is not None and value > most:
            self.fault(f"must be at most {most}", key)
        return value

    def number(self, key: str) -> float | None:
        """A finite number."""
        value = self.raw(key, required=True)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self.fault("must be a number", key)
            return None
        return value

    def child(self, key: str, read: Callable[[Node], T], *, required: bool = False) -> T | None:
        """An object below this one, read by `read`."""
        value = self.raw(key, required=required)
        return None if value is None else self._read(value, read, key)

    def items(
        self,
        key: str,
        read: Callable[[Node], T],
        *,
        least: int = 0,
        most: int | None = None,
        required: bool = False,
    ) -> list[T] | None:
        """A list of objects, each read by `read`; None if absent or if any is faulty."""
        value = self.array(key, least=least, most=most, required=required)
        if value is None:
            return None
        read_items = [self._read(item, read, key, place) for place, item in enumerate(value)]
        if any(item is None for item in read_items):
            return None
        return cast("list[T]", read_items)

    def strings(
        self, key: str, *, least: int = 0, most: int | None = None, required: bool = False
    ) -> list[str] | None:
        """A list of strings."""
        value = self.array(key, least=least, most=most, required=required)
        for place, item in enumerate(value or []):
            if not isinstance(item, str):
                self.fault("must be a string", key, place)
                return None
        return value

    def array(
        self, key: str, *, least: int = 0, most: int | None = None, required: bool = False
    ) -> list[Any] | None:
        """A list of `least` to `most` items of any kind."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        if not isinstance(value, list):
            self.fault("must provide an array", key)
            return None
        if len(value) < least:
            self.fault(f"no less than {least} items required", key)
        if most is not None and len(value) > most:
            self.fault(f"no more than {most} items allowed", key)
        return value

    def rows(self, key: str) -> Iterator[tuple[int, list[Any]]]:
        """The lists within a list, with their places."""
        rows = self.raw(key)
        for place, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, list):
                yield place, row
            else:
                self.fault("must provide an array", key, place)

    def at(self, value: object, *keys: object) -> Node | None:
        """An object somewhere below this one."""
        if isinstance(value, dict):
            return Node(value, "/".join([self.pointer, *map(str, keys)]), self.faults)
        self.fault("must provide an object", *keys)
        return None

    def build(self, make: Callable[..., T], /, **arguments: object) -> T | None:
        """The object itself; None, with the faults noted, where anything in it is wrong."""
        for key in sorted(self.value.keys() - self._asked):
            self.fault(f"invalid additional property: {key}")
        # Each fault so far has been named where it stands; building would name it less well.
        if len(self.faults) > self._earlier:
            return None
        given = {key: value for key, value in arguments.items() if value is not None}
        try:
            return make(**given)
        except InvalidUsageError as error:
            self.fault(str(error))
        except (TypeError, ValueError, AttributeError) as error:
            self.fault(f"invalid value: {error}")
        return None

    def _read(self, value: object, read: Callable[[Node], T], *keys: object) -> T | None:
        node = self.at(value, *keys)
        return None if node is None else read(node)
