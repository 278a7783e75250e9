"""Files that jobs wrote to S3, as they were when the job ended."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from core.errors import InputError, MlpipeError, NotFoundError
from core.messages import say
from mlops.adopted import Output
from mlops.aws import Aws

UPLOADED_WITHIN: Final = dt.timedelta(minutes=1)
"""After the end of its job a file is there; one that is younger is a later execution's."""
MOST_LISTED: Final = 1000
"""Files of an output that are looked at."""
MOST_FILES: Final = 20
"""JSON files of an output that are told: data have more, results fewer."""
MOST_BYTES: Final = 5_000_000
"""Of a file that is read: an evaluation with its curves has some hundred thousand."""
URI: Final = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)")


class OverwrittenError(MlpipeError):
    """A later execution wrote to the same place: what this one left is gone."""


class OutputFiles:
    """Reads them; an older version of a file where the bucket keeps versions."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    async def read(self, output: Output) -> bytes:
        """The file as its execution left it.

        Raises:
            NotFoundError: it is not there.
            OverwrittenError: only what a later execution wrote is there.
            InputError: it is too large for results.
        """
        bucket, key = place(output.uri)
        latest = output.written_by + UPLOADED_WITHIN

        def read(client: Any) -> bytes:
            answer = client.get_object(Bucket=bucket, Key=key)
            if answer["LastModified"] > latest:
                answer = _before(client, bucket, key, latest)
            if answer["ContentLength"] > MOST_BYTES:
                raise InputError(say("{file} is too large for results.", file=output.uri))
            body: bytes = answer["Body"].read()
            return body

        found: bytes = await self._aws.run(read, "s3")
        return found

    async def json_files(self, output: Output) -> tuple[str, ...]:
        """Paths of the JSON files in an output's folder."""
        bucket, key = place(output.uri)
        answer = await self._aws.call(
            "s3", "list_objects_v2", Bucket=bucket, Prefix=f"{key}/", MaxKeys=MOST_LISTED
        )
        keys = [item["Key"] for item in answer.get("Contents", ()) if item["Size"] <= MOST_BYTES]
        found = [each.removeprefix(f"{key}/") for each in keys if each.endswith(".json")]
        return tuple(found[:MOST_FILES])


def place(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 URI.

    Raises:
        NotFoundError: it is none.
    """
    match = URI.fullmatch(uri)
    if match is None:
        raise NotFoundError(say("{uri} is no place in S3.", uri=uri))
    return match["bucket"], match["key"]


def _before(client: Any, bucket: str, key: str, latest: dt.datetime) -> Mapping[str, Any]:
    """The newest version that is not younger."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    versions = [
        version
        for page in pages
        for version in page.get("Versions", ())
        if version["Key"] == key and version["LastModified"] <= latest
    ]
    if not versions:
        raise OverwrittenError(
            say("{file} was written anew by a later execution.", file=f"s3://{bucket}/{key}")
        )
    newest = max(versions, key=lambda version: version["LastModified"])
    answer: Mapping[str, Any] = client.get_object(
        Bucket=bucket, Key=key, VersionId=newest["VersionId"]
    )
    return answer
