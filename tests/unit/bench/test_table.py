from __future__ import annotations

from bench.load import Acks, percentile
from bench.measuring import Measured, Size, Turn, Worked
from bench.table import met, table

SIZE = Size(rounds=3, burst=100, steady=100, per_second=50)


def turn(*, rate: float, latency: float, broke: int | None = None) -> Turn:
    latencies = (latency,) * 100
    worked = () if broke is None else (Worked(1.5, broke), Worked(2.5, 0))
    return Turn(Acks(latencies, 100 / rate, 0), Acks(latencies, 2, 0), worked)


def measured(*, rate: float, latency: float, broke: int = 0) -> Measured:
    bot = turn(rate=rate, latency=latency, broke=broke)
    return Measured((turn(rate=1000, latency=0.01),) * 3, (bot,) * 3)


def test_a_percentile_is_a_latency_that_was_seen() -> None:
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile(range(1, 501), 0.99) == 495


def test_the_goals_are_met_at_their_limits() -> None:
    assert met(measured(rate=901, latency=0.0149))
    assert not met(measured(rate=899, latency=0.01))
    assert not met(measured(rate=1000, latency=0.0151))


def test_a_command_that_broke_was_not_worked_off() -> None:
    assert not met(measured(rate=1000, latency=0.01, broke=1))


def test_a_round_that_something_else_disturbed_does_not_decide() -> None:
    calm = turn(rate=1000, latency=0.01, broke=0)
    disturbed = turn(rate=100, latency=0.5, broke=0)
    bare = turn(rate=1000, latency=0.01)
    assert met(Measured((bare,) * 3, (calm, disturbed, calm)))


def test_the_table_compares_each_measure_and_tells_what_broke() -> None:
    lines = table({"all is well": measured(rate=950, latency=0.012, broke=2)}, SIZE).splitlines()
    burst = "acknowledgements per second in a burst of 100"
    steady = "99th percentile of latency at 50 a second"
    assert lines[2:] == [
        f"| all is well | {burst} | 1000 | 950 | 0.95 (0.95 to 0.95) | at least 0.9 |",
        f"|  | {steady} | 10.0 ms | 12.0 ms | 1.20 (1.20 to 1.20) | at most 1.5 |",
        "|  | the burst worked off after |  | 1.5 s (6 broke) |  |  |",
        "|  | the steady 100 worked off after |  | 2.5 s |  |  |",
    ]
