"""What slackblocks says of a payload: its own constructors, called with the payload's fields.

The library's `from_dict` reads few kinds. So whatever its constructors take is handed to them here,
without a check of our own: a field that they do not know, or that they miss, is refused by Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import slackblocks as sb
from slackblocks import blocks, elements, objects
from slackblocks._surfaces import validate_surface_blocks
from slackblocks.errors import InvalidUsageError
from slackblocks.rich_text import elements as inline
from slackblocks.rich_text import objects as rich

Payload = Mapping[str, Any]

STYLED = {"text", "link", "emoji", "user", "channel", "usergroup", "team", "broadcast"}
"""Elements of rich text: the library takes their style's flags as fields of their own."""


class UnmodelledError(Exception):
    """Slack has it, the library has no class for it."""


def refusal(payload: Any, surface: str) -> str | None:
    """Why the library builds no such block or view; None where it does."""
    try:
        if surface == "modal view":
            sb.ModalView(**_fields(payload))
        elif surface == "home view":
            sb.HomeTabView(**_fields(payload))
        else:
            validate_surface_blocks([_made(payload)], surface)  # type: ignore[arg-type] # any text is asked
    except InvalidUsageError as error:
        return str(error)
    except UnmodelledError as error:
        return f"unmodelled: {error}"
    except (TypeError, ValueError, AttributeError, KeyError, AssertionError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _made(value: Any, key: str = "") -> Any:
    if isinstance(value, list):
        return [_made(each, key) for each in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind is None and key in BY_FIELD:
        return BY_FIELD[key](**_fields(value))
    if kind in UNMODELLED:
        raise UnmodelledError(kind)
    if not isinstance(kind, str) or kind not in BY_TYPE:
        raise ValueError(f"no such type: {kind}")
    return BY_TYPE[kind](**_fields(value))


def _fields(value: Payload) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, each in value.items():
        if key == "type" or each is None:
            continue
        if key == "style" and isinstance(each, dict) and value.get("type") in STYLED:
            fields |= each
        else:
            fields[RENAMED.get(key, key)] = _made(each, key)
    return fields


def _text(kind: objects.TextType) -> Callable[..., objects.Text]:
    return lambda **fields: objects.Text(**fields, type_=kind)


def _any_id(make: Callable[..., Any]) -> Callable[..., Any]:
    """A constructor that asks for the `action_id` which Slack makes up."""
    return lambda **fields: make(**{"action_id": None, **fields})


def _of_any_options(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **fields: make(**{"action_id": None, "options": None, **fields})


def _slack_file(**fields: Any) -> objects.SlackFile:
    return objects.SlackFile(**{"url": None, "id": None, **fields})


def _trigger(**fields: Any) -> objects.Trigger:
    return objects.Trigger(**{"customizable_input_parameters": None, **fields})


def _number(**fields: Any) -> objects.RawNumber:
    if isinstance(fields.get("value"), float) and not math.isfinite(fields["value"]):
        raise ValueError("not a number of JSON")
    return objects.RawNumber(**fields)


def _image(**fields: Any) -> Any:
    """A block has what an element has not: a title or an id."""
    return (blocks.ImageBlock if fields.keys() & {"title", "block_id"} else elements.Image)(
        **fields
    )


RENAMED = {"initial_date_time": "initial_datetime", "usergroup_id": "user_group_id"}
"""Field of Slack → argument of the library."""

UNMODELLED = ("broadcast", "date", "color")
"""Types that Slack has and the library has not."""

BY_FIELD: dict[str, Callable[..., Any]] = {
    "axis_config": objects.AxisConfig,
    "column_settings": objects.ColumnSettings,
    "confirm": objects.ConfirmationDialogue,
    "customizable_input_parameters": objects.InputParameter,
    "data": objects.DataPoint,
    "dispatch_action_config": objects.DispatchActionConfiguration,
    "filter": objects.ConversationFilter,
    "initial_option": objects.Option,
    "initial_options": objects.Option,
    "negative_button": elements.FeedbackButton,
    "option_groups": objects.OptionGroup,
    "options": objects.Option,
    "positive_button": elements.FeedbackButton,
    "segments": objects.ChartSegment,
    "series": objects.DataSeries,
    "slack_file": _slack_file,
    "tasks": blocks.TaskCardBlock,
    "trigger": _trigger,
    "workflow": objects.Workflow,
}
"""Objects that Slack knows by the field in which they stand."""

BY_TYPE: dict[str, Callable[..., Any]] = {
    "actions": blocks.ActionsBlock,
    "alert": blocks.AlertBlock,
    "area": objects.AreaChart,
    "bar": objects.BarChart,
    "button": elements.Button,
    "card": blocks.CardBlock,
    "carousel": blocks.CarouselBlock,
    "channel": inline.RichTextChannel,
    "channels_select": elements.ChannelSelectMenu,
    "checkboxes": _any_id(elements.CheckboxGroup),
    "container": blocks.ContainerBlock,
    "context": blocks.ContextBlock,
    "context_actions": blocks.ContextActionsBlock,
    "conversations_select": elements.ConversationSelectMenu,
    "data_table": blocks.DataTableBlock,
    "data_visualization": blocks.DataVisualizationBlock,
    "datepicker": elements.DatePicker,
    "datetimepicker": elements.DateTimePicker,
    "divider": blocks.DividerBlock,
    "email_text_input": elements.EmailInput,
    "emoji": inline.RichTextEmoji,
    "external_select": elements.ExternalSelectMenu,
    "feedback_buttons": elements.FeedbackButtons,
    "file": blocks.FileBlock,
    "file_input": elements.FileInput,
    "header": blocks.HeaderBlock,
    "icon": objects.SlackIcon,
    "icon_button": elements.IconButton,
    "image": _image,
    "input": blocks.InputBlock,
    "line": objects.LineChart,
    "link": inline.RichTextLink,
    "markdown": blocks.MarkdownBlock,
    "mrkdwn": _text(objects.TextType.MARKDOWN),
    "multi_channels_select": elements.ChannelMultiSelectMenu,
    "multi_conversations_select": elements.ConversationMultiSelectMenu,
    "multi_external_select": elements.ExternalMultiSelectMenu,
    "multi_static_select": _of_any_options(elements.StaticMultiSelectMenu),
    "multi_users_select": elements.UserMultiSelectMenu,
    "number_input": elements.NumberInput,
    "overflow": _any_id(elements.OverflowMenu),
    "pie": objects.PieChart,
    "plain_text": _text(objects.TextType.PLAINTEXT),
    "plain_text_input": elements.PlainTextInput,
    "plan": blocks.PlanBlock,
    "radio_buttons": _any_id(elements.RadioButtonGroup),
    "raw_number": _number,
    "raw_text": objects.RawText,
    "rich_text": blocks.RichTextBlock,
    "rich_text_input": lambda **fields: elements.RichTextInput(**{"action_id": "auto", **fields}),
    "rich_text_list": rich.RichTextList,
    "rich_text_preformatted": rich.RichTextCodeBlock,
    "rich_text_quote": rich.RichTextQuote,
    "rich_text_section": rich.RichTextSection,
    "section": blocks.SectionBlock,
    "static_select": elements.StaticSelectMenu,
    "table": blocks.TableBlock,
    "task_card": blocks.TaskCardBlock,
    "text": inline.RichText,
    "timepicker": elements.TimePicker,
    "url": elements.URLSource,
    "url_text_input": elements.URLInput,
    "user": inline.RichTextUser,
    "usergroup": inline.RichTextUserGroup,
    "users_select": elements.UserSelectMenu,
    "video": blocks.VideoBlock,
    "workflow_button": elements.WorkflowButton,
}
