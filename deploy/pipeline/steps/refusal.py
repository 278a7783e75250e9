"""How a step ends badly: one sentence, where SageMaker looks for it, and exit status 1."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

LONGEST_MESSAGE: Final = 1000
"""SageMaker cuts ExitMessage and FailureReason at 1,024 characters (API: DescribeProcessingJob)."""


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
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s", force=True)
    for chatty in ("botocore", "boto3", "s3transfer", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        work()
    except StepRefusal as refusal:
        return _end(str(refusal), failure)
    except Exception as error:
        logging.getLogger(__name__).exception("The step broke.")
        return _end(f"The step broke: {type(error).__name__}: {error}", failure)
    return 0


def _end(sentence: str, failure: Path | None) -> int:
    line = " ".join(sentence.split())[:LONGEST_MESSAGE]
    print(line, file=sys.stderr)
    if failure is not None:
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(line, encoding="utf-8")
    return 1
