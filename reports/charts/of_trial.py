"""The picture of one trial: what moves its scores, and how its predictions came true."""

from __future__ import annotations

from typing import Final

from core.day_result import DayResult
from core.evidence.reliability import reliability
from core.messages import Translator
from reports.blocks import cut
from reports.charts import alt_text, calibration, importance
from reports.charts.morning import ALT, GAP, LOWER
from reports.charts.sheet import MARGIN, WIDTH, Place, png, sheet
from reports.message import Picture

FILE: Final = "trial.png"


def picture(result: DayResult, t: Translator) -> Picture | None:
    """The picture of what an evaluation left; None where it left nothing to draw."""
    model = result.subject  # what was tried, not what serves
    features = importance.features_of(result.importance, None)
    points = reliability(model) if model else ()
    if not (features or points):
        return None
    height = LOWER if points else importance.height(features)
    figure = sheet(height + 2 * MARGIN)
    width = WIDTH - 2 * MARGIN
    if features and points:
        width = (width - GAP) / 2
    said = []
    if features:
        importance.draw(figure, Place(MARGIN, MARGIN, width, height), features, t)
        said.append(alt_text.of_importance(features, t))
    if points:
        place = Place(WIDTH - MARGIN - width, MARGIN, width, height)
        calibration.draw(figure, place, points, None, t)
        said.append(alt_text.of_calibration(points, t))
    return Picture(FILE, png(figure), cut(" ".join(said), ALT))
