"""Blocks and views: what Slack shows and what it refuses, with the pointer of what is wrong."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import pytest
import slackblocks as sb
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpipe_sandbox.slack.blocks import check_message_blocks, check_view
from mlpipe_sandbox.slack.errors import SlackError


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn("t"), **fields}


def button(action_id: str = "a", **fields: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **fields}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def task(task_id: str = "1", **fields: Any) -> dict[str, Any]:
    return {"task_id": task_id, "title": "Train", "status": "pending", **fields}


def options(count: int) -> list[dict[str, Any]]:
    return [{"text": plain(f"O{n}"), "value": str(n)} for n in range(count)]


def select(**fields: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": options(2), **fields}


def chart(series: int) -> dict[str, Any]:
    return {
        "type": "data_visualization",
        "title": "AUC",
        "chart": {
            "type": "line",
            "series": [
                {"name": f"s{n}", "data": [{"label": "Mon", "value": 0.8}]} for n in range(series)
            ],
            "axis_config": {"categories": ["Mon"]},
        },
    }


def pie(segments: int) -> dict[str, Any]:
    slices = [{"label": f"s{n}", "value": 1} for n in range(segments)]
    return {
        "type": "data_visualization",
        "title": "Share",
        "chart": {"type": "pie", "segments": slices},
    }


def data_table(rows: int) -> dict[str, Any]:
    cell = {"type": "raw_number", "value": 1, "text": "1"}
    head = [{"type": "raw_text", "text": "n"}]
    return {"type": "data_table", "caption": "c", "rows": [head, *[[cell]] * (rows - 1)]}


CONFIRM = {
    "title": plain("Sure?"),
    "text": mrkdwn("*Really*"),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}

SHOWN = [
    section(),
    section(fields=[mrkdwn("a"), plain("b")], accessory=button(confirm=CONFIRM, style="danger")),
    section(accessory=select(initial_option=options(2)[1])),
    section(
        accessory={
            "type": "static_select",
            "action_id": "g",
            "option_groups": [{"label": plain("G"), "options": options(2)}],
            "initial_option": options(1)[0],
        }
    ),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("a"), plain("b")]},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
    {"type": "actions", "elements": [button("a"), button("b"), select()]},
    {"type": "markdown", "text": "**bold**"},
    rich(
        {"type": "text", "text": "a", "style": {"bold": True}},
        {"type": "user", "user_id": "U0ANA"},
        {"type": "broadcast", "range": "here"},
        {"type": "link", "url": "https://example.com", "text": "l"},
        {"type": "emoji", "name": "wave"},
    ),
    {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": "a"}, rich({"type": "text", "text": "b"})]],
    },
    data_table(101),
    chart(6),
    pie(6),
    {
        "type": "plan",
        "title": "Run",
        "tasks": [task(), task("2", details=rich({"type": "text", "text": "d"}))],
    },
    {"type": "task_card", **task(status="complete")},
    {"type": "card", "title": mrkdwn("t"), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("t")}]},
    {"type": "container", "title": plain("c"), "child_blocks": [section()]},
]

REFUSED = [
    ({"type": "banner"}, "unsupported type: banner", "/type"),
    ({"text": plain("a")}, "missing required field: type", ""),
    ({"type": "section"}, "missing required field: text", ""),
    (section(colour="red"), "invalid additional property: colour", ""),
    (section(text=mrkdwn("")), "must be more than 0 characters", "/text/text"),
    (section(text=mrkdwn("x" * 3001)), "must be less than 3001 characters", "/text/text"),
    (section(text="t"), "must provide an object", "/text"),
    (section(fields=[plain("f")] * 11), "no more than 10 items allowed", "/fields"),
    (section(accessory={"type": "plain_text_input"}), "unsupported type", "/accessory/type"),
    ({"type": "header", "text": mrkdwn("a")}, "must be a valid enum value", "/text/type"),
    ({"type": "header", "text": plain("x" * 151)}, "less than 151 characters", "/text/text"),
    ({"type": "actions", "elements": []}, "no less than 1 items", "/elements"),
    (
        {"type": "actions", "elements": [button(str(n)) for n in range(26)]},
        "no more than 25",
        "/elements",
    ),
    (
        {"type": "actions", "elements": [button(), button()]},
        "`action_id` a already exists",
        "/elements/1/action_id",
    ),
    (
        {"type": "actions", "elements": [button(value="x" * 2001)]},
        "less than 2001",
        "/elements/0/value",
    ),
    ({"type": "actions", "elements": [button(style="red")]}, "enum value", "/elements/0/style"),
    (
        {"type": "actions", "elements": [button(confirm={**CONFIRM, "title": plain("x" * 101)})]},
        "less than 101",
        "/elements/0/confirm/title/text",
    ),
    (section(accessory=select(options=options(101))), "no more than 100", "/accessory/options"),
    (
        section(accessory=select(initial_option={"text": plain("x"), "value": "x"})),
        "one of the provided options",
        "/accessory/initial_option",
    ),
    (
        {"type": "image", "image_url": "https://example.com/a.png"},
        "missing required field: alt_text",
        "",
    ),
    (
        {"type": "image", "slack_file": {"id": "F0000000001"}, "alt_text": "a"},
        "invalid slack file",
        "/slack_file",
    ),
    ({"type": "alert", "text": plain("a")}, "unsupported type: alert", "/type"),
    ({"type": "task_card", **task()}, "unsupported type: task_card", "/type"),
    ({"type": "plan", "title": "Run", "tasks": [task(), task()]}, "unique", ""),
    (
        {"type": "plan", "title": "Run", "tasks": [task(status="done")]},
        "enum value",
        "/tasks/0/status",
    ),
    (data_table(102), "no more than 101 items allowed", "/rows"),
    (chart(7), "no more than 6 items allowed", "/chart/series"),
    (pie(7), "no more than 6 items allowed", "/chart/segments"),
    (
        {"type": "card", "icon": {"type": []}, "title": mrkdwn("t")},
        "unsupported type",
        "/icon/type",
    ),
    (rich({"type": "sparkle"}), "unsupported type: sparkle", "/elements/0/elements/0/type"),
    ("text", "must provide an object", ""),
]


def faults(*blocks: Any) -> list[str]:
    with pytest.raises(SlackError) as caught:
        check_message_blocks(list(blocks), is_image=lambda _: False)
    assert caught.value.code == "invalid_blocks"
    messages = caught.value.extra["errors"]
    assert isinstance(messages, list)
    return messages


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block["type"])
def test_slack_shows(block: dict[str, Any]) -> None:
    [made] = check_message_blocks([block], is_image=lambda _: False)
    assert made["block_id"]
    assert {**block, "block_id": made["block_id"]} == made


@pytest.mark.parametrize(("block", "message", "below"), REFUSED, ids=lambda value: str(value)[:40])
def test_slack_refuses(block: Any, message: str, below: str) -> None:
    [fault] = faults({"type": "divider"}, block)
    assert message in fault
    assert fault.endswith(f"[json-pointer:/blocks/1{below}]")


def test_every_fault_is_named_at_once() -> None:
    assert len(faults({"type": "header"}, section(text=mrkdwn("")), {"type": "x"})) == 3


def test_fifty_blocks_fit_and_one_more_does_not() -> None:
    assert len(check_message_blocks([{"type": "divider"}] * 50, is_image=lambda _: True)) == 50
    assert "no more than 50 items" in faults(*[{"type": "divider"}] * 51)[0]


def test_block_ids_are_unique() -> None:
    same = {"type": "divider", "block_id": "same"}
    assert "`block_id` same already exists" in faults(same, same)[0]


def test_what_slackblocks_builds_is_shown() -> None:
    built = [
        sb.SectionBlock("hi", accessory=sb.Button("go", action_id="a")),
        sb.PlanBlock("p", tasks=[sb.TaskCardBlock("1", "t", status="in_progress")]),
        sb.ActionsBlock([sb.Button("a", action_id="x", style="primary")]),
    ]
    assert len(check_message_blocks([b._resolve() for b in built], is_image=lambda _: True)) == 3


def view(*blocks: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("T"), "blocks": list(blocks), **fields}


def test_a_modal_is_checked_as_a_whole() -> None:
    field = {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input"}}
    good = check_view(view(field, submit=plain("Go")), kind="modal", is_image=lambda _: True)
    assert good["blocks"][0]["element"]["action_id"]
    for wrong, message in [
        (view(field), "missing required field: submit [json-pointer:/view]"),
        (view(title=plain("x" * 25)), "less than 25 characters [json-pointer:/view/title/text]"),
        (view(private_metadata="x" * 3001), "[json-pointer:/view/private_metadata]"),
        (view(*[{"type": "divider"}] * 101), "no more than 100 items"),
        (view({"type": "plan", "title": "p", "tasks": []}), "unsupported type: plan"),
        (view(type="home"), "[json-pointer:/view/type]"),
        (view(colour=1), "invalid additional property: colour"),
    ]:
        with pytest.raises(SlackError) as caught:
            check_view(wrong, kind="modal", is_image=lambda _: True)
        assert caught.value.code == "invalid_arguments"
        assert message in str(caught.value.extra)


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**12),
    st.floats(),
    st.text(max_size=5),
    st.just("x" * 4000),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.sampled_from(["type", "text", "elements", "value"]), st.text(max_size=5)),
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_put_anywhere_is_shown_or_refused(data: st.DataObject) -> None:
    block = copy.deepcopy(data.draw(st.sampled_from(SHOWN)))
    place: Any = block
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        below = place[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.booleans()):
            place[key] = data.draw(ODD)
            break
        place = below
    with contextlib.suppress(SlackError):
        check_message_blocks([block], is_image=lambda _: True)
