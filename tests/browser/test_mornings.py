"""One click, and it is the next morning: by mouse or by keys, with a fault in the day's data."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

from mlpipe_sandbox.arrivals import Arrivals
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.faults.feed import RowsLost
from mlpipe_sandbox.mornings import Mornings
from mlpipe_sandbox.slack import SlackSandbox
from tests.browser.conftest import kept

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("America/New_York")
START = dt.datetime(2013, 6, 29, 12, 5, tzinfo=dt.UTC)
FIRST_DAY = dt.date(2013, 6, 29)
ROWS = pl.DataFrame({"temp": [70.0] * 900})


@pytest.fixture
def slack(without_proxies: None) -> Iterator[SlackSandbox]:
    """A workspace whose lake gets a day each night."""
    clock, arrivals, ended = Clock(START), Arrivals(), threading.Event()

    def feed() -> None:
        there = FIRST_DAY
        arrivals.complete(there)
        while not ended.wait(0.01):
            if clock.now().astimezone(ZONE).date() > there:
                arrivals.received(there, ROWS)
                there += dt.timedelta(days=1)
                arrivals.complete(there)

    thread = threading.Thread(target=feed)
    thread.start()
    mornings = Mornings(
        clock,
        arrivals,
        at=dt.time(8, 5),
        zone=ZONE.key,
        offered=[("Half of the rows lost", RowsLost())],
    )
    with SlackSandbox(clock=clock, mornings=mornings) as sandbox:
        yield sandbox
    ended.set()
    thread.join()


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desktop", "phone"])
def test_next_morning(slack: SlackSandbox, browser: Browser, size: tuple[int, int]) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{slack.url}/?user=U0ANA&channel=C0DAILY")
    news = page.locator(".morning-news")
    expect(news).to_have_count(0)

    page.get_by_role("button", name="Next morning").click()
    expect(news).to_contain_text("Sun, Jun 30")
    expect(news).to_contain_text("The data of Sat, Jun 29 arrived (900 rows)")

    fault = page.get_by_label("What is wrong with the next day's data")
    fault.select_option("Half of the rows lost")
    page.keyboard.press("Alt+m")
    expect(news).to_contain_text("Mon, Jul 1")
    expect(news).to_contain_text("(450 rows, with a fault: Half of the rows lost)")
    expect(fault).to_have_value("")
    assert not overflows(page)
    kept(page, f"mornings-{size[0]}")

    for _ in range(3):  # pressed at once, each is a night
        page.get_by_role("button", name="Next morning").click()
    expect(news).to_contain_text("Thu, Jul 4")
    expect(news).to_contain_text("The data of Wed, Jul 3 arrived (900 rows)")
    page.close()


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
