"""What the embedded Slack shows is what slackblocks builds and Slack's pages allow, and no more.

Each difference is named in `differences.py`, with its reason and an example.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from sandbox.tests.slack.block_fuzz import library
from sandbox.tests.slack.block_fuzz.differences import DIFFERENCES, Difference, unexplained
from sandbox.tests.slack.block_fuzz.mutations import mutated
from sandbox.tests.slack.block_fuzz.published_limits import LIMITS, Limit
from sandbox.tests.slack.block_fuzz.specimens import SURFACES, specimens
from sandbox.tests.slack.block_fuzz.verdicts import (
    PLAIN_TITLE,
    faults,
    message_faults,
    view_faults,
)

pytestmark = pytest.mark.proof

PAGE = Path(__file__).parents[3] / "docs" / "sandbox-blocks.md"
EXAMPLES, EXAMPLES_PROVEN = 600, 20_000
DIVIDER = {"type": "divider"}


def assert_agreed(block: Any, surface: str) -> None:
    """Both show it, both refuse it, or the difference is explained."""
    found, refused = faults(block, surface), library.refusal(block, surface)
    if refused is None:
        assert unexplained(found) == []
    elif not found:
        pytest.fail(f"the embedded Slack shows what the library does not build: {refused}")


@pytest.mark.parametrize("surface", SURFACES)
def test_what_slackblocks_builds_is_shown_where_it_belongs(surface: str) -> None:
    for block in specimens():
        refused = library.refusal(block, surface)
        assert bool(faults(block, surface)) == bool(refused), (block, refused)


@pytest.mark.parametrize("limit", LIMITS, ids=str)
def test_a_published_limit_is_kept_to_the_character(limit: Limit) -> None:
    at_it, above = limit.block(limit.most), limit.block(limit.most + 1)
    assert faults(at_it, limit.surface) == []
    assert library.refusal(at_it, limit.surface) is None
    assert len(faults(above, limit.surface)) == 1
    assert_agreed(above, limit.surface)


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("title", 24),
        ("submit", 24),
        ("close", 24),
        ("private_metadata", 3000),
        ("callback_id", 255),
        ("external_id", 255),
    ],
)
def test_a_view_keeps_its_published_limits(field: str, most: int) -> None:
    # https://docs.slack.dev/reference/views/modal-views
    for size in (most, most + 1):
        text: Any = "x" * size
        value = text if field.endswith(("id", "data")) else {"type": "plain_text", "text": text}
        view = {"type": "modal", "title": PLAIN_TITLE, "blocks": [DIVIDER], field: value}
        assert bool(view_faults(view, "modal")) == (size > most)
        assert bool(library.refusal(view, "modal view")) == (size > most)


def test_a_message_holds_fifty_blocks_and_a_view_a_hundred() -> None:
    # https://docs.slack.dev/reference/block-kit/blocks
    assert message_faults([DIVIDER] * 50) == []
    assert len(message_faults([DIVIDER] * 51)) == 1
    for count in (100, 101):
        home = {"type": "home", "blocks": [DIVIDER] * count}
        assert bool(view_faults(home, "home")) == (count > 100)
        assert bool(library.refusal(home, "home view")) == (count > 100)


def test_blocks_a_little_wrong_are_refused_by_both_or_explained(proving: bool) -> None:
    @given(mutated())
    @settings(
        max_examples=EXAMPLES_PROVEN if proving else EXAMPLES,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def hold(case: tuple[dict[str, Any], str]) -> None:
        assert_agreed(*case)

    hold()


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.name)
def test_each_difference_is_there_and_on_the_page(difference: Difference) -> None:
    found = faults(difference.example, difference.surface)
    assert found
    assert unexplained(found) == []
    assert any(difference.explains(each) for each in found)
    assert library.refusal(difference.example, difference.surface) is None
    assert f"| {difference.name} | {difference.reason} |" in PAGE.read_text()
