"""The folder that a demo keeps everything in."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlpipe_sandbox.folder import held
from mlpipe_sandbox.scene import SceneError


def test_what_was_noted_is_there_again(tmp_path: Path) -> None:
    with held(tmp_path, anew=False) as folder:
        folder.note_done("a")
        folder.note_done("b")
        folder.note_aws_port(4566)
    with held(tmp_path, anew=False) as folder:
        assert folder.is_done("a")
        assert folder.is_done("b")
        assert not folder.is_done("c")
        assert folder.aws_port == 4566


def test_anew_forgets_everything(tmp_path: Path) -> None:
    with held(tmp_path, anew=False) as folder:
        folder.note_done("a")
        folder.aws.mkdir()
        folder.slack.write_text("x")
    with held(tmp_path, anew=True) as folder:
        assert not folder.is_done("a")
        assert not folder.aws.exists()
        assert not folder.slack.exists()


def test_what_a_version_that_kept_no_notes_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    (tmp_path / "mlpipe.db").touch()
    with held(tmp_path, anew=False):
        assert {each.name for each in tmp_path.iterdir()} == {"lock", "notes.json"}


@pytest.mark.parametrize("anew", [False, True])
def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, *, anew: bool) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(SceneError, match="holds other things"), held(tmp_path, anew=anew):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_in_use_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with held(tmp_path, anew=False) as folder:
        folder.note_done("a")
        with pytest.raises(SceneError, match="--port 0 --state DIR"), held(tmp_path, anew=True):
            pass
        assert folder.is_done("a")


def test_a_folder_of_another_version_says_what_to_do(tmp_path: Path) -> None:
    with held(tmp_path, anew=False):
        pass
    (tmp_path / "notes.json").write_text('{"format": 9}')
    with pytest.raises(SceneError, match="--anew"), held(tmp_path, anew=False):
        pass
    with held(tmp_path, anew=True):
        pass
