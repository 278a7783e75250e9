from __future__ import annotations

import time

import pytest

from bot.lateness import (
    MOST_SECONDS,
    TooLateError,
    age_of_click,
    age_of_request,
    require_in_time,
)


def test_a_request_is_as_old_as_its_signature() -> None:
    headers = {"x-slack-request-timestamp": [str(int(time.time()) - 100)]}
    assert 100 <= age_of_request(headers) < 110


def test_what_comes_over_socket_mode_has_no_age() -> None:
    assert age_of_request({}) == 0.0


def test_a_click_tells_when_it_was_made() -> None:
    assert age_of_click({"actions": [{"action_ts": "1000.5"}]}, now=1040.5) == 40.0


def test_a_clock_that_is_a_little_off_makes_nothing_late() -> None:
    for age in (-MOST_SECONDS, 0.0, MOST_SECONDS):
        require_in_time(age)


def test_what_is_too_old_is_refused_with_what_to_do() -> None:
    with pytest.raises(TooLateError, match="31 seconds after you asked"):
        require_in_time(MOST_SECONDS + 1)
