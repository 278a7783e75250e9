from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.toml_lines import Location, lines_of

ROOT = Path(__file__).parents[3]
HARD = '''\
# Everything that hides a line end, a bracket or a comment.
a.b = 1 # = 2
"q.r" . 's t' = [ 1, # ]
  "x]#", [2,
 3], {k = 1, 'z z' = """a
"q" = \\""" """""}]
[[t]]
n = 1979-05-27T07:32:00Z # end
[t.sub]
k = """
[no]
table = 1"""
[[t]]
[ t . "sub" ]
k = \'\'\'
it's'\'\'\'
'''


def places(value: Any, at: Location = ()) -> Iterator[Location]:
    """Every key and place in a list of what tomllib read."""
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for part, each in below:
        yield (*at, part)
        if isinstance(each, dict | list):
            yield from places(each, (*at, part))


@pytest.mark.parametrize("text", [HARD, *(path.read_text() for path in ROOT.glob("*.toml"))])
def test_it_finds_the_keys_that_tomllib_finds(text: str) -> None:
    found, known = set(lines_of(text)), set(places(tomllib.loads(text)))
    assert found <= known
    # What has no line of its own is the table above a header, or the list of tables itself.
    assert all(any(key[: len(each)] == each for key in found) for each in known - found)


def test_a_key_stands_where_its_line_begins() -> None:
    lines = lines_of(HARD)
    assert lines["a", "b"] == 2
    assert lines["q.r", "s t", 1] == 4
    assert lines["q.r", "s t", 2, 1] == 5
    assert lines["q.r", "s t", 3, "z z"] == 5
    assert lines["t", 0, "sub", "k"] == 10
    assert lines["t", 1, "sub"] == 14


KEYS = st.one_of(
    st.from_regex(r"[a-z]{1,4}", fullmatch=True),
    st.text("ab.#[]= é'", max_size=4).map(lambda text: f'"{text}"'),
)
SCALARS = st.one_of(
    st.integers(-9, 9).map(str),
    st.text('ab#[]{},=\\n"\\\\', max_size=6).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
    st.text('ab#[]{},=\n"', max_size=6).map(lambda text: f"'''\n{text}'''"),
    st.sampled_from(["true", "1e3", "06:00:00", "''"]),
)


def written(values: list[str]) -> str:
    """A list over several lines."""
    return "[" + ", # x\n".join(values) + "\n]"


VALUES = st.recursive(SCALARS, lambda each: st.lists(each, max_size=3).map(written))


@given(st.lists(st.tuples(KEYS, VALUES), max_size=6, unique_by=lambda pair: pair[0].strip('"')))
def test_every_key_has_the_line_on_which_it_was_written(pairs: list[tuple[str, str]]) -> None:
    text, expected = "[table] # of all\n", {}
    for key, value in pairs:
        expected[key.strip('"')] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    assert set(tomllib.loads(text)["table"]) == set(expected)
    lines = lines_of(text)
    assert {key: lines["table", key] for key in expected} == expected
    assert set(lines) == {("table",), *places(tomllib.loads(text)["table"], ("table",))}
