"""The page by itself, with a small app that asks for everything: all blocks, forms, shortcuts.

`MLPIPE_SCREENSHOTS=folder` keeps pictures of the gallery, for people to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from mlpipe_sandbox.slack import SlackSandbox, default_workspace
from mlpipe_sandbox.slack.bolt import running
from tests.browser.conftest import kept
from tests.browser.gallery import IN_MESSAGES, fields

pytestmark = pytest.mark.browser

CHANNEL = "C0DAILY"
SCREENS = [
    pytest.param((1280, 900), "light", id="desktop-light"),
    pytest.param((1280, 900), "dark", id="desktop-dark"),
    pytest.param((390, 844), "light", id="phone-light"),
    pytest.param((390, 844), "dark", id="phone-dark"),
]
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Gallery"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [
            {"command": "/fill", "description": "Fill in a form", "usage_hint": "[day]"}
        ],
        "shortcuts": [
            {"name": "New run", "callback_id": "new", "type": "global", "description": "A form"},
            {"name": "Explain", "callback_id": "explain", "type": "message"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "files:write"]}},
    "settings": {"interactivity": {"is_enabled": True}},
}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(*blocks: dict[str, Any], title: str = "A form") -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Send")}
    return {**view, "blocks": list(blocks)}


def app_of(environment: Mapping[str, str]) -> AsyncApp:
    """Opens a form by command and by shortcut, and says what it was sent."""
    token, url = environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"]
    app = AsyncApp(
        client=AsyncWebClient(token=token, base_url=url),
        signing_secret=environment["SLACK_SIGNING_SECRET"],
    )

    @app.command("/fill")
    async def fill(ack: Any, body: Any, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*fields()))

    @app.shortcut("new")
    async def new(ack: Any, body: Any, client: Any) -> None:
        await ack()
        file = {"type": "file_input", "action_id": "file", "filetypes": ["csv"], "max_files": 1}
        block = {"type": "input", "block_id": "file", "label": plain("Rows"), "element": file}
        view = modal(block, title="New run")
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.shortcut("explain")
    async def explain(ack: Any, body: Any, client: Any) -> None:
        await ack()
        text = f"Explained: {body['message']['text']}"
        await client.chat_postEphemeral(channel=CHANNEL, user=body["user"]["id"], text=text)

    @app.view("form")
    async def sent(ack: Any, view: Any, client: Any) -> None:
        await ack()
        [file] = view["state"]["values"]["file"]["file"]["files"]
        await client.chat_postMessage(channel=CHANNEL, text=f"Got {file['name']}")

    return app


@pytest.fixture(scope="module")
def slack(without_proxies: None) -> Iterator[SlackSandbox]:
    with SlackSandbox(default_workspace(MANIFEST)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def app(slack: SlackSandbox) -> Iterator[WebClient]:
    with running(slack, app_of):
        yield WebClient(token=slack.app.bot_token, base_url=slack.api_url)


def window(browser: Browser, slack: SlackSandbox, **options: Any) -> Page:
    page = browser.new_page(**options)
    page.goto(f"{slack.url}/?user=U0ANA&channel={CHANNEL}")
    expect(page.get_by_role("log")).to_be_visible()
    return page


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_a_window_says_when_the_app_is_away(slack: SlackSandbox, browser: Browser) -> None:
    page = window(browser, slack)
    away = page.get_by_text("Gallery is not connected")
    expect(away).to_be_visible()
    with running(slack, app_of):
        expect(away).to_have_count(0)
    expect(away).to_be_visible()
    page.close()


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_every_block_is_drawn_and_fits(
    slack: SlackSandbox,
    app: WebClient,
    browser: Browser,
    request: pytest.FixtureRequest,
    size: tuple[int, int],
    scheme: Any,
) -> None:
    if not slack.messages(CHANNEL):
        for block in IN_MESSAGES:
            app.chat_postMessage(channel=CHANNEL, text=block["type"], blocks=[block])
    screen = request.node.callspec.id
    viewport: Any = {"width": size[0], "height": size[1]}
    page = window(browser, slack, viewport=viewport, color_scheme=scheme)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    expect(page.get_by_role("article")).to_have_count(len(IN_MESSAGES))
    expect(page.locator(".unknown, .block-loading")).to_have_count(0)
    assert not overflows(page)
    kept(page, f"{screen}-messages")

    composer = page.get_by_role("textbox", name="Message #ml-daily")
    composer.fill("/fill ")
    composer.press("Enter")
    form = page.get_by_role("dialog", name="A form")
    expect(form.locator(".input-block")).to_have_count(len(fields()))
    expect(form.locator(".unknown")).to_have_count(0)
    assert not overflows(page)
    kept(page, f"{screen}-form")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    assert wrong == []
    page.close()


def test_a_menu_is_shown_whole_at_the_edge_of_a_phone(
    slack: SlackSandbox, app: WebClient, browser: Browser
) -> None:
    options = [{"text": plain(name), "value": name} for name in ("Explain", "Compare")]
    menu = {"type": "overflow", "action_id": "more", "options": options}
    blocks = [{"type": "actions", "elements": [menu]}]
    app.chat_postMessage(channel="C0EXP", text="A menu", blocks=blocks)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{slack.url}/?user=U0ANA&channel=C0EXP")
    button = page.locator(".actions-block").get_by_role("button", name="More actions")
    button.press("Enter")
    expect(page.get_by_role("menuitem", name="Explain")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Compare")).to_be_focused()
    expect(page.get_by_role("menu")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.close()


def test_shortcuts_and_files_by_keyboard(
    slack: SlackSandbox, app: WebClient, browser: Browser, tmp_path: Path
) -> None:
    page = window(browser, slack)
    page.get_by_role("button", name="Shortcuts").press("Enter")
    page.get_by_role("menuitem", name="New run").press("Enter")
    form = page.get_by_role("dialog", name="New run")
    expect(form.get_by_role("button", name="Add a file")).to_be_focused()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_contain_text("required")

    rows = tmp_path / "rows.csv"
    rows.write_text("a,b\n1,2\n")
    form.get_by_test_id("file-input").set_input_files(rows)
    expect(form.get_by_text("rows.csv")).to_be_visible()
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)
    message = page.get_by_role("article").filter(has_text="Got rows.csv").last
    expect(message).to_be_visible()

    message.hover()
    message.get_by_role("button", name="More actions").press("Enter")
    page.get_by_role("menuitem", name="Explain").press("Enter")
    answer = page.get_by_role("article").filter(has_text="Explained: Got rows.csv")
    expect(answer).to_contain_text("Only visible to you")
    answer.get_by_role("button", name="Dismiss").click()
    expect(answer).to_have_count(0)
    page.close()


def test_who_reads_further_up_is_brought_to_the_answer_of_a_command(
    slack: SlackSandbox, app: WebClient, browser: Browser
) -> None:
    for number in range(40):
        app.chat_postMessage(channel="C0EXP", text=f"Message {number}")
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    page.goto(f"{slack.url}/?user=U0ANA&channel=C0EXP")
    expect(page.get_by_text("Message 39")).to_be_in_viewport()
    page.get_by_role("log").evaluate("list => list.scrollTo(0, 0)")
    expect(page.get_by_text("Message 0", exact=True)).to_be_in_viewport()
    composer = page.get_by_role("textbox", name="Message #ml-experiments")
    composer.fill("/fil ")
    composer.press("Enter")
    answer = page.get_by_role("article").filter(has_text="is not a valid command")
    expect(answer).to_be_in_viewport()
    page.close()


def test_a_link_to_a_message_leads_to_it_as_the_person_who_follows_it(
    slack: SlackSandbox, app: WebClient, browser: Browser
) -> None:
    old = app.chat_postMessage(channel="C0EXP", text="What was found")
    link = app.chat_getPermalink(channel="C0EXP", message_ts=str(old["ts"]))["permalink"]
    for number in range(40):
        app.chat_postMessage(channel="C0EXP", text=f"Later {number}")
    app.chat_postMessage(channel=CHANNEL, text=f"See <{link}|there>")
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    page.goto(f"{slack.url}/?user=U0BEN&channel={CHANNEL}")
    # By keyboard: pictures that are still loading move what a mouse points at.
    page.get_by_role("link", name="there").press("Enter")
    expect(page.get_by_text("What was found")).to_be_in_viewport()
    expect(page.get_by_text("You are Ben Okafor")).to_be_visible()
    page.goto(link)
    expect(page.get_by_text("What was found")).to_be_in_viewport()
    page.close()
