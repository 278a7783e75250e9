"""What the console hands to subcommands that other packages bring (`mlpipe.commands`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain import Environment, EnvironmentName, Pipeline, PipelineName

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True)
class Console:
    """`click.Context.obj` of every subcommand."""

    root: Path
    """Folder of `mlpipe.toml`: its relative paths start here."""
    environments: Mapping[EnvironmentName, Environment]
    pipelines: Mapping[PipelineName, Pipeline]
    session: Callable[[Environment], boto3.Session]
