"""The card of a sweep: what is tried over what, how far it is, and which trials lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.domain import ExecutionStatus
from core.leaderboard import Board, Leader
from core.messages import Markup, Sentence, Translator, say, say_count
from core.sweeps import Strategy, Sweep
from core.trials import Trial
from reports import blocks
from reports.actions import RUN_AGAIN, STOP
from reports.buttons import VALUE, button_text, confirm
from reports.costs import cost_line
from reports.execution_buttons import can_retry, retry_button
from reports.execution_card import ending, origin, title
from reports.execution_facts import CardFacts
from reports.message import Message
from reports.metrics import label, label_text, value
from reports.names import code, mention, shown
from reports.steps import Beside, moment, steps_blocks
from reports.trial_places import Place
from reports.trials import trial_menu

ROWS: Final = 5
"""Trials of the leaderboard that a card shows: it is read on a phone too."""
MOST_RANGES: Final = 5
"""Swept parameters that have a column."""

_STRATEGIES: Final[Mapping[Strategy, Sentence]] = {
    Strategy.BAYESIAN: say("Bayesian"),
    Strategy.RANDOM: say("random"),
    Strategy.HYPERBAND: say("Hyperband"),
    Strategy.GRID: say("grid"),
}


@dataclass(frozen=True)
class SweepFacts:
    """What a sweep's card is made of."""

    card: CardFacts
    sweep: Sweep | None
    """None while nobody knows: it was started elsewhere, and nothing is tried yet."""
    board: Board | None = None
    """None: nothing is tried yet."""
    production: Trial | None = None
    """Production's newest trial, once the sweep has ended."""


def sweep_card(facts: SweepFacts, t: Translator) -> Message:
    """The card as it should stand now."""
    card, board = facts.card, facts.board
    parts: list[slack.Block] = [
        blocks.title(t.plain(title(card))),
        blocks.section(*(t.mrkdwn(line) for line in _what(facts))),
        *steps_blocks(card.execution, t, Beside(card.usual, card.live)),
    ]
    if board is not None:
        parts.append(blocks.section(t.mrkdwn(_progress(board))))
        parts += [_leaders(board, facts.production, t)] if board.leaders else []
    if card.lost is not None:
        why = say("*I cannot follow this any more:* {why}", why=card.lost)
        parts.append(blocks.section(t.mrkdwn(why)))
    elif card.execution.status.ended:
        cost = [t.mrkdwn(cost_line(card.cost, card.usual_cost))] if card.cost else []
        parts.append(blocks.section(*ending(card, t), *cost))
        parts += [_about_production(facts.production, t)] if facts.production else []
    if buttons := _buttons(facts, t):
        parts.append(slack.ActionsBlock(buttons))
    parts.append(blocks.context(origin(card, t)))
    return Message(t.mrkdwn(_text(facts)), tuple(parts))


def _text(facts: SweepFacts) -> Sentence:
    """What a notification says."""
    board = facts.board
    if board is None or board.best is None:
        return say("Sweep: {title}", title=title(facts.card))
    return say(
        "Sweep: {title}: {done} of {total} tried, the best has {metric} {value}",
        title=title(facts.card),
        done=board.done,
        total=board.total,
        metric=label(board.metric),
        value=f"{board.best.value:.4g}",
    )


