"""The Dockerfile's own lines, done without Docker: packages into a new environment, then files."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from core.results import RUN, Run
from deploy.pipeline.steps.resolved import VERSIONS, Resolved

ROOT = Path(__file__).parents[3]
DOCKERFILE = ROOT / "deploy" / "pipeline" / "Dockerfile"
STEPS = ("resolve", "prepare", "train", "evaluate", "backfill")


@dataclass(frozen=True)
class Instruction:
    name: str
    words: tuple[str, ...]


def instructions() -> list[Instruction]:
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [Instruction(name, tuple(rest)) for name, *rest in map(shlex.split, lines)]


def copies() -> list[tuple[list[str], str]]:
    found = [one.words for one in instructions() if one.name == "COPY"]
    return [(list(words[:-1]), words[-1]) for words in found]


def build(folder: Path) -> None:
    """COPY, as Docker does it: a file to its name, several files or a folder's content below it."""
    for sources, target in copies():
        for source in sources:
            path = ROOT / source
            if path.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(path, folder / target, ignore=ignored, dirs_exist_ok=True)
                continue
            into = folder / target / path.name if target.endswith("/") else folder / target
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, into)


def uv() -> str:
    for place in (ROOT / ".uv" / "bin" / "uv", ROOT / ".venv" / "bin" / "uv"):
        if place.is_file():
            return str(place)
    found = shutil.which("uv")
    if found is None:
        pytest.skip("uv is not installed here")
    return found


def test_packages_are_installed_by_hash_alone() -> None:
    runs = [" ".join(one.words) for one in instructions() if one.name == "RUN"]
    (install,) = [run for run in runs if "pip install" in run]
    assert "--require-hashes -r requirements/steps.txt" in install
    assert (["requirements/steps.txt"], "requirements/steps.txt") in copies()


def test_the_demo_begins_as_the_image_does() -> None:
    (entrypoint,) = [one.words for one in instructions() if one.name == "ENTRYPOINT"]
    (image,) = tomllib.loads((ROOT / "demo.toml").read_text(encoding="utf-8"))["images"]
    words = [word.strip("[],") for word in entrypoint]
    assert words == image["entrypoint"]


def test_the_image_is_of_a_python_that_the_code_runs_on() -> None:
    (base,) = [one.words[0] for one in instructions() if one.name == "FROM"]
    assert base.startswith(("python:3.11-", "python:3.12-", "python:3.13-"))


@pytest.mark.slow
def test_the_steps_run_from_what_the_dockerfile_installs(
    tmp_path: Path, manifest_file: Path, lake: Path, visits: Callable[..., pl.DataFrame]
) -> None:
    image = tmp_path / "image"
    build(image)
    python = image / "venv" / "bin" / "python"
    install = ["pip", "install", "--quiet", "--require-hashes", "--python", str(python)]
    subprocess.run([uv(), "venv", "--quiet", "-p", sys.executable, str(image / "venv")], check=True)
    requirements = str(image / "requirements" / "steps.txt")
    subprocess.run([uv(), *install, "-r", requirements], check=True)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def step(name: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(python), "-m", f"deploy.pipeline.steps.{name}", *arguments],
            cwd=tmp_path,
            env={**clean, "PYTHONPATH": str(image)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    for name in STEPS:
        assert "--failure" in step(name, "--help")
    assert "train" in step("tune", "--help")
    run = Run(
        pipeline="visits",
        environment="experiment",
        day=dt.date(2024, 3, 12),
        run="one",
        kind="train",
        started=dt.datetime(2024, 3, 13, tzinfo=dt.UTC),
    )
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / RUN).write_text(run.model_dump_json(), encoding="utf-8")
    (tmp_path / "r" / VERSIONS).write_text(Resolved().model_dump_json(), encoding="utf-8")
    (tmp_path / "h.json").write_text('{"MaxTrees": "5"}', encoding="utf-8")
    manifest = ("--manifest", str(manifest_file))
    days = ("--day", "2024-03-12", "--window-days", "6", "--validation-days", "2")
    step("prepare", *manifest, "--lake", str(lake), *days, "--train", "t", "--day-rows", "d")
    step("train", *manifest, "--rows", "t", "--hyperparameters", "h.json", "--model", "m")
    scored = ("--day-rows", "d", "--train", "t", "--model", "m", "--resolved", "r")
    said = step("evaluate", *manifest, *scored, "--minimum-rows", "100", "--output", "out")
    assert "candidate: auc" in said
    assert (tmp_path / "out" / RUN).is_file()
