"""What Slack asks of all blocks of a message or view together."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from slackblocks import _limits as limits
from slackblocks._surfaces import BlockSurface, validate_surface_blocks
from slackblocks.errors import TypeMismatchError

from mlpipe_sandbox.slack.blocks.elements import ELEMENTS
from mlpipe_sandbox.slack.blocks.layout import block
from mlpipe_sandbox.slack.blocks.node import Faults, Node

Blocks = list[dict[str, Any]]

_INTERACTIVE = frozenset(ELEMENTS) - {"image"}


def check_blocks(
    blocks: list[Any],
    *,
    surface: BlockSurface,
    faults: Faults,
    pointer: str,
    is_image: Callable[[dict[str, Any]], bool],
) -> Blocks:
    """Note every fault of the blocks; gives them back with the ids that Slack makes up.

    Args:
        blocks: The blocks as they came.
        surface: Where they are to be shown.
        faults: Takes what is wrong.
        pointer: JSON pointer of the list.
        is_image: Whether a `slack_file` object names an image that can be shown now.
    """
    most = limits.MESSAGE_BLOCKS_MAX_ITEMS if surface == "message" else limits.VIEW_BLOCKS_MAX_ITEMS
    if len(blocks) > most:
        faults.add(f"no more than {most} items allowed", pointer)
        return []
    for place, value in enumerate(blocks):
        _check_one(value, surface=surface, faults=faults, pointer=f"{pointer}/{place}")
    if len(faults):
        return []
    _check_ids(blocks, faults, pointer)
    _check_files(blocks, faults, pointer, is_image)
    _check_totals(blocks, faults, pointer)
    return _with_ids(blocks)


def _check_one(value: Any, *, surface: BlockSurface, faults: Faults, pointer: str) -> None:
    if not isinstance(value, dict):
        faults.add("must provide an object", pointer)
        return
    before = len(faults)
    made = block(Node(value, pointer, faults))
    if len(faults) > before or made is None:
        return
    try:
        validate_surface_blocks([made], surface)
    except TypeMismatchError:
        kind = value["type"]
        faults.add(f"unsupported type: {kind}", f"{pointer}/type")


def walk(value: Any, pointer: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Every object within, with its JSON pointer."""
    if isinstance(value, dict):
        yield value, pointer
        for key, below in value.items():
            yield from walk(below, f"{pointer}/{key}")
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from walk(below, f"{pointer}/{place}")


def text_length(blocks: Blocks) -> int:
    """Characters of all texts in the blocks."""
    return sum(len(each["text"]) for each, _ in walk(blocks) if isinstance(each.get("text"), str))


def _check_ids(blocks: Blocks, faults: Faults, pointer: str) -> None:
    seen: set[str] = set()
    for place, each in enumerate(blocks):
        given = each.get("block_id")
        if given and given in seen:
            faults.add(f"`block_id` {given} already exists", f"{pointer}/{place}/block_id")
        seen.add(given or "")
        actions: set[str] = set()
        for below, below_pointer in walk(each, f"{pointer}/{place}"):
            action_id = below.get("action_id")
            if action_id is not None and action_id in actions:
                faults.add(f"`action_id` {action_id} already exists", f"{below_pointer}/action_id")
            actions.add(action_id or "")


def _check_files(
    blocks: Blocks, faults: Faults, pointer: str, is_image: Callable[[dict[str, Any]], bool]
) -> None:
    for each, where in walk(blocks, pointer):
        file = each.get("slack_file")
        if isinstance(file, dict) and not is_image(file):
            faults.add("invalid slack file", f"{where}/slack_file")


def _check_totals(blocks: Blocks, faults: Faults, pointer: str) -> None:
    markdown = sum(len(each["text"]) for each in blocks if each["type"] == "markdown")
    if markdown > limits.MARKDOWN_TOTAL_TEXT_MAX_LENGTH:
        faults.add(
            f"must be less than {limits.MARKDOWN_TOTAL_TEXT_MAX_LENGTH + 1} characters", pointer
        )
    charts = sum(each["type"] == "data_visualization" for each in blocks)
    if charts > limits.MESSAGE_DATA_VISUALIZATIONS_MAX_ITEMS:
        faults.add("no more than 2 data_visualization blocks allowed", pointer)
    cells = sum(text_length([each]) for each in blocks if each["type"] == "data_table")
    if cells > limits.DATA_TABLE_TOTAL_CONTENT_MAX_LENGTH:
        faults.add("data_table blocks hold too many characters", pointer)


def _with_ids(blocks: Blocks) -> Blocks:
    made = copy.deepcopy(blocks)
    for each in made:
        if not each.get("block_id"):
            each["block_id"] = secrets.token_urlsafe(4)
        for below, _ in walk(each):
            kind = below.get("type")
            if kind in _INTERACTIVE and not below.get("action_id"):
                below["action_id"] = secrets.token_urlsafe(4)
    return made
