"""What the tiny pipeline's steps run: seconds become milliseconds, results keep their shape.

Run by the embedded SageMaker as `python tiny_steps.py <step> …`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from pathlib import Path

from core.results import (
    CANDIDATE,
    PRODUCTION,
    DayFacts,
    Gate,
    Interval,
    ModelFacts,
    Rows,
    Run,
)

UNLUCKY_SEED = "13"
"""With this Seed Prepare fails: how a test makes an execution fail."""
TALKATIVE_SEED = "17"
"""With this one Prepare writes a long log."""
TALK = 300
"""Lines of it."""
HELD_BY = ".pid"


def main() -> None:
    arguments = _arguments()
    if arguments.hold:
        _wait_while_there(Path(arguments.hold))
    if arguments.step == "prepare":
        _prepare(arguments)
    else:
        _evaluate(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["prepare", "evaluate"])
    parser.add_argument("--hold")
    parser.add_argument("--day")
    parser.add_argument("--environment")
    parser.add_argument("--execution")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--started-by", default="unknown")
    parser.add_argument("--kind", default="train")
    parser.add_argument("--output")
    parser.add_argument("--failure")
    return parser.parse_args()


def _wait_while_there(path: Path) -> None:
    """A test holds a step by a file and lets it go by removing it; beside it is told who waits."""
    if path.exists():
        path.with_suffix(HELD_BY).write_text(str(os.getpid()))
    while path.exists():
        time.sleep(0.02)


def _prepare(arguments: argparse.Namespace) -> None:
    if arguments.seed == TALKATIVE_SEED:
        print("db_password=hunter22")
        print("\n".join(f"batch {number} of {TALK}" for number in range(TALK)))
    if arguments.seed == UNLUCKY_SEED:
        sentence = "There is no data for that day: the lake has no folder day=" + arguments.day
        Path(arguments.failure).write_text(sentence)
        print(sentence, file=sys.stderr)
        raise SystemExit(1)


def _evaluate(arguments: argparse.Namespace) -> None:
    folder = Path(arguments.output)
    run = arguments.execution.rsplit("/", 1)[-1]
    day = dt.date.fromisoformat(arguments.day)
    facts = facts_of(day, arguments.environment, auc=0.80 + int(arguments.seed) / 100)
    gate = Gate(passed=True, reason="Nothing was wrong.", checks=[])
    who = Run(
        pipeline="flights",
        environment=arguments.environment,
        day=day,
        run=run,
        kind=arguments.kind,
        execution_arn=arguments.execution,
        started=dt.datetime.now(dt.UTC),
        started_by=arguments.started_by,
    )
    write_results(folder, facts, gate, who)


def write_results(folder: Path, facts: DayFacts, gate: Gate, run: Run) -> None:
    """The files of core.results, as the Evaluate step leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    auc = facts.models[facts.subject].metrics["auc"].value
    metric = {"value": auc, "standard_deviation": "NaN"}
    (folder / "evaluation.json").write_text(
        json.dumps({"binary_classification_metrics": {"auc": metric, "accuracy": metric}})
    )
    shap = {"global_shap_values": facts.importance, "expected_value": 0.1}
    (folder / "analysis.json").write_text(
        json.dumps({"version": "1.0", "explanations": {"kernel_shap": {"label0": shap}}})
    )
    (folder / "facts.json").write_text(facts.model_dump_json())
    (folder / "gate.json").write_text(gate.model_dump_json())
    (folder / "run.json").write_text(run.model_dump_json())


def facts_of(day: dt.date, environment: str, *, auc: float) -> DayFacts:
    """Plausible facts of one day."""
    rows = Rows(
        read=1000, labelled=980, positives=230, weight=980.0, positive_weight=230.0, scored=980
    )
    models = {
        role: ModelFacts(
            role=role,
            version=1 if role == PRODUCTION else None,
            metrics={
                "auc": Interval(value=value, low=value - 0.02, high=value + 0.02, method="DeLong"),
                "log_loss": Interval(value=0.45),
                "normalised_entropy": Interval(value=0.82),
                "calibration_error": Interval(value=0.03),
                "predicted_over_observed": Interval(value=1.02),
                "accuracy": Interval(value=0.8),
                "precision": Interval(value=0.6),
                "recall": Interval(value=0.4),
                "f1": Interval(value=0.48),
            },
            mean_score=0.24,
        )
        for role, value in ((CANDIDATE, auc), (PRODUCTION, auc - 0.01))
    }
    return DayFacts(
        pipeline="flights",
        environment=environment,
        day=day,
        subject=CANDIDATE,
        low_base_rate=False,
        rows=rows,
        models=models,
        importance={"wind_speed": 0.4, "hour": 0.3, "carrier": 0.2, "distance": 0.1},
        importance_rows=500,
    )


if __name__ == "__main__":
    main()
