"""What is known of a day, in one line: a holiday, a note."""

from __future__ import annotations

from typing import Final

from core.messages import Sentence, Translator, say
from core.notes import MOST_TEXT, Note
from reports.names import mention, shown
from reports.report_facts import ReportFacts

MOST_NOTES: Final = 3
"""Notes of one day that are told."""


def known_lines(facts: ReportFacts, t: Translator) -> list[str]:
    """In Slack's markup: the day's holiday, then its notes."""
    holiday = facts.known.holidays.get(facts.day)
    lines = [say("📅 {holiday}", holiday=shown(holiday.called(t.language)))] if holiday else []
    lines += [_note(note) for note in facts.known.noted(facts.day)[:MOST_NOTES]]
    return [t.mrkdwn(line) for line in lines]


def _note(note: Note) -> Sentence:
    said = {"person": mention(note.by), "text": shown(note.text, MOST_TEXT)}
    if note.leave_out:
        return say("📝 Note by {person}: {text} (in no baseline)", **said)
    return say("📝 Note by {person}: {text}", **said)
