from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.lock import sole_user
from bot.variables import Variables
from core.errors import SettingsError, UnavailableError

HOLD = """
import sys
from bot.store.lock import sole_user
with sole_user(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def url(path: Path) -> str:
    return Variables.read({"DATABASE_URL": f"sqlite:///{path}"}).database_url


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    database = url(tmp_path / "mlpipe.db")
    command = [sys.executable, "-c", HOLD, database]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        refused = pytest.raises(SettingsError, match=r"mlpipe\.db already.*DATABASE_URL")
        with refused, sole_user(database):
            pass
        first.kill()
    with sole_user(database):
        pass


def test_who_ends_leaves_the_file_to_the_next(tmp_path: Path) -> None:
    database = url(tmp_path / "mlpipe.db")
    for _ in range(2):
        with sole_user(database), pytest.raises(SettingsError), sole_user(database):
            pass


def test_two_files_are_used_at_once(tmp_path: Path) -> None:
    with sole_user(url(tmp_path / "one.db")), sole_user(url(tmp_path / "two.db")):
        pass


@pytest.mark.parametrize("shared", ["postgresql+asyncpg://host/name", "sqlite+aiosqlite://"])
def test_what_is_no_file_is_not_locked(shared: str) -> None:
    with sole_user(shared), sole_user(shared):
        pass


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    database = url(tmp_path / "nowhere" / "mlpipe.db")
    with pytest.raises(UnavailableError, match="No such file"), sole_user(database):
        pass
