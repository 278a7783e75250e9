"""Blocks: the kinds that lay out messages, modals and home tabs.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from typing import Any

from slackblocks import _limits as limits
from slackblocks import blocks as made

from mlpipe_sandbox.slack.blocks import objects
from mlpipe_sandbox.slack.blocks.data import DATA_BLOCKS
from mlpipe_sandbox.slack.blocks.elements import Reader, element, image, url_source
from mlpipe_sandbox.slack.blocks.inputs import INPUTS
from mlpipe_sandbox.slack.blocks.node import Node
from mlpipe_sandbox.slack.blocks.rich_text import rich_text
from mlpipe_sandbox.slack.blocks.selects import SELECTS

_SINGLE_SELECTS = tuple(kind for kind in SELECTS if not kind.startswith("multi_"))
_CHOICES = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
IN_ACTIONS = (
    "button",
    "workflow_button",
    "overflow",
    "datetimepicker",
    *_CHOICES,
    *_SINGLE_SELECTS,
)
IN_SECTION = ("button", "workflow_button", "overflow", "image", *_CHOICES, *SELECTS)
IN_INPUT = ("checkboxes", "radio_buttons", *SELECTS, *INPUTS)
IN_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")


def block_id(node: Node) -> str | None:
    """The id by which the block is known; Slack makes one up where it is absent."""
    return node.string("block_id", most=limits.BLOCK_ID_MAX_LENGTH)


def _actions(node: Node) -> Any:
    elements = node.items(
        "elements",
        element(*IN_ACTIONS),
        least=1,
        most=limits.ACTIONS_ELEMENTS_MAX_ITEMS,
        required=True,
    )
    return node.build(made.ActionsBlock, elements=elements, block_id=block_id(node))


def _context(node: Node) -> Any:
    elements = node.items(
        "elements", _context_element, least=1, most=limits.CONTEXT_ELEMENTS_MAX_ITEMS, required=True
    )
    return node.build(made.ContextBlock, elements=elements, block_id=block_id(node))


def _context_element(node: Node) -> Any:
    if node.value.get("type") == "image":
        return image(node)
    return objects.text(plain=False)(node)


def _context_actions(node: Node) -> Any:
    elements = node.items(
        "elements",
        element(*IN_CONTEXT_ACTIONS),
        least=1,
        most=limits.CONTEXT_ACTIONS_ELEMENTS_MAX_ITEMS,
        required=True,
    )
    return node.build(made.ContextActionsBlock, elements=elements, block_id=block_id(node))


def _divider(node: Node) -> Any:
    return node.build(made.DividerBlock, block_id=block_id(node))


def _file(node: Node) -> Any:
    return node.build(
        made.FileBlock,
        external_id=node.string("external_id", required=True),
        source=node.choice("source", ("remote",), required=True),
        block_id=block_id(node),
    )


def _header(node: Node) -> Any:
    text = node.child("text", objects.text(most=limits.HEADER_TEXT_MAX_LENGTH), required=True)
    return node.build(made.HeaderBlock, text=text, block_id=block_id(node))


def _image(node: Node) -> Any:
    image_url = node.string("image_url", most=limits.IMAGE_IMAGE_URL_MAX_LENGTH)
    file = node.child("slack_file", objects.slack_file)
    if node.has("image_url") == node.has("slack_file"):
        node.fault("must provide one of: image_url, slack_file")
    return node.build(
        made.ImageBlock,
        image_url=image_url,
        slack_file=file,
        alt_text=node.string(
            "alt_text", most=limits.IMAGE_ALT_TEXT_MAX_LENGTH, least=1, required=True
        ),
        title=node.child("title", objects.text(most=limits.IMAGE_TITLE_MAX_LENGTH)),
        block_id=block_id(node),
    )


def _input(node: Node) -> Any:
    return node.build(
        made.InputBlock,
        label=node.child("label", objects.text(most=limits.INPUT_LABEL_MAX_LENGTH), required=True),
        element=node.child("element", element(*IN_INPUT), required=True),
        dispatch_action=node.flag("dispatch_action"),
        hint=node.child("hint", objects.text(most=limits.INPUT_HINT_MAX_LENGTH)),
        optional=node.flag("optional"),
        block_id=block_id(node),
    )


def _markdown(node: Node) -> Any:
    text = node.string("text", most=limits.MARKDOWN_TEXT_MAX_LENGTH, least=1, required=True)
    return node.build(made.MarkdownBlock, text=text, block_id=block_id(node))


def _section(node: Node) -> Any:
    text = node.child("text", objects.text(most=limits.SECTION_TEXT_MAX_LENGTH, plain=False))
    fields = node.items(
        "fields",
        objects.text(most=limits.SECTION_FIELDS_ITEM_MAX_LENGTH, plain=False),
        least=1,
        most=limits.SECTION_FIELDS_MAX_ITEMS,
    )
    if not node.has("text") and not node.has("fields"):
        node.fault("missing required field: text")
    node.flag("expand")
    return node.build(
        made.SectionBlock,
        text=text,
        fields=fields,
        accessory=node.child("accessory", element(*IN_SECTION)),
        block_id=block_id(node),
    )


def _video(node: Node) -> Any:
    return node.build(
        made.VideoBlock,
        alt_text=node.string("alt_text", most=limits.VIDEO_ALT_TEXT_MAX_LENGTH, required=True),
        thumbnail_url=node.string("thumbnail_url", least=1, required=True),
        title=node.child("title", objects.text(most=limits.VIDEO_TITLE_MAX_LENGTH), required=True),
        video_url=node.string("video_url", least=1, required=True),
        author_name=node.string("author_name", most=limits.VIDEO_AUTHOR_NAME_MAX_LENGTH),
        description=node.child(
            "description", objects.text(most=limits.VIDEO_DESCRIPTION_MAX_LENGTH)
        ),
        provider_icon_url=node.string("provider_icon_url"),
        provider_name=node.string("provider_name", most=limits.VIDEO_PROVIDER_NAME_MAX_LENGTH),
        title_url=node.string("title_url"),
        block_id=block_id(node),
    )


def _alert(node: Node) -> Any:
    levels = ("default", "info", "warning", "error", "success")
    text = objects.text(most=limits.ALERT_TEXT_MAX_LENGTH, plain=False)
    return node.build(
        made.AlertBlock,
        text=node.child("text", text, required=True),
        level=node.choice("level", levels),
        block_id=block_id(node),
    )


def _card(node: Node) -> Any:
    def text(key: str, most: int) -> Any:
        return node.child(key, objects.text(most=most, plain=False))

    return node.build(
        made.CardBlock,
        hero_image=node.child("hero_image", image),
        icon=node.child("icon", image),
        slack_icon=node.child("slack_icon", objects.slack_icon),
        title=text("title", limits.CARD_TITLE_MAX_LENGTH),
        subtitle=text("subtitle", limits.CARD_SUBTITLE_MAX_LENGTH),
        body=text("body", limits.CARD_BODY_MAX_LENGTH),
        subtext=text("subtext", limits.CARD_SUBTEXT_MAX_LENGTH),
        actions=node.items("actions", element("button"), most=limits.CARD_ACTIONS_MAX_ITEMS),
        block_id=block_id(node),
    )


def _carousel(node: Node) -> Any:
    cards = node.items(
        "elements",
        lambda each: block(each) if each.kind(("card",)) else None,
        least=limits.CAROUSEL_ELEMENTS_MIN_ITEMS,
        most=limits.CAROUSEL_ELEMENTS_MAX_ITEMS,
        required=True,
    )
    return node.build(made.CarouselBlock, elements=cards, block_id=block_id(node))


def _container(node: Node) -> Any:
    title = objects.text(most=limits.CONTAINER_TITLE_MAX_LENGTH)
    subtitle = objects.text(most=limits.CONTAINER_SUBTITLE_MAX_LENGTH, plain=False)
    return node.build(
        made.ContainerBlock,
        child_blocks=node.items(
            "child_blocks",
            block,
            least=limits.CONTAINER_CHILD_BLOCKS_MIN_ITEMS,
            most=limits.CONTAINER_CHILD_BLOCKS_MAX_ITEMS,
            required=True,
        ),
        title=node.child("title", title),
        rich_text_title=node.child("rich_text_title", rich_text),
        subtitle=node.child("subtitle", subtitle),
        width=node.choice("width", ("narrow", "standard", "wide", "full")),
        icon=node.child("icon", image),
        is_collapsible=node.flag("is_collapsible"),
        default_collapsed=node.flag("default_collapsed"),
        has_header_divider=node.flag("has_header_divider"),
        block_id=block_id(node),
    )


_A_TASK = made.TaskCardBlock("x", "x", status="complete")


def _plan(node: Node) -> Any:
    # Slack lets a plan go without tasks, the library does not.
    left_out: dict[str, Any] = {} if node.has("tasks") else {"tasks": [_A_TASK]}
    return node.build(
        lambda **given: made.PlanBlock(**given, **left_out),
        title=node.string("title", least=1, required=True),
        tasks=node.items("tasks", _task, most=limits.PLAN_TASKS_MAX_ITEMS),
        block_id=block_id(node),
    )


def _task(node: Node) -> Any:
    # In a plan a task may go without its type.
    if node.has("type") and node.kind(("task_card",)) is None:
        return None
    statuses = ("pending", "in_progress", "complete", "error")
    return node.build(
        made.TaskCardBlock,
        task_id=node.string("task_id", least=1, required=True),
        title=node.string("title", least=1, required=True),
        details=node.child("details", rich_text),
        output=node.child("output", rich_text),
        sources=node.items("sources", _source),
        # Slack's page calls it optional and shows a card alone that waits; its API refuses both
        # (java-slack-sdk 1638).
        status=node.choice("status", statuses, required=True),
        block_id=block_id(node),
    )


def _source(node: Node) -> Any:
    node.kind(("url",))
    return url_source(node)


BLOCKS: dict[str, Reader] = {
    "actions": _actions,
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context": _context,
    "context_actions": _context_actions,
    "divider": _divider,
    "file": _file,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "plan": _plan,
    "rich_text": rich_text,
    "section": _section,
    "task_card": _task,
    "video": _video,
    **DATA_BLOCKS,
}
"""Type → its reader."""


def block(node: Node) -> Any:
    """A block of any kind."""
    kind = node.kind(BLOCKS)
    return None if kind is None else BLOCKS[kind](node)
