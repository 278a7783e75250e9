"""Makes every definition that a command asked for, importing SageMaker's SDK once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.console import Console
from core.domain import Kind
from core.errors import SettingsError
from core.messages import say
from deploy.pipeline import sdk
from deploy.pipeline.choice import Selection
from deploy.pipeline.commit import code_commit
from deploy.pipeline.inputs import Inputs, read_inputs
from deploy.pipeline.plan import Plan
from deploy.pipeline.recipe import digest_of_scripts, fixed_part

if TYPE_CHECKING:
    from deploy.pipeline.definition import Definer


@dataclass(frozen=True)
class Defined:
    """One definition, what it was made from, and what its jobs read."""

    plan: Plan
    inputs: Inputs
    definition: Mapping[str, Any]


def definitions(console: Console, selection: Selection) -> Iterator[Defined]:
    """Every selected definition, environment by environment.

    Raises:
        SettingsError: A dataset manifest cannot be used, or the SDK is not installed.
    """
    all_inputs = [read_inputs(pipeline, console.root) for pipeline in selection.pipelines]
    commit, code = code_commit(console.root), digest_of_scripts()
    define = _definer()
    fixed: dict[tuple[str, str], str] = {}
    for environment in selection.environments:
        for inputs in all_inputs:
            plan = Plan(
                inputs.pipeline,
                environment,
                Kind.TRAIN,
                inputs=inputs.uri(environment),
                code_commit=commit,
                recipe="",
            )
            key = inputs.pipeline.name, environment.image
            if key not in fixed:
                fixed[key] = fixed_part(plan, inputs.manifest, define, code)
            for kind in selection.kinds:
                complete = replace(plan, kind=kind, recipe=fixed[key])
                yield Defined(complete, inputs, define(complete))


def _definer() -> Definer:
    """Import SageMaker's SDK.

    Raises:
        SettingsError: It is not installed.
    """
    try:
        with sdk.offline():
            from deploy.pipeline.definition import Definer
    except ModuleNotFoundError as error:
        raise SettingsError(
            say(
                "Defining pipelines needs {package}, which is not installed here: install "
                "mlpipe with its extra `pipeline`.",
                package=str(error.name),
            )
        ) from error
    return Definer()
