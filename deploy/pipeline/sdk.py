"""Keeps SageMaker's SDK at its desk: it defines pipelines here and calls nobody."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sagemaker.core.workflow.pipeline_context import PipelineSession

_NO_CREDENTIALS: Final = "definitions-need-none"
_NOWHERE: Final = "http://127.0.0.1:9"
"""The port of `discard`: what the SDK might try to call while it defines fails at once."""

_SURROUNDINGS: Final = {
    # The SDK makes clients when it is imported, which wants a region and looks for credentials.
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": _NO_CREDENTIALS,
    "AWS_SECRET_ACCESS_KEY": _NO_CREDENTIALS,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": _NOWHERE,
    # ModelTrainer asks IAM to simulate the role's permissions otherwise.
    "SAGEMAKER_VALIDATE_ROLE": "false",
}
_HIDDEN: Final = ("AWS_PROFILE", "AWS_SESSION_TOKEN")

_NO_TELEMETRY: Final = {
    "SchemaVersion": "1.0",
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}


@contextlib.contextmanager
def offline() -> Iterator[None]:
    """Surroundings in which the SDK is imported and used; the process's own come back after.

    The first import inside takes 5 to 11 seconds.
    """
    ours = {**dict.fromkeys(_HIDDEN), **_SURROUNDINGS}
    before = {name: os.environ.get(name) for name in ours}
    _apply(ours)
    # The SDK sets up the root logger when it is imported.
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    for chatty in ("sagemaker", "sagemaker.config", "botocore"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # "No Wait, No Logs, and No Job being started": that is the point.
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        _apply(before)


def _apply(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def open_session() -> PipelineSession:
    """A session that records requests instead of sending them; use it inside `offline`.

    It has no defaults of anybody's own, so that everybody's definition is the same.
    """
    import boto3
    from sagemaker.core.workflow.pipeline_context import PipelineSession

    # A bucket is given because the SDK would ask the account for one.
    session = PipelineSession(
        boto_session=boto3.Session(), default_bucket="unused", sagemaker_config=_NO_TELEMETRY
    )
    session.sagemaker_config = {}
    return session


@contextlib.contextmanager
def without_telemetry(session: PipelineSession) -> Iterator[None]:
    """Opted out, for a call that would send telemetry.

    Not for good: the SDK checks a session's defaults against their schema whenever it looks one
    up, some fifty times a definition, which takes seconds.
    """
    session.sagemaker_config = _NO_TELEMETRY
    try:
        yield
    finally:
        session.sagemaker_config = {}
