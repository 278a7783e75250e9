from __future__ import annotations

import pytest
from hypothesis import given, settings

from core.commands import parse
from core.errors import InputError
from core.inputs import arguments
from core.messages import Translator
from core.parameters import TRAIN_PARAMETERS
from tests.hostile import TODAY, UNSEEN, assert_polite, hostile_texts

MRKDWN = Translator().mrkdwn


@pytest.mark.proof
def test_a_hostile_text_is_taken_apart_and_refused_in_one_polite_line(proving: bool) -> None:
    @settings(max_examples=5000 if proving else 300)
    @given(hostile_texts())
    def one_line_each(text: str) -> None:
        command = parse(text)
        for token in command.tokens:
            assert not UNSEEN.search(token.text + token.written), token
        try:
            values = arguments(command.pairs, TRAIN_PARAMETERS, today=TODAY)
        except InputError as error:
            assert_polite(MRKDWN(error.sentence))
        else:
            assert all(each.isascii() for each in values.values()), "days and numbers alone"

    one_line_each()


def test_half_a_surrogate_pair_does_no_harm() -> None:
    (word,) = parse("promote \ud83d").tokens
    assert word.written == "\N{REPLACEMENT CHARACTER}"


def test_what_is_not_seen_does_not_count() -> None:
    assert parse("\N{RIGHT-TO-LEFT OVERRIDE}run\x00day=yesterday").pairs == (("day", "yesterday"),)
