"""What a training job of the tiny sweep runs: a loss that is least at 20 leaves, kept as ours are.

Run by the embedded SageMaker as the image's entry point: `python tiny_trial.py --ml … train`.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from pathlib import Path

from deploy.pipeline.steps.sweep_run import EXPERIMENT, JOB, run_of
from deploy.pipeline.steps.trial import summary_trial

UNLUCKY_SEED = "13"


def main() -> None:
    folder = Path(sys.argv[2])
    given = json.loads((folder / "input/config/hyperparameters.json").read_text())
    hold = Path(os.environ["HOLD"])
    if hold.exists():
        hold.with_suffix(f".{os.getpid()}").touch()
    while hold.exists():
        time.sleep(0.02)
    if given["Seed"] == UNLUCKY_SEED:
        raise SystemExit(1)
    loss = 0.4 + abs(math.log(int(given["NumLeaves"]) / 20)) / 10 + float(given["LearningRate"])
    parameters = {name: text for name, text in given.items() if not name.startswith("_")}
    trial = summary_trial(run_of({"WindowDays": "60", **parameters}), job=os.environ[JOB])
    trial.create(os.environ[EXPERIMENT])
    print(f"1 of 1 days: mean_log_loss={loss:.6f}", flush=True)
    trial.finish({"mean_log_loss": loss, "mean_auc": 0.9 - loss / 10})


if __name__ == "__main__":
    main()
