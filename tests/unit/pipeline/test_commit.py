from __future__ import annotations

import subprocess
from pathlib import Path

from deploy.pipeline.commit import UNKNOWN, code_commit


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com")
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_working_copy_names_its_commit_and_says_when_it_differs(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "a.py").write_text("1")
    git(tmp_path, "add", "a.py")
    git(tmp_path, "commit", "--quiet", "-m", "Begin")
    commit = git(tmp_path, "rev-parse", "HEAD")

    assert code_commit(tmp_path) == commit
    (tmp_path / "a.py").write_text("2")
    assert code_commit(tmp_path) == f"{commit}-dirty"


def test_a_folder_without_history_has_no_commit(tmp_path: Path) -> None:
    assert code_commit(tmp_path) == UNKNOWN
