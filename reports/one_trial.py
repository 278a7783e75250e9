"""One trial in words, beside production's newest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import slackblocks as slack

from core.evidence.leading import in_order
from core.evidence.what_changed import NO_RECIPE
from core.marks import Marks, is_mark, note_of, tags_of
from core.messages import Sentence, Translator, say, say_count
from core.results import Interval
from core.trials import COMPLETED, IDENTITY, Trial
from reports import blocks
from reports.actions import RUN_AGAIN, TRIAL_CHARTS
from reports.buttons import button_text
from reports.charts.importance import features_of
from reports.marks import marks_lines
from reports.message import Message
from reports.metrics import label_text, with_ends
from reports.names import NAME, code, shown, starter
from reports.steps import day_and_time
from reports.trial_cells import metric_cell, parameter_cell
from reports.trial_facts import TrialFacts
from reports.trial_places import Place

COMMIT: Final = 12
"""Characters of a commit's hash that are shown."""
FEATURE: Final = 60
"""Characters of a feature's or an artifact's name."""
URI: Final = 250
"""Characters of an address: a shorter one could not be copied."""
MOST_FEATURES: Final = 5
MOST_ARTIFACTS: Final = 6
MOST_ROWS: Final = 100
"""Of a table, its header among them: https://docs.slack.dev/reference/block-kit/blocks/table-block"""
MOST_TEXT: Final = 6_000
"""Characters of a table: Slack refuses a message whose blocks have 13,200 or more in all."""


def one(facts: TrialFacts, *, place: Place, t: Translator) -> Message:
    """Everything that is kept of one trial.

    Args:
        facts: It, and production's newest to compare it with.
        place: Where the trial is.
        t: The language of who asks.
    """
    trial, beside = facts.trial, facts.beside
    heading = say(
        "*{pipeline} · {environment} · {name}*",
        pipeline=shown(place.pipeline),
        environment=shown(place.environment),
        name=shown(trial.name, NAME + 40),
    )
    rows = rows_beside(facts, t)
    fitting = _fitting(rows)
    lines = [_whose(trial), *said_of(trial), *_missing(trial)]
    parts: list[slack.Block] = [blocks.section(t.mrkdwn(heading), *map(t.mrkdwn, lines))]
    if len(rows) > 1:
        parts.append(blocks.table(rows[:fitting]))
    if left := len(rows) - fitting:
        parts.append(blocks.context(t.mrkdwn(_left(left))))
    if more := [*_importance(facts, t), *_lineage(facts)]:
        parts.append(blocks.section(*map(t.mrkdwn, more)))
    if beside is not None:
        caption = say(
            "Production's is {name}, of {day}. One day each: that says nothing about which recipe "
            "is better.",
            name=shown(beside.name),
            day=shown(str(beside.parameters.get("day", "?"))),
        )
        parts.append(blocks.context(t.mrkdwn(caption)))
    return Message(t.mrkdwn(heading), (*parts, slack.ActionsBlock(_buttons(facts, place, t))))


def _buttons(facts: TrialFacts, place: Place, t: Translator) -> list[slack.Element]:
    offered = [(say("Run again with changes …"), RUN_AGAIN)]
    if facts.result is not None and (facts.result.importance or facts.result.subject):
        offered.append((say("Charts"), TRIAL_CHARTS))
    value = f"{place.pipeline}/{place.environment}/{facts.trial.name}"
    return [
        slack.Button(text=button_text(word, t), action_id=action_id, value=value)
        for word, action_id in offered
    ]


def _importance(facts: TrialFacts, t: Translator) -> list[Sentence]:
    """What moves its scores, and how much the same does in production."""
    if facts.result is None or not facts.result.importance:
        return []
    theirs = facts.beside_result.importance if facts.beside_result else {}
    named = [
        say(
            "{feature} {number} ({there} in production)",
            feature=shown(each.name, FEATURE),
            number=metric_cell(t, each.number),
            there=metric_cell(t, theirs[each.name]),
        )
        if each.name in theirs
        else say(
            "{feature} {number}",
            feature=shown(each.name, FEATURE),
            number=metric_cell(t, each.number),
        )
        for each in features_of(facts.result.importance, None)[:MOST_FEATURES]
    ]
    listed = ", ".join(map(t.plain, named))
    return [
        say("*What moves its scores*, by mean absolute SHAP value: {features}", features=listed)
    ]


def _lineage(facts: TrialFacts) -> list[Sentence]:
    """What it was made of, and where what it left lies."""
    found: list[Sentence] = []
    run = facts.result.run if facts.result else None
    if run is not None and run.train_first_day and run.train_last_day:
        found.append(
            say(
                "*Data:* {first} to {last}, {rows} rows, of `{lake}`",
                first=run.train_first_day,
                last=run.train_last_day,
                rows=run.train_rows if run.train_rows is not None else "?",
                lake=code(facts.places.get("lake", "?"), URI),
            )
        )
    if image := facts.trial.parameters.get("image"):
        found.append(say("*Image:* `{image}`", image=code(str(image), URI)))
    subject = facts.result.subject if facts.result else None
    if subject is not None and subject.version is not None:
        found.append(say("*Model:* registered as version {version}", version=subject.version))
    if run is not None and "results" in facts.places:
        found.append(say("*Results:* `{place}`", place=code(facts.places["results"], URI)))
    artifacts = list(facts.trial.artifacts.items())
    found += [
        say("*{name}:* `{place}`", name=shown(name, FEATURE), place=code(place, URI))
        for name, place in artifacts[:MOST_ARTIFACTS]
    ]
    if (left := len(artifacts) - MOST_ARTIFACTS) > 0:
        more = say_count(
            "{count} more artifact is in SageMaker.",
            "{count} more artifacts are in SageMaker.",
            count=left,
        )
        found.append(more)
    return found


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


def _metric(found: Interval | None, t: Translator) -> str:
    if found is None or not math.isfinite(found.value):
        return metric_cell(t, found.value if found else None)
    return with_ends(t, found)


def _fitting(rows: Sequence[Sequence[str]]) -> int:
    """How many rows Slack takes."""
    text = 0
    for number, row in enumerate(rows):
        text += sum(min(len(cell), blocks.CELL) for cell in row)
        if number == MOST_ROWS or text > MOST_TEXT:
            return number
    return len(rows)


def rows_beside(facts: TrialFacts, t: Translator) -> list[list[str]]:
    """Every metric, then every parameter: those that are not as in production come first.

    A metric has the interval that its evaluation gave it, which is of that day's rows only.
    """
    trial, beside = facts.trial, facts.beside
    other = beside or Trial("", "", trial.created, {}, {})
    header = [t.plain(say("Metric or parameter")), t.plain(say("This trial"))]
    metrics = dict.fromkeys([*trial.metrics, *other.metrics])
    rows = [
        [
            label_text(name, t),
            _metric(facts.interval(name), t),
            _metric(facts.interval(name, beside=True), t),
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
