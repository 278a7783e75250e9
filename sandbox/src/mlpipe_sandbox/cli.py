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

from mlpipe_sandbox.scene import CommandTable, Scene, SceneError, read_scene

SHUTDOWN_SECONDS = 10.0
"""How long a service may take to finish what it acknowledged before it is killed."""


@click.group("sandbox")
def command() -> None:
    """Try mlpipe with an embedded Slack workspace and an embedded SageMaker on this machine."""


@command.command("up")
@click.argument("file", type=click.Path(path_type=Path), default=Path("demo.toml"))
def up(file: Path) -> None:
    """Bring up everything FILE names, and keep it up until Ctrl-C."""
    try:
        scene = read_scene(file)
        with _started(scene, root=file.resolve().parent) as services:
            _until_interrupted(services)
    except SceneError as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def _started(scene: Scene, *, root: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    began = time.monotonic()

    # Imported here: `mlpipe --help` should not wait for moto.
    from mlpipe_sandbox.clock import Clock
    from mlpipe_sandbox.slack import SlackSandbox, default_workspace

    _empty(scene.state)
    clock = Clock(scene.clock.start)
    manifest = _read_manifest(scene.slack.manifest)
    with contextlib.ExitStack() as stack:
        slack = stack.enter_context(
            SlackSandbox(default_workspace(manifest), port=scene.port, clock=clock)
        )
        click.secho(f"The workspace is at {slack.url}", bold=True)

        def progress(text: str, *, done: bool = False) -> None:
            click.echo(f"{time.monotonic() - began:6.1f} s  {text}")
            slack.set_progress(text, done=done)

        progress("Starting SageMaker and laying out the flights")
        environment = stack.enter_context(_aws(scene, clock)) | slack.environment()
        environment["MLPIPE_CLOCK_URL"] = f"{slack.url}/clock"
        for step in scene.prepare:
            progress(step.say)
            _run(step, environment, root=root, heard=progress)
        services = []
        for service in scene.serve:
            progress(service.say)
            services.append(stack.enter_context(_service(service, environment, root)))
        progress("Ready: type /mlpipe help. Ctrl-C ends it.", done=True)
        yield services


@contextlib.contextmanager
def _aws(scene: Scene, clock: object) -> Iterator[dict[str, str]]:
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
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, **environment, **command.env, "PATH": path}


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


def _until_interrupted(services: list[subprocess.Popen[bytes]]) -> None:
    """Wait for Ctrl-C, or for a service to end, which none should."""
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(1):
        for process in services:
            if process.poll() is not None:
                arguments = " ".join(map(str, process.args))
                raise SceneError(f"`{arguments}` ended with {process.returncode}; see above.")
    click.echo("Ending.")