def _what(facts: SweepFacts) -> list[Sentence]:
    card, sweep = facts.card, facts.sweep
    who: Sentence | Markup = mention(card.asked_by) if card.asked_by else say("the schedule")
    at = moment(card.execution.started)
    lines = [say("Sweep, started by {person} at {time}.", person=who, time=at)]
    if sweep is not None:
        lines = [
            say_count(
                "Sweep of {count} trial, {strategy}, started by {person} at {time}.",
                "Sweep of {count} trials, {parallel} at a time, {strategy}, started by {person} at "
                "{time}.",
                count=sweep.trials,
                parallel=sweep.parallel,
                strategy=_STRATEGIES[sweep.strategy],
                person=who,
                time=at,
            )
        ]
        listed = [f"{code(each.name)}={code(str(each))}" for each in sweep.ranges]
        lines.append(say("Over: {ranges}", ranges=", ".join(listed)))
    swept = sweep.typed() if sweep else {}
    changed = {name: text for name, text in card.changed.items() if name not in swept}
    if changed:
        given = [f"{code(name)}={code(text)}" for name, text in changed.items()]
        lines.append(say("Parameters: {parameters}", parameters=", ".join(given)))
    if card.retry_by:
        lines.append(say("Tried again by {person}.", person=mention(card.retry_by)))
    if card.stop_by and not card.execution.status.ended:
        lines.append(
            say("{person} stops it: its jobs are being ended.", person=mention(card.stop_by))
        )
    return lines


def _progress(board: Board) -> Sentence:
    return say(
        "*{done} of {total} tried*, {running} running, {failed} failed, {stopped} stopped.",
        done=board.done,
        total=board.total,
        running=board.running,
        failed=board.failed,
        stopped=board.stopped,
    )


def _leaders(board: Board, production: Trial | None, t: Translator) -> slack.TableBlock:
    """The best ones, and production's newest below them: a message takes a single table."""
    names = [each.name for each in board.sweep.ranges][:MOST_RANGES]
    header = [t.plain(say("Trial")), label_text(board.metric, t), *(shown(each) for each in names)]
    rows = [_row(each, names, t) for each in board.leaders[:ROWS]]
    if production is not None:
        now = [_number(production.parameters.get(name)) for name in names]
        rows.append([t.plain(say("Production")), blocks.NOTHING, *now])
    return blocks.table([header, *rows])


def _row(leader: Leader, names: list[str], t: Translator) -> list[str]:
    tried = [_number(leader.tried.get(name)) for name in names]
    return [_short(leader.trial), value(t, leader.value, digits=4), *tried]


def _short(trial: str) -> str:
    """The number of a training job within its sweep, which its name ends with, before a hash."""
    parts = trial.split("-")
    return parts[-2] if len(parts) > 1 and parts[-2].isdigit() else shown(trial, 40)


def _number(text: str | float | None) -> str:
    if text is None:
        return blocks.NOTHING
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return shown(str(text))


def _about_production(production: Trial, t: Translator) -> slack.ContextBlock:
    caption = say(
        "Production's newest is {name}, of {day}. The best of many is lucky too: whether its "
        "recipe is better, days tell that the sweep has not seen.",
        name=shown(production.name),
        day=shown(str(production.parameters.get("day", "?"))),
    )
    return blocks.context(t.mrkdwn(caption))


def _buttons(facts: SweepFacts, t: Translator) -> list[slack.Element]:
    card, board = facts.card, facts.board
    if not card.id or card.lost is not None:
        return []
    status = card.execution.status
    found: list[slack.Element] = []
    if status is ExecutionStatus.EXECUTING and not card.stop_by:
        found.append(_stop_all(card, t))
    if status.ended and board is not None and board.best is not None:
        place = Place(card.pipeline, card.environment)
        best = f"{place.pipeline}/{place.environment}/{board.best.trial}"
        if len(best) <= VALUE:
            again = button_text(say("Run the best again with changes …"), t)
            found.append(slack.Button(again, action_id=RUN_AGAIN, value=best, style="primary"))
        found += trial_menu([each.trial for each in board.leaders], place, t)
    if can_retry(card.execution):
        found.append(retry_button(card, t))
    return found


def _stop_all(card: CardFacts, t: Translator) -> slack.Button:
    return slack.Button(
        button_text(say("Stop all"), t),
        action_id=STOP,
        value=card.id,
        style="danger",
        confirm=confirm(
            t,
            title=say("Stop this sweep?"),
            text=say("Every trial that runs is ended. What was tried stays."),
            yes=say("Stop all"),
            no=say("Let it run"),
            style="danger",
        ),
    )
