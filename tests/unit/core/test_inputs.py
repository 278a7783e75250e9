# ruff: noqa: RUF001 - what phones and Japanese keyboards type is what is tested here
from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.inputs import argument, arguments, closest, day_of
from core.parameters import TRAIN_PARAMETERS, Parameter, ParameterType

TODAY = dt.date(2013, 6, 29)


def by_name(name: str) -> Parameter:
    return next(each for each in TRAIN_PARAMETERS if each.name == name)


@pytest.mark.parametrize(
    "text",
    [
        "2013-06-28",
        "2013/6/28",
        "20130628",
        "yesterday",
        "Yesterday",
        "昨日",
        "２０１３－０６－２８",
        "06-28",
        "6/28",
        "6月28日",
        "６月２８日",
        "2013年6月28日",
    ],
)
def test_a_day_can_be_said_in_many_ways(text: str) -> None:
    assert day_of(text, today=TODAY) == dt.date(2013, 6, 28)


@pytest.mark.parametrize(
    "text", ["", "02-30", "28.6", "13月1日", "2013-02-30", "2013-13-01", "0000-01-01"]
)
def test_what_is_no_day_is_told_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="write one such as 2013-06-28"):
        day_of(text, today=TODAY)


@pytest.mark.parametrize("text", ["2013-06-30", "6月30日", "tomorrow"])
def test_a_day_that_has_not_happened_is_told_with_today(text: str) -> None:
    with pytest.raises(InputError, match="it is 2013-06-29"):
        day_of(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "day"), [("12-31", dt.date(2012, 12, 31)), ("6月1日", dt.date(2013, 6, 1))]
)
def test_without_a_year_it_is_the_nearest_such_day(text: str, day: dt.date) -> None:
    assert day_of(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["2013-06-29", "06-29", "today", "今日"])
def test_a_day_that_is_not_over_is_told(text: str) -> None:
    with pytest.raises(InputError, match="2013-06-29 is not over yet"):
        day_of(text, today=TODAY)


@pytest.mark.parametrize(
    ("given_by_a_person", "field"),
    [
        ({"WindowDays": "2"}, "WindowDays"),
        ({"ValidationDays": "60"}, "ValidationDays"),
        ({"WindowDays": "9", "ValidationDays": "9"}, "ValidationDays"),
    ],
)
def test_values_that_do_not_go_together_are_told(
    given_by_a_person: dict[str, str], field: str
) -> None:
    with pytest.raises(InputError, match="smaller than WindowDays") as caught:
        arguments(given_by_a_person.items(), TRAIN_PARAMETERS, today=TODAY)
    assert caught.value.field == field


def test_arguments_come_back_by_the_parameters_own_names() -> None:
    given_by_a_person = {"num_leaves": "63", "DAY": "yesterday", "learningrate": "1e-1"}
    assert arguments(given_by_a_person.items(), TRAIN_PARAMETERS, today=TODAY) == {
        "NumLeaves": "63",
        "Day": "2013-06-28",
        "LearningRate": "0.1",
    }


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("NumLeaves", "many", "NumLeaves has to be a whole number, not many."),
        ("NumLeaves", "6.5", "NumLeaves has to be a whole number, not 6.5."),
        ("NumLeaves", "1", "NumLeaves has to be 2 … 4096, not 1."),
        ("NumLeaves", "99999999999999999999", "NumLeaves has to be a whole number"),
        ("LearningRate", "nan", "LearningRate has to be a number such as 0.05, not nan."),
        ("LearningRate", "1e999", "LearningRate has to be a number"),
        ("LearningRate", "2", "LearningRate has to be 0.0001 … 1, not 2.0."),
    ],
)
def test_a_wrong_value_is_told_with_what_is_right(name: str, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        argument(by_name(name), text, today=TODAY)
    assert sentence in str(caught.value)
    assert caught.value.field == name


def test_an_unknown_parameter_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean NumLeaves"):
        arguments([("NumLeafs", "3")], TRAIN_PARAMETERS, today=TODAY)


def test_who_started_it_cannot_be_typed() -> None:
    with pytest.raises(InputError, match="There is no parameter StartedBy"):
        arguments([("StartedBy", "someone")], TRAIN_PARAMETERS, today=TODAY)


def test_a_parameter_given_twice_in_two_spellings_is_told() -> None:
    with pytest.raises(InputError, match="NumLeaves is given twice"):
        arguments([("NumLeaves", "3"), ("num_leaves", "4")], TRAIN_PARAMETERS, today=TODAY)


@pytest.mark.parametrize("text", ["", " ", "\N{IDEOGRAPHIC SPACE}"])
def test_a_parameter_without_a_value_is_told(text: str) -> None:
    with pytest.raises(InputError, match="NumLeaves has no value: write one after") as caught:
        arguments([("num_leaves", text)], TRAIN_PARAMETERS, today=TODAY)
    assert caught.value.field == "NumLeaves"


def test_a_choice_is_found_whatever_its_case() -> None:
    market = Parameter("Market", ParameterType.STRING, choices=("JP", "US"))
    assert argument(market, "jp", today=TODAY) == "JP"
    with pytest.raises(InputError, match="one of JP, US, not DE"):
        argument(market, "DE", today=TODAY)


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert closest("RPORT", ["run", "report"]) == "report"
    assert closest("xyz", ["run", "report"]) is None


def test_the_beginning_of_a_word_is_near_enough_if_only_one_begins_so() -> None:
    assert closest("prod", ["production", "experiment"]) == "production"
    assert closest("r", ["run", "report"]) is None
    assert closest("", ["run"]) is None


@given(st.sampled_from(TRAIN_PARAMETERS), st.text(max_size=40))
def test_any_text_is_a_value_or_one_sentence(parameter: Parameter, text: str) -> None:
    with contextlib.suppress(InputError):
        value = argument(parameter, text, today=TODAY)
        assert value
        assert argument(parameter, value, today=TODAY) == value
