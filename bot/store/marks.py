"""Tags and a note, as a column of JSON keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Null, null

from core.marks import Marks


def written_marks(marks: Marks) -> dict[str, Any] | Null:
    """What the column gets: NULL, not JSON's null, where there is nothing."""
    return null() if marks == Marks() else {"tags": list(marks.tags), "note": marks.note}


def read_marks(kept: Mapping[str, Any] | None) -> Marks:
    """The inverse."""
    return Marks(tuple(kept["tags"]), note=kept["note"]) if kept else Marks()
