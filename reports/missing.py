"""What a reader has to know before believing a report: what is missing, and what is unusual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from core.day_result import DayResult
from core.domain import ModelVersion
from core.evidence.leading import low_base_rate
from core.lineage import approved_since
from core.messages import Percent, Sentence, say, say_count
from core.parameters import TRAIN_PARAMETERS
from core.results import CANDIDATE, PRODUCTION
from core.spans import ONE_DAY
from reports.names import REASON, shown
from reports.roles import model

MOST_GAPS: Final = 5
"""Gaps that are named."""
MOST_ROLES: Final = 5
"""Models that could not be scored and are named."""


def missing(
    *,
    day: dt.date,
    today: DayResult | None,
    history: Sequence[DayResult],
    production: ModelVersion | None,
) -> list[Sentence]:
    """What is missing, most important first."""
    earlier = [result for result in history if result.day < day]
    return [
        *_about_today(today, production),
        *_about_days(day, today, earlier),
    ]


def _about_today(today: DayResult | None, production: ModelVersion | None) -> list[Sentence]:
    if today is None:
        return []
    found = _about_subject(today)
    scored = today.model(PRODUCTION)
    if production and today.facts and scored is None and _served_later(today, production):
        found.append(say("No version was in production when this day was scored."))
    if production and scored and scored.version not in {None, production.version}:
        found.append(
            say(
                "Production's numbers are version {then}'s, which served when the day was scored; "
                "version {now} serves now.",
                then=scored.version,
                now=production.version,
            )
        )
    if today.facts is None:
        found.append(
            say(
                "Only the standard files are there: intervals, and production on the same rows, "
                "are not known."
            )
        )
    else:
        # That nothing serves is said where production would stand.
        unscored = [
            (role, why)
            for role, why in today.facts.missing.items()
            if role != PRODUCTION or (production and not approved_since(production, today))
        ]
        found += [
            say("Not scored: {role}. {why}", role=model(role), why=shown(why, REASON))
            for role, why in unscored[:MOST_ROLES]
        ]
    if not today.importance:
        found.append(say("Feature importance is not there."))
    return [*found, *_about_runs(today)]


def _served_later(today: DayResult, production: ModelVersion) -> bool:
    """Whether production was no part of the day's scoring, rather than failed at it."""
    named = today.facts is not None and PRODUCTION in today.facts.missing
    return not named or approved_since(production, today)


def _about_subject(today: DayResult) -> list[Sentence]:
    facts = today.facts
    if facts is None:
        return []
    found = []
    if facts.subject != CANDIDATE:
        found.append(
            say("This run trained nothing; the numbers are of {role}.", role=model(facts.subject))
        )
    if low_base_rate(today):
        found.append(
            say(
                "Only {share} of the rows are positive: normalised entropy leads; accuracy, "
                "precision, recall and F1 say little (metrics=all shows them).",
                share=Percent(facts.rows.base_rate, 2),
            )
        )
    if facts.rows.labelled < facts.rows.read:
        found.append(
            say(
                "{missing} of {read} rows have no label and are not scored.",
                missing=facts.rows.read - facts.rows.labelled,
                read=facts.rows.read,
            )
        )
    if facts.worth and facts.worth.rows < facts.rows.labelled:
        found.append(
            say(
                "{missing} of {labelled} rows say nothing of their worth ({column}): no sum of "
                "money has them.",
                missing=facts.rows.labelled - facts.worth.rows,
                labelled=facts.rows.labelled,
                column=shown(facts.worth.column),
            )
        )
    return found


def _about_runs(today: DayResult) -> list[Sentence]:
    found = []
    if unusual := _unusual(today):
        found.append(
            say(
                "This day's run was started with other parameters than usual: {parameters}.",
                parameters=unusual,
            )
        )
    if today.runs > 1:
        found.append(
            say_count(
                "The day has {count} complete run.",
                "The day has {count} complete runs; the one evaluated last counts.",
                count=today.runs,
            )
        )
    if today.run.backfilled:
        found.append(say("This day was filled in afterwards, by a backfill."))
    return found


def _about_days(
    day: dt.date, today: DayResult | None, earlier: Sequence[DayResult]
) -> list[Sentence]:
    if not earlier:
        return [say("No earlier day has results: there is no change and no mean to show.")]
    found = []
    known = {result.day for result in earlier}
    gaps = _gaps(known, first=min(known), last=day - ONE_DAY)
    if gaps:
        count = sum((last - first).days + 1 for first, last in gaps)
        found.append(
            say_count(
                "{count} earlier day has no results: {days}.",
                "{count} earlier days have no results: {days}.",
                count=count,
                days=_named(gaps),
            )
        )
    backfilled = sum(result.run.backfilled for result in earlier)
    if backfilled:
        found.append(
            say_count(
                "{count} earlier day was filled in afterwards, by a backfill.",
                "{count} earlier days were filled in afterwards, by a backfill.",
                count=backfilled,
            )
        )
    unusual = [result.day for result in earlier if _unusual(result)]
    if unusual:
        found.append(
            say(
                "Runs with other parameters than usual made the numbers of {days}.",
                days=_named(_stretches(unusual)),
            )
        )
    others = sum(_subject(result) not in {CANDIDATE, None} for result in earlier)
    if others and today is not None and _subject(today) == CANDIDATE:
        found.append(
            say_count(
                "On {count} earlier day nothing was trained; its numbers are of production.",
                "On {count} earlier days nothing was trained; their numbers are of production.",
                count=others,
            )
        )
    return found


def _unusual(result: DayResult) -> list[str]:
    """Parameters of a run of ours that differ from their defaults, as `name=value`."""
    given = result.run.parameters
    return [
        f"{each.name}={shown(given[each.name])}"
        for each in TRAIN_PARAMETERS
        if each.default is not None and not each.internal and each.name in given
        if not _same(given[each.name], each.default)
    ]


def _same(text: str, default: float | str) -> bool:
    try:
        return float(text) == float(default)
    except ValueError:
        return text == str(default)


def _subject(result: DayResult) -> str | None:
    return result.facts.subject if result.facts else None


def _gaps(known: set[dt.date], *, first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """First and last day of each stretch without results."""
    days = (first + n * ONE_DAY for n in range((last - first).days + 1))
    return _stretches(day for day in days if day not in known)


def _stretches(days: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """First and last day of each run of neighbouring days; `days` in order."""
    found: list[tuple[dt.date, dt.date]] = []
    for day in days:
        if found and found[-1][1] == day - ONE_DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _named(gaps: Sequence[tuple[dt.date, dt.date]]) -> list[Sentence | dt.date]:
    """The newest gaps first: they matter most."""
    newest = list(reversed(gaps))[:MOST_GAPS]
    named: list[Sentence | dt.date] = [
        first if first == last else say("{first} to {last}", first=first, last=last)
        for first, last in newest
    ]
    rest = len(gaps) - len(newest)
    return [*named, say_count("{count} more gap", "{count} more gaps", rest)] if rest else named
