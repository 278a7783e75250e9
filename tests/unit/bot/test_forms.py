from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot import forms
from bot.routes import FieldsError
from core.messages import Translator
from core.parameters import TRAIN_PARAMETERS, Parameter, ParameterType

TODAY = dt.date(2013, 6, 29)
PARAMETERS = (*TRAIN_PARAMETERS, Parameter("Market", ParameterType.STRING, choices=("JP", "US")))


def shown(**given: str) -> dict[str, dict[str, Any]]:
    blocks = forms.fields(
        PARAMETERS,
        prefix="p.",
        given=given,
        yesterday=TODAY - dt.timedelta(days=1),
        translator=Translator(),
    )
    rendered = [block._resolve() for block in blocks]
    return {block["block_id"]: block for block in rendered}


def filled(**values: str) -> dict[str, Any]:
    return {
        f"p.{name}": {forms.VALUE: {"type": "number_input", "value": value}}
        for name, value in values.items()
    }


def test_every_parameter_but_internal_ones_is_a_field_with_its_default() -> None:
    blocks = shown()
    assert set(blocks) == {f"p.{each.name}" for each in PARAMETERS if not each.internal}
    assert blocks["p.NumLeaves"]["element"]["initial_value"] == "31"
    assert blocks["p.Day"]["element"]["initial_date"] == "2013-06-28"
    assert blocks["p.LearningRate"]["element"]["is_decimal_allowed"] is True
    assert [o["value"] for o in blocks["p.Market"]["element"]["options"]] == ["JP", "US"]


def test_a_field_says_what_it_is_and_its_limits() -> None:
    assert shown()["p.NumLeaves"]["hint"]["text"] == "Leaves in each tree (2 … 4096)"


def test_what_is_given_comes_before_the_default() -> None:
    assert shown(NumLeaves="63")["p.NumLeaves"]["element"]["initial_value"] == "63"


def test_values_that_do_not_go_together_are_told_at_a_field() -> None:
    with pytest.raises(FieldsError) as caught:
        forms.read(filled(WindowDays="7"), TRAIN_PARAMETERS, prefix="p.", today=TODAY)
    assert set(caught.value.by_block) == {"p.WindowDays"}


def test_every_wrong_field_is_told_at_once() -> None:
    with pytest.raises(FieldsError) as caught:
        forms.read(
            filled(NumLeaves="1", LearningRate="x", Seed="3"), PARAMETERS, prefix="p.", today=TODAY
        )
    assert set(caught.value.by_block) == {"p.NumLeaves", "p.LearningRate"}


def test_what_is_right_comes_back_as_sagemaker_takes_it() -> None:
    values = {
        **filled(NumLeaves="063", LearningRate="0.10"),
        "p.Day": {forms.VALUE: {"type": "datepicker", "selected_date": "2013-06-27"}},
        "p.Market": {forms.VALUE: {"type": "static_select", "selected_option": {"value": "US"}}},
    }
    assert forms.read(values, PARAMETERS, prefix="p.", today=TODAY) == {
        "Day": "2013-06-27",
        "NumLeaves": "63",
        "LearningRate": "0.1",
        "Market": "US",
    }
