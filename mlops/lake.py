"""The days that lie in a pipeline's lake: `<lake>/day=YYYY-MM-DD/…`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from core.domain import Pipeline
from mlops.aws import Aws

PLACE: Final = re.compile(r"s3://(?P<bucket>[^/]+)/?(?P<prefix>.*)")
FOLDER: Final = re.compile(r"day=(\d{4}-\d{2}-\d{2})/")


class Lake:
    """Which days one pipeline can be run for."""

    def __init__(self, aws: Aws, pipeline: Pipeline) -> None:
        self._aws = aws
        self._pipeline = pipeline

    async def days(self) -> frozenset[dt.date]:
        """Every day that has a folder: one request for each thousand of them.

        None of a pipeline that was adopted: where its data lie is not known.
        """
        if not self._pipeline.lake:
            return frozenset()
        place = PLACE.fullmatch(self._pipeline.lake.rstrip("/"))
        assert place is not None, "the settings were read"
        prefix = f"{place['prefix']}/day=" if place["prefix"] else "day="

        def read(client: Any) -> list[str]:
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=place["bucket"], Prefix=prefix, Delimiter="/"
            )
            return [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", ())]

        folders = await self._aws.run(read, "s3")
        found = (FOLDER.fullmatch(folder.rsplit("/", 2)[-2] + "/") for folder in folders)
        return frozenset(dt.date.fromisoformat(match[1]) for match in found if match)
