from __future__ import annotations

import itertools

from bot.slack.rates import KEPT_FREE, Rate


async def test_no_minute_holds_more_calls_than_the_method_takes() -> None:
    now = [0.0]

    async def sleep(seconds: float) -> None:
        now[0] += max(seconds, 1e-6)

    rate = Rate(50, monotonic=lambda: now[0], sleep=sleep)
    calls: list[float] = []
    for _ in range(300):
        await rate.take()
        calls.append(now[0])
    most = 50 - KEPT_FREE
    for start in calls:
        assert sum(start <= each < start + 60 for each in calls) <= most
    assert calls[most // 2] == 0.0, "half of them at once"
    waits = [after - before for before, after in itertools.pairwise(calls)]
    assert max(waits) < 5, "and then nobody waits for the end of the minute"
    assert calls[-1] < 60 * (300 / most + 1)
