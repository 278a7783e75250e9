"""`mlpipe sandbox up` killed in the middle of a run, and started again: the card ends well."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from tests.scenario.tiny_pipeline import TinyPipeline

ROOT = Path(__file__).parents[2]
ANA, DAILY = "U0ANA", "C0DAILY"
SECONDS = 120
T = TypeVar("T")
SCENE = """
state = "state"
port = 0
[clock]
start = 2013-01-01T08:05:00-05:00
zone = "America/New_York"
[slack]
manifest = {manifest}
[[images]]
match = "*"
bin = {bin}
env = {{ PYTHONPATH = {root} }}
[[serve]]
say = "Starting mlpipe"
run = ["mlpipe", "serve"]
env = {{ PORT = "0", DATABASE_URL = "sqlite:///{{state}}/mlpipe.db" }}
connects = true
"""


@dataclass(frozen=True)
class Demo:
    """A running demo, as Ana's page sees it."""

    url: str
    process: subprocess.Popen[str]

    def act(self, verb: str, **body: object) -> None:
        answer = httpx.post(f"{self.url}/page/{verb}", json={"user": ANA, **body}, timeout=10)
        assert answer.json()["ok"], answer.text

    def messages(self) -> list[dict[str, Any]]:
        query = {"user": ANA, "channel": DAILY}
        answer = httpx.get(f"{self.url}/page/messages", params=query).json()["messages"]
        return [each for each in answer if not each.get("is_ephemeral")]

    def card(self, text: str) -> dict[str, Any]:
        """The only message in the channel, once it holds a text."""

        def holds() -> dict[str, Any] | None:
            found = self.messages()
            assert len(found) <= 1, "the card is one message for good"
            return found[0] if found and text in json.dumps(found[0]) else None

        return until(holds)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)


def until(holds: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)
    return found


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    text = (ROOT / "mlpipe.toml").read_text()
    mornings = text[text.index("# Every morning") : text.index("# Who may do what")]
    (tmp_path / "mlpipe.toml").write_text(text.replace(mornings, ""))
    file = tmp_path / "scene.toml"
    file.write_text(
        SCENE.format(
            manifest=json.dumps(str(ROOT / "deploy/slack/manifest.json")),
            bin=json.dumps(str(ROOT / ".venv/bin")),
            root=json.dumps(str(ROOT)),
        )
    )
    return file


@contextmanager
def started(scene: Path) -> Iterator[Demo]:
    program = [str(Path(sys.executable).parent / "mlpipe"), "sandbox", "up", str(scene)]
    with subprocess.Popen(
        program,
        env={**os.environ, "MLPIPE_CONFIG": str(scene.parent / "mlpipe.toml")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Demo(_address_once_ready(process), process)
        finally:
            process.kill()


def _address_once_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    heard = ""
    for line in process.stdout:
        heard += line
        if "Ready" in line:
            found = re.search(r"The workspace is at (\S+)", heard)
            assert found is not None
            return found[1]
    raise AssertionError(heard)


def create_pipelines(folder: Path, monkeypatch: pytest.MonkeyPatch) -> TinyPipeline:
    notes = json.loads((folder / "state" / "notes.json").read_text())
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{notes['aws_port']}")
    pipeline = TinyPipeline(folder=folder)
    for environment in ("production", "experiment"):
        pipeline.create(environment)
    pipeline.fill_lake("2012-12-31")
    return pipeline


def test_a_demo_killed_in_the_middle_of_a_run_ends_its_card_at_the_next_start(
    scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(scene) as demo:
        pipeline = create_pipelines(scene.parent, monkeypatch)
        pipeline.hold()
        demo.act("command", channel=DAILY, text="/mlpipe run day=2012-12-31")
        card = demo.card("in_progress")
        demo.kill()
    pipeline.release()
    with started(scene) as demo:
        failed = demo.card("InternalServerError")
        assert failed["ts"] == card["ts"]
        (retry,) = [
            (block["block_id"], element)
            for block in failed["blocks"]
            for element in block.get("elements", ())
            if "Retry" in json.dumps(element.get("text"))
        ]
        block_id, button = retry
        action = {"block_id": block_id, "action_id": button["action_id"], "value": button["value"]}
        demo.act("action", channel=DAILY, message_ts=failed["ts"], action=action)
        assert demo.card("0.810")["ts"] == card["ts"]
