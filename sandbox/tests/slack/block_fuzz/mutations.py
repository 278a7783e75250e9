"""Payloads a little away from good ones: the wrong that programmers and templates make."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from sandbox.tests.slack.block_fuzz.specimens import SURFACES, specimens

Path = tuple[Any, ...]

TYPES = sorted({"banner", "plain_text", "mrkdwn", "button", "input", "image", "rich_text"})
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**12),
    st.floats(),
    st.sampled_from(["", " ", "x", "*", *TYPES, "2013-02-30", "25:00", "https://example.com/"]),
    st.sampled_from([20, 21, 24, 25, 75, 76, 150, 151, 255, 256, 3000, 3001]).map("x".__mul__),
    st.lists(st.sampled_from(["x", "U0ANA", 1, {}]), max_size=3),
    st.dictionaries(st.sampled_from(["type", "text", "elements", "value"]), st.text(max_size=5)),
)
"""Values that do not belong where they are put."""

COUNTS = [0, 1, 2, 3, 5, 6, 10, 11, 20, 21, 25, 26, 50, 51, 100, 101]
"""How often an item of a list is repeated."""


@st.composite
def mutated(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A block with up to two things changed in it, and the surface it is sent to."""
    block = copy.deepcopy(draw(st.sampled_from(specimens())))
    for _ in range(draw(st.integers(0, 2))):
        path = draw(st.sampled_from(list(places(block))))
        holder = at(block, path[:-1])
        draw(st.sampled_from(CHANGES))(draw, holder, path[-1])
    return block, draw(st.sampled_from(SURFACES))


def places(value: Any, before: Path = ()) -> Iterator[Path]:
    """Where something stands, however deep."""
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in below:
        yield (*before, key)
        if isinstance(each, dict | list):
            yield from places(each, (*before, key))


def at(value: Any, path: Path) -> Any:
    """What stands there."""
    for key in path:
        value = value[key]
    return value


def _drop(draw: st.DrawFn, holder: Any, key: Any) -> None:
    del holder[key]


def _add(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[draw(st.sampled_from(["colour", "text", "style", "confirm", "emoji"]))] = draw(ODD)


def _replace(draw: st.DrawFn, holder: Any, key: Any) -> None:
    holder[key] = draw(ODD)


def _repeat(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder[key], list) and holder[key]:
        holder[key] = holder[key][:1] * draw(st.sampled_from(COUNTS))


def _lengthen(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder[key], str):
        holder[key] = holder[key] * draw(st.sampled_from([0, 2, 50, 400]))


CHANGES: list[Callable[[st.DrawFn, Any, Any], None]] = [_drop, _add, _replace, _repeat, _lengthen]
