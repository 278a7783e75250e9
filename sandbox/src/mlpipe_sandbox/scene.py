"""The file that says what to bring up: `mlpipe sandbox up FILE`."""

from __future__ import annotations

import datetime as dt
import tomllib
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


class SlackTable(_Table):
    """The app installed in the workspace."""

    manifest: Path


class ImageTable(_Table):
    """Images matching the pattern run as processes with `bin` first on their PATH."""

    match: str
    bin: Path
    env: dict[str, str] = Field(default_factory=dict)


class CommandTable(_Table):
    """A program to run: to its end before the next (`prepare`), or for good (`serve`)."""

    say: str
    run: list[str] = Field(min_length=1)
    env: dict[str, str] = Field(default_factory=dict)


class Scene(_Table):
    """Everything that `mlpipe sandbox up` starts, in the order in which it starts it."""

    state: Path
    port: int = Field(ge=0, le=65535)
    clock: ClockTable
    slack: SlackTable
    images: list[ImageTable] = Field(default_factory=list)
    prepare: list[CommandTable] = Field(default_factory=list)
    serve: list[CommandTable] = Field(default_factory=list)

    def today(self) -> dt.date:
        """The day on which the sandbox's clock starts, in the lake's zone."""
        return self.clock.start.astimezone(ZoneInfo(self.clock.zone)).date()


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
        }
    )
