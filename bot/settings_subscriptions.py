"""The subscriptions that mlpipe.toml declares: `[[subscriptions]]`, and each `report_at`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from bot.settings_faults import Fault, dotted, no_such
from bot.settings_tables import File, SubscriptionTable, time_of
from bot.toml_lines import Location
from core.domain import PRODUCTION, ChannelId, PipelineName
from core.messages import say
from core.subscriptions import PATIENCE, Subscription, SubscriptionKey, Times


def subscriptions_of(file: File) -> tuple[Subscription, ...]:
    """All of them, of a file whose keys fit together."""
    return (*_of_mornings(file), *(_of_table(table, file) for table in file.subscriptions))


def _of_mornings(file: File) -> Iterator[Subscription]:
    for name, table in file.pipelines.items():
        daily = table.daily
        if daily is None or daily.report_at is None:
            continue
        patience = dt.timedelta(minutes=daily.patience_minutes)
        yield Subscription(
            key=SubscriptionKey(ChannelId(daily.channel), PipelineName(name), daily.environment),
            times=Times(at=daily.report_at, zone=table.time_zone, patience=patience),
            language=file.slack.language,
        )


def _of_table(table: SubscriptionTable, file: File) -> Subscription:
    pipeline = table.pipeline or PipelineName(next(iter(file.pipelines)))
    return Subscription(
        key=SubscriptionKey(ChannelId(table.channel), pipeline, table.environment),
        times=_times(table, zone=table.time_zone or file.pipelines[pipeline].time_zone),
        language=table.language or file.slack.language,
        content=table.content,
        metrics=table.metrics,
        charts=table.charts,
        audience=table.audience,
    )


def _times(table: SubscriptionTable, *, zone: str) -> Times:
    at = table.latest if table.at is None else table.at
    assert at is not None
    patience = PATIENCE
    if table.at is not None and table.latest is not None:
        patience = _since_midnight(table.latest) - _since_midnight(table.at)
    return Times(
        at=at,
        zone=zone,
        when_ready=table.at is None,
        patience=patience,
        days=table.days,
        quiet=table.quiet,
    )


def _since_midnight(time: dt.time) -> dt.timedelta:
    return dt.timedelta(hours=time.hour, minutes=time.minute)


def subscription_faults(
    declared: object,
    pipelines: Mapping[str, Mapping[str, Any]],
    environments: Mapping[str, Mapping[str, Any]],
) -> Iterator[Fault]:
    """Where `[[subscriptions]]` do not fit together with each other or with the rest of the file.

    Args:
        declared: What the file has there: nothing of it has to be right.
        pipelines: The tables of pipelines.
        environments: The tables of environments.
    """
    heard = list(_heard_in_the_morning(pipelines))
    for place, table in tables_of("subscriptions", declared):
        yield from _times_that_fit(place, table)
        yield from names_that_exist(place, table, pipelines, environments)
        series = (*series_of(table, pipelines), table.get("channel"))
        if series in heard:
            sentence = say(
                "{key}: this channel has another to the same pipeline and environment. Leave one "
                "out.",
                key=dotted(place),
            )
            yield Fault(place, sentence)
        heard.append(series)


def tables_of(name: str, declared: object) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    """Each table of a list of tables with its place; what is no table is told elsewhere."""
    for number, table in enumerate(declared if isinstance(declared, list) else ()):
        if isinstance(table, Mapping):
            yield (name, number), table


def comes_before(one: object, other: object) -> bool:
    """Whether both are times of day and the first is the earlier."""
    try:
        return time_of(one) < time_of(other)
    except ValueError:
        return False


def _heard_in_the_morning(pipelines: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for name, table in pipelines.items():
        daily = table.get("daily")
        if isinstance(daily, Mapping) and "report_at" in daily:
            yield name, daily.get("environment", PRODUCTION), daily.get("channel")


def series_of(
    table: Mapping[str, Any], pipelines: Mapping[str, Mapping[str, Any]]
) -> tuple[Any, Any]:
    """Pipeline and environment that a table speaks of."""
    only = next(iter(pipelines), None)
    return table.get("pipeline", only), table.get("environment", PRODUCTION)


def _times_that_fit(place: Location, table: Mapping[str, Any]) -> Iterator[Fault]:
    if "at" not in table and "latest" not in table:
        sentence = say(
            '{key}: this one does not say when. Write at = "08:00" for a time of day, or '
            'latest = "10:00" for when the evaluation is ready and then at the latest.',
            key=dotted(place),
        )
        yield Fault(place, sentence)
    elif comes_before(table.get("latest"), table.get("at")):
        location = (*place, "latest")
        sentence = say("{key} is before at. Write a later time.", key=dotted(location))
        yield Fault(location, sentence)


def names_that_exist(
    place: Location,
    table: Mapping[str, Any],
    pipelines: Mapping[str, Mapping[str, Any]],
    environments: Mapping[str, Mapping[str, Any]],
) -> Iterator[Fault]:
    """Where a table names a pipeline or environment that is not there, or has to name one."""
    pipeline, environment = series_of(table, pipelines)
    if "pipeline" not in table and len(pipelines) > 1:
        sentence = say(
            "{key}: this one does not say which pipeline. Write one of {names}.",
            key=dotted(place),
            names=", ".join(pipelines),
        )
        yield Fault(place, sentence)
    for key, word, known in (
        ("pipeline", pipeline, pipelines),
        ("environment", environment, environments),
    ):
        if isinstance(word, str) and known and word not in known:
            location = (*place, key)
            yield Fault(location, no_such(dotted(location), word, tuple(known)))
