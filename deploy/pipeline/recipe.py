"""The recipe: one text that is the same for two versions exactly if people decided the same.

It has two parts, `{fixed}:{values}`. `fixed` is a SHA-256 (hex) over the *Train* definition in
neutral surroundings (no environment's names, bucket, role, account or machine), the dataset
manifest as read (comments and order of keys do not count), the scripts' source, and the image's
name and tag. `values` are the execution's values of the parameters that make another model,
in the order of `core.parameters`, such as `60/7/31/0.05/500/50/1.0/1`: a pipeline can join
values, and cannot hash them. Neither the day nor the gate nor who asked is in it, so the same
recipe refreshed on newer data has the same text, and so has it in experiment and in production.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, Final, TypeVar

from core.domain import Environment, EnvironmentName, Kind
from core.manifest import Manifest
from core.manifest_parts import FOR_THE_REPORT
from deploy.pipeline.plan import RECIPE_PARAMETERS, Plan

Value = TypeVar("Value")

_BETWEEN_PARTS: Final = ":"
_BETWEEN_VALUES: Final = "/"
_NEUTRAL: Final = Environment(
    name=EnvironmentName("environment"),
    region="us-east-1",
    bucket="bucket",
    role_arn="arn:aws:iam::000000000000:role/role",
    image="image",
)


def joined(fixed: str, values: Mapping[str, Value]) -> Iterator[str | Value]:
    """The pieces of a recipe in order, given the parameters' values (or expressions for them)."""
    yield fixed
    for number, parameter in enumerate(RECIPE_PARAMETERS):
        yield _BETWEEN_VALUES if number else _BETWEEN_PARTS
        yield values[parameter.name]


def recipe(fixed: str, values: Mapping[str, str]) -> str:
    """A recipe whose parameters' values are known; those not given have their defaults."""
    defaults = {parameter.name: str(parameter.default) for parameter in RECIPE_PARAMETERS}
    return "".join(joined(fixed, {**defaults, **values}))


def fixed_part(
    plan: Plan, manifest: Manifest, define: Callable[[Plan], dict[str, Any]], code: str
) -> str:
    """What no parameter changes.

    Args:
        plan: Any plan of the pipeline.
        manifest: Its dataset manifest.
        define: A `deploy.pipeline.definition.Definer`.
        code: Digest of the scripts' source (`digest_of_scripts`).
    """
    _, _, image = plan.environment.image.rpartition("/")
    neutral = replace(
        plan,
        kind=Kind.TRAIN,
        environment=replace(_NEUTRAL, image=image),
        inputs="s3://bucket/inputs",
        code_commit="",
        recipe="",
    )
    # Which default a parameter has decides nothing: the value an execution used is in the recipe.
    definition = {key: part for key, part in define(neutral).items() if key != "Parameters"}
    said = manifest.model_dump(mode="json", exclude=set(FOR_THE_REPORT))
    decided = {"definition": definition, "manifest": said, "code": code}
    return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()


def digest_of_scripts() -> str:
    """SHA-256 (hex) over the source of the steps' scripts, as it is installed here."""
    digest = hashlib.sha256()
    folder = resources.files("deploy.pipeline.steps")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".py"):
            digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()
