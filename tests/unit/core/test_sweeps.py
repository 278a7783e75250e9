from __future__ import annotations

from typing import Any

import pytest

from core.errors import InputError
from core.parameters import SWEEP_PARAMETERS
from core.sweeps import (
    Range,
    Strategy,
    Sweep,
    as_before,
    grid_size,
    hyperparameters,
    parameter_ranges,
    read_range,
    taken_apart,
    with_sweep,
)

KNOWN = {each.name: each for each in SWEEP_PARAMETERS}


def read(name: str, text: str) -> Range:
    return read_range(KNOWN[name], text)


def definition() -> dict[str, Any]:
    def text(name: str) -> dict[str, Any]:
        return {"Std:Join": {"On": "", "Values": [{"Get": f"Parameters.{name}"}]}}

    usual = {"IntegerParameterRanges": [{"Name": "NumLeaves", "MinValue": "8", "MaxValue": "64"}]}
    return {
        "Parameters": [{"Name": name} for name in ("Day", "NumLeaves", "LearningRate", "Seed")],
        "Steps": [
            {"Type": "Processing", "Name": "Prepare", "Arguments": {}},
            {
                "Type": "Tuning",
                "Name": "Tune",
                "Arguments": {
                    "HyperParameterTuningJobConfig": {
                        "Strategy": "Bayesian",
                        "ResourceLimits": {"MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 9},
                        "ParameterRanges": usual,
                    },
                    "TrainingJobDefinition": {
                        "StaticHyperParameters": {
                            "LearningRate": text("LearningRate"),
                            "Seed": text("Seed"),
                            "fixed": "1",
                        }
                    },
                },
            },
        ],
    }


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("NumLeaves", "8..64", ("8", "64")),
        ("NumLeaves", " 8 … 64 ", ("8", "64")),
        ("NumLeaves", "8, 16,32", ("8", "16", "32")),
        ("LearningRate", "0.01..0.3", ("0.01", "0.3")),
        ("LearningRate", "1e-3..1", ("0.001", "1.0")),
    ],
)
def test_a_range_is_read_as_it_is_typed(name: str, text: str, values: tuple[str, ...]) -> None:
    assert read(name, text).values == values


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("NumLeaves", "64..8", "the smaller first"),
        ("NumLeaves", "8..8", "the smaller first"),
        ("NumLeaves", "8..", "takes a range such as 8..60"),
        ("NumLeaves", "8..16..32", "such as 8,31,60"),
        ("NumLeaves", "8,8", "takes a range"),
        ("NumLeaves", "1..64", "has to be 2 … 4096, not 1"),
        ("NumLeaves", "8.5..64", "has to be a whole number, not 8.5"),
        ("LearningRate", "0.1..nan", "has to be a number such as 0.05"),
        ("NumLeaves", ",".join(str(number) for number in range(2, 40)), "at most 30 values"),
    ],
)
def test_what_is_no_range_is_refused_in_a_sentence(name: str, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words.replace(".", r"\.")) as refused:
        read(name, text)
    assert refused.value.field == name


def test_a_sweep_is_the_same_after_it_was_written_down() -> None:
    sweep = Sweep(
        (read("NumLeaves", "8..64"), read("LearningRate", "0.01,0.1")), Strategy.RANDOM, 24, 4
    )
    typed = {"Day": "2013-06-28", "WindowDays": "60", **sweep.typed()}
    assert taken_apart(typed) == (sweep, {"Day": "2013-06-28", "WindowDays": "60"})


def test_wide_ranges_are_searched_by_orders_of_magnitude() -> None:
    found = parameter_ranges([read("NumLeaves", "8..64"), read("LearningRate", "0.01..0.3")])
    assert found["IntegerParameterRanges"][0]["ScalingType"] == "Linear"
    assert found["ContinuousParameterRanges"] == [
        {
            "Name": "LearningRate",
            "MinValue": "0.01",
            "MaxValue": "0.3",
            "ScalingType": "Logarithmic",
        }
    ]


def test_what_is_not_swept_has_the_pipelines_own_value() -> None:
    swept = Sweep((read("LearningRate", "0.01,0.1"),), Strategy.GRID, grid_size([]) * 2, 2)
    tune = with_sweep(definition(), swept)["Steps"][1]["Arguments"]
    config, training = tune["HyperParameterTuningJobConfig"], tune["TrainingJobDefinition"]
    assert config["ParameterRanges"] == {
        "CategoricalParameterRanges": [{"Name": "LearningRate", "Values": ["0.01", "0.1"]}]
    }
    assert config["ResourceLimits"] == {
        "MaxParallelTrainingJobs": 2,
        "MaxNumberOfTrainingJobs": 2,
        "MaxRuntimeInSeconds": 9,
    }
    assert config["Strategy"] == "Grid"
    assert list(training["StaticHyperParameters"]) == ["fixed", "NumLeaves", "Seed"]


def test_one_sweep_after_another_leaves_nothing_behind() -> None:
    first = Sweep((read("Seed", "1..9"),), Strategy.RANDOM, 3, 1)
    second = Sweep((read("LearningRate", "0.01..0.3"),), Strategy.BAYESIAN, 5, 2)
    once = with_sweep(definition(), second)
    twice = with_sweep(with_sweep(definition(), first), second)
    assert twice == once
    assert as_before(twice, definition()) == definition()
    assert hyperparameters(twice) == ("NumLeaves", "LearningRate", "Seed")
