"""Trials in words: a table of some, and one beside production."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import slackblocks as slack

from core.evidence.leading import in_order
from core.evidence.what_changed import NO_RECIPE
from core.marks import Marks, is_mark, note_of, tags_of
from core.messages import Sentence, Translator, say, say_count
from core.trials import COMPLETED, IDENTITY, STARTED, Column, Question, Trial
from reports import blocks
from reports.actions import RUN_AGAIN, TRIAL, TRIALS_BEFORE, TRIALS_MORE
from reports.buttons import button_text
from reports.marks import marks_lines
from reports.message import Message
from reports.metrics import label_text, value
from reports.names import code, shown, starter
from reports.steps import day_and_time
from reports.trial_places import Place

ROWS: Final = 10
"""Trials on a page."""
OVER_DAYS: Final = ("mean_log_loss", "mean_auc")
"""Metrics of a sweep's trials, which are of several days: they have columns of their own."""
MOST_METRICS: Final = 3
MOST_PARAMETERS: Final = 5
"""Columns of a page: it is read on a phone too."""
MOST_OF_ONE: Final = 50
"""Parameters of one trial that are listed."""
OPTION_VALUE: Final = 150
"""Characters of an option's value."""
LABEL: Final = 75
"""Characters of an option of a menu."""
ASKED: Final = 500
"""Characters of the conditions that are repeated."""
COMMIT: Final = 12
"""Characters of a commit's hash that are shown."""


def page(
    trials: Sequence[Trial], *, place: Place, question: Question, total: int, t: Translator
) -> Message:
    """A page of the trials that were found.

    Args:
        trials: Those of the page, at most ROWS; at least one.
        place: Where they are, and from which one on.
        question: What was asked.
        total: How many were found in all.
        t: The language of who asks.
    """
    heading = _heading(place, total)
    asked = _asked(place, question, len(trials), total)
    parts: list[slack.Block] = [
        blocks.section(t.mrkdwn(heading)),
        blocks.context(" · ".join(t.mrkdwn(each) for each in asked)),
        blocks.table(page_rows(trials, question, t)),
    ]
    if offered := [
        *trial_menu([each.name for each in trials], place, t),
        *_turning(place, total, t),
    ]:
        parts.append(slack.ActionsBlock(offered))
    return Message(t.mrkdwn(heading), tuple(parts))


def _heading(place: Place, total: int) -> Sentence:
    return say_count(
        "*{pipeline} · {environment}: {count} trial*",
        "*{pipeline} · {environment}: {count} trials*",
        count=total,
        pipeline=shown(place.pipeline),
        environment=shown(place.environment),
    )


def _asked(place: Place, question: Question, count: int, total: int) -> list[Sentence]:
    """What the question was taken for: a word may have meant a longer name."""
    found = [_order(question)]
    if asked := [*map(str, question.conditions), *(f"tag={each}" for each in question.tags)]:
        conditions = ", ".join(asked)
        found.insert(0, say("{conditions}", conditions=shown(conditions, ASKED)))
    if total > count:
        span = say("{first} to {last}", first=place.first + 1, last=place.first + count)
        found.insert(0, span)
    return found


def _order(question: Question) -> Sentence:
    order = question.order
    if order is None:
        return say("newest first")
    if order.column.name == STARTED:
        return say("oldest first")
    name = shown(order.column.name)
    return (
        say("highest {name} first", name=name)
        if order.descending
        else say("lowest {name} first", name=name)
    )


def page_rows(trials: Sequence[Trial], question: Question, t: Translator) -> list[list[str]]:
    """The table of some trials: what was asked for, and what differs from one to another."""
    metrics = _metrics(trials, question)
    parameters = _parameters(trials, question)
    header = [t.plain(say("Trial")), t.plain(say("Day"))]
    header += [label_text(name, t) for name in metrics]
    header += [shown(name) for name in parameters]
    return [header, *(_row(each, metrics, parameters, t) for each in trials)]


def _row(
    trial: Trial, metrics: Sequence[str], parameters: Sequence[str], t: Translator
) -> list[str]:
    return [
        shown(trial.name, LABEL),
        shown(str(trial.parameters.get("day", blocks.NOTHING))),
        *(value(t, trial.metrics.get(name)) for name in metrics),
        *(_parameter(trial.parameters.get(name)) for name in parameters),
    ]


