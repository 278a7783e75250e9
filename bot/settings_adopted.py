"""Where `[pipelines.<name>.adopted]` does not fit together with the rest of mlpipe.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.settings_faults import Fault, dotted, missing, no_such
from bot.toml_lines import Location
from core.domain import PRODUCTION
from core.messages import say

OF_OURS: Final = ("manifest", "lake")
"""Keys that a pipeline of ours needs, and one that was adopted does not take."""


def of_pipeline(
    name: str, pipeline: Mapping[str, Any], environments: Mapping[str, Any]
) -> Iterator[Fault]:
    """What is wrong with a pipeline's table as one of ours, or as one that was adopted.

    Args:
        name: Its name.
        pipeline: The table: nothing of it has to be right.
        environments: The tables of environments.
    """
    table = ("pipelines", name)
    if "adopted" in pipeline:
        yield from _adopted(table, pipeline, environments)
        return
    for key in OF_OURS:
        if key not in pipeline:
            yield Fault((*table, key), missing((*table, key)))


def _adopted(
    table: Location, pipeline: Mapping[str, Any], environments: Mapping[str, Any]
) -> Iterator[Fault]:
    for key in OF_OURS:
        if key in pipeline:
            sentence = say(
                "{key} is of pipelines that mlpipe defines; this one was adopted. Leave it out.",
                key=dotted((*table, key)),
            )
            yield Fault((*table, key), sentence)
    daily, adopted = pipeline.get("daily"), pipeline["adopted"]
    if isinstance(daily, Mapping) and "run_at" in daily:
        location = (*table, "daily", "run_at")
        sentence = say(
            "{key}: a pipeline that was adopted is started where it always was. Leave it out.",
            key=dotted(location),
        )
        yield Fault(location, sentence)
    if isinstance(adopted, Mapping):
        yield from _keys((*table, "adopted"), adopted, environments)


def _keys(
    table: Location, adopted: Mapping[str, Any], environments: Mapping[str, Any]
) -> Iterator[Fault]:
    environment = adopted.get("environment", PRODUCTION)
    if isinstance(environment, str) and environments and environment not in environments:
        location = (*table, "environment")
        yield Fault(location, no_such(dotted(location), environment, tuple(environments)))
    if "better" in adopted and not adopted.get("leading"):
        location = (*table, "better")
        sentence = say(
            "{key} is of the first metric of leading, and there is none. Write both.",
            key=dotted(location),
        )
        yield Fault(location, sentence)
    if "days_back" in adopted and "day_parameter" in adopted:
        location = (*table, "days_back")
        sentence = say(
            "{key} counts from the start, but day_parameter says the day. Leave one out.",
            key=dotted(location),
        )
        yield Fault(location, sentence)
