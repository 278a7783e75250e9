"""moto, which keeps every service but SageMaker's pipelines and jobs: its application and state."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from mlpipe_sandbox.clock import Clock


def moto_application() -> Any:
    """The application for all services; each is imported when first asked."""
    return DomainDispatcherApplication(create_backend_app)


@contextlib.contextmanager
def moto_state(clock: Clock) -> Iterator[None]:
    """An empty moto, before and after; its state is one for the whole process.

    Meanwhile S3 follows `clock`: an object's LastModified agrees with the jobs that wrote it.
    """
    from moto.s3 import models

    s3: Any = models

    def now() -> dt.datetime:
        return clock.now().replace(tzinfo=None)

    machines = s3.utcnow
    _reset()
    s3.utcnow = now
    try:
        yield
    finally:
        s3.utcnow = machines
        _reset()


def _reset() -> None:
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data

    BackendDict.reset()
    reset_model_data()
