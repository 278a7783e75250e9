"""`mlpipe sandbox up`: what starts, what is done again at the next start, what ends with it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from .started import started

SCENE = """
state = ".state"
port = 0
[clock]
start = 2013-01-01T12:00:00+00:00
zone = "America/New_York"
morning = 08:05:00
[slack]
manifest = "manifest.json"
[env]
MADE_IN = "{state}"
[[prepare]]
say = "Preparing"
run = ["sh", "-c", "echo prepared >> log"]
[[prepare]]
say = "Preparing more"
run = ["sh", "-c", "echo more >> log"]
[[serve]]
say = "Serving"
run = ["sh", "-c", "echo $$ > pid; trap 'echo stopped >> log; exit' TERM; sleep 600 & wait"]
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text('{"display_information": {"name": "app"}}')
    file = tmp_path / "scene.toml"
    file.write_text(SCENE)
    return file


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def wait_until_gone(pid: int, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    with contextlib.suppress(ProcessLookupError):
        while _runs(pid):
            assert time.monotonic() < deadline, f"{pid} is still there"
            time.sleep(0.02)


def _runs(pid: int) -> bool:
    os.kill(pid, 0)
    with contextlib.suppress(OSError):  # a zombie, where nobody waits for orphans
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def now_in(url: str) -> dt.datetime:
    return dt.datetime.fromisoformat(httpx.get(f"{url}/clock").json()["now"])


def test_a_killed_sandbox_goes_on_where_it_was(scene: Path) -> None:
    folder = scene.parent
    with started(scene) as first:
        assert "SageMaker  http://127.0.0.1:" in first.said
        message = {"user": "U0ANA", "channel": "C0RANDOM", "text": "hello"}
        assert httpx.post(f"{first.url}/page/message", json=message).json()["ok"]
        httpx.post(f"{first.url}/clock", json={"advance_seconds": 7200})
        moved = now_in(first.url)
        pid = int((folder / "pid").read_text())
        first.kill()
        wait_until_gone(pid)
        log = "prepared\nmore\n"
        assert (folder / "log").read_text() == log, "nobody could stop it in good order"

    scene.write_text(SCENE.replace("echo more", "echo other"))
    with started(scene) as second:
        query = {"user": "U0BEN", "channel": "C0RANDOM"}
        messages = httpx.get(f"{second.url}/page/messages", params=query).json()["messages"]
        assert [each["text"] for each in messages] == ["hello"]
        assert dt.timedelta(seconds=-2) < now_in(second.url) - moved < dt.timedelta(hours=1)
        assert second.stop() == 0
    assert (folder / "log").read_text() == f"{log}other\nstopped\n"


def test_a_terminal_beside_it_sees_what_its_programs_see(scene: Path) -> None:
    env = scene.parent / ".state/env"
    with started(scene) as up:
        assert f"Console    . {env}" in up.said
        asks = 'echo "$AWS_ENDPOINT_URL $MLPIPE_CLOCK_URL $MADE_IN"; command -v mlpipe'
        shell = ["sh", "-c", f". {env}; {asks}"]
        seen = subprocess.run(shell, capture_output=True, text=True, check=True).stdout.split()
        sagemaker = re.search(r"SageMaker  (\S+)", up.said)
        assert sagemaker is not None
        programs = str(Path(sys.executable).parent / "mlpipe")
        assert seen == [sagemaker[1], f"{up.url}/clock", str(env.parent), programs]
        assert up.stop() == 0
    assert not env.exists(), "its addresses are nobody's any more"


def test_a_step_that_failed_ends_it_and_is_done_again(scene: Path) -> None:
    scene.write_text(SCENE.replace("echo more", "test -e mended"))
    with pytest.raises(ChildProcessError, match="ended with 1"), started(scene):
        pass
    (scene.parent / "mended").touch()
    with started(scene) as up:
        assert "Preparing more" in up.said
        assert "Preparing\n" not in up.said
        with pytest.raises(ChildProcessError, match="Another sandbox"), started(scene, "--anew"):
            pass
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(30) == 0
    assert (scene.parent / "log").read_text() == "prepared\nstopped\n"


def test_a_service_that_ends_is_named_with_what_it_said(scene: Path) -> None:
    scene.write_text(
        SCENE[: SCENE.index("[[serve]]")]
        + '[[serve]]\nsay = "Serving"\nconnects = true\n'
        + 'run = ["sh", "-c", "echo Trying; echo No token >&2; exit 3"]\n'
    )
    with pytest.raises(ChildProcessError) as ended, started(scene):
        pass
    said = str(ended.value)
    assert re.search(r"ended with 3:\nTrying\nNo token\nAll that it said is in \S+/log.txt", said)
    assert "Ready" not in said


def test_the_next_morning_has_the_days_data_with_the_fault_that_was_planted(scene: Path) -> None:
    with started(scene) as up:
        httpx.post(f"{up.url}/clock", json={"now": "2013-01-01T18:00:00-05:00"})
        asked = {"fault": {"fault": "rows_lost"}}
        answer = httpx.post(f"{up.url}/sandbox/morning", json=asked, timeout=60)
        assert answer.json()["now"].startswith("2013-01-02T13:05:00")
        arrived = httpx.get(f"{up.url}/sandbox/morning").json()["arrived"]
        lost = "Half of the rows lost"
        assert arrived == {"day": "2013-01-01", "rows": 842 // 2, "faults": [lost]}
