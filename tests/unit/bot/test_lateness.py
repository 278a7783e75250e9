from __future__ import annotations

import pytest

from bot.lateness import (
    MOST_SECONDS,
    TooLateError,
    age_of_click,
    age_of_request,
    require_in_time,
)


def test_a_request_is_as_old_as_its_signature() -> None:
    assert age_of_request({"x-slack-request-timestamp": ["1000"]}, now=1100.5) == 100.5


def test_what_comes_over_socket_mode_has_no_age() -> None:
    assert age_of_request({}, now=1100.5) == 0.0


def test_a_click_tells_when_it_was_made() -> None:
    assert age_of_click({"actions": [{"action_ts": "1000.5"}]}, now=1040.5) == 40.0


def test_what_comes_while_its_trigger_id_lives_is_in_time() -> None:
    for age in (-MOST_SECONDS, 0.0, MOST_SECONDS):
        require_in_time(age)


def test_what_is_too_old_is_refused_with_what_to_do() -> None:
    with pytest.raises(TooLateError, match="4 seconds after you asked"):
        require_in_time(MOST_SECONDS + 1)
