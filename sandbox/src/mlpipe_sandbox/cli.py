"""`mlpipe sandbox`: brings up the embedded workspace and SageMaker, and what runs on them."""

from __future__ import annotations

import contextlib
import json
import logging
import shlex
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from mlpipe_sandbox.arrivals import Arrivals
from mlpipe_sandbox.clock import KeptClock
from mlpipe_sandbox.database import StateError
from mlpipe_sandbox.folder import StateFolder, held
from mlpipe_sandbox.lifeline import Lifeline
from mlpipe_sandbox.mornings import Mornings
from mlpipe_sandbox.programs import Programs, Service
from mlpipe_sandbox.scene import Scene, SceneError, read_scene
from mlpipe_sandbox.terminal import sourced

if TYPE_CHECKING:
    from mlpipe_sandbox.aws import AwsSandbox
    from mlpipe_sandbox.slack import SlackSandbox

LOG_FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
LOOK_SECONDS = 1.0
"""Between two looks whether every service still runs."""


@click.group("sandbox")
def command() -> None:
    """Try mlpipe with a Slack and a SageMaker on this machine."""


@command.command("up")
@click.argument("file", type=click.Path(path_type=Path), default=Path("demo.toml"))
@click.option("--port", type=click.IntRange(0, 65535), help="Of the page; 0 is any free port.")
@click.option("--state", type=click.Path(path_type=Path), help="Folder to keep everything in.")
@click.option("--anew", is_flag=True, help="Forget what an earlier start kept there.")
def up(file: Path, port: int | None, state: Path | None, *, anew: bool) -> None:
    """Bring up everything FILE names, and keep it up until Ctrl-C.

    It goes on where it ended: the workspace, SageMaker, the lake, the app's own files and the clock
    are kept. What FILE prepares is done once, and again when it changed.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        scene = read_scene(file)
        if port is not None:
            scene = scene.model_copy(update={"port": port})
        if state is not None:
            scene = scene.model_copy(update={"state": state.resolve()})
        with (
            contextlib.suppress(KeyboardInterrupt),
            held(scene.state, anew=anew) as folder,
            _started(scene, folder, root=file.resolve().parent) as services,
        ):
            _watch(services)
    except (SceneError, StateError) as error:
        raise click.ClickException(str(error)) from error


def _end(*_: object) -> None:
    click.echo("Ending.")
    raise KeyboardInterrupt


@contextlib.contextmanager
def _started(scene: Scene, folder: StateFolder, *, root: Path) -> Iterator[Sequence[Service]]:
    began = time.monotonic()
    # Here people read how far it is; what only tells what went on goes to a file.
    logging.basicConfig(filename=folder.log, level=logging.INFO, format=LOG_FORM, force=True)
    with contextlib.ExitStack() as stack:
        clock = KeptClock(folder.clock, start=scene.clock.start)
        stack.enter_context(clock.kept())
        arrivals = Arrivals()
        mornings = _mornings(scene, clock, arrivals)
        slack = stack.enter_context(_slack(scene, folder, clock, mornings))
        click.secho(f"The workspace is at {slack.url}", bold=True)

        def progress(text: str, *, done: bool = False) -> None:
            click.echo(f"{time.monotonic() - began:6.1f} s  {text}")
            slack.set_progress(text, done=done)

        progress("Starting SageMaker and laying out the flights")
        aws = stack.enter_context(_aws(scene, folder, clock, arrivals, mornings))
        programs = Programs(
            root=root,
            environment={
                **aws.environment(),
                **slack.environment(),
                "MLPIPE_CLOCK_URL": f"{slack.url}/clock",
                "SANDBOX_STATE": str(scene.state),
            },
            own=scene.env,
            lifeline=stack.enter_context(closing(Lifeline())),
            log=folder.log,
        )
        _prepare(scene, folder, programs, progress)
        services = []
        for table in scene.serve:
            progress(table.say)
            services.append(stack.enter_context(programs.serve(table)))
            if table.connects:
                _wait_until_connected(slack, services[-1])
        stack.enter_context(sourced(folder.env, programs.variables))
        progress("Ready.", done=True)
        _say_where(slack.url, aws.endpoint_url, folder)
        yield services


def _wait_until_connected(slack: SlackSandbox, service: Service) -> None:
    while not slack.connections:
        service.check()
        with contextlib.suppress(TimeoutError):
            slack.wait_until_connected(LOOK_SECONDS)


def _say_where(slack: str, sagemaker: str, folder: StateFolder) -> None:
    click.echo()
    click.secho(f"  Slack      {slack}", bold=True)
    click.echo(f"  SageMaker  {sagemaker}")
    click.echo(f"  Log        {_from_here(folder.log)}")
    click.echo(
        f"  Console    . {shlex.quote(str(_from_here(folder.env)))}  in another terminal: "
        "`mlpipe report`, `adopt` and the rest then reach all this, by its clock"
    )
    click.echo("\nOpen Slack's address in a browser; Ctrl-C here ends it.")


def _from_here(file: Path) -> Path:
    """As somebody in this folder would type it."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _prepare(
    scene: Scene, folder: StateFolder, programs: Programs, progress: Callable[[str], None]
) -> None:
    """Do the preparing steps that have not been done in this folder as they are now."""
    if all(folder.is_done(scene.digest(step)) for step in scene.prepare):
        progress(f"Going on with what is kept in {folder.path}; --anew begins from nothing")
    for step in scene.prepare:
        digest = scene.digest(step)
        if not folder.is_done(digest):
            progress(step.say)
            programs.run(step, heard=progress)
            folder.note_done(digest)


