"""Which commit the code is of."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

UNKNOWN: Final = "unknown"
DIRTY: Final = "-dirty"


def code_commit(root: Path) -> str:
    """The commit of a working copy, marked where tracked files differ from it.

    `unknown` where there is no working copy, no commit or no git.
    """
    commit = _git(root, "rev-parse", "HEAD")
    if not commit:
        return UNKNOWN
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}{DIRTY}" if changed else commit


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
