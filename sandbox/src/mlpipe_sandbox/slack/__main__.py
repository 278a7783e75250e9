"""`python -m mlpipe_sandbox.slack`: the workspace alone, to connect any Slack app to."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from threading import Event

import click

from mlpipe_sandbox.database import StateError
from mlpipe_sandbox.slack import ManifestError, SlackSandbox, default_workspace
from mlpipe_sandbox.slack.archive import MEMORY


@click.command()
@click.option("--port", default=8100, show_default=True, help="Where to serve; 0 is any free port.")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The app's manifest (JSON); without one it may do everything.",
)
@click.option("--request-url", help="Where to deliver over HTTP while no connection is open.")
@click.option(
    "--archive",
    type=click.Path(path_type=Path, dir_okay=False),
    default=MEMORY,
    show_default="none",
    help="File to keep the workspace in; what is there is there again.",
)
def main(*, port: int, manifest: Path | None, request_url: str | None, archive: Path) -> None:
    """Serve an embedded Slack workspace until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        document = None if manifest is None else json.loads(manifest.read_text())
        workspace = default_workspace(document, request_url=request_url)
        sandbox = SlackSandbox(workspace, port=port, archive=archive)
    except (ValueError, ManifestError, OSError, StateError) as error:
        raise click.ClickException(str(error)) from error
    with sandbox as slack:
        click.echo(f"The workspace is at {slack.url}. To connect an app:\n")
        for name, value in slack.environment().items():
            click.echo(f"  export {name}={value}")
        try:
            Event().wait()
        except KeyboardInterrupt:
            click.echo("\nEnding.")


if __name__ == "__main__":
    main()
