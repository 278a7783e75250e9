"""The file that says what to bring up: `mlpipe sandbox up FILE`."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class SceneError(Exception):
    """The file cannot be used; the text says which key and why."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClockTable(_Table):
    """When the sandbox's day begins, and in which zone a day of the lake ends."""

    start: dt.datetime
    zone: str = "UTC"
    morning: dt.time | None = None
    """When its people look at what the night brought, in that zone: the page goes there."""


class SlackTable(_Table):
    """The app installed in the workspace."""

    manifest: Path


class ImageTable(_Table):
    """Images matching the pattern run as processes with `bin` first on their PATH."""

    match: str
    bin: Path
    env: dict[str, str] = Field(default_factory=dict)
    entrypoint: list[str] = Field(default_factory=list)
    """What the image's Dockerfile names as ENTRYPOINT, if a job relies on it."""


class CommandTable(_Table):
    """A program to run, by `prepare` to its end before the next one."""

    say: str
    run: list[str] = Field(min_length=1)
    env: dict[str, str] = Field(default_factory=dict)
    reads: list[Path] = Field(default_factory=list)
    """Files and folders that it works from: after a change of theirs it is done anew."""


class ServiceTable(CommandTable):
    """A program that runs for good."""

    connects: bool = False
    """Whether it is the workspace's app: all is ready once it is connected."""


class Scene(_Table):
    """Everything that `mlpipe sandbox up` starts, in the order in which it starts it."""

    state: Path
    port: int = Field(ge=0, le=65535)
    clock: ClockTable
    slack: SlackTable
    env: dict[str, str] = Field(default_factory=dict)
    """What every program sees, and who reads the folder's `env` in a terminal."""
    images: list[ImageTable] = Field(default_factory=list)
    prepare: list[CommandTable] = Field(default_factory=list)
    serve: list[ServiceTable] = Field(default_factory=list)

    def day_of(self, moment: dt.datetime) -> dt.date:
        """Which day an instant is of, in the lake's zone."""
        return moment.astimezone(ZoneInfo(self.clock.zone)).date()

    def digest(self, step: CommandTable) -> str:
        """Tells apart what a preparing step would make: of itself, and of the files it reads."""
        around = self.model_dump_json(include={"clock", "env", "images"})
        digest = hashlib.sha256(f"{around}{step.model_dump_json()}".encode())
        for file in sorted(_files(step.reads)):
            digest.update(f"{file}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


def _files(places: list[Path]) -> Iterator[Path]:
    for place in places:
        below = place.rglob("*") if place.is_dir() else [place]
        yield from (file for file in below if file.is_file() and "__pycache__" not in file.parts)


def read_scene(path: Path) -> Scene:
    """The scene in a TOML file, its relative paths taken from the file's folder.

    Raises:
        SceneError: the file is missing, is no TOML or has a wrong or unknown key.
    """
    try:
        scene = Scene.model_validate(tomllib.loads(path.read_text()))
    except FileNotFoundError:
        raise SceneError(f"There is no file {path}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SceneError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        # A misspelt key is missing too: name what stands there first.
        first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in first["loc"])
        raise SceneError(f"{path}: {key}: {first['msg']}") from error
    root = path.resolve().parent
    return scene.model_copy(
        update={
            "state": root / scene.state,
            "slack": SlackTable(manifest=root / scene.slack.manifest),
            "images": [
                image.model_copy(update={"bin": root / image.bin}) for image in scene.images
            ],
            "prepare": [
                step.model_copy(update={"reads": [root / place for place in step.reads]})
                for step in scene.prepare
            ],
        }
    )
