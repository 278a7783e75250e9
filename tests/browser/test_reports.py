"""The morning report as people see it: in both languages, at a desk and on a phone, light and dark.

`MLPIPE_SCREENSHOTS=folder` keeps pictures for people to look at. `make pictures` takes those of the
documentation, which are of a real morning.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import os
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.service import gateway_over
from bot.slack.calls import Calls
from bot.slack.client import slack_client
from bot.slack.clock import SlackClock
from bot.slack.pacing import Pacer
from core.domain import ChannelId
from core.messages import LANGUAGES, Translator
from core.subscriptions import Audience
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.slack import SlackSandbox, default_workspace
from mlpipe_sandbox.slack.bolt import running
from mlpipe_sandbox.slack.workspace import Channel
from reports.daily import daily_report
from reports.foot import Foot, foot
from reports.manager import manager_report
from reports.message import Report
from reports.report_facts import ReportFacts
from tests.browser.conftest import kept
from tests.mornings.gallery import KEPT, Gallery, june
from tests.unit.reports.judged_reports import JUDGED

pytestmark = pytest.mark.browser

HARD_DAY = dt.date(2013, 6, 13)
NAMES = {
    ("en", Audience.TEAM): "ml-daily",
    ("ja", Audience.TEAM): "ml-daily-tokyo",
    ("en", Audience.MANAGER): "managers",
    ("ja", Audience.MANAGER): "managers-tokyo",
}
CHANNELS = {who: f"C0{name.replace('-', '').upper()}" for who, name in NAMES.items()}
WIDTHS = {"desktop": 1180, "phone": 390}
HEIGHTS = {Audience.TEAM: 1560, Audience.MANAGER: 680}
"""In which the whole report is seen."""
MORNING = dt.timedelta(days=1, hours=12, minutes=5)
"""From the day to five past eight in New York, on the morning after."""
IN_DOCUMENTS = [
    ("en", Audience.TEAM, "phone", "light"),
    ("ja", Audience.TEAM, "phone", "light"),
    ("ja", Audience.TEAM, "desktop", "dark"),
    ("en", Audience.MANAGER, "phone", "dark"),
    ("ja", Audience.MANAGER, "phone", "light"),
]


@pytest.fixture(scope="module")
def facts(request: pytest.FixtureRequest) -> ReportFacts:
    """A hard day: a real one for pictures that are kept."""
    if "MLPIPE_SCREENSHOTS" not in os.environ:
        return JUDGED["hard_day"]
    replay = june(request.config.cache.mkdir(KEPT))
    return Gallery(replay, replay.folder).facts(HARD_DAY)


@pytest.fixture(scope="module")
def slack(without_proxies: None, facts: ReportFacts) -> Iterator[SlackSandbox]:
    """A channel for each language and audience, with the morning's report in it."""
    workspace = default_workspace()
    everybody = (*(person.id for person in workspace.people), workspace.app.bot_user_id)
    channels = tuple(Channel(CHANNELS[who], name, members=everybody) for who, name in NAMES.items())
    workspace = dataclasses.replace(workspace, channels=channels)
    clock = Clock(dt.datetime.combine(facts.day, dt.time(), dt.UTC) + MORNING)
    with SlackSandbox(workspace, clock=clock) as sandbox, running(sandbox, app_of):
        reports = {channel: report_of(facts, *who) for who, channel in CHANNELS.items()}
        asyncio.run(post(sandbox, reports))
        yield sandbox


def app_of(environment: Mapping[str, str]) -> AsyncApp:
    """Is connected, as the bot would be; nobody clicks."""
    token, url = environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"]
    client = AsyncWebClient(token=token, base_url=url)
    return AsyncApp(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])


def report_of(facts: ReportFacts, language: str, audience: Audience) -> Report:
    """As the channel gets it, with its foot."""
    t = Translator(language)
    report = manager_report([facts], t) if audience is Audience.MANAGER else daily_report(facts, t)
    feet = [Foot(morning, offers) for morning, offers in report.offers.items()]
    return dataclasses.replace(report, foot=foot(feet, t))


async def post(sandbox: SlackSandbox, reports: Mapping[str, Report]) -> None:
    """Through the bot's own gateway; channel → report."""
    clock = SlackClock()
    async with aiohttp.ClientSession() as session:
        token, url = sandbox.app.bot_token, sandbox.api_url
        client = slack_client(token=token, base_url=url, session=session)
        calls = Calls(client, Metrics(), clock)
        pacer = Pacer(seconds=0.0)
        gateway = gateway_over(calls, client, session, pacer=pacer, slack_clock=clock)
        for channel, report in reports.items():
            await gateway.post_report(ChannelId(channel), report)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_fits_in_every_window(
    slack: SlackSandbox,
    browser: Browser,
    language: str,
    audience: Audience,
    size: str,
    scheme: Any,
) -> None:
    page = opened(browser, slack, (language, audience), size, scheme)
    report = page.get_by_role("article").last
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    for part in report.locator("button:not(table *), p, h3, img").all():  # a table may scroll
        assert within(part, report), part.inner_text()
    kept(page, f"report-{audience}-{language}-{size}-{scheme}")
    page.close()


@pytest.mark.skipif("MLPIPE_SCREENSHOTS" not in os.environ, reason="takes pictures, asks nothing")
@pytest.mark.parametrize(("language", "audience", "size", "scheme"), IN_DOCUMENTS)
def test_the_documentation_shows_it(
    slack: SlackSandbox,
    browser: Browser,
    language: str,
    audience: Audience,
    size: str,
    scheme: Any,
) -> None:
    page = opened(browser, slack, (language, audience), size, scheme)
    kept(page, f"report-{audience}-{language}-{size}")
    page.close()


def opened(
    browser: Browser, slack: SlackSandbox, who: tuple[str, Audience], size: str, scheme: Any
) -> Page:
    """The channel, with its picture there."""
    viewport: Any = {"width": WIDTHS[size], "height": HEIGHTS[who[1]]}
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    page.goto(f"{slack.url}/?user=U0DANA&channel={CHANNELS[who]}")
    picture = page.get_by_role("article").last.get_by_role("img").last
    expect(picture).to_have_js_property("complete", value=True)
    assert len(picture.get_attribute("alt") or "") > 40
    return page


def within(part: Locator, whole: Locator) -> bool:
    """Whether nothing of a part is beyond the sides of the whole."""
    inner, outer = part.bounding_box(), whole.bounding_box()
    if inner is None or outer is None:
        return True  # folded away
    right = outer["x"] + outer["width"]
    return outer["x"] <= inner["x"] and inner["x"] + inner["width"] <= right + 1
