# ruff: noqa: RUF001 - what phones and Japanese keyboards type is what is tested here
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commands import Token, as_read, normalise, parse, same_name


def test_words_and_pairs_keep_their_order() -> None:
    command = parse("run flights env=experiment NumLeaves=63")
    assert command.name == "run"
    assert command.tokens == (
        Token(None, "flights", "flights"),
        Token("env", "experiment", "env=experiment"),
        Token("NumLeaves", "63", "NumLeaves=63"),
    )


def test_spaces_around_the_equal_sign_do_not_count() -> None:
    assert parse("run day = 2013-06-28").pairs == (("day", "2013-06-28"),)


@pytest.mark.parametrize("text", ["run a= b=1", "run a=  b = 1", 'run a="" b=1', "run a = b=1"])
def test_a_name_without_a_value_takes_none_from_its_neighbour(text: str) -> None:
    assert parse(text).pairs == (("a", ""), ("b", "1"))


def test_a_name_at_the_end_may_have_no_value() -> None:
    assert parse("run day= ").tokens == (Token("day", "", "day="),)


@pytest.mark.parametrize("text", ["run --day=1", "run \N{EM DASH}day=1", "run -day = 1"])
def test_dashes_of_a_terminal_do_not_count(text: str) -> None:
    (token,) = parse(text).tokens
    assert (token.name, token.text) == ("day", "1")
    assert token.written == text.removeprefix("run ")


def test_a_value_may_hold_an_equal_sign() -> None:
    assert parse("run note=a=b").pairs == (("note", "a=b"),)


def test_quotes_keep_a_value_together_however_the_phone_curls_them() -> None:
    for text in ('run day="a b"', "run day=“a b”", "run day='a b'", "run day=‘a b’"):
        assert parse(text).pairs == (("day", "a b"),)


def test_a_japanese_keyboard_says_the_same() -> None:
    command = parse("Ｒｕｎ　ｄａｙ＝２０１３－０６－２８　ｅｎｖ＝production")
    assert command.name == "run"
    assert command.pairs == (("day", "2013-06-28"), ("env", "production"))


def test_a_long_dash_is_the_two_that_were_typed() -> None:
    assert normalise("\N{EM DASH}help") == "--help"


def test_what_was_typed_can_be_found_again() -> None:
    command = parse("promote 3 it’s “really” better")
    assert [token.written for token in command.tokens] == ["3", "it’s", "“really”", "better"]


def test_a_pair_first_leaves_the_command_without_a_name() -> None:
    assert parse("env=production run").name == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("“５割引！”", ["５割引！"]),
        ("'it is' over", ["it is", "over"]),
        ("５割引 a=“b”", ["５割引", "a=“b”"]),
        ('"', ['"']),
        ("'\"'", ['"']),
    ],
)
def test_what_was_said_is_as_typed_without_its_quotes(typed: str, said: list[str]) -> None:
    assert [token.said for token in parse(f"note {typed}").tokens] == said


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<!channel> and <!here|here>", "@channel and @here"),
        ("<@U0BEN|ben.okafor> <@U0ANA>", "@ben.okafor @U0ANA"),
        ("<#C0DAILY|ml-daily>", "#ml-daily"),
        ("<!subteam^S01|@ml-team>", "@ml-team"),
        ("<https://acme.example/wiki|the wiki>", "the wiki"),
        ("<mailto:ana@acme.example>", "mailto:ana@acme.example"),
        ("a < b > c, <b>, x<!y", "a < b > c, <b>, x<!y"),
    ],
)
def test_slacks_markup_is_read_as_people_see_it(sent: str, read: str) -> None:
    assert as_read(sent) == read


def test_nothing_is_a_command_without_a_name() -> None:
    assert parse("  ").name == ""


def test_names_mean_the_same_whatever_their_case_and_dashes() -> None:
    assert same_name("NumLeaves", "num_leaves")
    assert same_name("NumLeaves", "NUM-LEAVES")
    assert not same_name("NumLeaves", "NumLeave")


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), max_size=200))
def test_every_text_is_some_command(text: str) -> None:
    command = parse(text)
    assert command.name == command.name.lower()
    for token in command.tokens:
        assert token.written in text
