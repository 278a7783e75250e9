from __future__ import annotations

from dataclasses import replace

import pytest

from core.manifest import parse_manifest
from deploy.pipeline.plan import RECIPE_PARAMETERS, Plan
from deploy.pipeline.recipe import digest_of_scripts, fixed_part, recipe
from tests.unit.pipeline.conftest import EXPERIMENT, FLIGHTS, PRODUCTION, ROOT, Define, plan
from tests.unit.pipeline.expressions import all_steps, evaluated, values_of

TEXT = (ROOT / FLIGHTS.manifest).read_text(encoding="utf-8")
MANIFEST = parse_manifest(TEXT, "flights.toml")


def fixed(define: Define, made: Plan, text: str = TEXT, code: str = "code") -> str:
    return fixed_part(made, parse_manifest(text, "test"), define, code)


def test_experiment_and_production_have_the_same_recipe(define: Define) -> None:
    assert fixed(define, plan(PRODUCTION)) == fixed(define, plan(EXPERIMENT))


def test_a_commit_that_changes_no_script_is_no_new_recipe(define: Define) -> None:
    assert fixed(define, plan()) == fixed(define, replace(plan(), code_commit="another"))


def test_a_comment_in_the_manifest_is_no_new_recipe(define: Define) -> None:
    assert fixed(define, plan()) == fixed(define, plan(), f"# A remark.\n{TEXT}")


@pytest.mark.parametrize(
    ("before", "after"),
    [("above = 15", "above = 30"), ('"sched_dep_time",', ""), ('"carrier",', "")],
)
def test_a_label_or_feature_makes_another_recipe(define: Define, before: str, after: str) -> None:
    assert before in TEXT
    assert fixed(define, plan()) != fixed(define, plan(), TEXT.replace(before, after, 1))


def test_what_values_are_called_and_rows_are_worth_is_no_new_recipe(define: Define) -> None:
    value = '\n[value]\ncolumn = "distance"\ncurrency = "USD"\n'
    renamed = TEXT.replace('file = "airlines.csv"', 'file = "carriers.csv"')
    assert renamed != TEXT
    assert fixed(define, plan()) == fixed(define, plan(), renamed + value)


def test_other_code_or_another_image_makes_another_recipe(define: Define) -> None:
    image = replace(PRODUCTION, image=PRODUCTION.image.replace(":1.0", ":1.1"))

    assert fixed(define, plan()) != fixed(define, plan(), code="other")
    assert fixed(define, plan()) != fixed(define, plan(image))


def test_the_registered_recipe_is_what_the_same_parameters_give(define: Define) -> None:
    definition = define(plan())
    given = {"NumLeaves": "63", "LearningRate": "0.1"}
    register = next(step for step in all_steps(definition) if step["Name"] == "Register")
    metadata = register["Arguments"]["CustomerMetadataProperties"]

    registered = evaluated(metadata["recipe"], values_of(definition, **given))

    assert registered == recipe(plan().recipe, given) != recipe(plan().recipe, {})


def test_neither_day_nor_gate_nor_person_is_in_it() -> None:
    names = {parameter.name for parameter in RECIPE_PARAMETERS}

    assert not names & {"Day", "MinimumRows", "StartedBy"}


def test_the_scripts_digest_is_the_same_twice() -> None:
    assert digest_of_scripts() == digest_of_scripts()
