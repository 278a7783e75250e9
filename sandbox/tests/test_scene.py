from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlpipe_sandbox.cli import command
from mlpipe_sandbox.scene import SceneError, read_scene

SCENE = """
state = ".state"
port = 0
[clock]
start = 2013-06-29T01:00:00+00:00
zone = "America/New_York"
[slack]
manifest = "manifest.json"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "scene.toml"
    path.write_text(text)
    return path


def test_paths_start_at_the_files_folder(tmp_path: Path) -> None:
    scene = read_scene(write(tmp_path, SCENE))
    assert scene.state == tmp_path / ".state"
    assert scene.slack.manifest == tmp_path / "manifest.json"


def test_today_is_the_day_in_the_lakes_zone(tmp_path: Path) -> None:
    assert read_scene(write(tmp_path, SCENE)).today() == dt.date(2013, 6, 28)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port =", "not TOML"),
        (SCENE.replace("port = 0", "prot = 0"), "prot: Extra inputs"),
        (SCENE.replace("port = 0", "port = 70000"), "port"),
        (SCENE.replace("2013-06-29T01:00:00+00:00", '"soon"'), "clock.start"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SceneError, match=said):
        read_scene(write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["up", str(tmp_path / "none.toml")])
    assert result.exit_code == 1
    assert "There is no file" in result.output


def test_a_program_that_fails_ends_it_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"display_information": {"name": "app"}}')
    failing = '[[prepare]]\nsay = "Failing"\nrun = ["python3", "-c", "print(1); exit(3)"]\n'
    # A process of its own: moto's state is one for each process, and other tests have it.
    program = "from mlpipe_sandbox.cli import command; command()"
    ended = subprocess.run(
        [sys.executable, "-c", program, "up", str(write(tmp_path, SCENE + failing))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "ended with 3" in ended.stderr
