"""Slack's reference of Block Kit and views, field by field: what is required, how much each holds.

The numbers are written out here, not taken from slackblocks: the library and the embedded Slack are
both held against them. Source: https://docs.slack.dev/reference, the page named with each kind.
"""

from __future__ import annotations

from typing import Any, Final

from sandbox.tests.slack.block_fuzz.fields import (
    Field,
    Kind,
    flag,
    label,
    many,
    text,
    thing,
    whole,
    word,
)
from sandbox.tests.slack.block_fuzz.reference_elements import ELEMENTS
from sandbox.tests.slack.block_fuzz.reference_objects import OBJECTS
from sandbox.tests.slack.block_fuzz.reference_texts import RICH_TEXTS
from sandbox.tests.slack.block_fuzz.values import (
    BUTTON,
    CARD,
    CELL,
    CHART,
    FILE,
    ICON_BUTTON,
    IMAGE,
    PLAIN,
    RICH_TEXT,
    SECTION,
    TASK,
)

STATUSES: Final = ("complete", "error", "in_progress")
"""Of a card that stands alone: Slack's page says that it may wait and needs no status, its API
refuses both (https://github.com/slackapi/java-slack-sdk/pull/1638)."""


def _block(name: str, surface: str = "message", **fields: Any) -> Kind:
    given = {"type": name, **fields.pop("given", {})}
    instead, spare = fields.pop("instead", {}), fields.pop("spare", ())
    return Kind(
        name,
        f"block-kit/blocks/{name.replace('_', '-')}-block",
        {**fields, "block_id": text(255)},
        given=given,
        surface=surface,
        instead=instead,
        spare=spare,
    )


def _rows(least: int, most: int) -> Field:
    return Field(
        lambda size: [[CELL]] * size, usual=least, least=least, most=most, others=([[]] * least,)
    )


BLOCKS: Final = [
    _block("actions", elements=many(BUTTON, 25, least=1).needed),
    _block(
        "alert",
        "modal",
        text=label(200, plain=False).needed,
        level=word("default", "info", "warning", "error", "success"),
    ),
    _block(
        "card",
        given={"body": PLAIN},
        hero_image=thing(IMAGE),
        icon=thing(IMAGE),
        slack_icon=thing({"type": "icon", "name": "rocket"}),
        title=label(150, plain=False),
        subtitle=label(150, plain=False),
        body=label(200, plain=False),
        subtext=label(200, plain=False),
        actions=many(BUTTON, 3),
        instead={"slack_icon": "icon"},
    ),
    _block("carousel", elements=many(CARD, 10, least=1).needed),
    _block(
        "container",
        given={"title": PLAIN, "is_collapsible": True},
        spare=("is_collapsible",),
        child_blocks=many(SECTION, 10, least=1).needed,
        title=label(150),
        rich_text_title=thing(RICH_TEXT),
        subtitle=label(150, plain=False),
        width=word("narrow", "standard", "wide", "full"),
        icon=thing(IMAGE),
        is_collapsible=flag(),
        default_collapsed=flag(),
        has_header_divider=flag(),
        instead={"rich_text_title": "title", "has_header_divider": "is_collapsible"},
    ),
    _block("context", elements=many({"type": "mrkdwn", "text": "t"}, 10, least=1).needed),
    _block("context_actions", elements=many(ICON_BUTTON, 5, least=1).needed),
    _block(
        "data_table",
        rows=_rows(2, 101).needed,
        caption=text(least=1).needed,
        page_size=whole(1, 100),
        row_header_column_index=whole(0, usual=0),
    ),
    _block("data_visualization", title=text(50, least=1).needed, chart=thing(CHART).needed),
    _block("divider"),
    _block("file", external_id=text().needed, source=word("remote").needed),
    _block("header", text=label(150).needed),
    _block(
        "image",
        given={"image_url": "https://example.com/a.png"},
        image_url=text(3000, like="https://example.com/a.png"),
        slack_file=thing(FILE),
        alt_text=text(2000, least=1).needed,
        title=label(2000),
        instead={"slack_file": "image_url"},
    ),
    _block(
        "input",
        "modal",
        label=label(2000).needed,
        element=thing({"type": "plain_text_input"}).needed,
        dispatch_action=flag(),
        hint=label(2000),
        optional=flag(),
    ),
    _block("markdown", text=text(12_000, least=1).needed),
    _block(
        "plan",
        given={"tasks": [TASK]},
        spare=("tasks",),
        title=text(least=1).needed,
        tasks=many(TASK),
    ),
    _block("rich_text", elements=many(RICH_TEXT["elements"][0], least=1).needed),
    _block(
        "section",
        given={"text": PLAIN},
        text=label(3000, plain=False),
        fields=many(PLAIN, 10, least=1),
        accessory=thing(BUTTON),
        expand=flag(),
    ),
    _block(
        "table",
        rows=_rows(1, 100).needed,
        column_settings=many({"align": "left"}, 20),
    ),
    _block(
        "task_card",
        task_id=text(least=1).needed,
        title=text(least=1).needed,
        details=thing(RICH_TEXT),
        output=thing(RICH_TEXT),
        sources=many({"type": "url", "url": "https://example.com/", "text": "log"}),
        status=word(*STATUSES).needed,
    ),
    _block(
        "video",
        alt_text=text(2000).needed,
        thumbnail_url=text(3000, least=1, like="https://example.com/t.png").needed,
        title=label(200).needed,
        video_url=text(3000, least=1, like="https://example.com/v").needed,
        author_name=text(50),
        description=label(200),
        provider_icon_url=text(like="https://example.com/i.png"),
        provider_name=text(50),
        title_url=text(like="https://example.com/"),
    ),
]

_VIEW: Final[dict[str, Field]] = {
    "blocks": many({"type": "divider"}, 100).needed,
    "private_metadata": text(3000),
    "callback_id": text(255),
    "external_id": text(255),
}

VIEWS: Final = [
    Kind(
        "modal",
        "views/modal-views",
        {
            **_VIEW,
            "title": label(24).needed,
            "close": label(24),
            "submit": label(24),
            "clear_on_close": flag(),
            "notify_on_close": flag(),
            "submit_disabled": flag(),
        },
        given={"type": "modal"},
        surface="modal view",
    ),
    Kind("home", "views/home-tab-views", _VIEW, given={"type": "home"}, surface="home view"),
]

KINDS: Final = [*BLOCKS, *ELEMENTS, *OBJECTS, *RICH_TEXTS, *VIEWS]
