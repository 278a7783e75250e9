"""The results as a table in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from bench.measuring import Measured, Size, Turn, rate, slowest

BURST_GOAL: Final = 0.9
"""mlpipe's acknowledgements per second over those of bare Bolt, at least."""
STEADY_GOAL: Final = 1.5
"""mlpipe's 99th percentile of latency over that of bare Bolt, at most."""


def met(measured: Measured) -> bool:
    """Whether a scene reached both goals, and broke no command."""
    burst, steady = median(measured.burst_ratios()), median(measured.steady_ratios())
    answered = not any(work.broke for turn in measured.bot for work in turn.worked)
    return answered and burst >= BURST_GOAL and steady <= STEADY_GOAL


def table(scenes: Mapping[str, Measured], size: Size) -> str:
    """One line a scene and measure."""
    lines = [
        "| scene | measure | bare Bolt | mlpipe | ratio | goal |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, measured in scenes.items():
        lines += _lines(name, measured, size)
    return "\n".join(lines)


def _lines(name: str, measured: Measured, size: Size) -> list[str]:
    bare, bot = measured.bare, measured.bot
    rows = [
        (
            name,
            f"acknowledgements per second in a burst of {size.burst}",
            f"{rate(bare):.0f}",
            f"{rate(bot):.0f}",
            _spread(measured.burst_ratios()),
            f"at least {BURST_GOAL}",
        ),
        (
            "",
            f"99th percentile of latency at {size.per_second:.0f} a second",
            f"{slowest(bare) * 1000:.1f} ms",
            f"{slowest(bot) * 1000:.1f} ms",
            _spread(measured.steady_ratios()),
            f"at most {STEADY_GOAL}",
        ),
        ("", "the burst worked off after", "", _work(bot, 0), "", ""),
        ("", f"the steady {size.steady} worked off after", "", _work(bot, 1), "", ""),
    ]
    return ["| " + " | ".join(row) + " |" for row in rows]


def _spread(ratios: Sequence[float]) -> str:
    """The median of the rounds, and the least and the most."""
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _work(turns: Sequence[Turn], place: int) -> str:
    """The median of the rounds, and how many in all of them were told that something broke."""
    worked = [turn.worked[place] for turn in turns]
    seconds = median(each.seconds for each in worked)
    broke = sum(each.broke for each in worked)
    return f"{seconds:.1f} s" + (f" ({broke} broke)" if broke else "")
