"""Which pipeline and environment a person means, and what day it is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.clock import Clock, day_at
from core.commands import Command, Token, same_name
from core.domain import ChannelId, Environment, EnvironmentName, Pipeline, PipelineName
from core.errors import InputError, NotFoundError
from core.inputs import closest, given_twice, without_value
from core.messages import say
from core.mornings import Morning

MOST_WORD: Final = 80
"""Characters of what was typed that an answer repeats."""
EXPERIMENT: Final = EnvironmentName("experiment")
ENVIRONMENT_WORDS: Final = ("env", "environment")


@dataclass(frozen=True)
class Target:
    """A pipeline in an environment."""

    pipeline: Pipeline
    environment: EnvironmentName


class Targets:
    """The pipelines and environments of mlpipe.toml, by the words that people type."""

    def __init__(
        self,
        *,
        pipelines: Mapping[PipelineName, Pipeline],
        environments: Mapping[EnvironmentName, Environment],
        clock: Clock,
    ) -> None:
        self.pipelines = pipelines
        self.environments = environments
        self._clock = clock

    def pipeline(self, word: str | None) -> Pipeline:
        """The pipeline of that name; without one, the only one.

        Raises:
            InputError: there is none of that name, or more than one to choose from.
        """
        names = ", ".join(self.pipelines)
        if word is None:
            if len(self.pipelines) == 1:
                return next(iter(self.pipelines.values()))
            raise InputError(say("Which pipeline? There are {names}.", names=names))
        for pipeline in self.pipelines.values():
            if same_name(pipeline.name, word):
                return pipeline
        if close := closest(word, self.pipelines):
            raise InputError(
                say(
                    "There is no pipeline {word}. Did you mean {close}?",
                    word=word[:MOST_WORD],
                    close=close,
                )
            )
        raise InputError(
            say(
                "There is no pipeline {word}. Pipelines: {names}. Parameters are written "
                "name=value.",
                word=word[:MOST_WORD],
                names=names,
            )
        )

    def environment(self, word: str | None, *, default: EnvironmentName) -> EnvironmentName:
        """The environment of that name; without one the default, if the settings have it.

        Raises:
            InputError: there is none of that name.
        """
        if word is None and len(self.environments) == 1:
            return next(iter(self.environments))
        asked = default if word is None else word
        for name in self.environments:
            if same_name(name, asked):
                return name
        if close := closest(asked, self.environments):
            raise InputError(
                say(
                    "There is no environment {word}. Did you mean {close}?",
                    word=asked[:MOST_WORD],
                    close=close,
                )
            )
        raise InputError(
            say(
                "There is no environment {word}. There are {names}.",
                word=asked[:MOST_WORD],
                names=", ".join(self.environments),
            )
        )

    def environment_in(self, channel: ChannelId | None, word: str | None) -> EnvironmentName:
        """The environment of that name; without one that of the channel, else `experiment`.

        Raises:
            InputError: there is none of that name.
        """
        own = (name for name, each in self.environments.items() if channel in each.channels)
        return self.environment(word, default=next(own, EXPERIMENT))

    def one(self, command: Command, channel: ChannelId | None) -> tuple[Target, Command]:
        """The pipeline and environment that a command speaks of, and the command without them.

        Raises:
            InputError: there is none of that name, or more than one pipeline to choose from.
        """
        named, command = taken_out(command, ENVIRONMENT_WORDS)
        tokens = list(command.tokens)
        word = None
        if tokens and tokens[0].name is None and self.has_pipeline(tokens[0].text):
            word = tokens.pop(0).text
        target = Target(self.pipeline(word), self.environment_in(channel, named))
        return target, Command(command.name, tuple(tokens))

    def places(self, command: Command) -> tuple[tuple[Target, ...], tuple[str, ...]]:
        """The pipelines and environments that a command speaks of, all unless it names some.

        Returns:
            Them, and the words and pairs that are left.

        Raises:
            InputError: an environment of that name is not there.
        """
        named, command = taken_out(command, ENVIRONMENT_WORDS)
        environments = (
            tuple(self.environments)
            if named is None
            else (self.environment(named, default=EXPERIMENT),)
        )
        rest = [token.written if token.name else token.text for token in command.tokens]
        pipelines = tuple(self.pipelines.values())
        if rest and self.has_pipeline(rest[0]):
            pipelines = (self.pipeline(rest.pop(0)),)
        places = [Target(pipeline, each) for pipeline in pipelines for each in environments]
        return tuple(places), tuple(rest)

    def at(self, pipeline: str, environment: str) -> Target:
        """The pipeline and environment that a button of ours names.

        Raises:
            InputError: mlpipe.toml does not have them any more.
        """
        return Target(self.pipeline(pipeline), self.environment_in(None, environment))

    def of(self, morning: Morning) -> Target:
        """The pipeline and environment of a morning.

        Raises:
            NotFoundError: mlpipe.toml does not have them any more.
        """
        pipeline = self.pipelines.get(morning.pipeline)
        if pipeline is None or morning.environment not in self.environments:
            raise NotFoundError(
                say(
                    "{pipeline} · {environment} is not in mlpipe.toml any more.",
                    pipeline=morning.pipeline,
                    environment=morning.environment,
                )
            )
        return Target(pipeline, morning.environment)

    def refuse_rest(self, rest: Sequence[str], *, usage: str) -> None:
        """An InputError where a command has words that mean nothing here.

        Args:
            rest: What is left of the command.
            usage: A line that would do.
        """
        if not rest:
            return
        word = rest[0][:MOST_WORD]
        if "=" not in word and (close := closest(word, self.pipelines)):
            raise InputError(
                say("There is no pipeline {word}. Did you mean {close}?", word=word, close=close)
            )
        raise InputError(
            say("I do not understand {word}. Write it like `{usage}`.", word=word, usage=usage)
        )

    def has_pipeline(self, word: str) -> bool:
        """Whether a word names a pipeline."""
        return any(same_name(name, word) for name in self.pipelines)

    def today(self, pipeline: Pipeline) -> dt.date:
        """The day that it is for the pipeline's data, by the clock as last known."""
        return day_at(self._clock.latest(), pipeline.time_zone)

    async def today_now(self, pipeline: Pipeline) -> dt.date:
        """The day that it is for the pipeline's data."""
        return day_at(await self._clock.now(), pipeline.time_zone)


def taken_out(command: Command, names: tuple[str, ...]) -> tuple[str | None, Command]:
    """The value of a pair with one of these names, and the command without it.

    Raises:
        InputError: there are two of them, or it has no value.
    """
    found: str | None = None
    rest: list[Token] = []
    for token in command.tokens:
        if token.name is None or not any(same_name(token.name, name) for name in names):
            rest.append(token)
        elif found is not None:
            raise given_twice(names[0])
        elif not token.text.strip():
            raise without_value(names[0])
        else:
            found = token.text
    return found, Command(command.name, tuple(rest))
