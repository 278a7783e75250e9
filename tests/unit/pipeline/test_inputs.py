from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.errors import SettingsError
from deploy.pipeline.inputs import read_inputs
from tests.unit.pipeline.conftest import FLIGHTS, ROOT


def test_a_file_of_names_goes_where_the_manifest_goes() -> None:
    inputs = read_inputs(FLIGHTS, ROOT)
    table = ROOT / "deploy/pipeline/datasets/airlines.csv"
    assert inputs.files["airlines.csv"] == table.read_bytes()


def test_a_file_of_names_that_is_not_there_is_told_before_anything_is_uploaded(
    tmp_path: Path,
) -> None:
    (tmp_path / FLIGHTS.manifest).parent.mkdir(parents=True)
    shutil.copy(ROOT / FLIGHTS.manifest, tmp_path / FLIGHTS.manifest)
    with pytest.raises(SettingsError, match=r"airlines\.csv"):
        read_inputs(FLIGHTS, tmp_path)
