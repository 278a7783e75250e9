"""What *Resolve* hands on: which registered versions score the day, and their models."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from core.results import RUN, Run
from deploy.pipeline.steps.refusal import StepRefusal

VERSIONS: Final = "versions.json"
MODELS: Final = "models"


class ScoringVersion(BaseModel):
    """One registered version in its role."""

    model_config = ConfigDict(frozen=True)

    role: str
    version: int
    arn: str
    problem: str | None = None
    """Why it cannot score this day, in a sentence; None if its model was fetched."""


class Resolved(BaseModel):
    """versions.json."""

    model_config = ConfigDict(frozen=True)

    versions: tuple[ScoringVersion, ...] = ()
    absent: dict[str, str] = {}
    """Role that no version has → a sentence about it."""


def archive_of(folder: Path, role: str) -> Path:
    """Where a role's model.tar.gz lies in Resolve's folder."""
    return folder / MODELS / f"{role}.tar.gz"


def read_resolved(folder: Path) -> tuple[Run, Resolved]:
    """Read run.json and versions.json. Raises StepRefusal if they cannot be read."""
    try:
        run = Run.model_validate_json((folder / RUN).read_bytes())
        return run, Resolved.model_validate_json((folder / VERSIONS).read_bytes())
    except (OSError, ValidationError) as error:
        raise StepRefusal(
            f"{folder} has no readable {RUN} and {VERSIONS}: run resolve first ({error})."
        ) from error
