"""Trials in words: a table of some."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import slackblocks as slack

from core.evidence.leading import in_order
from core.evidence.what_changed import NO_RECIPE
from core.marks import is_mark
from core.messages import Sentence, Translator, say, say_count
from core.trial_names import short_name
from core.trials import IDENTITY, ME, STARTED, Column, Question, Trial
from reports import blocks
from reports.actions import (
    TRIAL,
    TRIALS_BEFORE,
    TRIALS_COMPARE,
    TRIALS_CSV,
    TRIALS_MATTER,
    TRIALS_MORE,
    TRIALS_PARQUET,
    TRIALS_TICKED,
)
from reports.buttons import button_text
from reports.message import Message
from reports.metrics import capital_label, label_text
from reports.names import shown, starter
from reports.sparkline import sparkline
from reports.trial_cells import metric_cell, parameter_cell
from reports.trial_places import Place

ROWS: Final = 10
"""Trials on a page."""
DRAWN: Final = 40
"""Trials from the first of a page on whose metric is drawn: so many bars fit a line."""
FEWEST: Final = 3
"""Values that are worth drawing."""
OVER_DAYS: Final = ("mean_log_loss", "mean_auc")
"""Metrics of a sweep's trials, which are of several days: they have columns of their own."""
MOST_METRICS: Final = 3
MOST_PARAMETERS: Final = 5
"""Columns of a page: it is read on a phone too."""
OPTION_VALUE: Final = 150
"""Characters of an option's value."""
LABEL: Final = 75
"""Characters of an option of a menu."""
ASKED: Final = 400
"""Characters of the conditions that are repeated: escaped they leave room for what is beside."""
HEADER: Final = 40
"""Characters of a column's name."""


def page(
    trials: Sequence[Trial], *, place: Place, question: Question, total: int, t: Translator
) -> Message:
    """A page of the trials that were found.

    Args:
        trials: Those of the page, at most ROWS, and some that follow, for how the metric went; at
            least one.
        place: Where they are, and from which one on.
        question: What was asked.
        total: How many were found in all.
        t: The language of who asks.
    """
    heading = _heading(place, total)
    listed = trials[:ROWS]
    asked = _asked(place, question, listed, total)
    parts: list[slack.Block] = [
        blocks.section(t.mrkdwn(heading)),
        blocks.context(" · ".join(t.mrkdwn(each) for each in asked)),
        *(blocks.context(t.mrkdwn(each)) for each in how_it_went(trials, question, t)),
        blocks.table(page_rows(listed, question, t)),
    ]
    if offered := [
        *trial_menu([each.name for each in listed], place, t),
        *_turning(place, total, t),
        _button(say("What matters?"), TRIALS_MATTER, place, t),
        *_files(place, t),
    ]:
        parts.append(slack.ActionsBlock(offered))
    if len(ticks := _ticks(listed)) > 1:
        place_of_page = f"{place.pipeline}/{place.environment}"
        compare = slack.Button(
            button_text(say("Compare what is ticked"), t),
            action_id=TRIALS_COMPARE,
            value=place_of_page,
        )
        parts.append(slack.ActionsBlock([slack.CheckboxGroup(TRIALS_TICKED, ticks), compare]))
    return Message(t.mrkdwn(heading), tuple(parts))


def how_it_went(trials: Sequence[Trial], question: Question, t: Translator) -> list[Sentence]:
    """A line with the chosen metric of some trials, as they began; none where all have the same.

    Args:
        trials: Those in question.
        question: What was asked: the metric that is sorted by, else one of a condition, else that
            leads.
        t: The language of who asks.
    """
    metric = next(iter(_metrics(trials, question)), None)
    if metric is None:
        return []
    began = sorted(trials, key=lambda each: each.created)
    found = [each.metrics[metric] for each in began if metric in each.metrics]
    known = list(filter(math.isfinite, found))
    line = sparkline(known)
    if len(known) < FEWEST or not line:
        return []
    return [
        say(
            "{metric} of these {count}, in the order in which they began: {line} ({least} to "
            "{most})",
            metric=capital_label(metric, t),
            count=len(known),
            line=line,
            least=metric_cell(t, min(known)),
            most=metric_cell(t, max(known)),
        )
    ]


