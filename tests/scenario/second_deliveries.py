"""What every second copy of a delivery has to do: nothing."""

from __future__ import annotations

from collections import Counter

from tests.scenario.causes import delivery_of
from tests.scenario.stage import Stage

GRACE_SECONDS = 20


def assert_second_deliveries_do_nothing(stage: Stage) -> None:
    """Wait for all of them, and for what the bot makes of them."""
    assert stage.way.doubled is not None
    first = set(_copies(stage))

    def twice() -> bool:
        copies = _copies(stage)
        return all(copies[delivery] >= 2 for delivery in first)

    stage.slack.wait_for(twice, timeout=stage.way.doubled.again[1] + GRACE_SECONDS)
    stage.stop_in_good_order()
    done_twice = stage.causes.twice()
    assert not done_twice, "\n".join(done_twice)


def _copies(stage: Stage) -> Counter[str]:
    """How often Slack sent each delivery, whether a bot was there to take it or not."""
    return Counter(delivery_of(each.payload) for each in stage.slack.deliveries())
