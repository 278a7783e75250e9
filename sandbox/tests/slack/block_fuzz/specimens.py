"""One block of every kind and one field of every kind, built by slackblocks itself."""

from __future__ import annotations

from typing import Any, Literal

import slackblocks as sb
from slackblocks import blocks, elements, objects
from slackblocks.rich_text import elements as inline
from slackblocks.rich_text import objects as rich

Surface = Literal["message", "modal", "home"]
SURFACES: tuple[Surface, ...] = ("message", "modal", "home")


def _options(count: int = 2) -> list[objects.Option]:
    return [objects.Option(sb.PlainText(f"Option {n}"), str(n)) for n in range(count)]


def _confirm() -> objects.ConfirmationDialogue:
    return objects.ConfirmationDialogue("Sure?", "Really?", "Yes", "No", style="danger")


def _rich_text() -> blocks.RichTextBlock:
    section = rich.RichTextSection(
        [
            inline.RichText("Trained", bold=True),
            inline.RichTextLink("https://example.com/", text="log"),
            inline.RichTextUser("U0ANA"),
            inline.RichTextChannel("C0DAILY"),
            inline.RichTextUserGroup("S0ML"),
            inline.RichTextEmoji("tada"),
        ]
    )
    return blocks.RichTextBlock(
        [
            section,
            rich.RichTextList("bullet", [section], indent=1),
            rich.RichTextQuote([inline.RichText("said")], border=1),
            rich.RichTextCodeBlock([inline.RichText("code")], border=0),
        ]
    )


def _image() -> elements.Image:
    return elements.Image(alt_text="A chart", image_url="https://example.com/a.png")


def _task(task_id: str = "1") -> blocks.TaskCardBlock:
    return blocks.TaskCardBlock(
        task_id,
        "Train",
        details=_rich_text(),
        output=_rich_text(),
        sources=[elements.URLSource("https://example.com/", "log")],
        status="complete",
    )


def _card() -> blocks.CardBlock:
    return blocks.CardBlock(
        hero_image=_image(),
        icon=_image(),
        title="Version 7",
        subtitle="AUC 0.81",
        body="Trained on 60 days",
        subtext="today",
        actions=[elements.Button("Open", action_id="open")],
    )


def _series(count: int = 2) -> list[objects.DataSeries]:
    return [objects.DataSeries(f"s{n}", [objects.DataPoint("Mon", n)]) for n in range(count)]


ELEMENTS: list[elements.Element] = [
    elements.Button("Go", action_id="go", value="v", style="primary", confirm=_confirm()),
    elements.CheckboxGroup("c", options=_options(), initial_options=_options(1)),
    elements.DatePicker("d", initial_date="2013-06-28", placeholder="Day"),
    elements.DateTimePicker("dt", initial_datetime=1_372_400_000),
    elements.EmailInput("e", placeholder="Address"),
    elements.FileInput("f", filetypes=["csv"], max_files=3),
    elements.NumberInput(True, "n", initial_value="5", min_value="1", max_value="9"),
    elements.OverflowMenu("o", options=_options(), confirm=_confirm()),
    elements.PlainTextInput("p", initial_value="x", multiline=True, min_length=0, max_length=9),
    elements.RadioButtonGroup("r", options=_options(), initial_option=_options()[1]),
    elements.RichTextInput("rt", initial_value=_rich_text(), min_lines=2, max_lines=5),
    elements.StaticSelectMenu("s", options=_options(), initial_option=_options()[0]),
    elements.StaticSelectMenu("sg", option_groups=[objects.OptionGroup("G", _options())]),
    elements.StaticMultiSelectMenu("ms", options=_options(), max_selected_items=2),
    elements.ExternalSelectMenu("x", min_query_length=2),
    elements.ExternalMultiSelectMenu("mx", initial_options=_options()),
    elements.UserSelectMenu("u", initial_user="U0ANA"),
    elements.UserMultiSelectMenu("mu", initial_users=["U0ANA"]),
    elements.ChannelSelectMenu("ch", initial_channel="C0DAILY"),
    elements.ChannelMultiSelectMenu("mch", initial_channels=["C0DAILY"]),
    elements.ConversationSelectMenu("cv", filter=objects.ConversationFilter(include=["public"])),
    elements.ConversationMultiSelectMenu("mcv", initial_conversations=["C0DAILY"]),
    elements.TimePicker("t", initial_time="07:30", timezone="Europe/Berlin"),
    elements.URLInput("url", placeholder="Address"),
]

BLOCKS: list[blocks.Block] = [
    blocks.ActionsBlock([elements.Button("Go", action_id="a"), elements.DatePicker("b")]),
    blocks.AlertBlock("Careful", level="warning"),
    _card(),
    blocks.CarouselBlock([_card()]),
    blocks.ContainerBlock([blocks.SectionBlock("in it")], title="A box", subtitle="of blocks"),
    blocks.ContextBlock([sb.Text("three days"), _image()]),
    blocks.ContextActionsBlock(
        [
            elements.FeedbackButtons(
                elements.FeedbackButton("Good", "1"), elements.FeedbackButton("Bad", "0"), "f"
            ),
            elements.IconButton("Remove", "trash", "i"),
        ]
    ),
    blocks.DataTableBlock(
        [[objects.RawText("n")], [objects.RawNumber(1, "1")], [objects.RawText("x")]], "Counts"
    ),
    blocks.DataVisualizationBlock(
        "AUC", objects.LineChart(_series(), objects.AxisConfig(["Mon"], "day", "AUC"))
    ),
    blocks.DataVisualizationBlock("Share", objects.PieChart([objects.ChartSegment("a", 1)])),
    blocks.DividerBlock(block_id="line"),
    blocks.FileBlock("F1"),
    blocks.HeaderBlock("Yesterday"),
    blocks.ImageBlock("https://example.com/a.png", "A chart", title="AUC"),
    blocks.MarkdownBlock("**bold**"),
    blocks.PlanBlock("Run", [_task("1"), _task("2")]),
    _rich_text(),
    blocks.SectionBlock("text", fields=["a", "b"], accessory=ELEMENTS[0]),
    blocks.TableBlock([[objects.RawText("a"), objects.RawText("b")]]),
    _task(),
    blocks.VideoBlock("A talk", "https://example.com/t.png", "Talk", "https://example.com/v"),
    *(blocks.InputBlock("Label", each, hint="Hint") for each in ELEMENTS[1:7]),
    *(blocks.InputBlock("Label", each) for each in ELEMENTS[8:]),
]


def specimens() -> list[dict[str, Any]]:
    """The blocks as an app would send them."""
    return [each._resolve() for each in BLOCKS]


def specimen(kind: str, element: str | None = None) -> dict[str, Any]:
    """The first of its kind; of an input, the first that holds this kind of element."""
    for each in specimens():
        if each["type"] == kind and element in (None, each.get("element", {}).get("type")):
            return each
    raise LookupError(kind)
