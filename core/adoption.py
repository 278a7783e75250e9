"""What a pipeline's past executions tell of it: its day, its evaluation, the metric that leads."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.domain import Better, ResultFile
from core.errors import InputError
from core.evidence.leading import Direction, direction, in_order
from core.messages import Sentence, in_lines, say
from core.model_quality import ModelQuality
from core.written_days import day_in

SHARE_WITH_A_DAY: Final = 0.9
"""Of the executions: so many have to have a day in a parameter that is to say it."""
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
MOST_OTHERS: Final = 5
"""Files that are no evaluations and are named with the reason."""
MOST_NAME: Final = 32
"""Characters of a pipeline's name in mlpipe.toml."""


@dataclass(frozen=True)
class Candidate:
    """A file of an execution that is an evaluation."""

    file: ResultFile
    quality: ModelQuality
    bucket: str
    """Where it lies."""
    registered: bool = False
    """Whether a version was registered with it as its ModelMetrics."""
    declared: bool = False
    """Whether it is a property file of its step: what conditions read."""


def day_parameters(executions: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Parameters that may say the day: days that vary by execution.

    Of those that say the same day in every execution, the first stands for all.
    """
    found: dict[tuple[dt.date | None, ...], str] = {}
    for name in dict.fromkeys(name for parameters in executions for name in parameters):
        days = tuple(day_in(parameters.get(name, "")) for parameters in executions)
        known = [day for day in days if day is not None]
        varies = len(set(known)) >= min(2, len(executions))
        if varies and len(known) >= SHARE_WITH_A_DAY * len(executions):
            found.setdefault(days, name)
    return tuple(found.values())


def chosen_day_parameter(executions: Sequence[Mapping[str, str]], wanted: str | None) -> str | None:
    """The parameter that says the day; None where none does, and the start has to.

    Args:
        executions: The parameters of each.
        wanted: What somebody chose.

    Raises:
        InputError: none has the one that is wanted, or several may be meant.
    """
    found = day_parameters(executions)
    if wanted is not None:
        known = sorted({name for parameters in executions for name in parameters})
        if not any(day_in(parameters.get(wanted, "")) for parameters in executions):
            raise InputError(
                say(
                    "No execution has a day in a parameter {name}. Parameters: {names}.",
                    name=wanted,
                    names=", ".join(known) or "none",
                )
            )
        return wanted
    if len(found) > 1:
        raise InputError(
            say(
                "Several parameters have a day that varies: {names}. Choose the day of the data by "
                "`--day-parameter NAME`, or the day of the start by `--day-of-start`.",
                names=", ".join(found),
            )
        )
    return found[0] if found else None


def chosen_evaluation(
    candidates: Sequence[Candidate],
    wanted: ResultFile | None,
    others: Mapping[ResultFile, Sentence] | None = None,
) -> Candidate:
    """The evaluation among what an execution left.

    What a version was registered with comes first, then what a condition reads.

    Args:
        candidates: The evaluations that were found.
        wanted: What somebody chose.
        others: Other JSON files, each with the reason why it is no evaluation.

    Raises:
        InputError: there is none, or several may be meant.
    """
    if wanted is not None:
        found = [each for each in candidates if each.file == wanted]
        if not found:
            raise InputError(
                say(
                    "{file} is not among the evaluations that were found: {files}.",
                    file=str(wanted),
                    files=", ".join(str(each.file) for each in candidates) or "none",
                )
            )
        return found[0]
    for among in (
        [each for each in candidates if each.registered],
        [each for each in candidates if each.declared],
        list(candidates),
    ):
        if len(among) == 1:
            return among[0]
        if among:
            raise InputError(
                say(
                    "Several files are evaluations: {files}. Choose one by `--evaluation FILE`.",
                    files=", ".join(str(each.file) for each in among),
                )
            )
    raise InputError(_none(others or {}))


def _none(others: Mapping[ResultFile, Sentence]) -> Sentence:
    none = say(
        "No step of the newest executions left an evaluation. mlpipe reads JSON files in "
        "SageMaker's model-quality schema, such as the evaluation.json that AWS's templates "
        "write to an output of a processing step."
    )
    found = [
        say("{file}: {reason}", file=str(file), reason=reason)
        for file, reason in list(others.items())[:MOST_OTHERS]
    ]
    return in_lines([none, *found]) if found else none


def chosen_lead(
    metrics: Iterable[str], wanted: str | None, better: Better | None
) -> tuple[str, Better | None]:
    """The metric that leads, and which way it is better; None where nobody knows.

    Raises:
        InputError: the evaluation has none, or not the one that is wanted.
    """
    names = list(metrics)
    order = in_order(names, rare=False)
    if not order:
        raise InputError(say("The evaluation holds no number."))
    if wanted is not None and wanted not in names:
        raise InputError(
            say(
                "The evaluation has no metric {name}. It has {names}.",
                name=wanted,
                names=", ".join(sorted(names)),
            )
        )
    known = [name for name in order if direction(name) is not Direction.UNKNOWN]
    lead = wanted or (known or order)[0]
    ways: dict[Direction, Better] = {
        Direction.HIGHER_IS_BETTER: "higher",
        Direction.LOWER_IS_BETTER: "lower",
    }
    return lead, better or ways.get(direction(lead))


def name_for(sagemaker_pipeline: str) -> str:
    """What people may type for a pipeline: `AbalonePipeline` becomes `abalone`."""
    words = [word.lower() for word in _WORD.split(sagemaker_pipeline) if word]
    if len(words) > 1 and words[-1] == "pipeline":
        words.pop()
    name = "-".join(words).lstrip("0123456789-")[:MOST_NAME].strip("-")
    return name or "pipeline"
