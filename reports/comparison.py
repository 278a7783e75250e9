"""A version's metrics beside production's, for the cards; both with their intervals.

Nothing here says which is better: that takes more than a day (see docs on evidence).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.day_result import DayResult
from core.domain import ModelVersion
from core.messages import Sentence, Translator, say
from core.results import PRODUCTION, Interval, ModelFacts
from reports.metrics import difference, interval, label_text, metrics_of, value
from reports.names import REASON, shown


@dataclass(frozen=True)
class Comparison:
    """A table, and what has to be known to read it."""

    rows: list[list[str]]
    notes: tuple[Sentence, ...]


def against_production(
    result: DayResult,
    production: ModelVersion | None,
    t: Translator,
    *,
    name: Sentence,
    elsewhere: DayResult | None = None,
) -> Comparison:
    """The metrics of a result's subject beside those of the version that serves.

    Args:
        result: The day's results; its subject is what is compared.
        production: The version that serves; None: nothing in production yet.
        t: The language.
        name: What the subject is called in the table.
        elsewhere: Production's own results, used where it did not score the same rows.
    """
    beside = scored_beside(result, production)
    if beside is not None:
        return _same_rows(result, beside, t, name=name)
    if production is not None and elsewhere is not None and result.subject is not None:
        return _other_rows(result, production, elsewhere, t, name=name)
    return Comparison(
        [
            [t.plain(say("Metric")), t.plain(name)],
            *(
                [label_text(m, t), _with_interval(t, result.interval(m))]
                for m in metrics_of(result)
            ),
        ],
        (*_why_alone(result, production), _only_this_day(result)),
    )


def scored_beside(result: DayResult, production: ModelVersion | None) -> ModelFacts | None:
    """The serving version's facts on the very same rows; None where it did not score them."""
    model = result.model(PRODUCTION)
    if model is None or production is None or model is result.subject:
        return None
    same = model.arn == production.arn if model.arn else model.version == production.version
    return model if same else None


def _same_rows(
    result: DayResult, beside: ModelFacts, t: Translator, *, name: Sentence
) -> Comparison:
    header = [say("Metric"), name, _version(beside.version), say("Difference")]
    rows = [[t.plain(sentence) for sentence in header]]
    for metric in metrics_of(result):
        ours, theirs = result.interval(metric), beside.metrics.get(metric)
        rows.append(
            [
                label_text(metric, t),
                _with_interval(t, ours),
                _with_interval(t, theirs),
                difference(t, _difference(result, metric, ours, theirs)),
            ]
        )
    same = say("Both scored the same rows of {day}.", day=result.day)
    return Comparison(rows, (same, _only_this_day(result)))


def _other_rows(
    result: DayResult,
    production: ModelVersion,
    elsewhere: DayResult,
    t: Translator,
    *,
    name: Sentence,
) -> Comparison:
    header = [say("Metric"), name, _version(production.version)]
    rows = [[t.plain(sentence) for sentence in header]]
    for metric in metrics_of(result):
        found = elsewhere.interval(metric)
        rows.append(
            [
                label_text(metric, t),
                _with_interval(t, result.interval(metric)),
                _with_interval(t, found),
            ]
        )
    other = say(
        "They scored different rows, of {day} and of {other}: what differs between the days is in "
        "these numbers too.",
        day=result.day,
        other=elsewhere.day,
    )
    return Comparison(rows, (other, _only_this_day(result)))


def _difference(
    result: DayResult, metric: str, ours: Interval | None, theirs: Interval | None
) -> Interval | None:
    """The paired difference with its interval, else the plain one of the two values."""
    assert result.facts is not None
    for paired in result.facts.paired:
        same = paired.model == result.facts.subject and paired.against == PRODUCTION
        if same and paired.metric == metric:
            return paired.difference
    return Interval(value=ours.value - theirs.value) if ours and theirs else None


def _with_interval(t: Translator, found: Interval | None) -> str:
    number = value(t, found.value if found else None)
    if found is None or found.low is None or found.high is None:
        return number
    return t.plain(say("{value} ({interval})", value=number, interval=interval(t, found)))


def _version(number: int | None) -> Sentence:
    if number is None:
        return say("Production")
    return say("Production, v{version}", version=str(number))


def _why_alone(result: DayResult, production: ModelVersion | None) -> tuple[Sentence, ...]:
    if production is None:
        return (say("There is nothing in production yet."),)
    if result.facts is not None and result.facts.subject == PRODUCTION:
        return (say("Nothing was trained: these are production's own numbers."),)
    if result.facts is not None and PRODUCTION in result.facts.missing:
        why = shown(result.facts.missing[PRODUCTION], REASON)
        return (say("The production version could not be scored: {why}", why=why),)
    return (
        say(
            "Version {version}, which serves now, did not score these rows.",
            version=str(production.version),
        ),
    )


def _only_this_day(result: DayResult) -> Sentence:
    return say(
        "In brackets: the 95 % interval of the rows of {day} alone. One day does not show that a "
        "version is better: days differ by more.",
        day=result.day,
    )
