"""A version's metrics beside production's, on the same rows."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as slack

from core.day_result import DayResult
from core.domain import ModelVersion
from core.lineage import approved_since
from core.messages import Sentence, Translator, say
from core.results import PRODUCTION, Interval, ModelFacts
from reports import blocks
from reports.metrics import difference, interval, label_text, metrics_of, value
from reports.names import REASON, shown


def comparison(
    result: DayResult, t: Translator, *, version: ModelVersion | None = None
) -> list[slack.Block]:
    """The table, with what has to be known to read it.

    Args:
        result: The day; its subject is what is compared.
        t: The reader's language.
        version: What the subject was registered as afterwards, if it was.
    """
    metrics = metrics_of(result)
    if not metrics:
        return [blocks.section(t.mrkdwn(say("The evaluation holds no metric.")))]
    beside = _beside(result)
    rows = [_header(_named(result, version), beside, t)]
    rows += [_row(result, beside, metric, t) for metric in metrics]
    notes = [
        say(
            "On {rows} rows of {day}. Intervals are of that day's rows only: they do not tell how "
            "much days differ.",
            rows=result.facts.rows.scored,
            day=result.day,
        )
        if result.facts
        else say("On the rows of {day}.", day=result.day)
    ]
    return [blocks.table(rows), blocks.context(*(t.mrkdwn(note) for note in notes))]


def about_production(result: DayResult | None, serving: ModelVersion | None) -> Sentence | None:
    """Why production is not, or not quite, what stands beside; None where it is."""
    scored = result.model(PRODUCTION) if result else None
    if serving is None:
        return None if scored else say("There is nothing in production yet.")
    if result is None:
        return None
    if result.facts is None:
        return say("facts.json is not there: production on the same rows is unknown.")
    if PRODUCTION in result.facts.missing and not approved_since(serving, result):
        return say(
            "The production version could not be scored on these rows: {why}",
            why=shown(result.facts.missing[PRODUCTION], REASON),
        )
    if scored is None:
        return say(
            "Version {now}, which serves now, has not been compared on the same rows: no version "
            "was in production when they were scored.",
            now=serving.version,
        )
    if scored.version in {None, serving.version}:
        return None
    if scored is result.subject:
        return say(
            "These numbers are version {then}'s, which served when these rows were scored; version "
            "{now} serves now.",
            then=scored.version,
            now=serving.version,
        )
    return say(
        "Beside it stands version {then}, which served when these rows were scored; version "
        "{now} serves now and has not been compared on the same rows.",
        then=scored.version,
        now=serving.version,
    )


def _beside(result: DayResult) -> ModelFacts | None:
    model = result.model(PRODUCTION)
    return None if model is result.subject else model


def _header(subject: Sentence, beside: ModelFacts | None, t: Translator) -> list[str]:
    names: Sequence[Sentence] = [say("Metric"), subject, say("95 % interval")]
    if beside is not None:
        names = [*names, _production(beside), say("Difference (95 % interval)")]
    return [t.plain(name) for name in names]


def _named(result: DayResult, version: ModelVersion | None) -> Sentence:
    subject = result.subject
    if subject is not None and subject.role == PRODUCTION:
        return _production(subject)
    number = version.version if version else subject.version if subject else None
    return say("New version") if number is None else say("Version {version}", version=number)


def _production(model: ModelFacts) -> Sentence:
    if model.version is None:
        return say("Production")
    return say("Production (version {version})", version=model.version)


def _row(result: DayResult, beside: ModelFacts | None, metric: str, t: Translator) -> list[str]:
    found = result.interval(metric)
    row = [label_text(metric, t), value(t, found.value if found else None), interval(t, found)]
    if beside is None:
        return row
    production = beside.metrics.get(metric)
    return [
        *row,
        value(t, production.value if production else None),
        difference(t, _paired(result, metric)),
    ]


def _paired(result: DayResult, metric: str) -> Interval | None:
    """The subject minus production, as the evaluation computed it row by row."""
    if result.facts is None:
        return None
    wanted = (result.facts.subject, PRODUCTION, metric)
    for paired in result.facts.paired:
        if (paired.model, paired.against, paired.metric) == wanted:
            return paired.difference
    return None
