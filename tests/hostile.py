# ruff: noqa: RUF001 - what people paste and what keyboards type is what is tested with
"""Command texts that mean nothing, or mean harm, and what an answer to them has to be like."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from hypothesis import strategies as st

TODAY: Final = dt.date(2013, 6, 29)
LONGEST_LINE: Final = 320
"""Characters that are still one line to read."""
UNSEEN: Final = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Controls, what turns the rest of a line around, halves of surrogate pairs."""
WORDS: Final = (
    *("run", "sweep", "status", "stop", "logs", "trial", "tag", "report", "promote", "help"),
    *("model", "compare", "audit", "flights", "production", "42"),
)
MARKUP: Final = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S0TEAM|@team>",
    "<@U0BEN>",
    "<@U0BEN|ben>",
    "<#C0DAILY|ml-daily>",
    "<https://evil.example|click here>",
    "<mailto:a@evil.example>",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "＜！ｃｈａｎｎｅｌ＞",
    "﹤!here﹥",
    "@channel @here @everyone",
    "*bold* _it_ ~gone~ `code` ```block```",
    "{} {0} {word} {name!r} {",
    "%s %(name)s %n",
    "${HOME} $(reboot) `reboot`; reboot",
    "'; DROP TABLE executions; --",
    "../../etc/passwd",
    "\N{RIGHT-TO-LEFT OVERRIDE}nur thgilf",
    "\N{RIGHT-TO-LEFT ISOLATE}تشغيل",
    "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}\N{BYTE ORDER MARK}",
    "👩‍💻🏳️‍🌈",
    "\x00\x07\x1b[31m\x7f",
    "one\ntwo\r\nthree\u2028four",
    "z̸̧̛͙̗a̷l̵g̶o̴",
    "ﷺ",
)
NUMBERS: Final = (
    *(
        "-1",
        "0",
        "1",
        "99999999999999999999",
        "1e400",
        "1e3",
        "0x1f",
        "1_000",
        "1,5",
        "½",
        "²",
        "٣",
    ),
    *("NaN", "nan", "inf", "-inf", "３１", "－１", "3.1.4", "many", "None", "true", "31 leaves"),
)
DAYS: Final = (
    *("2013-02-30", "2013-13-01", "0000-00-00", "9999-99-99", "2031-01-01", "today", "今日"),
    *("tomorrow", "明日", "last week", "28/06/2013", "June 28", "2013-6", "1372377600", "-1"),
    *("２０１３－０６－３１", "1900-01-01", "0001-01-01", "2012-01-01", "2013—06—28T00:00"),
)
VALUES: Final = {
    "day": DAYS,
    "NumLeaves": NUMBERS,
    "learning_rate": NUMBERS,
    "Seed": NUMBERS,
    "env": ("prod", "staging", "productoin", "experiment2", "*"),
    "kind": ("dance", "trian", "evaluat", "train;evaluate"),
    "NumLeafs": ("31",),
    "StartedBy": ("U0BEN",),
    "metrics": ("most", "ALL!"),
    "__class__": ("x",),
}
HELP: Final = frozenset({"help", "--help", "-help", "-h", "?", "usage", "ヘルプ"})
MEANT: Final = (
    "run flights day=yesterday NumLeaves=63",
    "run day=2013-06-28 env=production kind=train",
    "run env=experiment learning_rate=0.1 seed=3",
    "run kind=evaluate env=production",
    "status flights env=production",
    "stop flights a1b2c3d4",
    "report 2013-06-20 env=production metrics=all",
    "promote flights 3 steadier on storm days",
)
"""What people do type; changed until it is something else."""


def assert_polite(line: str) -> None:
    """One line, short, that neither rings nor links nor hides anything."""
    assert len(line.splitlines()) == 1, line
    plain = line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert len(plain) <= LONGEST_LINE, line
    assert "<" not in line, line
    assert "Traceback" not in line, line
    assert not UNSEEN.search(line), line
    assert line.endswith((".", "?", "`")), line


def _text() -> st.SearchStrategy[str]:
    # Slack sends well-formed Unicode: half a surrogate pair cannot come.
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def _pairs() -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.builds(
            "{}{}{}".format,
            st.just(name),
            st.sampled_from(("=", " = ", "＝", "==", ":", "")),
            st.sampled_from(VALUES[name]) | st.sampled_from(MARKUP) | _text(),
        )
    )


