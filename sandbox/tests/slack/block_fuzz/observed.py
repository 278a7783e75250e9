"""What the embedded Slack, slackblocks and Slack's reference say of every field, one by one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.tests.slack.block_fuzz import library
from sandbox.tests.slack.block_fuzz.differences import ONLY_SLACKS, STRICTER
from sandbox.tests.slack.block_fuzz.fields import Kind, Payload
from sandbox.tests.slack.block_fuzz.places import field_of
from sandbox.tests.slack.block_fuzz.reference import KINDS
from sandbox.tests.slack.block_fuzz.verdicts import faults


@dataclass(frozen=True)
class Case:
    """One value of one field, and whether Slack's reference allows it."""

    kind: Kind
    field: str
    payload: Payload
    allowed: bool

    @property
    def name(self) -> str:
        return f"{self.kind.name}.{self.field}"


def cases(kind: Kind) -> Iterator[Case]:
    """Each field present, absent, of other types, at its limits and beyond them."""
    for name, field in kind.fields.items():
        for value in field.taken():
            yield Case(kind, name, kind.with_field(name, value), allowed=True)
        for value in field.refused():
            yield Case(kind, name, kind.with_field(name, value), allowed=False)
        if field.required or name in kind.spare or name not in kind.given:
            yield Case(kind, name, kind.without(name), allowed=not field.required)
    for values in kind.together:
        yield Case(kind, next(iter(values)), kind.with_all(values), allowed=True)
    for clash in kind.clashes:
        yield Case(kind, next(iter(clash)), kind.with_all(clash), allowed=False)
    yield Case(kind, "colour", kind.with_field("colour", "blue"), allowed=False)


def differences() -> dict[str, frozenset[str]]:
    """The fields at which each difference is there."""
    found: dict[str, set[str]] = defaultdict(set)
    for case in (case for kind in KINDS for case in cases(kind)):
        wrong = faults(case.payload, case.kind.surface)
        refused = library.refusal(case.payload, case.kind.surface)
        if wrong and refused is None:
            for fault in wrong:
                for each in STRICTER:
                    if not each.anywhere and re.search(each.faults, fault):
                        found[each.name].add(field_of(case.payload, fault))
        if refused is not None and not wrong:
            for only in ONLY_SLACKS:
                if re.search(only.refusals, refused):
                    found[only.name].add(_only(case, refused))
    return defaultdict(frozenset, {name: frozenset(fields) for name, fields in found.items()})


def _only(case: Case, refused: str) -> str:
    """The field, or the kind of element, that the library lacks."""
    if match := re.match(r"unmodelled: (\w+)", refused):
        return match[1]
    if match := re.search(r"PlanBlock requires `(\w+)`", refused):
        return f"{case.kind.name}.{match[1]}"
    return case.name
