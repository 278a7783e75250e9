"""Why did it move? What the slices did to log-loss, and what people changed: association alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.evidence.decomposition import Contribution, Decomposition, Presence
from core.evidence.verdict import Verdict
from core.evidence.what_changed import Changed, Part
from core.messages import Decimal, Sentence, Translator, say
from reports.metrics import capital_label, label
from reports.names import shown
from reports.roles import model
from reports.verdict.figures import share

DIGITS: Final = 3
MOST_SLICES: Final = 3
"""Slices that are named."""
MOST_CHANGES: Final = 4
COLUMN: Final = 40
VALUE: Final = 40
COMMIT: Final = 12
"""Characters of names."""


def moved_line(found: Decomposition | None, t: Translator) -> Sentence | None:
    """The one slice that contributed most, for the head of the report; None without a change."""
    if found is None or found.change is None or not found.slices:
        return None
    most = found.slices[0]
    return say(
        "{metric} {change} since the day before, above all in {column} {slice} ({part}).",
        metric=capital_label(found.metric, t),
        change=_signed(found.change),
        column=shown(found.column, COLUMN),
        slice=shown(most.name, VALUE),
        part=_signed(most.total),
    )


def why_lines(verdict: Verdict) -> list[Sentence]:
    """The change of log-loss taken apart; nothing where it could not be."""
    found = verdict.decomposition
    if found is None or found.change is None:
        return []
    top, rest = found.top(MOST_SLICES)
    column = shown(found.column, COLUMN)
    lines = [
        say(
            "{metric} {before} → {now} ({change}), taken apart by {column}: {mix} by the mix, "
            "{model} within its values, {came} by values that came or went.",
            metric=label(found.metric),
            before=Decimal(found.before or 0.0, DIGITS),
            now=Decimal(found.now or 0.0, DIGITS),
            change=_signed(found.change),
            column=column,
            mix=_signed(found.mix),
            model=_signed(found.model),
            came=_signed(found.came_and_went),
        ),
        *(_slice(each) for each in top),
    ]
    if len(found.slices) > len(top):
        lines.append(
            say("{count} others: {part}", count=len(found.slices) - len(top), part=_signed(rest))
        )
    return [*lines, *_came_and_went(found.slices[len(top) :])]


def changed_line(verdict: Verdict) -> Sentence | None:
    """What people changed since the day before; None where nothing is known to have changed."""
    changed = verdict.changed
    if not changed:
        return None
    return say(
        "Changed since the day before, which need not be the cause: {changes}.",
        changes=[_change(each) for each in changed[:MOST_CHANGES]],
    )


def _slice(found: Contribution) -> Sentence:
    name = shown(found.name, VALUE)
    match found.presence:
        case Presence.CAME:
            return say(
                "{slice}: {part} (came, {share} of all)",
                slice=name,
                part=_signed(found.total),
                share=share(found.share),
            )
        case Presence.WENT:
            return say(
                "{slice}: {part} (went, had {share} of all)",
                slice=name,
                part=_signed(found.total),
                share=share(found.share_before),
            )
        case _:
            return say(
                "{slice}: {part} (share {share_before} → {share}, {before} → {now})",
                slice=name,
                part=_signed(found.total),
                share_before=share(found.share_before),
                share=share(found.share),
                before=Decimal(found.metric_before or 0.0, DIGITS),
                now=Decimal(found.metric or 0.0, DIGITS),
            )


def _came_and_went(less_telling: Sequence[Contribution]) -> Iterator[Sentence]:
    """Values that are there on one of the days only are named, however little they did."""
    came = [each for each in less_telling if each.presence is Presence.CAME]
    went = [each for each in less_telling if each.presence is Presence.WENT]
    if came:
        yield say("Among them came: {values}", values=_with_shares(came))
    if went:
        yield say("Among them went: {values}", values=_with_shares(went))


def _with_shares(slices: Sequence[Contribution]) -> list[Sentence]:
    named = [
        say(
            "{slice} ({share} of all)",
            slice=shown(each.name, VALUE),
            share=share(each.share or each.share_before),
        )
        for each in slices[:MOST_SLICES]
    ]
    left = len(slices) - len(named)
    return [*named, say("{count} more", count=left)] if left else named


def _change(found: Changed) -> Sentence:
    before, now = found.before or "?", found.now or "?"
    match found.part:
        case Part.MODEL:
            return say("{now} is judged instead of {before}", now=model(now), before=model(before))
        case Part.VERSION:
            return say("version {before} → {now}", before=before, now=now)
        case Part.CODE:
            return say(
                "code {before} → {now}",
                before=shown(before[:COMMIT], COMMIT),
                now=shown(now[:COMMIT], COMMIT),
            )
        case Part.IMAGE:
            return say("the image")
        case Part.PARAMETER:
            return say(
                "{name} {before} → {now}",
                name=shown(found.name, COLUMN),
                before=shown(before, VALUE),
                now=shown(now, VALUE),
            )
        case Part.WINDOW:
            return say("the training window ({before} → {now})", before=before, now=now)


def _signed(value: float) -> Decimal:
    return Decimal(value, DIGITS, signed=True)
