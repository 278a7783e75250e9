"""boto3 sessions; credentials, endpoints and proxies are botocore's own matter."""

from __future__ import annotations

import boto3

from core.domain import Environment


def session_of(environment: Environment) -> boto3.Session:
    """A session in an environment's region."""
    return boto3.Session(region_name=environment.region)
