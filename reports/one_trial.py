"""One trial in words, beside production's newest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import slackblocks as slack

from core.evidence.leading import in_order
from core.evidence.what_changed import NO_RECIPE
from core.marks import Marks, is_mark, note_of, tags_of
from core.messages import Sentence, Translator, say, say_count
from core.trials import COMPLETED, IDENTITY, Trial
from reports import blocks
from reports.actions import RUN_AGAIN
from reports.buttons import button_text
from reports.marks import marks_lines
from reports.message import Message
from reports.metrics import label_text
from reports.names import NAME, code, shown, starter
from reports.steps import day_and_time
from reports.trial_cells import metric_cell, parameter_cell
from reports.trial_places import Place

COMMIT: Final = 12
"""Characters of a commit's hash that are shown."""
MOST_ROWS: Final = 100
"""Of a table, its header among them: https://docs.slack.dev/reference/block-kit/blocks/table-block"""
MOST_TEXT: Final = 10_000
"""Characters of a table: Slack refuses a message whose blocks have 13,200 or more in all."""


def one(trial: Trial, beside: Trial | None, *, place: Place, t: Translator) -> Message:
    """Everything that is kept of one trial.

    Args:
        trial: It.
        beside: Production's newest one, to compare it with; None where there is none.
        place: Where the trial is.
        t: The language of who asks.
    """
    heading = say(
        "*{pipeline} · {environment} · {name}*",
        pipeline=shown(place.pipeline),
        environment=shown(place.environment),
        name=shown(trial.name, NAME + 40),
    )
    rows = rows_beside(trial, beside, t)
    fitting = _fitting(rows)
    lines = [_whose(trial), *said_of(trial), *_missing(trial)]
    parts: list[slack.Block] = [blocks.section(t.mrkdwn(heading), *map(t.mrkdwn, lines))]
    if len(rows) > 1:
        parts.append(blocks.table(rows[:fitting]))
    if left := len(rows) - fitting:
        parts.append(blocks.context(t.mrkdwn(_left(left))))
    if beside is not None:
        caption = say(
            "Production's is {name}, of {day}. One day each: that says nothing about which recipe "
            "is better.",
            name=shown(beside.name),
            day=shown(str(beside.parameters.get("day", "?"))),
        )
        parts.append(blocks.context(t.mrkdwn(caption)))
    again = slack.Button(
        text=button_text(say("Run again with changes …"), t),
        action_id=RUN_AGAIN,
        value=f"{place.pipeline}/{place.environment}/{trial.name}",
    )
    return Message(t.mrkdwn(heading), (*parts, slack.ActionsBlock([again])))


def _whose(trial: Trial) -> Sentence:
    state = say("done") if trial.status == COMPLETED else shown(trial.status or "?")
    commit = trial.parameters.get("code_commit")
    return say(
        "{state}, started by {who} on {time}. Day {day}. Commit {commit}.",
        state=state,
        who=starter(str(trial.parameters.get("started_by", ""))),
        time=day_and_time(trial.created),
        day=shown(str(trial.parameters.get("day", blocks.NOTHING))),
        commit=code(str(commit)[:COMMIT]) if commit else say("not known"),
    )


def said_of(trial: Trial) -> list[Sentence]:
    """The tags and the note that people keep with a trial."""
    return marks_lines(Marks(tags_of(trial.parameters), note=note_of(trial.parameters)))


def _missing(trial: Trial) -> list[Sentence]:
    if trial.metrics:
        return []
    return [say("It has no metrics: it was not evaluated, or not yet.")]


def _left(count: int) -> Sentence:
    return say_count(
        "{count} more has no room here: `mlpipe trial` in a terminal shows it too.",
        "{count} more have no room here: `mlpipe trial` in a terminal shows them too.",
        count=count,
    )


def _fitting(rows: Sequence[Sequence[str]]) -> int:
    """How many rows Slack takes."""
    text = 0
    for number, row in enumerate(rows):
        text += sum(min(len(cell), blocks.CELL) for cell in row)
        if number == MOST_ROWS or text > MOST_TEXT:
            return number
    return len(rows)


def rows_beside(trial: Trial, beside: Trial | None, t: Translator) -> list[list[str]]:
    """Every metric, then every parameter: those that are not as in production come first."""
    other = beside or Trial("", "", trial.created, {}, {})
    header = [t.plain(say("Metric or parameter")), t.plain(say("This trial"))]
    metrics = dict.fromkeys([*trial.metrics, *other.metrics])
    rows = [
        [
            label_text(name, t),
            metric_cell(t, trial.metrics.get(name)),
            metric_cell(t, other.metrics.get(name)),
        ]
        for name in in_order(metrics, rare=False, every=True)
    ]
    parameters = dict.fromkeys([*trial.parameters, *other.parameters])
    names = [name for name in parameters if name not in IDENTITY | NO_RECIPE and not is_mark(name)]
    as_there = {name: trial.parameters.get(name) == other.parameters.get(name) for name in names}
    rows += [
        [
            shown(name),
            parameter_cell(trial.parameters.get(name), NAME),
            parameter_cell(other.parameters.get(name), NAME),
        ]
        for name in sorted(names, key=as_there.__getitem__)
    ]
    if beside is None:
        return [header, *(row[:2] for row in rows)]
    return [[*header, t.plain(say("Production"))], *rows]
