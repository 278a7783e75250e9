"""Where the keys of mlpipe.toml do not fit together, also in a file that has other faults."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.access import EVERYONE
from bot.settings_adopted import OF_OURS, of_pipeline
from bot.settings_faults import MOST_SHOWN, Fault, dotted, no_such, shown
from bot.settings_follows import follow_faults
from bot.settings_subscriptions import comes_before, subscription_faults
from bot.settings_tables import PipelineTable
from bot.toml_lines import Location
from core.commands import same_name
from core.domain import PRODUCTION, Kind
from core.inputs import closest
from core.messages import say

PERSON: Final = re.compile(r"(?:[TE][A-Z0-9]{2,}/)?[UW][A-Z0-9]{2,}")
_OTHERS: Final = {
    "C": say("a channel"),
    "G": say("a channel"),
    "D": say("a conversation"),
    "S": say("a user group"),
    "B": say("a bot"),
}
"""Slack's other ids, by how they begin."""
Tables = Mapping[str, Mapping[str, Any]]


def contradictions(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that does not fit together.

    Args:
        data: The file as tomllib reads it: nothing of it has to be right.
    """
    environments, pipelines = _tables(data, "environments"), _tables(data, "pipelines")
    yield from _regions(environments)
    yield from _buckets(environments)
    yield from _channels(environments)
    for kind, tables in (("environments", environments), ("pipelines", pipelines)):
        yield from _alike(kind, tables)
    yield from _names_in_sagemaker(pipelines, environments)
    for name, pipeline in pipelines.items():
        yield from of_pipeline(name, pipeline, environments)
        daily = pipeline.get("daily")
        if isinstance(daily, Mapping):
            yield from _misspelt(name, pipelines)
            yield from _daily(("pipelines", name, "daily"), daily, environments)
    yield from subscription_faults(data.get("subscriptions"), pipelines, environments)
    yield from follow_faults(data.get("follows"), pipelines, environments)
    roles = data.get("roles")
    yield from (_roles(roles) if isinstance(roles, Mapping) else ())
    yield from _people(data)


def _tables(data: Mapping[str, Any], name: str) -> Tables:
    """The tables below one; what stands there besides is told elsewhere."""
    found = data.get(name)
    if not isinstance(found, Mapping):
        return {}
    return {key: table for key, table in found.items() if isinstance(table, Mapping)}


def _regions(environments: Tables) -> Iterator[Fault]:
    region = environments.get(PRODUCTION, {}).get("region")
    for name, table in environments.items():
        if region is not None and table.get("region", region) != region:
            location = ("environments", name, "region")
            sentence = say(
                "{key} has to be production's, {region}: every run is compared with the version "
                "that serves there.",
                key=dotted(location),
                region=shown(region),
            )
            yield Fault(location, sentence)


def _buckets(environments: Tables) -> Iterator[Fault]:
    for (one, first), (other, second) in itertools.combinations(environments.items(), 2):
        bucket = second.get("bucket")
        if bucket is not None and bucket == first.get("bucket"):
            location = ("environments", other, "bucket")
            sentence = say(
                "{key} is {bucket}, which {other} has already: their results would be mixed. "
                "Write another.",
                key=dotted(location),
                bucket=shown(bucket),
                other=one,
            )
            yield Fault(location, sentence)


def _channels(environments: Tables) -> Iterator[Fault]:
    """A channel in which a command would mean two environments."""
    seen: dict[str, str] = {}
    for name, table in environments.items():
        channels = table.get("channels")
        for channel in channels if isinstance(channels, list) else ():
            if isinstance(channel, str) and seen.setdefault(channel, name) != name:
                location = ("environments", name, "channels")
                sentence = say(
                    "{key} has {channel}, which {other} has already. Leave one out.",
                    key=dotted(location),
                    channel=shown(channel),
                    other=seen[channel],
                )
                yield Fault(location, sentence)


def _alike(kind: str, tables: Tables) -> Iterator[Fault]:
    """Names between which what people type could not choose."""
    for one, other in itertools.combinations(tables, 2):
        if same_name(one, other):
            sentence = say(
                "{key} and {other} are one name to who types it: case and dashes do not count. "
                "Rename one.",
                key=dotted((kind, other)),
                other=dotted((kind, one)),
            )
            yield Fault((kind, other), sentence)


def _names_in_sagemaker(pipelines: Tables, environments: Tables) -> Iterator[Fault]:
    """Pipelines whose names with those of environments come out the same."""
    seen: dict[str, str] = {}
    for pipeline, environment in itertools.product(pipelines, environments):
        name = f"{pipeline}-{environment}"
        if seen.setdefault(name, pipeline) != pipeline:
            sentence = say(
                "{key} and {other} would both be {name} in SageMaker. Rename one.",
                key=dotted(("pipelines", pipeline)),
                other=dotted(("pipelines", seen[name])),
                name=f"{name}-{Kind.TRAIN}",
            )
            yield Fault(("pipelines", pipeline), sentence)


def _misspelt(name: str, pipelines: Tables) -> Iterator[Fault]:
    """A table of mornings whose pipeline is there under a name a little different."""
    others = [other for other, table in pipelines.items() if set(table) - {"daily"}]
    close = closest(name, others)
    if name in others or close is None:
        return
    table = ("pipelines", name)
    required = [key for key, field in PipelineTable.model_fields.items() if field.is_required()]
    required += OF_OURS
    yield Fault(
        table,
        say("there is no pipeline {name}. Did you mean {close}?", name=name, close=close),
        explains=frozenset((*table, key) for key in required),
    )


def _daily(table: Location, daily: Mapping[str, Any], environments: Tables) -> Iterator[Fault]:
    environment = daily.get("environment", PRODUCTION)
    if isinstance(environment, str) and environments and environment not in environments:
        location = (*table, "environment")
        yield Fault(location, no_such(dotted(location), environment, tuple(environments)))
    if "run_at" not in daily and "report_at" not in daily:
        sentence = say(
            "{key} has neither run_at nor report_at, so nothing would happen. Write one of them, "
            "or leave the table out.",
            key=dotted(table),
        )
        yield Fault(table, sentence)
    elif "patience_minutes" in daily and "report_at" not in daily:
        location = (*table, "patience_minutes")
        sentence = say(
            "{key} is how long the report waits, but there is no report_at. Leave it out, or write "
            "both.",
            key=dotted(location),
        )
        yield Fault(location, sentence)
    elif comes_before(daily.get("report_at"), daily.get("run_at")):
        location = (*table, "report_at")
        sentence = say(
            "{key} is before run_at: the report is about what that run finds. Write a later time.",
            key=dotted(location),
        )
        yield Fault(location, sentence)


def _roles(roles: Mapping[str, Any]) -> Iterator[Fault]:
    for key in roles:
        if key == EVERYONE or PERSON.fullmatch(key):
            continue
        other = _OTHERS.get(key[:1]) if re.fullmatch(r"[A-Z][A-Z0-9]{2,}", key) else None
        sentence = (
            say(
                "{key} is the id of {other}. Write the ids of people (U…).",
                key=shown(key),
                other=other,
            )
            if other
            else say(
                '{key} is neither a Slack user id (U…), nor a team and user id ("T…/U…"), nor "*".',
                key=shown(key),
            )
        )
        yield Fault(("roles", key), sentence)


def _people(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Whoever is named without a workspace needs one."""
    people, slack = data.get("people"), data.get("slack")
    if not isinstance(people, Mapping) or (isinstance(slack, Mapping) and "team" in slack):
        return
    for arn, who in people.items():
        if isinstance(who, str) and "/" not in who:
            sentence = say(
                'people.{arn} does not say which workspace. Write "T…/{who}", or the workspace\'s '
                "id once, as team in [slack].",
                arn=shown(arn),
                who=who[:MOST_SHOWN],
            )
            yield Fault(("people", arn), sentence)
