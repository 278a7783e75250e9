"""Train: a LightGBM on the window's days, stopped early by its last days."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

import lightgbm
import polars as pl

from core.manifest import Manifest
from core.parameters import TRAIN_PARAMETERS
from deploy.pipeline.steps import arguments
from deploy.pipeline.steps.categories import levels_of
from deploy.pipeline.steps.columns import LABEL, WEIGHT
from deploy.pipeline.steps.model import Model, ModelSpec, matrix
from deploy.pipeline.steps.prepared import Window, read_window
from deploy.pipeline.steps.refusal import StepRefusal, run_step

log = logging.getLogger(__name__)

THREADS: Final = 2
"""Fixed: LightGBM promises the same trees only for the same number of threads."""
PATIENCE: Final = 30
"""Trees without a better log-loss on the last days before training stops."""
LOG_EVERY: Final = 50

_NAMES: Final = {
    "num_leaves": "NumLeaves",
    "learning_rate": "LearningRate",
    "max_trees": "MaxTrees",
    "min_data_in_leaf": "MinDataInLeaf",
    "feature_fraction": "FeatureFraction",
    "bagging_fraction": "BaggingFraction",
    "seed": "Seed",
}
_NOT_OURS: Final = ("sagemaker_", "_tuning_objective_metric")
"""SageMaker's own entries among the hyperparameters start like these."""


@dataclass(frozen=True)
class Hyperparameters:
    """How the trees are grown; meanings and ranges: `core.parameters.TRAIN_PARAMETERS`."""

    num_leaves: int
    learning_rate: float
    max_trees: int
    min_data_in_leaf: int
    feature_fraction: float
    bagging_fraction: float
    seed: int

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Read SageMaker's texts; what is not given has the table's default.

        Raises:
            StepRefusal: An unknown name, or a value of the wrong type or out of range.
        """
        names = {name for name in given if not name.startswith(_NOT_OURS)}
        unknown = sorted(names - set(_NAMES.values()))
        if unknown:
            raise StepRefusal(
                f"There is no hyperparameter {', '.join(unknown)}; there are "
                f"{', '.join(_NAMES.values())}."
            )
        defaults = {parameter.name: str(parameter.default) for parameter in TRAIN_PARAMETERS}
        # Any: `number` gives an int where the table says Integer, which no type can follow.
        values: dict[str, Any] = {
            field.name: arguments.number(
                _NAMES[field.name],
                given.get(_NAMES[field.name], defaults[_NAMES[field.name]]).strip('"'),
                TRAIN_PARAMETERS,
            )
            for field in fields(cls)
        }
        return cls(**values)

    @property
    def as_parameters(self) -> dict[str, int | float]:
        """By the names that people know."""
        return {_NAMES[field.name]: getattr(self, field.name) for field in fields(self)}


def hyperparameter_names() -> tuple[str, ...]:
    """Names of the pipeline parameters that are hyperparameters."""
    return tuple(_NAMES.values())


def train(
    manifest: Manifest, window: Window, hyperparameters: Hyperparameters, *, aloud: bool = False
) -> Model:
    """Grow trees on the window's rows with a label.

    Where negatives were sampled the trees learn at the table's own rate and scores are put back
    afterwards; a weight column goes into the training itself. `aloud`: say in the log how it goes.
    """
    held_down = manifest.cardinality
    spec = ModelSpec(
        numeric=(*manifest.numeric, *manifest.calendar_features),
        levels=levels_of([*window.fit_files, *window.validation_files], manifest),
        capped=tuple(name for name, limit in held_down.items() if limit.cap),
        buckets={name: limit.hash for name, limit in held_down.items() if limit.hash},
        negatives_kept=manifest.negatives_kept,
        hyperparameters=hyperparameters.as_parameters,
        trees=0,
        first_day=window.first_day,
        last_day=window.last_day,
        rows=window.labelled,
    )
    weighted = manifest.weight is not None and manifest.weight.column is not None
    fit = _dataset(window.fit_files, spec, weighted=weighted)
    validation = _dataset(window.validation_files, spec, weighted=weighted, like=fit)
    booster = lightgbm.train(
        _lightgbm_parameters(hyperparameters),
        fit,
        num_boost_round=hyperparameters.max_trees,
        valid_sets=[validation],
        valid_names=["validation"],
        callbacks=[
            lightgbm.early_stopping(PATIENCE, verbose=False),
            *([_log_progress] if aloud else []),
        ],
    )
    trees = booster.best_iteration or booster.current_iteration()
    if aloud:
        log.info("Trained %d trees on %d rows.", trees, window.labelled)
    return Model(booster=booster, spec=spec.model_copy(update={"trees": trees}))


def _lightgbm_parameters(given: Hyperparameters) -> dict[str, object]:
    return {
        "objective": "binary",
        "metric": "binary_logloss",
        "num_leaves": given.num_leaves,
        "learning_rate": given.learning_rate,
        "min_data_in_leaf": given.min_data_in_leaf,
        "feature_fraction": given.feature_fraction,
        "bagging_fraction": given.bagging_fraction,
        "bagging_freq": 1,
        "seed": given.seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": THREADS,
        "verbosity": -1,
    }


def _dataset(
    files: Sequence[Path], spec: ModelSpec, *, weighted: bool, like: lightgbm.Dataset | None = None
) -> lightgbm.Dataset:
    columns = [*spec.features, LABEL, WEIGHT]
    rows = (
        pl.scan_parquet(list(files))
        .select(columns)
        .filter(pl.col(LABEL).is_not_null())
        .collect(engine="streaming")
    )
    return lightgbm.Dataset(
        matrix(rows, spec),
        label=rows[LABEL].to_numpy(),
        weight=rows[WEIGHT].to_numpy() if weighted else None,
        feature_name=[f"f{number}" for number in range(len(spec.features))],
        categorical_feature=list(range(len(spec.numeric), len(spec.features))),
        reference=like,
        free_raw_data=True,
    )


def _log_progress(step: lightgbm.callback.CallbackEnv) -> None:
    """One line every so often, in the form that a training job's MetricDefinitions can match."""
    if (step.iteration + 1) % LOG_EVERY == 0:
        for data, metric, value, *_ in step.evaluation_result_list or ():
            log.info("[%d] %s:%s=%.6f", step.iteration + 1, data, metric, value)


def read_hyperparameters(path: Path) -> dict[str, str]:
    """SageMaker's hyperparameters.json. Raises StepRefusal if it is not JSON of texts."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StepRefusal(f"The hyperparameters in {path} cannot be read: {error}.") from error
    if not isinstance(found, dict):
        raise StepRefusal(f"The hyperparameters in {path} are not a JSON object.")
    return {str(name): str(value) for name, value in found.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step."""
    parser = arguments.parser("train", "Train a model on the days that prepare wrote.")
    parser.add_argument(
        "--rows", type=Path, required=True, help="folder that prepare --train wrote"
    )
    parser.add_argument("--manifest", type=Path, required=True, help="the dataset manifest (TOML)")
    parser.add_argument(
        "--hyperparameters",
        type=Path,
        required=True,
        help=f"JSON object of texts: {', '.join(_NAMES.values())}",
    )
    parser.add_argument("--model", type=Path, required=True, help="folder for the model's files")
    options = parser.parse_args(argv)

    def work() -> None:
        hyperparameters = Hyperparameters.parse(read_hyperparameters(options.hyperparameters))
        window = read_window(options.rows)
        manifest = arguments.manifest(options.manifest)
        train(manifest, window, hyperparameters, aloud=True).save(options.model)

    return run_step(work, options.failure)


if __name__ == "__main__":
    raise SystemExit(main())
