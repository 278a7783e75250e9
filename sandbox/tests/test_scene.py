from __future__ import annotations

import datetime as dt
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


def test_a_day_is_one_of_the_lakes_zone(tmp_path: Path) -> None:
    scene = read_scene(write(tmp_path, SCENE))
    assert scene.day_of(scene.clock.start) == dt.date(2013, 6, 28)


def test_a_step_is_another_once_it_or_a_file_that_it_reads_changed(tmp_path: Path) -> None:
    step = '[[prepare]]\nsay = "Step"\nrun = ["true"]\nreads = ["here"]\n'
    (tmp_path / "here").mkdir()
    digests = []

    def take(text: str) -> None:
        scene = read_scene(write(tmp_path, text))
        digests.append(scene.digest(scene.prepare[0]))

    take(SCENE + step)
    take(SCENE.replace("port = 0", "port = 1") + step)
    (tmp_path / "here" / "script.py").write_text("1")
    take(SCENE + step)
    (tmp_path / "here" / "script.py").write_text("2")
    take(SCENE + step)
    take(SCENE + step.replace("true", "false"))
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


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
