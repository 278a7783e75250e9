"""What the console and the subcommands that other packages bring (`mlpipe.commands`) share."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.domain import Environment, EnvironmentName, Pipeline, PipelineName
from core.inputs import given_twice

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True)
class Console:
    """`click.Context.obj` of every subcommand."""

    root: Path
    """Folder of `mlpipe.toml`: its relative paths start here."""
    environments: Mapping[EnvironmentName, Environment]
    pipelines: Mapping[PipelineName, Pipeline]
    session: Callable[[Environment], boto3.Session]
    today: Callable[[str], dt.date]
    """The day that it is in a zone, by the clock that the bot reads."""


class ConsoleCommand(click.Command):
    """A command that takes the value of an option once; click itself takes the last one silently.

    Options that may be repeated, and those without a value, are as click has them.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, once nothing is given twice."""
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for each, times in Counter(given).items():
            if times > 1 and isinstance(each, click.Option) and _holds_one_value(each):
                raise click.UsageError(str(given_twice(each.opts[0])), ctx)
        return super().parse_args(ctx, args)


def _holds_one_value(option: click.Option) -> bool:
    return not (option.multiple or option.is_flag or option.count)