def file_message(place: Place, question: Question, count: int, *, t: Translator) -> Message:
    """What a file holds that has all trials that a question finds.

    Args:
        place: Where they are.
        question: What was asked.
        count: How many there are.
        t: The language of who asks.
    """
    heading = t.mrkdwn(_heading(place, count))
    asked = " · ".join(map(t.mrkdwn, _taken_for(question)))
    return Message(f"{heading}\n{asked}")


def _ticks(trials: Iterable[Trial]) -> list[slack.Option]:
    """Trials to be ticked; those that an option has no room for are compared by their names."""
    return [
        slack.Option(
            slack.Text(blocks.cut(short_name(each.name), LABEL), type_=slack.TextType.PLAINTEXT),
            value=each.name,
        )
        for each in trials
        if each.name.strip() and len(each.name) <= OPTION_VALUE
    ]


def _heading(place: Place, total: int) -> Sentence:
    return say_count(
        "*{pipeline} · {environment}: {count} trial*",
        "*{pipeline} · {environment}: {count} trials*",
        count=total,
        pipeline=shown(place.pipeline),
        environment=shown(place.environment),
    )


def _asked(place: Place, question: Question, trials: Sequence[Trial], total: int) -> list[Sentence]:
    """What the question was taken for: a word may have meant a longer name."""
    found = _taken_for(question)
    if left := len(_differing(trials, question)) - len(_parameters(trials, question)):
        found.append(
            say_count(
                "{count} more parameter differs, which has no column here",
                "{count} more parameters differ, which have no column here",
                count=left,
            )
        )
    if total > len(trials):
        span = say("{first} to {last}", first=place.first + 1, last=place.first + len(trials))
        found.insert(0, span)
    return found


def _taken_for(question: Question) -> list[Sentence]:
    found = [*_whose(question), _order(question)]
    if asked := [*map(str, question.conditions), *(f"tag={each}" for each in question.tags)]:
        conditions = ", ".join(asked)
        found.insert(0, say("{conditions}", conditions=shown(conditions, ASKED)))
    return found


def _whose(question: Question) -> list[Sentence]:
    found = []
    if question.since is not None:
        found.append(say("since {day}", day=question.since.date().isoformat()))
    if question.by is not None:
        who = say("you") if question.by == ME else starter(question.by)
        found.append(say("started by {who}", who=who))
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
    header += [blocks.cut(label_text(name, t), HEADER) for name in metrics]
    header += [shown(name, HEADER) for name in parameters]
    return [header, *(_row(each, metrics, parameters, t) for each in trials)]


def _row(
    trial: Trial, metrics: Sequence[str], parameters: Sequence[str], t: Translator
) -> list[str]:
    return [
        shown(short_name(trial.name), LABEL),
        shown(str(trial.parameters.get("day", blocks.NOTHING))),
        *(metric_cell(t, trial.metrics.get(name)) for name in metrics),
        *(parameter_cell(trial.parameters.get(name)) for name in parameters),
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
    """Those of `_differing` that have a column."""
    asked = [each for each in _columns(question) if not each.metric]
    return _differing(trials, question)[: max(MOST_PARAMETERS, len(asked))]


def _differing(trials: Sequence[Trial], question: Question) -> list[str]:
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
    return [name for name in wanted if name not in IDENTITY]


def _columns(question: Question) -> list[Column]:
    order = question.order.column if question.order else None
    columns = [*(each.column for each in question.conditions), order]
    return [each for each in columns if each is not None and each.name != STARTED]


def trial_menu(names: Iterable[str], place: Place, t: Translator) -> list[slack.StaticSelectMenu]:
    """Trials to look at; those that an option has no room for are looked at by `trial` and name."""
    values = [(name, f"{place.pipeline}/{place.environment}/{name}") for name in names]
    options = [
        slack.Option(
            slack.Text(blocks.cut(short_name(name), LABEL), type_=slack.TextType.PLAINTEXT),
            value=value,
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


def _files(place: Place, t: Translator) -> list[slack.Button]:
    """All that the question finds, for other tools."""
    return [
        _button(say("All as CSV"), TRIALS_CSV, place, t),
        _button(say("All as Parquet"), TRIALS_PARQUET, place, t),
    ]


def _button(word: Sentence, action_id: str, place: Place, t: Translator) -> slack.Button:
    return slack.Button(text=button_text(word, t), action_id=action_id, value=place.dumps())
