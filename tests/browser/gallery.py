"""One of every block and of every field, as an app would send them."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]
DAYS = ("Mon", "Tue", "Wed", "Thu")
# A picture without a server.
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='480' height='240'%3E"
    "%3Crect width='480' height='240' fill='%231264a3'/%3E%3C/svg%3E"
)


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def rich(text: str) -> Block:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def every_rich_text() -> Block:
    def text(words: str, *styles: str) -> Block:
        return {"type": "text", "text": words, "style": dict.fromkeys(styles, True)}

    def section(*elements: Block) -> Block:
        return {"type": "rich_text_section", "elements": list(elements)}

    def points(style: str, *words: str, indent: int = 0) -> Block:
        elements = [section(text(each)) for each in words]
        return {"type": "rich_text_list", "style": style, "indent": indent, "elements": elements}

    styled = section(
        *(text(f"{style} ", style) for style in ("bold", "italic", "strike", "code")),
        {"type": "link", "url": "https://example.com", "text": "a link"},
        {"type": "user", "user_id": "U0BEN"},
        {"type": "channel", "channel_id": "C0EXP"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": "tada"},
        {"type": "date", "timestamp": 1372377600, "format": "{date_long}", "fallback": "a day"},
        {"type": "color", "value": "#0072b2"},
    )
    lists = points("bullet", "one", "two"), points("bullet", "in two", indent=1)
    quote = {"type": "rich_text_quote", "elements": [text("What somebody said")]}
    code = {"type": "rich_text_preformatted", "elements": [text("if late:\n    wait()")]}
    elements = [styled, *lists, points("ordered", "first", "second"), quote, code]
    return {"type": "rich_text", "elements": elements}


def image() -> Block:
    return {"type": "image", "image_url": PICTURE, "alt_text": "A blue picture"}


def button(text: str, **fields: Any) -> Block:
    return {"type": "button", "action_id": text.lower(), "text": plain(text), **fields}


def choices(*names: str) -> list[Block]:
    return [{"text": plain(name), "value": name} for name in names]


def task(task_id: str, title: str, status: str, **fields: Any) -> Block:
    return {"type": "task_card", "task_id": task_id, "title": title, "status": status, **fields}


def card() -> Block:
    return {
        "type": "card",
        "hero_image": image(),
        "icon": image(),
        "title": mrkdwn("Version 7"),
        "subtitle": mrkdwn("AUC 0.81 (0.79 to 0.83)"),
        "body": mrkdwn("Trained on the 60 days before June 28."),
        "subtext": mrkdwn("two days ago"),
        "actions": [button("Promote", style="primary"), button("Compare")],
    }


def chart(kind: str) -> Block:
    series = [
        {"name": name, "data": [{"label": d, "value": v} for d, v in zip(DAYS, of, strict=True)]}
        for name, of in [("production", (0.81, 0.79, 0.83, 0.8)), ("new", (0.82, 0.8, 0.81, 0.84))]
    ]
    axis = {"categories": list(DAYS), "x_label": "day", "y_label": "AUC"}
    return _drawn({"type": kind, "series": series, "axis_config": axis})


def pie() -> Block:
    shares = [("LightGBM", 5), ("Linear", 3), ("Forest", 2)]
    segments = [{"label": name, "value": value} for name, value in shares]
    return _drawn({"type": "pie", "segments": segments})


def _drawn(chart: Block) -> Block:
    return {"type": "data_visualization", "title": f"AUC, {chart['type']}", "chart": chart}


def trials(rows: int = 12) -> list[list[Block]]:
    table: list[list[Block]] = [[{"type": "raw_text", "text": text} for text in ("Trial", "AUC")]]
    for n in range(rows):
        auc = 0.8 + n / 100
        number = {"type": "raw_number", "value": auc, "text": f"{auc:.2f}"}
        table.append([{"type": "raw_text", "text": f"trial-{n}"}, number])
    return table


CONFIRM = {
    "title": plain("Stop the run?"),
    "text": mrkdwn("It cannot be continued."),
    "confirm": plain("Stop"),
    "deny": plain("Keep"),
    "style": "danger",
}

IN_MESSAGES: list[Block] = [
    {"type": "header", "text": plain("The model of yesterday")},
    {
        "type": "section",
        "text": mrkdwn("*AUC 0.81* on <https://example.com|12,034 flights> with `NumLeaves=31`"),
        "accessory": button("Stop", style="danger", confirm=CONFIRM),
    },
    {"type": "section", "fields": [mrkdwn(f"*Field {n}*\n0.8{n}") for n in range(4)]},
    {"type": "section", "text": mrkdwn("With a picture"), "accessory": image()},
    {"type": "context", "elements": [image(), mrkdwn("by <@U0BEN>, three minutes ago")]},
    {"type": "divider"},
    {
        "type": "actions",
        "elements": [
            button("Approve", style="primary"),
            button("Reject"),
            {"type": "static_select", "action_id": "s", "options": choices("AUC", "Log-loss")},
            {"type": "datepicker", "action_id": "d", "initial_date": "2013-06-28"},
            {"type": "overflow", "action_id": "o", "options": choices("Mute", "Explain")},
        ],
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain("Good"), "value": "1"},
                "negative_button": {"text": plain("Bad"), "value": "0"},
            },
            {"type": "icon_button", "action_id": "i", "icon": "trash", "text": plain("Remove")},
        ],
    },
    {"type": "image", "title": plain("AUC by day"), **image()},
    every_rich_text(),
    {"type": "markdown", "text": "## Markdown\n\n- **bold**\n- `code`"},
    {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": text} for text in ("Metric", "Value", "Change")]]
        * 3,
    },
    {"type": "data_table", "caption": "Trials", "rows": trials()},
    *(chart(kind) for kind in ("bar", "line")),
    chart("area"),
    pie(),
    {
        "type": "plan",
        "title": "Train for Jun 28, 2013",
        "tasks": [
            task("1", "Resolve the day", "complete", output=rich("June 28")),
            task(
                "2",
                "Prepare",
                "complete",
                sources=[{"type": "url", "url": "https://example.com", "text": "Log"}],
            ),
            task("3", "Train", "in_progress", details=rich("for 2 min")),
            task("4", "Evaluate", "error", output=rich("No rows for that day")),
            task("5", "Register", "pending"),
        ],
    },
    task("6", "On its own", "complete"),
    card(),
    {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("One")}] * 3},
    {
        "type": "container",
        "title": plain("More"),
        "subtitle": mrkdwn("what else was tried"),
        "is_collapsible": True,
        "child_blocks": [{"type": "section", "text": mrkdwn("Inside of it")}],
    },
    {
        "type": "video",
        "title": plain("A talk"),
        "alt_text": "A speaker",
        "thumbnail_url": PICTURE,
        "video_url": "https://example.com/v",
    },
    {"type": "file", "external_id": "report-2013", "source": "remote"},
]


def fields() -> list[Block]:
    """An input of every kind."""
    two = choices("One", "Two")
    kinds: list[Block] = [
        {"type": "plain_text_input", "placeholder": plain("A line")},
        {"type": "plain_text_input", "multiline": True},
        {"type": "number_input", "is_decimal_allowed": False, "initial_value": "31"},
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "rich_text_input"},
        {"type": "datepicker"},
        {"type": "timepicker", "initial_time": "07:30"},
        {"type": "datetimepicker"},
        {"type": "checkboxes", "options": two},
        {"type": "radio_buttons", "options": two, "initial_option": two[0]},
        {"type": "static_select", "options": two},
        {"type": "multi_static_select", "options": two, "initial_options": two},
        {"type": "external_select"},
        *({"type": f"{kind}_select"} for kind in ("users", "channels", "conversations")),
        *({"type": f"multi_{kind}_select"} for kind in ("users", "channels", "conversations")),
        {"type": "file_input", "filetypes": ["csv", "parquet"]},
    ]
    return [
        {
            "type": "input",
            "label": plain(kind["type"].replace("_", " ").capitalize()),
            "optional": True,
            "element": kind,
        }
        for kind in kinds
    ]
