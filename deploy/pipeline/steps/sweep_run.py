"""Whose a training job of a sweep is: what the definition tells it in its environment."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from typing import Final

from core.results import Run
from deploy.pipeline.steps.refusal import StepRefusal

PIPELINE: Final = "MLPIPE_PIPELINE"
ENVIRONMENT: Final = "MLPIPE_ENVIRONMENT"
EXPERIMENT: Final = "MLPIPE_EXPERIMENT"
CODE_COMMIT: Final = "MLPIPE_CODE_COMMIT"
IMAGE: Final = "MLPIPE_IMAGE"
RUN: Final = "MLPIPE_RUN"
EXECUTION: Final = "MLPIPE_EXECUTION"
STARTED: Final = "MLPIPE_STARTED"
STARTED_BY: Final = "MLPIPE_STARTED_BY"
DAY: Final = "MLPIPE_DAY"
JOB: Final = "TRAINING_JOB_NAME"
"""Set by SageMaker in every training job."""


def run_of(parameters: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> Run:
    """The run that a training job belongs to.

    Args:
        parameters: What the trial was given, by the pipeline's names.
        environment: The job's environment variables.

    Raises:
        StepRefusal: the definition did not say whose it is.
    """
    missing = [
        name for name in (PIPELINE, ENVIRONMENT, RUN, STARTED, DAY) if name not in environment
    ]
    if missing:
        raise StepRefusal(f"The training job lacks {', '.join(missing)} in its environment.")
    return Run(
        pipeline=environment[PIPELINE],
        environment=environment[ENVIRONMENT],
        day=dt.date.fromisoformat(environment[DAY]),
        run=environment[RUN],
        kind="train",
        execution_arn=environment.get(EXECUTION),
        started=dt.datetime.fromisoformat(environment[STARTED]),
        started_by=environment.get(STARTED_BY) or "unknown",
        code_commit=environment.get(CODE_COMMIT) or None,
        image=environment.get(IMAGE) or None,
        parameters=dict(parameters),
    )
