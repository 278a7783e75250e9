"""Lines of the audit log in words, and as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.audit import Entry, Line, Verified
from core.messages import Sentence, Translator, say, say_count
from reports import blocks
from reports.actions import AUDIT_BEFORE, AUDIT_FILE, AUDIT_MORE
from reports.buttons import button_text
from reports.message import Message
from reports.names import code, shown, starter
from reports.steps import day_and_time

ROWS: Final = 10
"""Lines on a page."""
DETAILS: Final = 300
"""Characters of what else is kept of a line."""
COLUMNS: Final = ("number", "at", "who", "action", "subject", "outcome", "details", "digest")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is taken for a formula by spreadsheets: OWASP, CSV Injection."""


@dataclass(frozen=True)
class Place:
    """Which lines a message shows: what its buttons carry."""

    text: str
    """The question as it was typed."""
    first: int
    total: int


def page(lines: Sequence[Line], place: Place, t: Translator) -> Message:
    """A page of lines, newest first; at least one."""
    heading = say_count(
        "*Audit log: {count} line*", "*Audit log: {count} lines*", count=place.total
    )
    parts: list[slack.Block] = [blocks.section(t.mrkdwn(heading))]
    if place.total > len(lines):
        span = say("{first} to {last}", first=place.first + 1, last=place.first + len(lines))
        parts.append(blocks.context(t.mrkdwn(span)))
    parts += [blocks.section(t.mrkdwn(in_words(each.entry))) for each in lines]
    parts.append(slack.ActionsBlock([*_buttons(place, t)]))
    return Message(t.mrkdwn(heading), tuple(parts))


def in_words(entry: Entry) -> Sentence:
    """One line: when, who, what, of what, what came of it, and what else is kept."""
    said = say(
        "{time} · {who} · *{action}* · {outcome} · `{subject}`",
        time=day_and_time(entry.at),
        who=starter(entry.who),
        action=shown(entry.action),
        outcome=shown(entry.outcome),
        subject=code(entry.subject, 120),
    )
    details = ", ".join(f"{name} {value}" for name, value in entry.details.items() if value)
    return say("{said}\n{details}", said=said, details=shown(details, DETAILS)) if details else said


def verified(found: Verified) -> Sentence:
    """What a look at the whole chain found."""
    if found.broken is not None:
        entry = found.broken.entry
        return say(
            ":rotating_light: *The audit log was tampered with.* The first {count} lines hold. "
            "Line {number} ({action} by {who}, {time}) does not fit: it was changed, or lines "
            "before it were taken out. Compare it with a copy of the database.",
            count=found.lines,
            number=found.broken.number,
            action=shown(entry.action),
            who=shown(entry.who),
            time=day_and_time(entry.at),
        )
    if found.missing:
        return say(
            ":rotating_light: *The audit log was tampered with.* {missing} lines are missing after "
            "the first {count}, which hold. Compare it with a copy of the database.",
            missing=found.missing,
            count=found.lines,
        )
    return say(
        ":white_check_mark: All {count} lines of the audit log hold. The newest has the digest "
        "`{digest}`: kept elsewhere and given back later, it shows that nothing was written anew.",
        count=found.lines,
        digest=code(found.digest),
    )


def as_csv(lines: Iterable[Line]) -> str:
    """The lines as CSV, without header; what a spreadsheet would take for a formula is quoted."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerows([_cell(each) for each in _cells(line)] for line in lines)
    return written.getvalue()


def document(line: Line) -> Mapping[str, object]:
    """A line as scripts get it."""
    return dict(zip(COLUMNS, _values(line), strict=True))


def _values(line: Line) -> tuple[object, ...]:
    entry = line.entry
    what = (entry.at, entry.who, entry.action, entry.subject, entry.outcome, dict(entry.details))
    return (line.number, *what, line.digest)


def _cells(line: Line) -> list[str]:
    entry = line.entry
    details = "; ".join(f"{name}={value}" for name, value in entry.details.items())
    cells = (line.number, entry.at.isoformat(), entry.who, entry.action, entry.subject)
    return [*map(str, cells), entry.outcome, details, line.digest]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _buttons(place: Place, t: Translator) -> list[slack.Button]:
    found = []
    if place.first:
        before = max(0, place.first - ROWS)
        found.append(_button(say("Before"), AUDIT_BEFORE, before, place.text, t))
    if place.first + ROWS < place.total:
        after = place.first + ROWS
        found.append(_button(say("More"), AUDIT_MORE, after, place.text, t))
    found.append(_button(say("As a file (CSV)"), AUDIT_FILE, 0, place.text, t))
    return found


def _button(word: Sentence, action_id: str, first: int, text: str, t: Translator) -> slack.Button:
    return slack.Button(text=button_text(word, t), action_id=action_id, value=f"{first}/{text}")
