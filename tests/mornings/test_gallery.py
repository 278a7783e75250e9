"""Real mornings through the report's own code; `make gallery` keeps June 2013 in docs/gallery.

Every number of their pages is computed once more from the rows' scores: of a few mornings in every
run, of all of June in `make prove` and whenever the pages are made.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.messages import unescape
from core.spans import ONE_DAY
from reports.message import Report
from reports.paper.parts import Heading, Image, Lines, parts_of
from reports.paper.parts import Table as Numbers
from tests.mornings.gallery import KEPT, MONTH, Gallery, june
from tests.mornings.plain_day import Plain
from tests.mornings.plain_page import Page
from tests.mornings.plainly import Judgement
from tests.mornings.replay import Replay, between
from tests.mornings.tables import SMALL_FIRST, SMALL_HISTORY

FOLDER = os.environ.get("MLPIPE_GALLERY")
HOLIDAYS = frozenset({dt.date(2013, 5, 27)})
"""Memorial Day, the only one of the month and of the days before it."""
MOST_BYTES = 60_000
"""Of a picture in the documentation."""


@dataclass(frozen=True)
class Shown:
    """Mornings that have a page."""

    replay: Replay
    days: list[dt.date]


@pytest.fixture(scope="module")
def shown(proving: bool, request: pytest.FixtureRequest) -> Shown:
    """All of June; in every run the last mornings of the small replay."""
    if FOLDER or proving:
        return Shown(june(request.config.cache.mkdir(KEPT)), between(*MONTH))
    last = SMALL_FIRST + SMALL_HISTORY
    return Shown(request.getfixturevalue("small_replay"), between(last - 2 * ONE_DAY, last))


@pytest.mark.slow
def test_each_morning_of_a_month_has_its_page(shown: Shown, tmp_path: Path) -> None:
    folder = Path(FOLDER or tmp_path / "gallery")
    Gallery(shown.replay, folder).hang(shown.days)

    index = (folder / "index.md").read_text(encoding="utf-8")
    for day in shown.days:
        page = (folder / f"{day}.md").read_text(encoding="utf-8")
        assert f"({day}.png)" in page
        assert f"({day}.md)" in index
        assert (folder / f"{day}.png").stat().st_size <= MOST_BYTES


@pytest.mark.proof
@pytest.mark.slow
def test_every_number_of_a_page_is_computed_once_more(shown: Shown, tmp_path: Path) -> None:
    replay = shown.replay
    gallery = Gallery(replay, tmp_path)
    reports = {day: gallery.report(day) for day in shown.days}
    days = between(replay.first, shown.days[-1])
    plain = {day: Plain.of(replay.left(day), replay.lake) for day in days}
    for day, report in reports.items():
        judgement = Judgement(plain, day, HOLIDAYS, called="late")
        page = Page(judgement, first=replay.first, window=replay.settings.window_days)
        lines, computed = set(lines_of(report)), set(page.lines())
        assert with_a_number(lines) <= computed <= lines, day
        assert rows_of(report) == list(page.rows()), day
        assert words_of_picture(report) == page.picture(), day
        assert unescape(report.message.text).partition(": ")[2] == judgement.lock_screen(), day


def lines_of(report: Report) -> Iterator[str]:
    """What stands outside of the table and the picture, without lights and bullets."""
    for part in parts_of(report):
        if isinstance(part, Heading):
            yield part.text
        elif isinstance(part, Lines):
            for line in part.lines:
                yield re.sub(r"^(•|🟢|🟡|🔴|⚪)\s+", "", "".join(span.text for span in line))


def with_a_number(lines: Iterable[str]) -> set[str]:
    """Those of them in which something can be computed."""
    return {line for line in lines if re.search(r"\d", line)}


def rows_of(report: Report) -> list[tuple[str, ...]]:
    """The rows of its table."""
    (table,) = (part for part in parts_of(report) if isinstance(part, Numbers))
    return list(table.rows[1:])


def words_of_picture(report: Report) -> str:
    """What its picture says to who does not see it."""
    (image,) = (part for part in parts_of(report) if isinstance(part, Image))
    return image.alt