def _metrics(trials: Iterable[Trial], question: Question) -> list[str]:
    """Those that were asked for, then those that lead."""
    asked = [each.name for each in _columns(question) if each.metric]
    known = dict.fromkeys(name for trial in trials for name in trial.metrics)
    over_days = [name for name in OVER_DAYS if name in known and name not in asked]
    leading = [*over_days, *in_order(known, rare=False)]
    leading = [name for name in dict.fromkeys(leading) if name not in asked]
    return list(dict.fromkeys([*asked, *leading]))[: max(MOST_METRICS, len(asked))]


def _parameters(trials: Sequence[Trial], question: Question) -> list[str]:
    """Those that were asked for, then those that differ from trial to trial."""
    asked = [each.name for each in _columns(question) if not each.metric]
    names = dict.fromkeys(name for trial in trials for name in trial.parameters)
    differing = [
        name
        for name in names
        if name not in IDENTITY | NO_RECIPE
        and not is_mark(name)
        and len({str(trial.parameters.get(name)) for trial in trials}) > 1
    ]
    wanted = dict.fromkeys([*asked, *differing])
    return [name for name in wanted if name not in IDENTITY][: max(MOST_PARAMETERS, len(asked))]


def _columns(question: Question) -> list[Column]:
    order = question.order.column if question.order else None
    columns = [*(each.column for each in question.conditions), order]
    return [each for each in columns if each is not None and each.name != STARTED]


def _parameter(found: float | str | None) -> str:
    if found is None:
        return blocks.NOTHING
    return f"{found:.6g}" if isinstance(found, float) else shown(str(found))


def trial_menu(names: Iterable[str], place: Place, t: Translator) -> list[slack.StaticSelectMenu]:
    """Trials to look at; those that an option has no room for are looked at by `trial` and name."""
    values = [(name, f"{place.pipeline}/{place.environment}/{name}") for name in names]
    options = [
        slack.Option(
            slack.Text(blocks.cut(name, LABEL), type_=slack.TextType.PLAINTEXT), value=value
        )
        for name, value in values
        if name.strip() and len(value) <= OPTION_VALUE
    ]
    if not options:
        return []
    placeholder = slack.Text(t.plain(say("Look at one …")), type_=slack.TextType.PLAINTEXT)
    return [slack.StaticSelectMenu(TRIAL, placeholder=placeholder, options=options)]


def _turning(place: Place, total: int, t: Translator) -> list[slack.Button]:
    found = []
    if place.first:
        before = max(0, place.first - ROWS)
        found.append(_button(say("Before"), TRIALS_BEFORE, place.at(before), t))
    if place.first + ROWS < total:
        found.append(_button(say("More"), TRIALS_MORE, place.at(place.first + ROWS), t))
    return found


def _button(word: Sentence, action_id: str, place: Place, t: Translator) -> slack.Button:
    return slack.Button(text=button_text(word, t), action_id=action_id, value=place.dumps())


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
        name=shown(trial.name),
    )
    parts: list[slack.Block] = [
        blocks.section(t.mrkdwn(heading), t.mrkdwn(_whose(trial)), *map(t.mrkdwn, said_of(trial))),
        blocks.table(rows_beside(trial, beside, t)),
    ]
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


def rows_beside(trial: Trial, beside: Trial | None, t: Translator) -> list[list[str]]:
    """Every metric, then every parameter: those that are not as in production come first."""
    other = beside or Trial("", "", trial.created, {}, {})
    header = [t.plain(say("Metric or parameter")), t.plain(say("This trial"))]
    rows = [
        [label_text(name, t), value(t, trial.metrics[name]), value(t, other.metrics.get(name))]
        for name in in_order(trial.metrics, rare=False, every=True)
    ]
    names = [
        name for name in trial.parameters if name not in IDENTITY | NO_RECIPE and not is_mark(name)
    ]
    as_there = {name: trial.parameters[name] == other.parameters.get(name) for name in names}
    rows += [
        [shown(name), _parameter(trial.parameters[name]), _parameter(other.parameters.get(name))]
        for name in sorted(names, key=as_there.__getitem__)[:MOST_OF_ONE]
    ]
    if beside is None:
        return [header, *(row[:2] for row in rows)]
    return [[*header, t.plain(say("Production"))], *rows]
