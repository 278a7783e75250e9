"""What the panels say, for those who do not see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.evidence.reliability import Reliability
from core.messages import Percent, Sentence, Translator, say, say_count
from core.results import Interval
from reports.charts.days import Trend
from reports.charts.importance import Feature
from reports.metrics import capital_label, interval, value
from reports.names import shown

MOST_NAMED: Final = 5
"""Features that are named, and at most so many of those that changed their place."""


def of_trend(trend: Trend, t: Translator) -> str:
    """How the metric went."""
    day, last = trend.known[-1]
    first = say(
        "{metric} ({model}) of {day}: {value}.",
        metric=capital_label(trend.metric, t),
        model=trend.model,
        day=day,
        value=_with_interval(last, t),
    )
    said = [first, *_standing(trend, t), *_beside(trend, t), *_days(trend, t)]
    return " ".join(t.plain(each) for each in said)


def of_importance(features: Sequence[Feature], t: Translator) -> str:
    """What moves the scores, and which features changed their place."""
    named = [f"{shown(each.name)} {value(t, each.number)}" for each in features[:MOST_NAMED]]
    said = [
        say_count(
            "The model's scores come from {count} feature: {named}.",
            "Of {count} features, these move the model's scores most: {named}.",
            count=len(features),
            named=named,
        )
    ]
    moved = [_move(each) for each in features if each.climbed or each.is_new][:MOST_NAMED]
    said += [say("Since the last report: {moves}.", moves=moved)] if moved else []
    return " ".join(t.plain(each) for each in said)


def of_calibration(points: Sequence[Reliability], t: Translator) -> str:
    """Its two ends."""
    low, high = points[0], points[-1]
    if low is high:
        return t.plain(
            say(
                "Calibration: the model predicted {expected}, {seen} happened.",
                expected=Percent(low.predicted),
                seen=Percent(low.observed),
            )
        )
    return t.plain(
        say(
            "Calibration: where the model predicted {least}, {seen_least} happened; where it "
            "predicted {most}, {seen_most} happened.",
            least=Percent(low.predicted),
            seen_least=Percent(low.observed),
            most=Percent(high.predicted),
            seen_most=Percent(high.observed),
        )
    )


def _standing(trend: Trend, t: Translator) -> list[Sentence]:
    judged = trend.judged
    if judged is None:
        return []
    if judged.ordinary is None:
        return [say("There is not enough history to say what is ordinary.")]
    low, high = (value(t, each) for each in judged.ordinary)
    count = judged.comparison.days
    if judged.is_out:
        return [
            say(
                "Out of the ordinary: by the {count} days before, ordinary is {low} to {high}.",
                count=count,
                low=low,
                high=high,
            )
        ]
    return [
        say(
            "Ordinary: by the {count} days before, ordinary is {low} to {high}.",
            count=count,
            low=low,
            high=high,
        )
    ]


def _beside(trend: Trend, t: Translator) -> list[Sentence]:
    beside = trend.days[-1].beside
    if beside is None:
        return []
    return [
        say("On the same rows, {model}: {value}.", model=trend.beside, value=value(t, beside)),
    ]


def _days(trend: Trend, t: Translator) -> list[Sentence]:
    values = [found.value for _, found in trend.known]
    said = []
    if len(values) > 1:
        low, high = value(t, min(values)), value(t, max(values))
        said.append(
            say(
                "{count} days are drawn; the lowest is {low}, the highest {high}.",
                count=len(values),
                low=low,
                high=high,
            )
        )
    begun = next(place for place, each in enumerate(trend.days) if each.found)
    gaps = sum(each.found is None for each in trend.days[begun:])
    if gaps:
        said.append(
            say_count("{count} day has no results.", "{count} days have no results.", count=gaps)
        )
    refused = [each.day for each in trend.days if each.refused]
    said += [say("The gate said no on {days}.", days=refused)] if refused else []
    unlike = [each.day for each in trend.days if each.unlike]
    said += [say("Holidays, or noted: {days}.", days=unlike)] if unlike else []
    return said


def _move(feature: Feature) -> Sentence:
    name = shown(feature.name)
    if feature.is_new:
        return say("{feature} is new", feature=name)
    if feature.climbed > 0:
        return say("{feature} up {count}", feature=name, count=feature.climbed)
    return say("{feature} down {count}", feature=name, count=-feature.climbed)


def _with_interval(found: Interval, t: Translator) -> Sentence | str:
    number = value(t, found.value)
    if found.low is None or found.high is None:
        return number
    return say("{value} (95 % interval {interval})", value=number, interval=interval(t, found))
