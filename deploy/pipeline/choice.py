"""What was typed at `mlpipe pipeline`, turned into what is meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.commands import same_name
from core.console import Console
from core.domain import Environment, Kind, Pipeline
from core.errors import InputError
from core.inputs import day_of
from core.messages import Sentence, say
from deploy.pipeline.backfill import Range

Named = TypeVar("Named")


@dataclass(frozen=True)
class Selection:
    """Which definitions are meant."""

    environments: Sequence[Environment]
    pipelines: Sequence[Pipeline]
    kinds: Sequence[Kind]

    @classmethod
    def of(
        cls,
        console: Console,
        *,
        environments: Iterable[str],
        pipelines: Iterable[str],
        kinds: Iterable[str],
    ) -> Selection:
        """Raises InputError for a name that is none, and where there is nothing to define."""
        named = [chosen_pipeline(console, name) for name in dict.fromkeys(pipelines)]
        ours = [each for each in console.pipelines.values() if each.adopted is None]
        if not (named or ours):
            raise InputError(
                say("Every pipeline of mlpipe.toml was adopted: there is none to define.")
            )
        return cls(
            [chosen_environment(console, name) for name in dict.fromkeys(environments)]
            or list(console.environments.values()),
            named or ours,
            [chosen_kind(name) for name in dict.fromkeys(kinds)] or list(Kind),
        )


def chosen_environment(console: Console, name: str) -> Environment:
    """The environment of this name. Raises InputError, which names those that there are."""
    return _chosen(
        name,
        dict(console.environments),
        lambda names: say(
            "There is no environment {name}. There are {names}.", name=name, names=names
        ),
    )


def chosen_pipeline(console: Console, name: str) -> Pipeline:
    """The pipeline of this name.

    Raises:
        InputError: there is none, and the sentence names those that there are; or it was adopted,
            and is defined elsewhere.
    """
    pipeline: Pipeline = _chosen(
        name,
        dict(console.pipelines),
        lambda names: say(
            "There is no pipeline {name}. There are {names}.", name=name, names=names
        ),
    )
    if pipeline.adopted is not None:
        raise InputError(
            say(
                "{name} was adopted: {pipeline} in SageMaker is defined where it always was.",
                name=pipeline.name,
                pipeline=pipeline.adopted.sagemaker_pipeline,
            )
        )
    return pipeline


def chosen_kind(name: str) -> Kind:
    """Which definition. Raises InputError, which names those that there are."""
    return _chosen(
        name,
        {kind.value: kind for kind in Kind},
        lambda names: say(
            "There is no definition {name}. There are {names}.", name=name, names=names
        ),
    )


def _chosen(name: str, known: Mapping[Any, Named], missing: Callable[[str], Sentence]) -> Named:
    for each, value in known.items():
        if same_name(each, name):
            return value
    raise InputError(missing(", ".join(known)))


def days_between(first: str, last: str, *, today: dt.date) -> Range:
    """A range of days before today. Raises InputError if it is none."""
    days = Range(day_of(first, today=today), day_of(last, today=today))
    if days.first > days.last:
        raise InputError(
            say(
                "The first day, {first}, comes after the last, {last}.",
                first=days.first.isoformat(),
                last=days.last.isoformat(),
            )
        )
    return days


def pairs_of(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Parameters written Name=value. Raises InputError for what is none."""
    pairs: list[tuple[str, str]] = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise InputError(
                say("{text} is not a parameter: write one such as NumLeaves=63.", text=text)
            )
        pairs.append((name, value))
    return pairs
