"""`mlpipe sandbox`: brings up the embedded workspace and SageMaker, and what runs on them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event

import click

from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.scene import CommandTable, Scene, SceneError, read_scene

SHUTDOWN_SECONDS = 10.0
"""How long a service may take to finish what it acknowledged before it is killed."""

Services = Mapping[str, subprocess.Popen[bytes]]
"""What runs for good, by its command line."""


@click.group("sandbox")
def command() -> None:
    """Try mlpipe with an embedded Slack workspace and an embedded SageMaker on this machine."""


@command.command("up")
@click.argument("file", type=click.Path(path_type=Path), default=Path("demo.toml"))
@click.option("--port", type=click.IntRange(0, 65535), help="Of the page; 0 is any free port.")
@click.option("--state", type=click.Path(path_type=Path), help="Folder to keep everything in.")
def up(file: Path, port: int | None, state: Path | None) -> None:
    """Bring up everything FILE names, and keep it up until Ctrl-C.

    The folder that keeps the state is emptied first.
    """
    try:
        scene = read_scene(file)
        if port is not None:
            scene = scene.model_copy(update={"port": port})
        if state is not None:
            scene = scene.model_copy(update={"state": state.resolve()})
        with _started(scene, root=file.resolve().parent) as services:
            _until_interrupted(services)
    except SceneError as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def _started(scene: Scene, *, root: Path) -> Iterator[Services]:
    began = time.monotonic()

    # Imported here: `mlpipe --help` should not wait for moto.
    from mlpipe_sandbox.slack import ManifestError, SlackSandbox, default_workspace

    clock = Clock(scene.clock.start)
    try:
        workspace = default_workspace(_read_manifest(scene.slack.manifest))
    except ManifestError as error:
        raise SceneError(f"{scene.slack.manifest}: {error}") from error
    with contextlib.ExitStack() as stack:
        try:
            slack = stack.enter_context(SlackSandbox(workspace, port=scene.port, clock=clock))
        except OSError as error:
            raise SceneError(
                f"Port {scene.port} is taken ({error.strerror}): end what uses it, or choose "
                "another port and folder: mlpipe sandbox up FILE --port 0 --state DIR"
            ) from error
        _empty(scene.state)  # only now: another demo may be using it, and has the port
        click.secho(f"The workspace is at {slack.url}", bold=True)

        def progress(text: str, *, done: bool = False) -> None:
            click.echo(f"{time.monotonic() - began:6.1f} s  {text}")
            slack.set_progress(text, done=done)

        progress("Starting SageMaker and laying out the flights")
        environment = stack.enter_context(_aws(scene, clock)) | slack.environment()
        environment["MLPIPE_CLOCK_URL"] = f"{slack.url}/clock"
        environment["SANDBOX_STATE"] = str(scene.state)
        for step in scene.prepare:
            progress(step.say)
            _run(step, environment, root=root, heard=progress)
        services = {}
        for service in scene.serve:
            progress(service.say)
            process = stack.enter_context(_service(service, environment, root))
            services[" ".join(service.run)] = process
        progress("Ready: type /mlpipe help. Ctrl-C ends it.", done=True)
        yield services


@contextlib.contextmanager
def _aws(scene: Scene, clock: Clock) -> Iterator[dict[str, str]]:
    """The embedded SageMaker with every day of the lake before today; its environment variables."""
    from mlpipe_sandbox.aws import AwsSandbox, Image
    from mlpipe_sandbox.lake import FlightsLake

    images = {image.match: Image(bin=image.bin, env=image.env) for image in scene.images}
    with AwsSandbox(state=scene.state / "aws", clock=clock, images=images) as aws:
        FlightsLake(aws.endpoint_url).publish_until(scene.today())
        yield aws.environment()


def _empty(state: Path) -> None:
    """What an earlier demo left would disagree with a workspace that starts anew."""
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)


def _read_manifest(path: Path) -> dict[str, object]:
    try:
        manifest = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SceneError(f"The app's manifest {path} cannot be read: {error}") from error
    if not isinstance(manifest, dict):
        raise SceneError(f"The app's manifest {path} is not a JSON object.")
    return manifest


def _environment(command: CommandTable, environment: Mapping[str, str]) -> dict[str, str]:
    """What a program sees: ours, the sandbox's addresses, and its own, `{state}` filled in."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    own = {
        name: value.replace("{state}", environment["SANDBOX_STATE"])
        for name, value in command.env.items()
    }
    return {**os.environ, **environment, **own, "PATH": path}


def _run(
    step: CommandTable, environment: Mapping[str, str], *, root: Path, heard: Callable[[str], None]
) -> None:
    """Run a program to its end; each line it prints is passed on as it comes."""
    with subprocess.Popen(
        step.run,
        env=_environment(step, environment),
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            heard(line.rstrip())
    if process.returncode:
        raise SceneError(f"`{' '.join(step.run)}` ended with {process.returncode}; see above.")


@contextlib.contextmanager
def _service(
    service: CommandTable, environment: Mapping[str, str], root: Path
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(service.run, env=_environment(service, environment), cwd=root)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_interrupted(services: Services) -> None:
    """Wait for Ctrl-C, or for a service to end, which none should."""
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(1):
        for line, process in services.items():
            if process.poll() is not None:
                raise SceneError(f"`{line}` ended with {process.returncode}; see above.")
    click.echo("Ending.")
