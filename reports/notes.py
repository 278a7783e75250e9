"""What people know of days, in words: the list, and what a channel is told when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import slackblocks as slack

from core.domain import Person
from core.messages import Sentence, Translator, in_lines, say, say_count
from core.notes import MOST_TEXT, Note, NoteKey
from core.spans import Span
from reports import blocks
from reports.actions import DELETE_NOTE
from reports.buttons import button_text
from reports.message import Message
from reports.names import mention, shown

MOST_LISTED: Final = 20


def noted(note: Note, before: Note | None, *, command: str) -> Sentence:
    """What the channel is told when somebody notes something.

    Args:
        note: It.
        before: What was noted of the same days, and is not any more.
        command: The slash command.
    """
    first = say(
        "{person} noted of {days} ({series}): {text}",
        person=mention(note.by),
        days=days(note.span),
        series=_series(note.key),
        text=shown(note.text, MOST_TEXT),
    )
    end = say("`{command} notes` shows and deletes it.", command=command)
    replaced = [_replaced(before)] if before else []
    return in_lines([first, *replaced, _effect(note), end])


def deleted(key: NoteKey, person: Person) -> Sentence:
    """What the channel is told when somebody deletes a note."""
    return say(
        "{person} deleted the note of {days} ({series}): they are days like any others again.",
        person=mention(person),
        days=days(key.span),
        series=_series(key),
    )


def listed(
    found: Sequence[Note], calendars: Iterable[str], t: Translator, *, may_delete: bool
) -> Message:
    """Notes, the newest days first, each with its button.

    Args:
        found: They.
        calendars: Whose public holidays are known without a note.
        t: The language of who asks.
        may_delete: Whether who asks may delete them.
    """
    title = say_count("{count} note:", "{count} notes:", count=len(found))
    parts: list[slack.Block] = [blocks.section(t.mrkdwn(title))]
    for note in found[:MOST_LISTED]:
        text = slack.Text(
            t.mrkdwn(in_lines(_lines(note))), type_=slack.TextType.MARKDOWN, verbatim=True
        )
        button = _delete(note.key, t) if may_delete else None
        parts.append(slack.SectionBlock(text, accessory=button))
    if len(found) > MOST_LISTED:
        more = say("… and {count} more.", count=len(found) - MOST_LISTED)
        parts.append(blocks.context(t.mrkdwn(more)))
    if known := holidays_known(calendars):
        parts.append(blocks.context(t.mrkdwn(known)))
    return Message(t.mrkdwn(title), tuple(parts))


def holidays_known(calendars: Iterable[str]) -> Sentence | None:
    """That public holidays need no note; None where no pipeline names a country."""
    codes = sorted(set(calendars))
    return (
        say("The public holidays of {codes} are known without a note.", codes=codes)
        if codes
        else None
    )


def days(span: Span) -> Sentence:
    """Days as they are read."""
    if span.first == span.last:
        return say("{day}", day=span.first)
    return say("{first} to {last}", first=span.first, last=span.last)


def _series(key: NoteKey) -> Sentence:
    return say(
        "{pipeline} · {environment}",
        pipeline=shown(key.pipeline),
        environment=shown(key.environment),
    )


def _replaced(before: Note) -> Sentence:
    return say(
        "It takes the place of the note by {person}: {text}",
        person=mention(before.by),
        text=shown(before.text, MOST_TEXT),
    )


def _effect(note: Note) -> Sentence:
    if note.leave_out:
        return say("No other day is judged against these: they are in no baseline.")
    return say(
        "They are judged against days like them, and other days are not judged against them."
    )


def _lines(note: Note) -> list[Sentence]:
    return [
        say("*{days}* · {series}", days=days(note.span), series=_series(note.key)),
        say("{text}", text=shown(note.text, MOST_TEXT)),
        say("In no baseline, by {person}.", person=mention(note.by))
        if note.leave_out
        else say("By {person}.", person=mention(note.by)),
    ]


def _delete(key: NoteKey, t: Translator) -> slack.Button:
    return slack.Button(button_text(say("Delete"), t), action_id=DELETE_NOTE, value=str(key))
