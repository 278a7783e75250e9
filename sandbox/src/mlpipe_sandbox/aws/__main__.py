"""`python -m mlpipe_sandbox.aws`: the embedded SageMaker alone, until Ctrl-C."""

from __future__ import annotations

import datetime as dt
import signal
from pathlib import Path
from threading import Event

import click

from mlpipe_sandbox.aws import AwsSandbox, Image
from mlpipe_sandbox.clock import Clock


@click.command()
@click.option("--port", default=4566, show_default=True, help="Port to listen on; 0 finds one.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".sandbox-aws"),
    show_default=True,
    help="Folder for the jobs' run folders.",
)
@click.option(
    "--image",
    "images",
    nargs=2,
    multiple=True,
    metavar="GLOB BIN",
    help="Run programs of the folder BIN for image URIs that match GLOB. May be repeated.",
)
@click.option("--clock", help="When the clock starts, ISO 8601 with a zone; default: now.")
@click.option("--flights", is_flag=True, help="Lay out the flights of the days before the clock.")
def main(
    *, port: int, state: Path, images: tuple[tuple[str, str], ...], clock: str | None, flights: bool
) -> None:
    """Serve an embedded AWS on this machine; set what it prints in the environment of a client."""
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    time = Clock(dt.datetime.fromisoformat(clock) if clock else None)
    mapped = {glob: Image(bin=Path(folder).absolute()) for glob, folder in images}
    with AwsSandbox(state=state, clock=time, images=mapped, port=port) as aws:
        if flights:
            from mlpipe_sandbox.lake import FlightsLake

            FlightsLake(aws.endpoint_url).publish_until(time.now().date())
        for name, value in aws.environment().items():
            click.echo(f"export {name}='{value}'")
        ended.wait()


if __name__ == "__main__":
    main()
