"""Which trials a message shows: what its buttons and menus carry."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Final

from reports.buttons import VALUE

LAST: Final = 999_999_999
"""More trials than are ever turned to."""


@dataclass(frozen=True)
class Place:
    """Whose trials, and which of them: what a button of a page carries."""

    pipeline: str
    environment: str
    text: str = ""
    """The question as it was typed."""
    first: int = 0

    def dumps(self) -> str:
        """The inverse of `loads`."""
        place = [self.pipeline, self.environment, self.first, self.text]
        return json.dumps(place, ensure_ascii=False)

    @property
    def fits(self) -> bool:
        """Whether a button can carry it, on whatever page; an emoji counts as two characters."""
        return len(self.at(LAST).dumps().encode("utf-16-le")) // 2 <= VALUE

    def at(self, first: int) -> Place:
        """The same from another one on."""
        return dataclasses.replace(self, first=first)

    @classmethod
    def loads(cls, value: str) -> Place:
        """What a button carries; a ValueError for anything else."""
        match json.loads(value):
            case [str(pipeline), str(environment), int(first), str(text)]:
                return cls(pipeline, environment, text, first)
        raise ValueError(value)
