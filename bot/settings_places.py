"""What a place in mlpipe.toml has to hold, as its tables say it."""

from __future__ import annotations

import enum
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings_tables import File


@dataclass(frozen=True)
class Place:
    """A table, a key or an entry of a list."""

    annotation: Any
    description: str | None = None

    @classmethod
    def at(cls, location: Iterable[str | int]) -> Self:
        """The place of a key whose tables are known."""
        place = cls(File)
        for part in location:
            place = place._below(str(part))
        return place

    @property
    def wanted(self) -> str:
        """What goes there."""
        if self.description is not None:
            return self.description
        for each in typing.get_args(self.annotation):
            if isinstance(each, FieldInfo) and each.description is not None:
                return each.description
        return "a table" if self._table else "a list in square brackets"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a table."""
        return tuple(self._table.model_fields) if self._table else ()

    @property
    def names(self) -> str | None:
        """What the names have to be where people choose them, as in `[pipelines.<name>]`."""
        (key, _) = typing.get_args(self.annotation)
        described = [each for each in typing.get_args(key) if isinstance(each, FieldInfo)]
        return described[0].description if described else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The words of which one has to stand there; empty where there is more to choose from."""
        if isinstance(self.annotation, type) and issubclass(self.annotation, enum.Enum):
            return tuple(str(each.value) for each in self.annotation)
        if typing.get_origin(self.annotation) is typing.Literal:
            return tuple(str(each) for each in typing.get_args(self.annotation))
        return ()

    @property
    def _table(self) -> type[BaseModel] | None:
        for candidate in (self.annotation, *typing.get_args(self.annotation)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                return candidate
        return None

    def _below(self, part: str) -> Self:
        arguments = typing.get_args(self.annotation)
        if typing.get_origin(self.annotation) in {dict, frozenset}:
            return type(self)(arguments[-1])
        if typing.get_origin(self.annotation) is tuple:
            return type(self)(arguments[0], self.description)
        field = self._table.model_fields.get(part) if self._table else None
        return type(self)(field.annotation, field.description) if field else type(self)(None)
