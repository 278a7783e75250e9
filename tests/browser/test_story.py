"""The whole story: the morning report, a run, a promotion, and another person's approval.

The documentation's pictures are of it: `make pictures` takes them anew.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo, kept

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DAILY, EXPERIMENTS = "C0DAILY", "C0EXP"
ANA, DANA = "U0ANA", "U0DANA"


def type_in(page: Page, channel: str, text: str) -> None:
    composer = page.get_by_role("textbox", name=f"Message #{channel}")
    composer.fill(text)
    composer.press("Escape")  # the list of commands
    composer.press("Enter")


def last_message(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text).last


def auc_on(card: Locator) -> float:
    row = card.get_by_role("row").filter(has_text="AUC")
    return float(row.get_by_role("cell").nth(1).inner_text())


def finished(card: Locator) -> Locator:
    """The card once every step is done and the metrics are on it."""
    expect(card.get_by_role("row").filter(has_text="AUC")).to_be_visible()
    return card


def test_the_morning_report_is_there_with_its_pictures(page: Page, demo: Demo) -> None:
    page.goto(demo.page_of(DANA, DAILY))
    report = last_message(page, "Jun 28, 2013")
    expect(report.get_by_role("table")).to_be_visible()
    pictures = report.get_by_role("img")
    expect(pictures).to_have_count(1)
    for picture in pictures.all():
        width = "image => image.complete && image.naturalWidth"
        assert picture.evaluate(width) > 600
        assert len(picture.get_attribute("alt") or "") > 40
    expect(report).to_contain_text("nothing in production yet")
    page.set_viewport_size({"width": 1180, "height": 1280})
    page.get_by_role("log").evaluate("list => list.scrollTo(0, 0)")
    kept(page, "report")


def test_a_manager_may_read_but_not_run(page: Page, demo: Demo) -> None:
    page.goto(demo.page_of(DANA, EXPERIMENTS))
    type_in(page, "ml-experiments", "/mlpipe run")
    expect(last_message(page, "Only visible to you")).to_contain_text("do not have the right")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_run_report_promote_and_approve(page: Page, demo: Demo) -> None:
    page.goto(demo.page_of(ANA, EXPERIMENTS))

    type_in(page, "ml-experiments", "/mlpipe run")
    form = page.get_by_role("dialog", name="Run a pipeline")
    form.get_by_label("Day", exact=True).fill("2013-12-25")
    form.get_by_role("button", name="Start").click()
    expect(form.get_by_role("alert")).to_contain_text("has not happened yet")
    form.get_by_label("Day", exact=True).fill("2013-06-08")
    form.get_by_role("button", name="Start").click()
    expect(form).to_have_count(0)
    card = last_message(page, "Jun 8, 2013")
    expect(card).to_contain_text("Resolve")
    assert auc_on(finished(card)) == pytest.approx(0.54, abs=0.06)

    type_in(page, "ml-experiments", "/mlpipe run day=yesterday")
    card = last_message(page, "Jun 28, 2013")
    assert auc_on(finished(card)) == pytest.approx(0.85, abs=0.05)
    kept(card, "run")

    type_in(page, "ml-experiments", "/mlpipe report 2013-06-20")
    report = last_message(page, "Jun 20, 2013")
    expect(report.get_by_role("img")).to_have_count(1)

    page.get_by_role("button", name=re.compile("^ml-daily")).click()
    type_in(page, "ml-daily", "/mlpipe promote 1 the first that serves")
    request = last_message(page, "promote version 1")
    expect(request).to_contain_text("the first that serves")
    kept(request, "approval")
    request.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(last_message(page, "Only visible to you")).to_contain_text("another person")

    page.get_by_role("link", name="Become Ben Okafor").click()
    request = last_message(page, "promote version 1")
    request.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(request).to_contain_text(re.compile(r"Approved\s+by\s+@Ben Okafor"))
    expect(request.get_by_role("button", name="Approve")).to_have_count(0)

    # Production serves now: the next run is compared with it.
    page.get_by_role("link", name="Become Ana Ruiz").click()
    page.get_by_role("button", name=re.compile("^ml-experiments")).click()
    type_in(page, "ml-experiments", "/mlpipe run day=2013-06-28 NumLeaves=15")
    expect(page.get_by_text("NumLeaves=15")).to_be_visible()
    card = finished(last_message(page, "NumLeaves=15"))
    expect(card.get_by_role("columnheader").filter(has_text="roduction")).to_be_visible()
