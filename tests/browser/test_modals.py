"""Forms by keyboard: what has the focus, what Tab reaches, and where it goes when a form closes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mlpipe_sandbox.slack import SlackSandbox, default_workspace
from mlpipe_sandbox.slack.bolt import running
from tests.browser.modals import MANIFEST, NAMES, build

pytestmark = pytest.mark.browser

CHANNEL = "C0DAILY"


@pytest.fixture(scope="module")
def slack(without_proxies: None) -> Iterator[SlackSandbox]:
    with SlackSandbox(default_workspace(MANIFEST)) as sandbox, running(sandbox, build):
        yield sandbox


@pytest.fixture
def window(slack: SlackSandbox, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{slack.url}/?user=U0ANA&channel={CHANNEL}")
    expect(composer(page)).to_be_focused()
    yield page
    page.close()
    for view in slack.views("U0ANA")[:1]:
        slack.person("U0ANA").close(view)


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message #ml-daily")


def type_in(page: Page, text: str) -> None:
    page.keyboard.type(f"{text} ")
    page.keyboard.press("Enter")


def form(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_three_forms_on_top_of_each_other_and_back(window: Page) -> None:
    type_in(window, "/stack")
    for name in NAMES:
        expect(form(window, name).get_by_label("Note")).to_be_focused()
        window.keyboard.type(f"in the {name.lower()}")
        press(window, "Tab")
        expect(form(window, name).get_by_role("button", name="Deeper")).to_be_focused()
        press(window, "Enter")
    expect(form(window, "Third")).to_be_visible()  # a fourth is one too many
    expect(window.get_by_role("dialog")).to_have_count(1)

    press(window, "Escape")
    for name in ("Second", "First"):
        deeper = form(window, name).get_by_role("button", name="Deeper")
        expect(deeper).to_be_focused()
        expect(form(window, name).get_by_label("Note")).to_have_value(f"in the {name.lower()}")
        press(window, "Escape")
    expect(window.get_by_role("dialog")).to_have_count(0)
    expect(composer(window)).to_be_focused()


def test_the_cross_closes_all_of_them(window: Page) -> None:
    type_in(window, "/stack")
    for name in NAMES[:2]:
        form(window, name).get_by_role("button", name="Deeper").click()
    form(window, "Third").get_by_role("button", name="Close").click()
    expect(window.get_by_role("dialog")).to_have_count(0)
    expect(composer(window)).to_be_focused()


def test_tab_stays_inside_of_a_form(window: Page) -> None:
    type_in(window, "/stack")
    first = form(window, "First")
    expect(first.get_by_label("Note")).to_be_focused()
    around = [
        first.get_by_role("button", name="Deeper"),
        first.get_by_role("button", name="Cancel"),
        first.get_by_role("button", name="Done"),
        first.get_by_role("button", name="Close"),
        first.get_by_label("Note"),
    ]
    for place in around:
        press(window, "Tab")
        expect(place).to_be_focused()
    for place in [*reversed(around[:-1]), around[-1]]:
        press(window, "Shift+Tab")
        expect(place).to_be_focused()


def test_a_form_that_is_filled_in_later_gets_the_focus_then(window: Page) -> None:
    type_in(window, "/slow")
    expect(form(window, "Order").get_by_label("Name")).to_be_focused()


def test_a_form_is_filled_in_mended_and_sent_by_keyboard_alone(window: Page) -> None:
    type_in(window, "/order")
    order = form(window, "Order")
    expect(order.get_by_label("Name")).to_be_focused()
    press(window, "Enter")  # sends it, empty
    expect(order.get_by_role("alert")).to_have_count(3)
    expect(order.get_by_label("Name")).to_be_focused()
    expect(order.get_by_label("Name")).to_have_attribute("aria-invalid", "true")

    window.keyboard.type("Ana")
    press(window, "Tab")
    expect(order.get_by_role("combobox", name="Size")).to_be_focused()
    press(window, "ArrowDown", "ArrowDown", "Enter", "Tab")
    expect(order.get_by_label("Count")).to_be_focused()
    window.keyboard.type("many")
    press(window, "Enter")
    expect(order.get_by_role("alert")).to_have_text("How many? A whole number.")
    expect(order.get_by_label("Count")).to_be_focused()
    described = order.get_by_label("Count").get_attribute("aria-describedby")
    assert described
    press(window, "ControlOrMeta+a")
    window.keyboard.type("2")
    press(window, "Enter")
    expect(order).to_have_count(0)
    expect(composer(window)).to_be_focused()
    message = window.get_by_role("article").last
    again = message.get_by_role("button", name="Again")
    expect(again).to_be_visible()

    again.press("Enter")
    expect(order.get_by_label("Name")).to_be_focused()
    press(window, "Escape")
    expect(again).to_be_focused()
