from __future__ import annotations

import pytest

from core.commands import parse
from core.errors import InputError
from core.marks import Marks, after, given_with, is_mark, marks, note_of, tags_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tag weather", Marks(("weather",))),
        ("tag #Weather weather", Marks(("weather",))),
        ("tag tag=a,b 天気", Marks(("a", "b", "天気"))),
        ("tag keep -draft", Marks(("keep",), ("draft",))),
        ("tag a -a", Marks((), ("a",))),
        ('tag a note="good in storms" ', Marks(("a",), note="good in storms")),
        ("tag a note=good in storms", Marks(("a",), note="good in storms")),
        ("tag note=", Marks(note="")),
        ('tag note="ask <!channel>"', Marks(note="ask @channel")),
        ("tag", Marks()),
    ],
)
def test_what_is_typed_is_what_is_kept(text: str, wanted: Marks) -> None:
    assert marks(parse(text)) == wanted


@pytest.mark.parametrize("word", ["a,b", "-", "x" * 41, "_", "name=value", "<@U0ANA>"])
def test_what_is_no_tag_is_refused(word: str) -> None:
    with pytest.raises(InputError, match="A tag is one word"):
        marks(parse(f"tag {word}"))


def test_what_people_say_stands_beside_what_was_tried() -> None:
    before: dict[str, float | str] = {"NumLeaves": 31.0, "mlpipe:tag:draft": "T0/U0BEN"}
    now = after(before, Marks(("weather",), ("draft",), "good"), person="T0/U0ANA")
    assert tags_of(now) == ("weather",)
    assert note_of(now) == "good"
    assert [name for name in now if not is_mark(name)] == ["NumLeaves"]
    assert note_of(after(now, Marks(note=""), person="T0/U0ANA")) == ""


@pytest.mark.parametrize(
    ("text", "wanted", "left"),
    [
        ("run a=1", Marks(), "run a=1"),
        ("run a=1 tags=Weather,night tag=x", Marks(("weather", "night", "x")), "run a=1"),
        ('run note="try storms" flights a=1', Marks(note="try storms"), "run flights a=1"),
        ("run flights note=try storms a=1", Marks(note="try storms"), "run flights a=1"),
        ("run note= a=1", Marks(), "run a=1"),
    ],
)
def test_what_is_started_may_be_given_tags_and_a_note(text: str, wanted: Marks, left: str) -> None:
    found, rest = given_with(parse(text), ())
    assert (found, rest) == (wanted, parse(left))


def test_a_parameter_of_the_pipeline_that_is_called_so_is_meant() -> None:
    found, rest = given_with(parse("run tags=a note=b"), ["Tags"])
    assert found == Marks(note="b")
    assert rest.pairs == (("tags", "a"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("run note=a a=1 note=b", "note is given twice"),
        ("run tags=a!b", "A tag is one word"),
        (f"run tags={','.join(f't{each}' for each in range(11))}", "At most 10 tags"),
        (f"run note={'x' * 501}", "at most 500 characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_anything_starts(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        given_with(parse(text), ())
