"""Where the embedded Slack and slackblocks differ, field by field, and why.

docs/sandbox-blocks.md names the fields of each difference: what it does not name fails the fuzz,
and so does a field that it names where there is no difference. MLPIPE_RECORD=1 writes it anew.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sandbox.tests.slack.block_fuzz import library
from sandbox.tests.slack.block_fuzz.fields import Payload
from sandbox.tests.slack.block_fuzz.places import field_of, is_null, objects
from sandbox.tests.slack.block_fuzz.values import RUN, TASK

PAGE: Final = Path(__file__).parents[4] / "docs" / "sandbox-blocks.md"
ANY_FIELD: Final = "any"
Fields = Mapping[str, frozenset[str]]
"""Name of a difference → its fields."""


@dataclass(frozen=True)
class Stricter:
    """The embedded Slack refuses what the library builds."""

    name: str
    reason: str
    faults: str
    """Pattern of the embedded Slack's faults that this explains."""
    anywhere: bool = False
    """Whether it is of no field, or of fields without end."""
    null: bool = False
    """Whether only null in a field is this."""

    def explains(self, payload: Payload, fault: str, fields: Fields) -> bool:
        """Whether a fault is this difference, at one of its fields."""
        if re.search(self.faults, fault) is None:
            return False
        if self.null and not is_null(payload, fault):
            return False
        return self.anywhere or field_of(payload, fault) in fields[self.name]


@dataclass(frozen=True)
class OnlySlacks:
    """The embedded Slack shows, as Slack does, what the library does not build."""

    name: str
    reason: str
    refusals: str
    """Pattern of what the library says."""


STRICTER: Final = [
    Stricter(
        "texts in all blocks of a message",
        "Slack refuses more than 13,200 characters together.",
        r"msg_blocks_too_long",
        anywhere=True,
    ),
    Stricter(
        "an id twice",
        "Slack refuses an action_id or block_id twice, the library looks at one element at a time.",
        r"`(action|block)_id` .* already exists",
        anywhere=True,
    ),
    Stricter(
        "an unknown field that is null",
        "Slack does not know the field, the library does not look at it.",
        r"invalid additional property",
        anywhere=True,
        null=True,
    ),
    Stricter(
        "a flag of the other kind of text",
        "Slack has emoji in plain text and verbatim in mrkdwn only; the library drops it.",
        r"invalid additional property: (emoji|verbatim)",
    ),
    Stricter("a flag", "The library takes any value for true or false.", r"must be a boolean"),
    Stricter("a string", "The library takes values of other types.", r"must be a string"),
    Stricter(
        "a number",
        "The library takes true for 1, fractions for whole numbers, and words in a field for them.",
        r"must be an? (integer|number) ",
    ),
    Stricter(
        "an object",
        "The library makes a text object of a bare string, and takes other types.",
        r"must provide an object",
    ),
    Stricter("a list", "The library makes a list of a single item.", r"must provide an array"),
    Stricter(
        "plain text",
        "The library turns mrkdwn into plain text where Slack takes no mrkdwn.",
        r"must be a valid enum value: plain_text ",
    ),
    Stricter(
        "one of a few words",
        "The library lets words or types pass that Slack's list does not hold.",
        r"must be a valid enum value: (?!plain_text )",
    ),
    Stricter(
        "left out",
        "Slack requires the field; the library fills it in, or does not look.",
        r"missing required field|must provide one of: (options|id)",
    ),
    Stricter(
        "an empty list",
        "The library leaves an empty list out; Slack refuses it.",
        r"no less than \d",
    ),
    Stricter(
        "an empty text",
        "A text, id or address of no characters says nothing.",
        r"must be more than 0 characters",
    ),
    Stricter(
        "more items than Slack's page allows",
        "Slack's page says 101 rows and six series or segments, the library 201 and twelve.",
        r"no more than (101|6) items allowed",
    ),
    Stricter(
        "chosen at first",
        "It has to be among what can be chosen.",
        r"must be one of the provided options",
    ),
    Stricter(
        "the field's own bounds",
        "What stands in a field at first has to keep the bounds that the field sets.",
        r"must be between min_value and max_value"
        r"|must be less than \d+ characters .*/initial_value\]",
    ),
    Stricter("a time in seconds", "It has ten digits.", r"must have 10 digits"),
]

ONLY_SLACKS: Final = [
    OnlySlacks(
        "fields that the library has not",
        "Slack's reference has them.",
        r"unexpected keyword argument",
    ),
    OnlySlacks(
        "elements that the library has not",
        "Slack's reference has them.",
        r"unmodelled: (broadcast|color|date)",
    ),
    OnlySlacks(
        "what the library requires",
        "Optional in Slack's reference.",
        r"PlanBlock requires `tasks`",
    ),
    OnlySlacks(
        "a choice at first among groups",
        "Slack wants an option of one of the groups, the library a whole group.",
        r"If using `option_groups` then",
    ),
    OnlySlacks(
        "what the library refuses",
        "Slack's reference has it.",
        r"`focus_on_load` is unsupported for external multi-select",
    ),
]
LEFT_OUT: Final = {"plan.tasks": [TASK]}
"""What the library wants in place of nothing."""


def unexplained(payload: Payload, faults: list[str], fields: Fields) -> list[str]:
    """Those faults that no difference explains, with their fields."""
    return [
        f"{field_of(payload, fault)}: {fault}"
        for fault in faults
        if not any(each.explains(payload, fault, fields) for each in STRICTER)
    ]


def in_the_librarys_words(payload: Payload, fields: Fields) -> Payload:
    """The same without what only Slack has."""
    only = frozenset().union(*(fields[each.name] for each in ONLY_SLACKS))
    made = copy.deepcopy(payload)
    for value, kind in list(objects(made)):
        for name in only:
            of, _, key = name.rpartition(".")
            if of == kind and name in LEFT_OUT and value.get(key) is None:
                value[key] = copy.deepcopy(LEFT_OUT[name])
            elif of == kind and name not in LEFT_OUT:
                value.pop(key, None)
        if kind in library.UNMODELLED:
            value.clear()
            value.update(RUN)
    return made


def fields_on_page() -> Fields:
    """The fields of each difference, as the page has them."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5:
            found[cells[1]] = frozenset(re.findall(r"`([^`]+)`", cells[3]))
    return found


def table(differences: list[Any], observed: Fields) -> str:
    """The page's table of some differences."""
    return "\n".join(_rows(differences, observed))


def _rows(differences: list[Any], observed: Fields) -> Iterator[str]:
    yield "| difference | why | fields |"
    yield "| --- | --- | --- |"
    for each in differences:
        fields = ", ".join(f"`{name}`" for name in sorted(observed[each.name])) or ANY_FIELD
        yield f"| {each.name} | {each.reason} | {fields} |"
