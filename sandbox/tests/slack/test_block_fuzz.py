"""What the embedded Slack shows is what slackblocks builds and Slack's pages allow, and no more.

Each difference is on the page docs/sandbox-blocks.md, with its reason and the fields where it is.
"""

from __future__ import annotations

import inspect
import os
import re
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlpipe_sandbox.slack.blocks.node import Node
from sandbox.tests.slack.block_fuzz import library, observed
from sandbox.tests.slack.block_fuzz.differences import (
    ONLY_SLACKS,
    PAGE,
    STRICTER,
    Fields,
    fields_on_page,
    in_the_librarys_words,
    table,
    unexplained,
)
from sandbox.tests.slack.block_fuzz.drawn import drawn
from sandbox.tests.slack.block_fuzz.fields import Kind, Payload
from sandbox.tests.slack.block_fuzz.mutations import mutated
from sandbox.tests.slack.block_fuzz.published_limits import LIMITS, Limit
from sandbox.tests.slack.block_fuzz.reference import KINDS
from sandbox.tests.slack.block_fuzz.specimens import SURFACES, specimens
from sandbox.tests.slack.block_fuzz.verdicts import faults, message_faults, view_faults

pytestmark = pytest.mark.proof

EXAMPLES, EXAMPLES_PROVEN = 600, 20_000
DIVIDER = {"type": "divider"}
NOT_SLACKS = {"emoji.skin_tone"}
"""Fields that the library has and Slack's reference does not; composers of old wrote them."""


@pytest.fixture(scope="module")
def explained() -> Fields:
    """The fields of each difference, as the page has them."""
    return fields_on_page()


def assert_agreed(payload: Payload, surface: str, explained: Fields) -> None:
    """Both show it, both refuse it, or the difference is explained at its field."""
    found, refused = faults(payload, surface), library.refusal(payload, surface)
    if refused is None:
        assert unexplained(payload, found, explained) == []
    elif not found:
        same = in_the_librarys_words(payload, explained)
        assert library.refusal(same, surface) is None, (
            f"only the embedded Slack shows it: {refused}"
        )


@pytest.mark.parametrize("surface", SURFACES)
def test_what_slackblocks_builds_is_shown_where_it_belongs(surface: str) -> None:
    for block in specimens():
        refused = library.refusal(block, surface)
        assert bool(faults(block, surface)) == bool(refused), (block, refused)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.page}-{kind.name}")
def test_every_field_is_taken_and_refused_as_slacks_reference_says(
    kind: Kind, explained: Fields
) -> None:
    for case in observed.cases(kind):
        found = faults(case.payload, kind.surface)
        assert bool(found) != case.allowed, (case.name, case.payload, found)
        assert_agreed(case.payload, kind.surface, explained)


@pytest.mark.parametrize("limit", LIMITS, ids=str)
def test_a_published_limit_is_kept_to_the_character(limit: Limit, explained: Fields) -> None:
    at_it, above = limit.block(limit.most), limit.block(limit.most + 1)
    assert faults(at_it, limit.surface) == []
    assert library.refusal(at_it, limit.surface) is None
    assert len(faults(above, limit.surface)) == 1
    assert_agreed(above, limit.surface, explained)


def test_a_message_holds_fifty_blocks_and_a_view_a_hundred() -> None:
    # https://docs.slack.dev/reference/block-kit/blocks
    assert message_faults([DIVIDER] * 50) == []
    assert len(message_faults([DIVIDER] * 51)) == 1
    for count in (100, 101):
        home = {"type": "home", "blocks": [DIVIDER] * count}
        assert bool(view_faults(home, "home")) == (count > 100)
        assert bool(library.refusal(home, "home view")) == (count > 100)


@pytest.mark.parametrize("payloads", [mutated(), drawn()], ids=["a_little_wrong", "drawn"])
def test_whatever_is_sent_is_refused_by_both_or_explained(
    payloads: st.SearchStrategy[tuple[Payload, str]], proving: bool, explained: Fields
) -> None:
    @given(payloads)
    @settings(
        max_examples=EXAMPLES_PROVEN if proving else EXAMPLES,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def hold(case: tuple[Payload, str]) -> None:
        assert_agreed(*case, explained)

    hold()


def test_the_page_names_each_difference_with_its_fields_and_no_others() -> None:
    fields = observed.differences()
    tables = [table(STRICTER, fields), table(ONLY_SLACKS, fields)]
    if os.environ.get("MLPIPE_RECORD"):
        anew = iter(tables)
        rows = re.compile(r"^\| difference \|.*\n(?:\|.*\n)+", re.MULTILINE)
        PAGE.write_text(rows.sub(lambda _: f"{next(anew)}\n", PAGE.read_text()))
    page = PAGE.read_text()
    assert all(each in page for each in tables), "MLPIPE_RECORD=1 writes the page anew: read it"
    for each in STRICTER:
        assert each.anywhere != bool(fields[each.name]), each.name


def test_no_field_of_the_library_is_left_out() -> None:
    makers = {**library.BY_TYPE, **library.BY_FIELD}
    known = fields_by_kind()
    slacks = {argument: field for field, argument in library.RENAMED.items()}
    missing = set()
    for kind, make in makers.items():
        if not inspect.isclass(make) or kind not in known:
            continue
        for argument in inspect.signature(make).parameters:
            field = slacks.get(argument, argument)
            if not {field, f"style.{field}"} & known[kind]:
                missing.add(f"{kind}.{field}")
    assert missing == NOT_SLACKS


def test_no_field_that_the_embedded_slack_reads_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: dict[str, set[str]] = defaultdict(set)
    original = Node.raw

    def raw(node: Node, key: str, *, required: bool = False) -> Any:
        read[str(node.value.get("type"))].add(key)
        return original(node, key, required=required)

    monkeypatch.setattr(Node, "raw", raw)
    known = fields_by_kind()
    for kind in KINDS:
        faults(kind.with_all({}), kind.surface)
    left = {
        f"{kind}.{key}"
        for kind, keys in read.items()
        for key in keys - {"type"}
        if kind in known and key not in known[kind]
    }
    assert left == NOT_SLACKS


def fields_by_kind() -> dict[str, set[str]]:
    """The fields of each kind in the reference; those of its style as `style.bold`."""
    known: dict[str, set[str]] = defaultdict(set)
    for kind in KINDS:
        name, _, style = kind.name.partition(".")
        known[name] |= {f"{style}.{field}" if style else field for field in kind.fields}
    return known
