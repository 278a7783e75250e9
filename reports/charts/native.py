"""The same charts as blocks that Slack draws itself: for channels that rather have them.

They take what Slack's charts can show: twenty days, whole series, lines without intervals.
Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import slackblocks as slack

from core.day_result import DayResult
from core.evidence.verdict import Verdict
from core.messages import Translator, say
from reports.blocks import cut
from reports.charts.days import Day, Trend, of_leader
from reports.charts.importance import Feature, features_of
from reports.metrics import capital_label
from reports.names import shown

MOST_POINTS: Final = 20
"""Days of a line: Slack takes no more."""
MOST_BARS: Final = 8
TITLE: Final = 50
LABEL: Final = 20
"""Characters of a series' or a bar's name."""
FEATURE: Final = 15
"""Characters of a feature's own name there: isolating marks and a number may join it."""
FIGURES: Final = 4
"""Significant, of a value."""


def charts(
    results: Iterable[DayResult], verdict: Verdict, t: Translator, *, name: str
) -> tuple[slack.Block, ...]:
    """How the leading metric went, and what moves the scores; what has no data is left out.

    Args:
        results: Every day that is known, the verdict's own among them where it has results.
        verdict: What is said of the day.
        t: The reader's language.
        name: The pipeline's.
    """
    known = tuple(results)
    today = next((each for each in known if each.day == verdict.day), None)
    since = verdict.order.since if verdict.order else None
    features = features_of(today.importance, since) if today else ()
    drawn = (trend(of_leader(known, verdict), t, name=name), _importance(features, t))
    return tuple(each for each in drawn if each is not None)


def trend(line: Trend, t: Translator, *, name: str) -> slack.Block | None:
    """The days that have a value; None without any.

    The other model is drawn where it scored each of them: Slack's lines have no gaps.
    """
    days = [each for each in line.days if each.found][-MOST_POINTS:]
    if not days:
        return None
    labels = [t.month_day(each.day) for each in days]
    series = {
        t.plain(line.drawn): [each.found.value for each in days if each.found],
        t.plain(line.beside): [each.beside for each in days if each.beside is not None],
        **_ordinary(line, days, t),
    }
    whole = {each: found for each, found in series.items() if len(found) == len(days)}
    drawn = [_series(each, labels, found) for each, found in whole.items()]
    title = f"{capital_label(line.metric, t)} · {shown(name)}"
    return slack.DataVisualizationBlock(
        cut(title, TITLE), slack.LineChart(drawn, slack.AxisConfig(labels))
    )


def _ordinary(line: Trend, days: Sequence[Day], t: Translator) -> dict[str, list[float]]:
    ordinary = line.judged.ordinary if line.judged else None
    if ordinary is None:
        return {}
    names = (say("ordinary from"), say("ordinary to"))
    return {t.plain(each): [end] * len(days) for each, end in zip(names, ordinary, strict=True)}


def _importance(features: Sequence[Feature], t: Translator) -> slack.Block | None:
    top = features[:MOST_BARS]
    if not top:
        return None
    labels = _told_apart([each.name for each in top])
    series = _series(t.plain(say("mean |SHAP|")), labels, [each.number for each in top])
    title = t.plain(say("What moves scores"))
    return slack.DataVisualizationBlock(
        cut(title, TITLE), slack.BarChart([series], slack.AxisConfig(labels))
    )


def _told_apart(names: Iterable[str]) -> list[str]:
    """Names cut to a label's length; those that are the same then have their place behind."""
    labels: list[str] = []
    for place, name in enumerate(names, start=1):
        label = shown(name, FEATURE)
        labels.append(f"{label} {place}" if label in labels else label)
    return labels


def _series(name: str, labels: Sequence[str], values: Sequence[float]) -> slack.DataSeries:
    points = [
        slack.DataPoint(label, float(f"{value:.{FIGURES}g}"))
        for label, value in zip(labels, values, strict=True)
    ]
    return slack.DataSeries(cut(name, LABEL), points)
