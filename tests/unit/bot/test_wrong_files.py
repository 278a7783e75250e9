"""What `mlpipe serve` prints for a wrong mlpipe.toml: each text of wrong_files.txt."""

from __future__ import annotations

import os
import re
import string
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.settings import read_settings

SLACK: Final = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
PRODUCTION: Final = """\
[environments.production]
region = "us-east-1"
bucket = "acme-mlpipe"
role_arn = "arn:aws:iam::123456789012:role/mlpipe"
image = "registry/mlpipe-steps:1"
"""
CLICKS: Final = """\
[pipelines.clicks]
manifest = "clicks.toml"
lake = "s3://acme-lake/clicks"
time_zone = "Europe/Berlin"
"""
WRONG: Final = {
    name: (string.Template(text), lines.splitlines())
    for name, text, lines in re.findall(
        r"^=== (.+)\n([\s\S]*?)-->\n([\s\S]*?\n)(?:\n|\Z)",
        Path(__file__).with_name("wrong_files.txt").read_text(),
        flags=re.MULTILINE,
    )
}


def written(case: str, folder: Path) -> tuple[Path, str]:
    """The file, and all of what standard error gets: a count above several lines."""
    text, lines = WRONG[case]
    path = folder / "mlpipe.toml"
    path.write_text(text.substitute(PRODUCTION=PRODUCTION[:-1], CLICKS=CLICKS[:-1]))
    many = f"{path} has {len(lines)} faults:\n" if len(lines) > 1 else ""
    placed = (f"{path}{':' if line[0].isdigit() else ': '}{line}\n" for line in lines)
    return path, "Error: " + many + "".join(placed)


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_stops_the_start_with_every_line_and_what_to_write(
    case: str, tmp_path: Path
) -> None:
    path, expected = written(case, tmp_path)
    environ = {**SLACK, "MLPIPE_CONFIG": str(path), "MLPIPE_RECORD": None}
    answer = CliRunner(env=environ).invoke(main, ["serve"])
    assert answer.stderr == expected
    assert (answer.exit_code, answer.stdout) == (1, "")


def test_what_the_cases_are_made_of_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "mlpipe.toml"
    path.write_text(PRODUCTION + CLICKS)
    assert read_settings(path).pipelines


def test_the_process_ends_with_the_lines_and_without_a_traceback(tmp_path: Path) -> None:
    path, expected = written("everything wrong with the mornings", tmp_path)
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "MLPIPE_"))}
    answer = subprocess.run(
        [Path(sys.executable).parent / "mlpipe", "serve"],
        env={**environ, **SLACK, "MLPIPE_CONFIG": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", expected)
