"""SageMaker's container contract on one machine: an image is a folder of programs."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_OPT_ML: Final = re.compile(r"(?<![\w.\-/])/opt/ml(?![\w.\-])")


class ContainerError(Exception):
    """A job's container cannot start; the text becomes its failure reason."""


@dataclass(frozen=True)
class Image:
    """What runs when a job names an image: programs of a folder, with some environment."""

    bin: Path
    """Put first on PATH, such as a virtual environment's `bin`."""
    env: Mapping[str, str] = field(default_factory=dict)
    entrypoint: Sequence[str] = ()
    """The image's ENTRYPOINT: of jobs that name none of their own."""


@dataclass(frozen=True)
class Command:
    """One process to start."""

    argv: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    """Where it starts, and below which `opt/ml` lies."""


@dataclass(frozen=True)
class Container:
    """One job's run folder and how the outside world looks from inside it."""

    folder: Path

    def path(self, inside: str) -> Path:
        """Where a path that the container knows lies on this machine."""
        return Path(self.translate(inside))

    def translate(self, text: str) -> str:
        """`text` with every `/opt/ml` in it pointing into the run folder."""
        return _OPT_ML.sub(lambda _: f"{self.folder}/opt/ml", text)

    def make(self, inside: str) -> Path:
        """The folder at a path that the container knows, made if it is not there."""
        path = self.path(inside)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def command(
        self, image: Image, argv: Sequence[str], *environments: Mapping[str, str]
    ) -> Command:
        """The process for a container of `image`; of the sandbox's environment it sees PATH only.

        Raises:
            ContainerError: there is nothing to run.
        """
        if not argv:
            raise ContainerError("ClientError: The container has no entrypoint.")
        environment = {
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.make("/opt/ml/tmp")),
        }
        for more in (image.env, *environments):
            environment |= {name: self.translate(value) for name, value in more.items()}
        path = environment.get("PATH") or os.environ.get("PATH", os.defpath)
        environment["PATH"] = f"{image.bin}{os.pathsep}{path}"
        return Command([self.translate(part) for part in argv], environment, self.folder)


class Images:
    """Which programs stand for which image URI."""

    def __init__(self, images: Mapping[str, Image]) -> None:
        """Take images by glob of their URI; the first that matches is used."""
        self._images = dict(images)

    def find(self, uri: str) -> Image:
        """The image for a URI.

        Raises:
            ContainerError: no glob matches; says how to map one.
        """
        for pattern, image in self._images.items():
            if fnmatch.fnmatchcase(uri, pattern):
                return image
        known = ", ".join(self._images) or "none"
        raise ContainerError(
            f"ClientError: Cannot pull the image '{uri}': the sandbox maps no local programs to it."
            f" Give AwsSandbox images={{'{uri}': Image(bin=…)}}, or an [[images]] table with a"
            f" matching `match` to `mlpipe sandbox up`. Mapped so far: {known}."
        )