def _mornings(scene: Scene, clock: KeptClock, arrivals: Arrivals) -> Mornings | None:
    """What the page's "Next morning" moves on, if the scene says when it is morning."""
    from mlpipe_sandbox.lake import FAULTS

    at = scene.clock.morning
    if at is None:
        return None
    return Mornings(clock, arrivals, at=at, zone=scene.clock.zone, offered=FAULTS)


@contextlib.contextmanager
def _slack(
    scene: Scene, folder: StateFolder, clock: KeptClock, mornings: Mornings | None
) -> Iterator[SlackSandbox]:
    # Imported here, as below: `mlpipe --help` should not wait for moto.
    from mlpipe_sandbox.slack import ManifestError, SlackSandbox, default_workspace

    try:
        workspace = default_workspace(_read_manifest(scene.slack.manifest))
    except ManifestError as error:
        raise SceneError(f"{scene.slack.manifest}: {error}") from error
    try:
        sandbox = SlackSandbox(
            workspace, port=scene.port, clock=clock, archive=folder.slack, mornings=mornings
        )
    except OSError as error:
        raise SceneError(
            f"Port {scene.port} is taken ({error.strerror}): end what uses it, or choose "
            "another port: mlpipe sandbox up FILE --port 0"
        ) from error
    with sandbox as slack:
        yield slack


@contextlib.contextmanager
def _aws(
    scene: Scene,
    folder: StateFolder,
    clock: KeptClock,
    arrivals: Arrivals,
    mornings: Mornings | None,
) -> Iterator[AwsSandbox]:
    """The embedded SageMaker with every day of the lake that is over by its clock."""
    from mlpipe_sandbox.aws import AwsSandbox, Image
    from mlpipe_sandbox.aws.server import usable
    from mlpipe_sandbox.lake import FlightsLake

    images = {
        image.match: Image(bin=image.bin, env=image.env, entrypoint=image.entrypoint)
        for image in scene.images
    }
    # At the same address as before if that is free: links in messages go there.
    port = usable(folder.aws_port)
    listen = mornings.heard if mornings else None
    with AwsSandbox(state=folder.aws, clock=clock, images=images, port=port, listen=listen) as aws:
        folder.note_aws_port(urlsplit(aws.endpoint_url).port or 0)
        lake = FlightsLake(aws.endpoint_url, arrivals=arrivals)
        with lake.arriving(lambda: scene.day_of(clock.now())):
            yield aws


def _read_manifest(path: Path) -> dict[str, object]:
    try:
        manifest = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SceneError(f"The app's manifest {path} cannot be read: {error}") from error
    if not isinstance(manifest, dict):
        raise SceneError(f"The app's manifest {path} is not a JSON object.")
    return manifest


def _watch(services: Sequence[Service]) -> None:
    """Until Ctrl-C, or until a service ends, which none should."""
    while True:
        time.sleep(LOOK_SECONDS)
        for service in services:
            service.check()
