"""Experiments with a truth that is known: what explains the metric, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evidence.factors import Factor, factor
from core.evidence.scored import FloatArray


@dataclass(frozen=True)
class Tried:
    """An experiment as `what_matters` takes it."""

    metric: list[float]
    factors: list[Factor]
    days: list[str]


def experiment(
    seed: int,
    *,
    trials: int = 60,
    days: int = 4,
    parameters: int = 6,
    rate: float = 0.0,
    kind: float = 0.0,
    heavy: bool = False,
    luck: int | None = None,
) -> Tried:
    """Trials of which the first parameter bends the metric and the third lifts one of its values.

    Args:
        seed: Which draw.
        trials: How many.
        days: On how many days, each easier or harder than the others by far.
        parameters: A third of them are rates, a third counts, a third texts.
        rate: What the first does, in standard deviations of luck: most in the middle of its range.
        kind: What the value b of the third does.
        heavy: Luck with heavy tails.
        luck: Which luck, where it is to differ in the same draw.
    """
    source = np.random.default_rng(seed)
    on = source.integers(0, days, trials)
    given = [_values(source, number % 3, trials) for number in range(parameters)]
    harder = 20 * source.normal(size=days)[on]
    own = source if luck is None else np.random.default_rng(luck)
    metric = harder + (own.standard_t(2, trials) if heavy else own.normal(size=trials))
    metric = metric - rate * np.square(np.log(np.array(given[0], dtype=float)) + 2.5)
    if parameters > 2:
        metric = metric + kind * np.array([float(each == "b") for each in given[2]])
    factors = [factor(f"p{number}", values) for number, values in enumerate(given)]
    return Tried(metric.tolist(), factors, [f"day {day}" for day in on])


def _values(source: np.random.Generator, sort: int, trials: int) -> list[float | str | None]:
    drawn: FloatArray
    match sort:
        case 0:
            drawn = np.exp(source.uniform(-5, 0, trials))
        case 1:
            drawn = source.integers(8, 64, trials).astype(float)
        case _:
            return list(map(str, source.choice(["a", "b", "c"], trials)))
    return [float(each) for each in drawn]
