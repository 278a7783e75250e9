"""Writes an adopted pipeline into mlpipe.toml: what stands there stays, comments too."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings import Settings, parse_settings
from core.domain import Adopted, ChannelId, Environment, Pipeline
from core.errors import SettingsError
from core.messages import say

LATEST: Final = "10:00"
"""Until then the report that is subscribed to waits for an evaluation."""
FIRST_LINES: Final = (
    "# Written by `mlpipe adopt`; every key is described in docs/configuration.md.\n"
)
ROLES: Final = """
[roles]
"*" = ["help", "report", "status", "subscribe"]
"""


@dataclass(frozen=True)
class Change:
    """A file as it is and as it would be."""

    path: Path
    before: str | None
    """None: there is no file yet."""
    after: str

    @property
    def diff(self) -> str:
        """As a unified diff."""
        name = self.path.name
        old, new = ((text or "").splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(old, new, name, name))

    def check(self) -> Settings:
        """The settings as they would be; a SettingsError where they could not be used."""
        return parse_settings(self.after.removeprefix("\N{BYTE ORDER MARK}"), path=self.path)

    def write(self) -> None:
        """Put the file in place at once and whole.

        Raises:
            SettingsError: somebody changed it meanwhile, or it cannot be written.
        """
        if text_of(self.path) != self.before:
            raise SettingsError(
                say(
                    "{path} was changed meanwhile, so nothing was written. Try again.",
                    path=str(self.path),
                )
            )
        beside = self.path.with_name(f".{self.path.name}.adopt")
        try:
            beside.write_bytes(self.after.encode())
            if self.before is not None:
                beside.chmod(self.path.stat().st_mode)
            beside.replace(self.path)
        except OSError as error:
            raise SettingsError(
                say(
                    "{path} cannot be written: {reason}",
                    path=str(self.path),
                    reason=error.strerror or str(error),
                )
            ) from None


def with_pipeline(
    path: Path, pipeline: Pipeline, *, environment: Environment, channel: ChannelId | None
) -> Change:
    """The file with a pipeline more.

    Args:
        path: Of mlpipe.toml.
        pipeline: An adopted one, whose name the file does not have.
        environment: Where it runs, written where there is no file yet.
        channel: That is to get its report, if any.
    """
    before = text_of(path)
    tables = [*_pipeline(pipeline)]
    if before is None:
        tables = [FIRST_LINES, *_environment(environment), *tables]
    if channel is not None:
        tables += _table("[subscriptions]", channel=channel, pipeline=pipeline.name, latest=LATEST)
    if before is None:
        tables.append(ROLES)
        return Change(path, None, "".join(tables))
    gap = "" if before.endswith("\n") or not before else "\n"
    added = "".join(tables)
    if "\r\n" in before:
        gap, added = (part.replace("\n", "\r\n") for part in (gap, added))
    return Change(path, before, f"{before}{gap}{added}")


def text_of(path: Path) -> str | None:
    """A file's text, line ends as they are; None where there is none."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None


def _environment(environment: Environment) -> Iterable[str]:
    return _table(
        f"environments.{environment.name}",
        region=environment.region,
        bucket=environment.bucket,
        role_arn=environment.role_arn,
        image=environment.image,
    )


def _pipeline(pipeline: Pipeline) -> Iterable[str]:
    adopted = pipeline.adopted
    assert adopted is not None
    yield from _table(f"pipelines.{pipeline.name}", time_zone=pipeline.time_zone)
    yield from _adopted(f"pipelines.{pipeline.name}.adopted", adopted)


def _adopted(name: str, adopted: Adopted) -> Iterable[str]:
    return _table(
        name,
        sagemaker_pipeline=adopted.sagemaker_pipeline,
        environment=adopted.environment,
        day_parameter=adopted.day_parameter,
        days_back=adopted.days_back or None,
        evaluation=str(adopted.evaluation),
        importance=str(adopted.importance) if adopted.importance else None,
        leading=list(adopted.leading),
        better=adopted.better,
        model_package_group=adopted.model_package_group,
    )


def _table(name: str, **keys: str | int | list[str] | None) -> Iterable[str]:
    """A table with a gap before it; keys without a value are left out."""
    yield f"\n[{name}]\n"
    for key, value in keys.items():
        if value is not None:
            # JSON's texts, numbers and lists of texts are TOML's too.
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
