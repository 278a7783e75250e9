"""Who somebody is in Slack, by who they are to AWS.

A key is an ARN as `sts get-caller-identity` tells it, with the session of an assumed role, and
means one person; or the ARN of a role, and means whoever assumes it in whatever session. Sessions
are named by whoever begins them, unless the role's trust policy or IAM Identity Center names them:
a session alone, in whatever role, means nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from core.domain import Person
from core.errors import InputError
from core.inputs import MOST_SHOWN, closest
from core.messages import say

ARN: Final = r"^arn:aws[a-z-]*:(iam|sts)::\d{12}:\S+$"
AT: Final = "@"
"""Begins what a person is called, as people type it."""
_MENTION: Final = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")
"""Source: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages"""
_ID: Final = re.compile(r"[UW][A-Z0-9]{3,}")
_ASSUMED: Final = re.compile(
    r"arn:(?P<partition>[a-z-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/[^/]+"
)
_ROLE: Final = re.compile(
    r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}):role/(?:[^/]+/)*(?P<role>[^/]+)"
)


def person_of(arn: str, people: Mapping[str, Person]) -> Person | None:
    """Who an AWS identity is in Slack; None where nobody says so.

    Args:
        arn: As GetCallerIdentity tells it.
        people: ARN → who it is: the whole ARN counts before its role.
    """
    if arn in people:
        return people[arn]
    assumed = _ASSUMED.fullmatch(arn)
    if assumed is None:
        return None
    for key, person in people.items():
        role = _ROLE.fullmatch(key)  # its path is not told of who assumes it
        if role is not None and role.groupdict() == assumed.groupdict():
            return person
    return None


def called_by(text: str) -> str | None:
    """What a person is called, or their id, in `@ana`, `ana`, `U0ANA` or Slack's form of a mention.

    None where nothing is left of it.
    """
    if mention := _MENTION.fullmatch(text.strip()):
        return mention["id"]
    return text.strip().removeprefix(AT) or None


def is_user_id(text: str) -> bool:
    """Whether a text is a person's id in Slack rather than what they are called."""
    return _ID.fullmatch(text) is not None


def chosen(word: str, names: Mapping[Person, Sequence[str]]) -> Person:
    """The person that a word means.

    Args:
        word: Their id, or what they are called; case does not count.
        names: What each is called: what only one can be called comes first.

    Raises:
        InputError: nobody is called that, or several are.
    """
    for person in names:
        if person.user == word:
            return person
    for place in range(max(map(len, names.values()), default=0)):
        having = [
            person
            for person, each in names.items()
            if place < len(each) and each[place].casefold() == word.casefold()
        ]
        if len(having) == 1:
            return having[0]
        if having:
            raise _several(word, [f"{AT}{names[person][0] or person.user}" for person in having])
    raise _nobody(word, [each for called in names.values() for each in called if each])


def called_in(people: Mapping[str, Person]) -> Mapping[Person, Sequence[str]]:
    """What people are called where Slack is not at hand: as the last part of their ARN has it."""
    called: dict[Person, list[str]] = {}
    for arn, person in people.items():
        called.setdefault(person, []).append(arn.rsplit("/", 1)[-1])
    return called


def _several(word: str, handles: Collection[str]) -> InputError:
    return InputError(
        say(
            "{word} may be {names}: write which.",
            word=word[:MOST_SHOWN],
            names=", ".join(sorted(handles)),
        ),
        field="by",
    )


def _nobody(word: str, names: Sequence[str]) -> InputError:
    word = word[:MOST_SHOWN]
    if close := closest(word, names):
        return InputError(
            say("Nobody is called {word}. Did you mean {close}?", word=word, close=close),
            field="by",
        )
    return InputError(
        say("Nobody is called {word}. Write by=@ and a name of Slack, or by=me.", word=word),
        field="by",
    )
