from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inputs import argument
from core.parameters import SWEEP_PARAMETERS, Parameter, ParameterType
from core.range_examples import example_range, example_value, example_values
from core.sweep_request import sweepable
from core.sweeps import read_range

NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.floats(-1e9, 1e9, allow_nan=False).filter(lambda each: each == 0 or abs(each) > 1e-9),
)


@st.composite
def parameters(draw: st.DrawFn) -> Parameter:
    kind = draw(st.sampled_from([ParameterType.INTEGER, ParameterType.FLOAT]))
    least, default, most = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    if kind is ParameterType.INTEGER:
        least, default, most = math.floor(least), round(default), math.ceil(most)
    if least == most:
        most = least + 1
    return Parameter(
        "Some",
        kind,
        default=draw(st.sampled_from([default, None])),
        minimum=draw(st.sampled_from([least, None])),
        maximum=draw(st.sampled_from([most, None])),
    )


@given(parameters())
def test_what_a_hint_shows_is_taken(parameter: Parameter) -> None:
    read_range(parameter, example_range(parameter))
    read_range(parameter, example_values(parameter))
    argument(parameter, example_value(parameter), today=dt.date.max)


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("NumLeaves", "8..60"),
        ("LearningRate", "0.01..0.1"),
        ("MaxTrees", "100..1000"),
        ("FeatureFraction", "0.5..1"),
        ("Seed", "0..9"),
    ],
)
def test_an_example_is_about_the_default_as_people_write_it(name: str, example: str) -> None:
    (parameter,) = [each for each in sweepable(SWEEP_PARAMETERS) if each.name == name]
    assert example_range(parameter) == example
