"""`AwsSandbox`: brings everything up and down."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

from botocore.exceptions import ClientError

from mlpipe_sandbox.aws.errors import AwsError
from mlpipe_sandbox.aws.faults.book import Faults
from mlpipe_sandbox.aws.faults.door import FaultyDoor
from mlpipe_sandbox.aws.gateway import Gateway
from mlpipe_sandbox.aws.jobs.container import Image, Images
from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.jobs.supervisor import Supervisor
from mlpipe_sandbox.aws.jobs.transfer import Transfer
from mlpipe_sandbox.aws.model import METRICS, SAGEMAKER, Model
from mlpipe_sandbox.aws.others import moto_application
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.region import Region
from mlpipe_sandbox.aws.server import Server
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.state import State, open_state
from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.lifeline import end_leftovers

DEFAULT_REGION: Final = "us-east-1"
_CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox"}
_LOOPBACK: Final = "127.0.0.1,localhost"

_one_at_a_time: Final = Lock()
"""moto's state is one for the whole process, so a process has one sandbox at a time."""


class AwsSandbox:
    """An embedded AWS on loopback: SageMaker that really runs, and moto's services beside it.

    Use it as a context manager. One at a time in a process.
    """

    def __init__(
        self,
        *,
        state: Path,
        clock: Clock | None = None,
        images: Mapping[str, Image] | None = None,
        port: int = 0,
        region: str = DEFAULT_REGION,
        listen: Callable[[Document], None] | None = None,
    ) -> None:
        """Configure; nothing runs before the `with`.

        Args:
            state: folder for all that is kept and for jobs' run folders, made if missing; what an
                earlier sandbox left there is there again.
            clock: what time it is in there; by default the machine's time.
            images: what runs for an image URI, by glob.
            port: to listen on; 0 finds a free one.
            region: that `environment()` names; every region works.
            listen: is told every event of SageMaker, as EventBridge hands it on.
        """
        self._state = state.resolve()
        self._clock = clock if clock is not None else Clock()
        self._images = Images(images or {})
        self._port = port
        self._region = region
        self._listen = listen
        self._supervisor = Supervisor()
        self.faults = Faults()
        """What goes wrong on demand."""
        self._server: Server | None = None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Start to listen.

        Raises:
            RuntimeError: this process has a sandbox already.
            StateError: another process uses the state folder, or what lies there is unreadable.
            OSError: the port is taken.
        """
        if not _one_at_a_time.acquire(blocking=False):
            raise RuntimeError("This process has an AwsSandbox already; close that one first.")
        with contextlib.ExitStack() as stack:
            stack.callback(_one_at_a_time.release)
            state = stack.enter_context(open_state(self._state, self._clock))
            end_leftovers(state.jobs)
            models = {name: Model(name) for name in (SAGEMAKER, METRICS)}
            gateway = Gateway(
                others=state.objects.keeping(moto_application()),
                models=models,
                region=lambda name: self._make_region(name, state, models[SAGEMAKER]),
            )
            door = FaultyDoor(gateway, self.faults)
            self._server = stack.enter_context(closing(Server(door, port=self._port)))
            stack.callback(door.close)
            stack.callback(self._end_work, gateway)
            for name in state.regions():  # what ran in them gets its end now
                gateway.region(name)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every job and execution, then stop listening."""
        self._open.close()

    def _end_work(self, gateway: Gateway) -> None:
        regions = gateway.regions()
        for region in regions:
            region.stop_all()
        self._supervisor.close()
        for region in regions:
            region.join()

    @property
    def endpoint_url(self) -> str:
        """Address of every service."""
        assert self._server is not None, "AwsSandbox is not running: use it in a with statement"
        return self._server.url

    def environment(self) -> dict[str, str]:
        """Environment variables with which a child process reaches the sandbox."""
        around = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
        loopback = f"{around},{_LOOPBACK}" if around else _LOOPBACK
        return {
            **_CREDENTIALS,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            # No name of botocore's: for apps that link to the console.
            "AWS_CONSOLE_URL": f"{self.endpoint_url}/console",
            "AWS_REGION": self._region,
            "AWS_DEFAULT_REGION": self._region,
            # Rust's object_store, which Polars reads S3 with, wants to be told that http is meant.
            "AWS_ALLOW_HTTP": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": loopback,
            "no_proxy": loopback,
        }

    def client(self, service: str, *, region: str | None = None) -> Any:
        """A boto3 client of the sandbox."""
        import boto3
        from botocore.config import Config

        session: Any = boto3.Session(
            aws_access_key_id=_CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=region or self._region,
        )
        config = Config(proxies={}, s3={"addressing_style": "path"})
        return session.client(service, endpoint_url=self.endpoint_url, config=config)

    def _make_region(self, name: str, state: State, model: Model) -> Region:
        runtime = Runtime(
            images=self._images,
            transfer=Transfer(lambda: self.client("s3", region=name)),
            supervisor=self._supervisor,
            faults=self.faults,
            logs=state.logs,
            folder=state.jobs,
            environment=self.environment(),
        )
        return Region(
            place=Place(name, self._clock),
            store=state.store,
            runtime=runtime,
            model=model,
            create_model=lambda arguments: self._create_model(arguments, name),
            listen=self._listen,
        )

    def _create_model(self, arguments: Document, region: str) -> Document:
        client = self.client("sagemaker", region=region)
        try:
            client.create_model(**arguments)
        except ClientError as error:
            raise _as_ours(error) from error
        model: Document = client.describe_model(ModelName=arguments["ModelName"])
        return {key: value for key, value in model.items() if key != "ResponseMetadata"}


def _as_ours(error: ClientError) -> AwsError:
    """What moto refused, as an operation of ours would refuse it."""
    said, answer = error.response["Error"], error.response["ResponseMetadata"]
    return AwsError(said["Code"], said["Message"], status=answer["HTTPStatusCode"])
