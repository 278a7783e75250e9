"""The channels that follow pipelines by mlpipe.toml: `[[follows]]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.settings_faults import Fault, dotted
from bot.settings_subscriptions import names_that_exist, series_of, tables_of
from bot.settings_tables import File
from core.domain import ChannelId, PipelineName
from core.follows import FollowKey
from core.messages import say


def follows_of(file: File) -> tuple[FollowKey, ...]:
    """All of them, of a file whose keys fit together."""
    only = PipelineName(next(iter(file.pipelines)))
    return tuple(
        FollowKey(ChannelId(table.channel), table.pipeline or only, table.environment)
        for table in file.follows
    )


def follow_faults(
    declared: object,
    pipelines: Mapping[str, Mapping[str, Any]],
    environments: Mapping[str, Mapping[str, Any]],
) -> Iterator[Fault]:
    """Where `[[follows]]` do not fit together with each other or with the rest of the file.

    Args:
        declared: What the file has there: nothing of it has to be right.
        pipelines: The tables of pipelines.
        environments: The tables of environments.
    """
    heard: list[tuple[Any, ...]] = []
    for place, table in tables_of("follows", declared):
        yield from names_that_exist(place, table, pipelines, environments)
        followed = (*series_of(table, pipelines), table.get("channel"))
        if followed in heard:
            sentence = say(
                "{key}: this channel follows the same pipeline and environment already. Leave one "
                "out.",
                key=dotted(place),
            )
            yield Fault(place, sentence)
        heard.append(followed)
