"""Sentences for people: written once in English, said in the listener's language.

Every sentence in the code stands in a call of `say`, from which Babel extracts the catalogue
(`make catalogue`). What varies goes in as named values and is formatted for the language only when
the sentence is rendered, so that errors, reports and modals carry sentences, not strings.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Final

from babel import Locale, dates, lists, numbers
from babel.messages.pofile import read_po

LANGUAGES: Final = ("en", "ja")
DEFAULT_LANGUAGE: Final = "en"


HUGE: Final = 1e12
"""From here on a number is written with its power of ten."""
SMALL: Final = 100.0
"""Below this an amount of money is written with its small coins."""
_BEFORE_SIGN: Final = re.compile(r"(?<=\d) (?=%)")


@dataclass(frozen=True)
class Sentence:
    """One sentence of the catalogue with the values that fill it.

    `one` is the English singular where the sentence depends on the value called `count`.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    one: str | None = None


@dataclass(frozen=True)
class Decimal:
    """A number shown with a fixed count of digits behind the point: `Decimal(0.853, 2)`."""

    value: float
    digits: int = 3
    signed: bool = False


@dataclass(frozen=True)
class Percent:
    """A share (1 is all) shown in per cent."""

    value: float
    digits: int = 1


@dataclass(frozen=True)
class Money:
    """An amount in a currency, by its code of ISO 4217; small amounts have their small coins."""

    amount: float
    currency: str


@dataclass(frozen=True)
class Markup:
    """Slack markup made by us, such as a mention or a link: never text from outside."""

    mrkdwn: str
    plain: str


def say(text: str, /, **values: object) -> Sentence:
    """A sentence of the catalogue; `{name}` in it stands for a value."""
    return Sentence(text, values)


def say_count(one: str, many: str, /, count: int, **values: object) -> Sentence:
    """A sentence that depends on a count: `say_count("{count} row", "{count} rows", count=3)`."""
    return Sentence(many, {"count": count, **values}, one)


def in_lines(sentences: Iterable[Sentence]) -> Sentence:
    """Several sentences as one, each on its own line."""
    values = {f"line{number}": each for number, each in enumerate(sentences)}
    return Sentence("\n".join(f"{{{name}}}" for name in values), values)


def escape(text: str) -> str:
    """Text from outside made harmless in Slack's markup: it can neither ring nor link.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What a person typed, from Slack's escaped form of it: the inverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class Translator:
    """Renders sentences in one language."""

    def __init__(self, language: str = DEFAULT_LANGUAGE) -> None:
        """`language` is one of `LANGUAGES`; anything else is a KeyError."""
        if language not in LANGUAGES:
            raise KeyError(language)
        self.language = language
        self._locale = Locale.parse(language)
        self._catalogue = _catalogue(language)

    def plain(self, sentence: Sentence) -> str:
        """For places without markup: plain_text objects, alt texts, logs, the terminal."""
        return _unbroken(self._render(sentence, mrkdwn=False))

    def mrkdwn(self, sentence: Sentence) -> str:
        """For Slack's markup: strings among the values are escaped, `Markup` is not."""
        return _unbroken(self._render(sentence, mrkdwn=True))

    def number(self, value: float, digits: int = 3, *, signed: bool = False) -> str:
        """A number in the language's own notation; "NaN" where there is none."""
        if value != value:
            return "NaN"
        if abs(value) >= HUGE:
            return f"{value:+.2g}" if signed else f"{value:.2g}"
        if round(value, digits) == 0:
            value = 0.0  # never "-0.00"
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        text = numbers.format_decimal(value, format=pattern, locale=self._locale)
        return f"+{text}" if signed and value > 0 else text

    def money(self, amount: float, currency: str) -> str:
        """An amount in the language's own notation: "$1,200", "$7.50"."""
        if not math.isfinite(amount) or abs(amount) >= HUGE:
            return f"{amount:.2g} {currency}"
        pattern = self._locale.currency_formats["standard"].pattern
        if abs(amount) < SMALL:
            return numbers.format_currency(amount, currency, pattern, self._locale)
        whole = pattern.replace(".00", "")
        return numbers.format_currency(amount, currency, whole, self._locale, currency_digits=False)

    def date(self, day: dt.date, style: str = "medium") -> str:
        """A date in the language's own notation: style "short", "medium", "long" or "full"."""
        return dates.format_date(day, format=style, locale=self._locale)

    def month_day(self, day: dt.date) -> str:
        """A date without its year, such as "Jun 28", where space is short."""
        text: str = dates.format_skeleton("MMMd", day, locale=self._locale)
        return text

    def _render(self, sentence: Sentence, *, mrkdwn: bool) -> str:
        values = {
            name: self._value(value, mrkdwn=mrkdwn) for name, value in sentence.values.items()
        }
        return self._text(sentence).format_map(values)

    def _text(self, sentence: Sentence) -> str:
        if sentence.one is None:
            translated = self._catalogue.get(sentence.text)
            return translated[0] if translated else sentence.text
        translated = self._catalogue.get(sentence.one)
        count = sentence.values["count"]
        assert isinstance(count, int)
        if not translated:
            return sentence.one if count == 1 else sentence.text
        return translated[min(self._locale.plural_form(count) == "other", len(translated) - 1)]

    def _value(self, value: object, *, mrkdwn: bool) -> str:
        match value:
            case Sentence():
                return self._render(value, mrkdwn=mrkdwn)
            case Markup():
                return value.mrkdwn if mrkdwn else value.plain
            case str() | enum.Enum():
                return escape(str(value)) if mrkdwn else str(value)
            case Money():
                return self.money(value.amount, value.currency)
            case bool() | int() | float() | Decimal() | Percent():
                return self._quantity(value)
            case dt.datetime():
                return value.strftime("%Y-%m-%d %H:%M %Z").rstrip()
            case dt.date():
                return self.date(value)
            case Iterable():
                items = [self._value(item, mrkdwn=mrkdwn) for item in value]
                return lists.format_list(items, locale=self._locale)
            case _:
                return escape(str(value)) if mrkdwn else str(value)

    def _quantity(self, value: float | Decimal | Percent) -> str:
        match value:
            case Decimal():
                return self.number(value.value, value.digits, signed=value.signed)
            case Percent():
                return f"{self.number(100 * value.value, value.digits)} %"
            case bool():
                return str(value)
            case int():
                return self.number(value, 0)
            case _:
                return self.number(value)


def _unbroken(text: str) -> str:
    """The text with no line break between a number and its sign, which phones would make."""
    return _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", text)


@functools.cache
def _catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """English sentence → its translation (singular and plural where it has both)."""
    if language == DEFAULT_LANGUAGE:
        return {}
    source = resources.files("core") / "locale" / language / "LC_MESSAGES" / "mlpipe.po"
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    known: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        strings = (message.string,) if isinstance(message.string, str) else message.string
        if strings and all(strings):
            known[key] = tuple(strings)
    return known
