"""The tags and the note that people keep with a trial, in words."""

from __future__ import annotations

from core.marks import MOST_NOTE, Marks
from core.messages import Sentence, say
from reports.names import shown


def marks_lines(marks: Marks) -> list[Sentence]:
    """A line for the tags, and one for the note, where there are any."""
    found = []
    if marks.tags:
        found.append(say("Tags: {tags}.", tags=", ".join(map(shown, marks.tags))))
    if marks.note:
        found.append(say("Note: {note}", note=shown(marks.note, MOST_NOTE)))
    return found
