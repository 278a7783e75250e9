"""The one picture of a morning: the trend above, importance and calibration below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.day_result import DayResult
from core.evidence.known_days import NOTHING_KNOWN, KnownDays
from core.evidence.leading import leader
from core.evidence.reliability import reliability
from core.evidence.verdict import Verdict
from core.messages import Translator
from reports.blocks import cut
from reports.charts import alt_text, calibration, importance, trend
from reports.charts.days import of_leader
from reports.charts.sheet import MARGIN, WIDTH, Place, png, sheet
from reports.message import Picture

FILE: Final = "morning.png"
LOWER: Final = 6.6
"""Inches of the lower panels where calibration is one of them."""
GAP: Final = 0.6
"""Inches between the two."""
ALT: Final = 2000
"""Characters of an alt text: https://docs.slack.dev/reference/block-kit/blocks/image-block"""


def picture(
    results: Iterable[DayResult],
    verdict: Verdict,
    t: Translator,
    *,
    name: str,
    known_days: KnownDays = NOTHING_KNOWN,
) -> Picture | None:
    """The picture; what a day has no data for is left out, and None is for a day without any.

    Args:
        results: Every day that is known, the verdict's own among them where it has results.
        verdict: What is said of the day.
        t: The reader's language.
        name: The pipeline's.
        known_days: Which days are known to be unlike others.
    """
    known = tuple(results)
    today = next((each for each in known if each.day == verdict.day), None)
    line = of_leader(known, verdict, known_days)
    since = verdict.order.since if verdict.order else None
    features = importance.features_of(today.importance, since) if today else ()
    model = leader(today) if today else None
    points = reliability(model) if model else ()
    if not (line.known or features or points):
        return None
    lower = LOWER if points else importance.height(features)
    upper = trend.height(line) + MARGIN if line.known else MARGIN
    figure = sheet(upper + lower + MARGIN if features or points else upper)
    said = []
    if line.known:
        trend.draw(figure, Place(0, 0, WIDTH, trend.height(line)), line, t, name=name)
        said.append(alt_text.of_trend(line, t))
    width = WIDTH - 2 * MARGIN
    if features and points:
        width = (width - GAP) / 2
    if features:
        importance.draw(figure, Place(MARGIN, upper, width, lower), features, t)
        said.append(alt_text.of_importance(features, t))
    if points:
        left = WIDTH - MARGIN - width
        calibration.draw(figure, Place(left, upper, width, lower), points, verdict.labels, t)
        said.append(alt_text.of_calibration(points, t))
    return Picture(FILE, png(figure), cut(" ".join(said), ALT))
