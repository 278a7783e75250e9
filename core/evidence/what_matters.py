"""Which parameters explain how a metric differs from trial to trial.

A day is easier or harder than another whatever is tried on it, so only trials of one day are held
against each other: every day's mean is taken off first, and a trial that is alone on its day tells
nothing here.

- A parameter is *seen to matter* where its trials say so by more than luck. The parameter that
  explains most is held against what the luckiest of all parameters explains when the metric's
  values change places among the trials of each day at random; then the next, with the first
  accounted for. So of a hundred parameters that do nothing, none is called important, but for one
  experiment in twenty. Sources: P. H. Westfall, S. S. Young, Resampling-Based Multiple Testing,
  1993, chapter 2 (the least p-value of all); D. Freedman, D. Lane, J. Bus. Econ. Stat. 1 (1983),
  292-298 (what is accounted for already); A. M. Winkler et al., NeuroImage 92 (2014), 381-397.
- Its *importance* is the share of the differences within days, among the values that were tried,
  that it explains and no other does: epsilon squared, of which luck is taken off (T. L. Kelley,
  PNAS 21 (1935), 554-559), with the interval that the noncentral F distribution gives (J. H.
  Steiger, Psychol. Methods 9 (2004), 164-182). The interval is of a parameter that was picked
  because it was seen; where it was barely seen, luck will have helped.
- Its *effect* is the metric at each of its values with the others left as they were. The effects
  add up, so what two parameters do only together is not seen; it is part of what stays unexplained.

What cannot be told is said: what always changed together with a parameter that is seen to matter,
what hardly varied, and how large an importance would have been seen at all.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import fdtri, ncfdtrinc

from core.evidence.effects import Effect, effect_of
from core.evidence.explaining import FREE, LEVEL, ROUNDING, Explaining, basis_of, within
from core.evidence.factors import Factor

ROUNDS: Final = 999
"""How often values change places."""
FEWEST_TRIALS: Final = 10
"""Fewer, of days that have at least two, are not looked at."""
POWER: Final = 0.8
"""Probability with which an importance that would have been seen is seen."""
ENOUGH: Final = 1 / 3
"""Where a parameter that explains so much would not have been seen, the trials are too few."""
BENDING: Final = 2
"""Columns that a parameter mostly takes."""
MOST_FORETOLD: Final = 2000
"""More trials than this are not asked for."""


class Answer(StrEnum):
    """What the trials say as a whole."""

    FOUND = "some parameters are seen to matter"
    NONE_SEEN = "none is seen to matter, and one that explains much would have been"
    NOT_ENOUGH = "there are too few trials to say"
    NOTHING_VARIED = "no parameter differs in enough trials of one day"
    NO_DIFFERENCE = "the metric is the same in all trials of a day"


@dataclass(frozen=True)
class WhatMatters:
    """The answer, with all that its sentences need."""

    answer: Answer
    trials: int
    """Those that are held against each other."""
    days: int
    alone: int = 0
    """Trials that are alone on their day."""
    effects: tuple[Effect, ...] = ()
    """The most important first."""
    not_seen: tuple[str, ...] = ()
    hardly_varied: tuple[str, ...] = ()
    explained: float = 0.0
    """Share of the differences within days that all effects explain together."""
    would_be_seen: float | None = None
    """The least importance that one more parameter would most likely be seen with."""
    more_trials: int | None = None
    """How many more it would take for an importance of `ENOUGH`; None where that is not asked."""


def what_matters(
    metric: Sequence[float],
    factors: Sequence[Factor],
    days: Sequence[str],
    *,
    rounds: int = ROUNDS,
) -> WhatMatters:
    """What explains a metric.

    Args:
        metric: Its value in each trial: all of them numbers.
        factors: The parameters, with a value for each trial.
        days: What trials have to share to be held against each other.
        rounds: How often values change places.
    """
    kept = _together(days)
    subset = [each.of(kept) for each in factors]
    known = WhatMatters(
        Answer.NOT_ENOUGH,
        trials=len(kept),
        days=len({days[place] for place in kept}),
        alone=len(days) - len(kept),
        hardly_varied=tuple(each.name for each in subset if not each.varied),
    )
    if len(kept) < FEWEST_TRIALS:
        return dataclasses.replace(known, more_trials=FEWEST_TRIALS - len(kept))
    blocks = np.unique([days[place] for place in kept], return_inverse=True)[1]
    values = np.array([metric[place] for place in kept], dtype=np.float64)
    apart = within(values, blocks)
    if float(apart @ apart) <= ROUNDING**2 * float(values @ values):
        return dataclasses.replace(known, answer=Answer.NO_DIFFERENCE)
    columns = {
        each.name: within(each.columns(each.values), blocks) for each in subset if each.varied
    }
    wide = [each for each in subset if each.varied and basis_of(columns[each.name]).shape[1]]
    constant = tuple(name for name in columns if name not in {each.name for each in wide})
    known = dataclasses.replace(known, hardly_varied=(*known.hardly_varied, *constant))
    if not wide:
        return dataclasses.replace(known, answer=Answer.NOTHING_VARIED)
    search = Explaining(apart, [columns[each.name] for each in wide], blocks, rounds)
    return _told(known, search, wide, float(values.mean()))


def _told(
    known: WhatMatters, search: Explaining, factors: Sequence[Factor], level: float
) -> WhatMatters:
    chosen = search.chosen()
    effects = [effect_of(search, place, factors, chosen, level) for place in chosen]
    shared = {name for each in effects for name in each.alike}
    names = [factors[place].name for place in range(len(factors)) if place not in chosen]
    free = search.free(chosen)
    would_be_seen, more = _would_be_seen(len(factors), free), None
    answer = Answer.FOUND if effects else Answer.NONE_SEEN
    if not effects and (would_be_seen is None or would_be_seen > ENOUGH):
        answer, more = Answer.NOT_ENOUGH, _more_trials(len(factors), free)
    explained = search.explained(chosen)
    if would_be_seen is not None:  # it is a share of what is left
        would_be_seen *= 1 - explained
    return dataclasses.replace(
        known,
        answer=answer,
        effects=tuple(sorted(effects, key=lambda each: -each.importance.value)),
        not_seen=tuple(name for name in names if name not in shared),
        explained=explained,
        would_be_seen=would_be_seen,
        more_trials=more,
    )


def _would_be_seen(parameters: int, free: int) -> float | None:
    """The least share that one of so many parameters most likely is seen to explain.

    By Bonferroni, which asks for a little more than the changing of places does.
    """
    left = free - BENDING
    if left < FREE:
        return None
    limit = float(fdtri(BENDING, left, 1 - LEVEL / parameters))
    needed = float(ncfdtrinc(BENDING, left, 1 - POWER, limit))
    return needed / (needed + free)


def _more_trials(parameters: int, free: int) -> int | None:
    for more in range(1, MOST_FORETOLD):
        seen = _would_be_seen(parameters, free + more)
        if seen is not None and seen <= ENOUGH:
            return more
    return None


def _together(days: Sequence[str]) -> list[int]:
    """Places of the trials that are not alone on their day."""
    counted = Counter(days)
    return [place for place, day in enumerate(days) if counted[day] > 1]