def _lines() -> st.SearchStrategy[str]:
    """A word, and arguments that do not fit it."""
    argument = st.sampled_from(WORDS) | st.sampled_from(MARKUP) | _pairs() | _text()
    return st.builds(
        lambda word, arguments: " ".join([word, *arguments]),
        st.sampled_from(WORDS),
        st.lists(argument, min_size=1, max_size=4),
    )


def _endless() -> st.SearchStrategy[str]:
    """As long as Slack's composer lets a command be."""
    part = st.sampled_from((*MARKUP, "a", "run ", "９", 'x="', "=", "&"))
    return st.builds(
        lambda word, each: f"{word} {each * 3000}"[:3000], st.sampled_from(WORDS), part
    )


@st.composite
def _mutations(draw: st.DrawFn) -> str:
    """Something that people do type, with some of it lost, doubled, swapped or put in."""
    text = draw(st.sampled_from(MEANT))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        rest = text[at:]
        made = {
            "lost": rest[1:],
            "cut": "",
            "doubled": rest[:3] + rest,
            "swapped": rest[1:2] + rest[:1] + rest[2:],
            "wide": "".join(map(_wide, rest)),
            "upper": rest.upper(),
            "dashes": rest.replace("-", "—"),
            "quoted": f"“{rest}”",
            "more": draw(st.sampled_from(MARKUP) | st.sampled_from(NUMBERS) | _text()) + rest,
        }
        text = text[:at] + made[draw(st.sampled_from(sorted(made)))]
    return text


def _wide(character: str) -> str:
    """As a Japanese keyboard types it."""
    if character == " ":
        return "\N{IDEOGRAPHIC SPACE}"
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


def hostile_texts() -> st.SearchStrategy[str]:
    """Texts after the slash command that are no command that does something."""
    markup = st.lists(st.sampled_from(MARKUP), min_size=1, max_size=3).map(" ".join)
    texts = _text() | markup | _lines() | _lines() | _endless() | _mutations() | _mutations()
    return texts.filter(lambda text: not may_be_meant(text))


_PAIR: Final = r"\s+([\w.-]+)\s*=\s*(\S+)"
_RUN: Final = re.compile(rf"run(?:\s+flights)?(?:{_PAIR})*\s*", re.IGNORECASE)
_PLAUSIBLE: Final = {
    "day": re.compile(r"yesterday|昨日|\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}", re.IGNORECASE),
    "env": re.compile(r"production|experiment", re.IGNORECASE),
    "environment": re.compile(r"production|experiment", re.IGNORECASE),
    "kind": re.compile(r"train|evaluate", re.IGNORECASE),
    "numleaves": re.compile(r"\+?0*\d{1,4}"),
    "seed": re.compile(r"\+?0*\d{1,10}"),
    "learningrate": re.compile(r"\+?[\d.]+(e-?\d+)?", re.IGNORECASE),
}


def may_be_meant(text: str) -> bool:
    """Whether a text may be a command after all: help, the form, the log, a run that can start.

    Written apart from the bot's parser, and on the safe side: what may be meant is left out.
    """
    plain = _plain(text)
    words = plain.lower().split()
    if not words or words[0] == "help" or (len(words) <= 2 and words[-1] in HELP):
        return True
    if words[0] == "audit" and (len(words) == 1 or words[1] == "verify"):
        return True
    if _RUN.fullmatch(plain) is None:
        return False
    return all(_plausible(*pair) for pair in re.findall(_PAIR, plain))


def _plausible(name: str, value: str) -> bool:
    known = _PLAUSIBLE.get(re.sub(r"[-_.]", "", name).lower())
    return known is not None and known.fullmatch(value) is not None


def _plain(text: str) -> str:
    text = re.sub("[\u0000-\u001f\u007f-\u009f]", " ", text)
    text = UNSEEN.sub("", text)
    text = re.sub("[—―]", "--", re.sub("[–‐‑−]", "-", text))
    return re.sub("[“”„«»‘’‚\"']", "", unicodedata.normalize("NFKC", text)).strip()
