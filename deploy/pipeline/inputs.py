"""What the pipelines' jobs read besides data: uploaded once, under the hash of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from core.domain import Environment, Pipeline
from core.errors import SettingsError
from core.manifest import Manifest, parse_manifest
from core.messages import say
from deploy.pipeline.plan import MANIFEST

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Inputs:
    """The files of one pipeline; the same in every environment."""

    pipeline: Pipeline
    manifest: Manifest
    files: Mapping[str, bytes]
    """File name → content."""

    @property
    def prefix(self) -> str:
        """Key prefix in an environment's bucket: other content has another one."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return f"{self.pipeline.name}/config/{digest.hexdigest()}"

    def uri(self, environment: Environment) -> str:
        """S3 URI of the folder in an environment, without a closing slash."""
        return f"s3://{environment.bucket}/{self.prefix}"

    def upload(self, s3: S3Client, environment: Environment) -> None:
        """Put what is not there yet; what is there has the same content by its name."""
        for name, content in self.files.items():
            key = f"{self.prefix}/{name}"
            if not _exists(s3, environment.bucket, key):
                s3.put_object(Bucket=environment.bucket, Key=key, Body=content)


def read_inputs(pipeline: Pipeline, root: Path) -> Inputs:
    """Read a pipeline's inputs.

    Args:
        pipeline: Whose.
        root: Folder of `mlpipe.toml`, where relative paths start.

    Raises:
        SettingsError: The manifest, or a file beside it that it names, is not there or cannot be
            used.
    """
    path = root / pipeline.manifest
    try:
        content = path.read_bytes()
        manifest = parse_manifest(content.decode(), pipeline.manifest)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            say(
                "The dataset manifest {file} of {pipeline} cannot be read: {problem}",
                file=str(path),
                pipeline=pipeline.name,
                problem=str(error),
            )
        ) from error
    if manifest.time.day_zone != pipeline.time_zone:
        raise SettingsError(
            say(
                "{pipeline} has days of {zone} in mlpipe.toml and of {other} in {file}: "
                "make them the same.",
                pipeline=pipeline.name,
                zone=pipeline.time_zone,
                other=manifest.time.day_zone,
                file=pipeline.manifest,
            )
        )
    return Inputs(pipeline, manifest, {MANIFEST: content, **_tables(manifest, path)})


def _tables(manifest: Manifest, path: Path) -> dict[str, bytes]:
    """The files of names that lie beside the manifest."""
    files = sorted({table.file for table in manifest.names.values() if table.is_beside})
    try:
        return {file: (path.parent / file).read_bytes() for file in files}
    except OSError as error:
        raise SettingsError(
            say(
                "A file of names that {file} tells of cannot be read: {problem}",
                file=str(path),
                problem=str(error),
            )
        ) from error


def _exists(s3: S3Client, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
            return False
        raise
    return True
