"""Every sentence a person can meet is in the catalogue, in every language."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from core.messages import LANGUAGES, Percent, Translator, say

ROOT = Path(__file__).parents[3]
SPOKEN = ("bot", "core", "deploy", "handlers", "mlops", "reports")
KEYWORDS = {"say": None, "say_count": (1, 2)}
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def sentences_in_the_code() -> Iterator[str]:
    for package in SPOKEN:
        found = extract_from_dir(ROOT / package, keywords=KEYWORDS, comment_tags=())
        for _file, _line, text, _comments, _context in found:
            yield text if isinstance(text, str) else text[0]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def known(catalogue: Catalog) -> dict[str, Message]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in catalogue
        if message.id
    }


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = known(read(ROOT / "core/locale" / language / "LC_MESSAGES/mlpipe.po"))
    missing = {
        text
        for text in sentences_in_the_code()
        if text not in catalogue or not catalogue[text].string or catalogue[text].fuzzy
    }
    assert not missing, "run `make catalogue` and translate what is new"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_uses_the_values_of_its_sentence(language: str) -> None:
    for message in known(read(ROOT / "core/locale" / language / "LC_MESSAGES/mlpipe.po")).values():
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        strings = (message.string,) if isinstance(message.string, str) else message.string
        wanted = set().union(*map(fields, ids))
        for translation in filter(None, strings or ()):
            assert fields(translation) <= wanted, translation
            assert wanted - fields(translation) <= {"count"}, translation


def test_no_sentence_is_kept_that_the_code_no_longer_says() -> None:
    template = set(known(read(ROOT / "core/locale/mlpipe.pot")))
    assert template == set(sentences_in_the_code())


def test_no_line_breaks_between_a_number_and_its_sign() -> None:
    found = Translator().mrkdwn(say("{share} of rows, 95 % interval", share=Percent(0.5, 0)))
    assert found == "50\xa0% of rows, 95\xa0% interval"
