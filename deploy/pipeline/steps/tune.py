"""Tune: one trial of a sweep. The image's entry point, since a tuning job names no command."""

from __future__ import annotations

import argparse
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from deploy.pipeline.steps import arguments
from deploy.pipeline.steps.refusal import StepRefusal, run_step
from deploy.pipeline.steps.rolling import Rolling, ScoredDay, means, read_rolling, roll
from deploy.pipeline.steps.sweep_run import EXPERIMENT, JOB, run_of
from deploy.pipeline.steps.train import Hyperparameters, read_hyperparameters
from deploy.pipeline.steps.trial import SummaryTrial, summary_trial

log = logging.getLogger(__name__)

MANIFEST: Final = "manifest.toml"


class _StoppedError(StepRefusal):
    """SageMaker stops the job."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job; SageMaker starts it as `train`."""
    parser = argparse.ArgumentParser(
        prog="python3 -m deploy.pipeline.steps.tune", description=__doc__
    )
    parser.add_argument("--ml", type=Path, default=Path("/opt/ml"), help="SageMaker's folder")
    parser.add_argument("command", choices=["train"])
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, _stopped)
    return run_step(lambda: _work(options.ml), options.ml / "output" / "failure")


def _work(folder: Path) -> None:
    given = read_hyperparameters(folder / "input" / "config" / "hyperparameters.json")
    hyperparameters = Hyperparameters.parse(given)
    data = folder / "input" / "data"
    rolling = read_rolling(data / "train")
    trial = _trial(rolling, hyperparameters)
    done: list[ScoredDay] = []

    def tell(days: Sequence[ScoredDay]) -> None:
        done[:] = days
        _tell(days, rolling)

    trial.create(os.environ.get(EXPERIMENT, "unassigned"))
    try:
        manifest = arguments.manifest(data / "config" / MANIFEST)
        model = roll(manifest, rolling, data / "train", hyperparameters, tell)
    except _StoppedError:
        trial.end("Stopped")
        raise
    except StepRefusal as refusal:
        trial.end("Failed", str(refusal))
        raise
    model.save(folder / "model")
    trial.finish(means(done))


def _trial(rolling: Rolling, hyperparameters: Hyperparameters) -> SummaryTrial:
    parameters = {
        "WindowDays": rolling.window_days,
        "ValidationDays": rolling.validation_days,
        **hyperparameters.as_parameters,
        "ScoredDays": rolling.scored_days,
    }
    run = run_of({name: str(value) for name, value in parameters.items()})
    return summary_trial(run, job=os.environ.get(JOB, run.run))


def _tell(days: Sequence[ScoredDay], rolling: Rolling) -> None:
    """A line for each day: SageMaker reads the objective from it, and takes the last one."""
    last = days[-1]
    told = " ".join(f"{name}={value:.6f}" for name, value in means(days).items())
    log.info(
        "%s: log-loss %.4f on %d rows. %d of %d days: %s",
        last.day,
        last.log_loss,
        last.rows,
        len(days),
        rolling.scored_days,
        told,
    )


def _stopped(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _StoppedError("The job was stopped.")


if __name__ == "__main__":
    raise SystemExit(main())
