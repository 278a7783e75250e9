from __future__ import annotations

import pytest

from reports.trials import VALUE, Place


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("便名" * 900, True),
        ("便名" * 1000, False),
        ("🛫" * 900, True),
        ("🛫" * 1000, False),
        ('"' * 900, True),
        ('"' * 1000, False),
    ],
)
def test_a_question_that_is_taken_fits_into_a_button_of_every_page(
    text: str, *, fits: bool
) -> None:
    place = Place("flights", "experiment", text)
    assert place.fits is fits
    carried = place.at(123_450).dumps()
    assert Place.loads(carried) == place.at(123_450)
    assert (len(carried.encode("utf-16")) // 2 - 1 <= VALUE) is fits
