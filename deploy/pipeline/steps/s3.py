"""Addresses in S3, and boto3 clients that follow botocore's own settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from deploy.pipeline.steps.refusal import StepRefusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class S3Address:
    """An object or a key prefix."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Address:
        """Read `s3://bucket/key`. Raises StepRefusal for anything else."""
        parts = urlsplit(uri)
        if parts.scheme != "s3" or not parts.netloc:
            raise StepRefusal(f"{uri} is not an address in S3 (s3://bucket/key).")
        return cls(parts.netloc, parts.path.lstrip("/"))

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def endpoint() -> str | None:
    """The address of S3 where it is not AWS's own (botocore's variables)."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")


def s3_client() -> S3Client:
    """A client that addresses buckets by path where S3 is not AWS's own."""
    config = Config(
        s3={"addressing_style": "path" if endpoint() else "auto"}, retries={"mode": "adaptive"}
    )
    client: S3Client = boto3.client("s3", config=config)
    return client
