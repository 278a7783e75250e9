"""The demo, brought up as a newcomer does, and a browser that looks at it."""

from __future__ import annotations

import io
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("MLPIPE_CHROMIUM") or shutil.which("chromium")
FLAGS = [
    # As root (in CI) chromium has no sandbox; nothing else here asks anybody outside.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 300
"""For the demo on a busy machine; how long it takes is measured elsewhere."""
EXPECT_SECONDS = 120
COLOURS = 256
"""Of a picture that is kept, the rare ones too: a third of the bytes, and nobody sees it."""


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    url: str

    def page_of(self, user: str, channel: str) -> str:
        return f"{self.url}/?user={user}&channel={channel}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    state = tmp_path_factory.mktemp("demo") / "state"
    program = [str(Path(sys.executable).parent / "mlpipe"), "sandbox", "up", "demo.toml"]
    process = subprocess.Popen(
        [*program, "--port", "0", "--state", str(state)],
        cwd=ROOT,
        # The tests' own variables are none of mlpipe's, which refuses what it does not know.
        env={name: value for name, value in os.environ.items() if not name.startswith("MLPIPE_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
    try:
        yield Demo(_address(lines))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _listen(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _address(lines: queue.Queue[str | None]) -> str:
    """The page's address, once the demo says that it is ready."""
    heard: list[str] = []
    address = None
    while (line := lines.get(timeout=START_SECONDS)) is not None:
        heard.append(line)
        if match := re.search(r"The workspace is at (http://\S+)", line):
            address = match[1]
        if address and "Ready" in line:
            return address
    pytest.fail("the demo ended:\n" + "".join(heard))


def kept(shown: Page | Locator, name: str) -> None:
    """Keep a picture of a page, or of a part of it, in the folder of MLPIPE_SCREENSHOTS."""
    folder = os.environ.get("MLPIPE_SCREENSHOTS")
    if folder:
        if isinstance(shown, Locator):  # a part is shown whole only where it has room
            shown.page.set_viewport_size({"width": 1040, "height": 1800})
        picture = Image.open(io.BytesIO(shown.screenshot())).convert("RGB")
        picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(
            Path(folder) / f"{name}.png", optimize=True
        )


@pytest.fixture(scope="module")
def without_proxies() -> Iterator[None]:
    """slack_sdk would send loopback through a proxy too."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        yield


# Not longer than these tests: while Playwright runs, its event loop stands in asyncio's way.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    expect.set_options(timeout=EXPECT_SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(EXPECT_SECONDS * 1000)
    yield page
    page.close()
