"""How a step ends badly: one sentence, where SageMaker looks for it, and exit status 1."""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

LONGEST_MESSAGE: Final = 1000
"""SageMaker cuts ExitMessage and FailureReason at 1,024 characters (API: DescribeProcessingJob)."""

OURS: Final = ("deploy.", "__main__")
"""Loggers whose lines a person wants to read; a step that is run is `__main__`."""


class StepRefusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the step
    """The step will not go on with what it was given; its text says why and what to do."""


def run_step(work: Callable[[], None], failure: Path | None) -> int:
    """Do a step's work with log lines on standard output.

    Args:
        work: The step; it raises `StepRefusal` with a sentence for a person.
        failure: File that SageMaker reads the sentence from (/opt/ml/output/message of a processing
            job, /opt/ml/output/failure of a training job).

    Returns:
        The process's exit status.
    """
    try:
        with _log_to_standard_output():
            work()
    except StepRefusal as refusal:
        return _end(str(refusal), failure)
    except Exception as error:  # noqa: BLE001 - the last place that can tell SageMaker why
        traceback.print_exc()
        # A library's own words may quote rows; they stay in the log.
        return _end(f"The step broke ({type(error).__name__}). The job's log says where.", failure)
    return 0


@contextlib.contextmanager
def _log_to_standard_output() -> Iterator[None]:
    """Our own log lines, from information up; those of libraries from warnings up."""
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(lambda line: line.name.startswith(OURS) or line.levelno >= logging.WARNING)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def _end(sentence: str, failure: Path | None) -> int:
    line = " ".join(sentence.split())[:LONGEST_MESSAGE]
    print(line, file=sys.stderr)
    if failure is not None:
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(line, encoding="utf-8")
    return 1
