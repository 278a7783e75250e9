"""Slack's published limits: how much each field holds, and the page that says so.

The numbers are written out here, not taken from slackblocks: the library and the embedded Slack are
both held against them. Below each field stands one block at its limit and one a little above.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.tests.slack.block_fuzz.specimens import Surface, specimen

REFERENCE = "https://docs.slack.dev/reference/block-kit"
UNIQUE = ("action_id", "task_id", "block_id", "name")
"""Fields that tell items of a list apart."""


@dataclass(frozen=True)
class Limit:
    """The most characters or items of one field of one block."""

    kind: str
    path: tuple[str | int, ...]
    most: int
    page: str
    """Below `REFERENCE`."""
    element: str | None = None
    """For an input block: the kind of the field in it."""

    @property
    def source(self) -> str:
        return f"{REFERENCE}/{self.page}"

    @property
    def surface(self) -> Surface:
        return "modal" if self.kind in ("alert", "input") else "message"

    def block(self, size: int) -> dict[str, Any]:
        """The block with so much in the field."""
        made = specimen(self.kind, self.element)
        holder: Any = made
        for key in self.path[:-1]:
            holder = holder[key]
        last = self.path[-1]
        holder[last] = _filled(holder[last] if _has(holder, last) else "x", size)
        return made

    def __str__(self) -> str:
        return f"{self.element or self.kind} {'.'.join(map(str, self.path))}"


def _has(holder: Any, key: str | int) -> bool:
    return isinstance(key, int) or key in holder


def _filled(value: Any, size: int) -> Any:
    if isinstance(value, str):
        return "x" * size
    if isinstance(value, int):
        return size
    more = [_told_apart(value[0], place) for place in range(size - len(value))]
    return value[:size] + more


def _told_apart(value: Any, place: int) -> Any:
    """A copy whose ids are its own."""
    if isinstance(value, list):
        return [_told_apart(each, place) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"{each} {place}" if key in UNIQUE else _told_apart(each, place)
        for key, each in value.items()
    }


LIMITS = [
    Limit("actions", ("elements",), 25, "blocks/actions-block"),
    Limit("actions", ("block_id",), 255, "blocks/actions-block"),
    Limit("actions", ("elements", 0, "action_id"), 255, "block-elements/button-element"),
    Limit("actions", ("elements", 0, "text", "text"), 75, "block-elements/button-element"),
    Limit("actions", ("elements", 0, "url"), 3000, "block-elements/button-element"),
    Limit("actions", ("elements", 0, "value"), 2000, "block-elements/button-element"),
    Limit("actions", ("elements", 0, "accessibility_label"), 75, "block-elements/button-element"),
    Limit("alert", ("text", "text"), 200, "blocks/alert-block"),
    Limit("card", ("title", "text"), 150, "blocks/card-block"),
    Limit("card", ("subtitle", "text"), 150, "blocks/card-block"),
    Limit("card", ("body", "text"), 200, "blocks/card-block"),
    Limit("card", ("actions",), 3, "blocks/card-block"),
    Limit("carousel", ("elements",), 10, "blocks/carousel-block"),
    Limit("container", ("title", "text"), 150, "blocks/container-block"),
    Limit("container", ("child_blocks",), 10, "blocks/container-block"),
    Limit("context", ("elements",), 10, "blocks/context-block"),
    Limit("context_actions", ("elements",), 5, "blocks/context-actions-block"),
    Limit("data_table", ("page_size",), 100, "blocks/data-table-block"),
    Limit("data_table", ("rows",), 101, "blocks/data-table-block"),
    Limit("data_visualization", ("title",), 50, "blocks/data-visualization-block"),
    Limit("data_visualization", ("chart", "series"), 6, "blocks/data-visualization-block"),
    Limit("header", ("text", "text"), 150, "blocks/header-block"),
    Limit("image", ("image_url",), 3000, "blocks/image-block"),
    Limit("image", ("alt_text",), 2000, "blocks/image-block"),
    Limit("image", ("title", "text"), 2000, "blocks/image-block"),
    Limit("input", ("label", "text"), 2000, "blocks/input-block"),
    Limit("input", ("hint", "text"), 2000, "blocks/input-block"),
    Limit("markdown", ("text",), 12000, "blocks/markdown-block"),
    Limit("section", ("text", "text"), 3000, "blocks/section-block"),
    Limit("section", ("fields",), 10, "blocks/section-block"),
    Limit("section", ("fields", 0, "text"), 2000, "blocks/section-block"),
    *(
        Limit("section", ("accessory", "confirm", field, "text"), most, page)
        for page in ("composition-objects/confirmation-dialog-object",)
        for field, most in [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)]
    ),
    Limit("table", ("rows",), 100, "blocks/table-block"),
    Limit("table", ("rows", 0), 20, "blocks/table-block"),
    Limit("video", ("title", "text"), 200, "blocks/video-block"),
    Limit("video", ("author_name",), 50, "blocks/video-block"),
    *(
        Limit("input", ("element", *path), most, page, element)
        for element, path, most, page in [
            ("checkboxes", ("options",), 10, "block-elements/checkboxes-element"),
            ("radio_buttons", ("options",), 10, "block-elements/radio-button-group-element"),
            ("static_select", ("options",), 100, "block-elements/select-menu-element"),
            ("multi_static_select", ("options",), 100, "block-elements/multi-select-menu-element"),
            ("datepicker", ("placeholder", "text"), 150, "block-elements/date-picker-element"),
            ("file_input", ("max_files",), 10, "block-elements/file-input-element"),
            ("plain_text_input", ("max_length",), 3000, "block-elements/plain-text-input-element"),
            ("checkboxes", ("options", 1, "text", "text"), 75, "composition-objects/option-object"),
            ("checkboxes", ("options", 1, "value"), 150, "composition-objects/option-object"),
        ]
    ),
]
