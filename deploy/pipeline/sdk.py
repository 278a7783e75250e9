"""Keeps SageMaker's SDK at its desk: it defines pipelines here and calls nobody."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sessions:
    """Sessions that record requests instead of sending them; use them inside `offline`."""

    plain: PipelineSession
    """Without defaults of anybody's own, so that everybody's definition is the same."""
    opted_out: PipelineSession
    """Opted out of telemetry, for what would send some (ModelTrainer.train). Not for everything:
    the SDK checks a session's defaults against their schema whenever it looks one up, some fifty
    times a definition, which takes seconds."""

    @classmethod
    def open(cls) -> Sessions:
        """Make both. They know no environment: what is of one stands in the plan."""
        plain = _session()
        plain.sagemaker_config = {}
        return cls(plain, opted_out=_session())


def _session() -> PipelineSession:
    import boto3
    from sagemaker.core.workflow.pipeline_context import PipelineSession

    return PipelineSession(
        boto_session=boto3.Session(),
        # Given, because the SDK would ask the account for one.
        default_bucket="unused",
        sagemaker_config=_NO_TELEMETRY,
    )
