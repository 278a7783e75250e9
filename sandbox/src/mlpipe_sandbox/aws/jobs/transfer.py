"""Files between a job's run folder and the embedded S3."""

from __future__ import annotations

import random
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from mlpipe_sandbox.aws.jobs.container import ContainerError

_SCHEME: Final = "s3://"


class Transfer:
    """Downloads inputs and uploads outputs through a boto3 client of the sandbox itself."""

    def __init__(self, client: Callable[[], Any]) -> None:
        """Take what makes the S3 client, called when it is first needed."""
        self._make = client
        self._made: Any = None

    def download(self, uri: str, folder: Path, *, role: str = "") -> None:
        """Put what lies at an S3 URI (one object, or all below a prefix) into a folder.

        Raises:
            ContainerError: nothing lies there.
        """
        bucket, prefix = split_uri(uri)
        found = False
        try:
            for key in self._keys(bucket, prefix):
                found = True
                target = folder / _relative(key, prefix)
                if not key.endswith("/"):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    self._client.download_file(bucket, key, str(target))
        except (BotoCoreError, ClientError) as error:
            raise ContainerError(
                f"ClientError: Failed to download data from {uri}: {error}"
            ) from error
        if not found:
            raise ContainerError(
                f'ClientError: No S3 objects found under S3 URL "{uri}" given in input data source.'
                " Please ensure that the bucket exists in the selected region, that objects exist"
                f' under that S3 prefix, and that the role "{role}" has "s3:ListBucket" permissions'
                f' on bucket "{bucket}".'
            )

    def upload(self, folder: Path, uri: str) -> None:
        """Put every file below a folder under an S3 URI, in no order, as SageMaker promises none.

        Raises:
            ContainerError: the bucket is not there.
        """
        bucket, prefix = split_uri(uri)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        random.Random(uri).shuffle(files)  # noqa: S311 - any order but a helpful one
        for file in files:
            key = "/".join(filter(None, [prefix.rstrip("/"), file.relative_to(folder).as_posix()]))
            self._put(file, bucket, key)

    def upload_archive(self, folder: Path, uri: str, *, scratch: Path) -> None:
        """Put a folder's content as one `.tar.gz` at an S3 URI, packed in `scratch` first."""
        archive = scratch / Path(uri).name
        with tarfile.open(archive, "w:gz", compresslevel=3) as packed:
            for path in sorted(folder.iterdir()):
                packed.add(path, arcname=path.name)
        self._put(archive, *split_uri(uri))
        archive.unlink()

    def read(self, uri: str) -> bytes:
        """The content of one object.

        Raises:
            ContainerError: there is no such object.
        """
        bucket, key = split_uri(uri)
        try:
            content: bytes = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            raise ContainerError(f"ClientError: {uri} cannot be read: {error}") from error
        return content

    def _put(self, file: Path, bucket: str, key: str) -> None:
        try:
            self._client.upload_file(str(file), bucket, key)
        except Exception as error:  # boto3's S3UploadFailedError derives from Exception itself
            raise ContainerError(f"ClientError: Data upload failed: {error}") from error

    @property
    def _client(self) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made

    def _keys(self, bucket: str, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for item in page.get("Contents", ()):
                yield item["Key"]


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` URI.

    Raises:
        ContainerError: it is none.
    """
    bucket, _, key = uri.removeprefix(_SCHEME).partition("/")
    if not uri.startswith(_SCHEME) or not bucket:
        raise ContainerError(f"ClientError: '{uri}' is no S3 URI.")
    return bucket, key


def _relative(key: str, prefix: str) -> str:
    """Where below the local folder an object of the prefix goes."""
    if prefix and not prefix.endswith("/") and key.startswith(f"{prefix}/"):
        return key[len(prefix) + 1 :]
    return key[prefix.rfind("/") + 1 :]
