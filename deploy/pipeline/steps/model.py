"""A trained model: LightGBM's trees, and what is needed to feed them another day's rows."""

from __future__ import annotations

import datetime as dt
import gzip
import math
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import lightgbm
import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.evidence.scored import FloatArray, put_back
from deploy.pipeline.steps.categories import capped, hashed
from deploy.pipeline.steps.refusal import StepRefusal

TREES: Final = "model.txt"
SPEC: Final = "model.json"


class ModelError(StepRefusal):
    """A model cannot be loaded, or cannot score the rows."""


class ModelSpec(BaseModel):
    """model.json: how rows become the matrix that the trees were grown on."""

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    numeric: tuple[str, ...]
    """Numeric and calendar features, first in the matrix."""
    levels: dict[str, tuple[str, ...]]
    """Categorical features, after the numeric ones, and what is told apart of their values."""
    capped: tuple[str, ...] = ()
    """Of those, such that have one level for all values but the heaviest."""
    buckets: dict[str, int] = Field(default_factory=dict)
    """Of those, such whose values a hash puts into so many buckets."""
    negatives_kept: float
    """Share of negatives in the table it was trained on: its scores are put back by this."""
    hyperparameters: dict[str, int | float]
    trees: int
    first_day: dt.date
    last_day: dt.date
    rows: int

    @property
    def features(self) -> tuple[str, ...]:
        """Columns of the matrix, in order."""
        return (*self.numeric, *self.levels)

    def seen(self, values: pl.Series) -> pl.Series:
        """A categorical feature's values as they are told apart."""
        if values.name in self.buckets:
            return hashed(values, self.buckets[values.name])
        return capped(values, self.levels[values.name]) if values.name in self.capped else values


@dataclass(frozen=True)
class Contributions:
    """TreeSHAP on some rows, in log-odds at the true rate."""

    by_feature: dict[str, FloatArray]
    expected_value: float


@dataclass(frozen=True)
class Model:
    """A model that scores prepared rows."""

    booster: lightgbm.Booster
    spec: ModelSpec

    def score(self, rows: pl.DataFrame) -> FloatArray:
        """Probability of the positive class, put back to the true rate, of each row.

        Raises:
            ModelError: The rows lack a feature of this model.
        """
        raw = np.asarray(self.booster.predict(matrix(rows, self.spec)), dtype=np.float64)
        return put_back(raw, self.spec.negatives_kept)

    def contributions(self, rows: pl.DataFrame) -> Contributions:
        """SHAP values from LightGBM's own TreeSHAP (`pred_contrib`).

        Keeping a share r of the negatives shifts all log-odds by log r, and nothing else; the
        expected value is put back by it.

        Source: S. Lundberg et al., From Local Explanations to Global Understanding with Explainable
        AI for Trees, Nature Machine Intelligence 2 (2020).
        """
        found = np.asarray(self.booster.predict(matrix(rows, self.spec), pred_contrib=True))
        by_feature = {name: found[:, n] for n, name in enumerate(self.spec.features)}
        expected = float(found[0, -1]) + math.log(self.spec.negatives_kept)
        return Contributions(by_feature=by_feature, expected_value=expected)

    def save(self, folder: Path) -> None:
        """Write the files that become model.tar.gz."""
        folder.mkdir(parents=True, exist_ok=True)
        self.booster.save_model(folder / TREES)
        (folder / SPEC).write_text(self.spec.model_dump_json(indent=1), encoding="utf-8")


def load_model(path: Path) -> Model:
    """Read a model from a folder, or from a model.tar.gz.

    Raises:
        ModelError: It is not there, or is not a model of ours.
    """
    try:
        trees, spec = _read_archive(path) if path.is_file() else _read_folder(path)
        return Model(
            booster=lightgbm.Booster(model_str=trees.decode()),
            spec=ModelSpec.model_validate_json(spec),
        )
    except (OSError, KeyError, tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{path.name} is not a model of these pipelines: it should hold {TREES} and {SPEC} "
            f"({error})."
        ) from error
    except (ValidationError, lightgbm.basic.LightGBMError) as error:
        problem = str(error).splitlines()[0]
        raise ModelError(f"The model in {path.name} cannot be read: {problem}.") from error


def pack(folder: Path, archive: Path) -> None:
    """Write model.tar.gz as SageMaker's training jobs do, the same bytes for the same files."""
    with (
        archive.open("wb") as target,
        gzip.GzipFile("", mode="wb", fileobj=target, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path in sorted(folder.iterdir()):
            entry = tarfile.TarInfo(path.name)
            entry.size = path.stat().st_size
            with path.open("rb") as file:
                tar.addfile(entry, file)


def matrix(rows: pl.DataFrame, spec: ModelSpec) -> FloatArray:
    """The rows as LightGBM sees them: numbers, and codes of the categories (unknown: missing).

    Raises:
        ModelError: A feature is missing.
    """
    missing = sorted(set(spec.features) - set(rows.columns))
    if missing:
        raise ModelError(
            f"The model needs the features {', '.join(missing)}, which the manifest does not name."
        )
    made = np.empty((rows.height, len(spec.features)), dtype=np.float64)
    for position, name in enumerate(spec.numeric):
        made[:, position] = _floats(rows[name].cast(pl.Float64))
    for position, (name, levels) in enumerate(spec.levels.items(), start=len(spec.numeric)):
        codes = spec.seen(rows[name]).replace_strict(
            pl.Series(levels, dtype=pl.String),
            pl.Series(range(len(levels)), dtype=pl.Float64),
            default=None,
            return_dtype=pl.Float64,
        )
        made[:, position] = _floats(codes)
    return made


def _floats(column: pl.Series) -> FloatArray:
    return column.fill_null(float("nan")).to_numpy()


def _read_folder(folder: Path) -> tuple[bytes, bytes]:
    return (folder / TREES).read_bytes(), (folder / SPEC).read_bytes()


def _read_archive(archive: Path) -> tuple[bytes, bytes]:
    """Only the two files are read, into memory: nothing of the archive's own paths is trusted."""
    with tarfile.open(archive, mode="r:gz") as tar:
        files = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
        found = [tar.extractfile(files[name]) for name in (TREES, SPEC)]
        trees, spec = (file.read() if file else b"" for file in found)
    return trees, spec
