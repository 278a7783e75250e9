"""What a definition is made from, and the parameters that it declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.domain import PRODUCTION, Environment, Kind, Pipeline
from core.parameters import (
    EVALUATE_PARAMETERS,
    SHARED_PARAMETERS,
    SWEEP_PARAMETERS,
    TRAIN_PARAMETERS,
    Parameter,
)

MANIFEST: Final = "manifest.toml"
"""File name of the dataset manifest where a job sees it."""

PARAMETERS: Final = {
    Kind.TRAIN: TRAIN_PARAMETERS,
    Kind.EVALUATE: EVALUATE_PARAMETERS,
    Kind.SWEEP: SWEEP_PARAMETERS,
}

RECIPE_PARAMETERS: Final = tuple(
    parameter for parameter in TRAIN_PARAMETERS if parameter not in SHARED_PARAMETERS
)
"""What makes another model of the same day: neither the day, nor the gate, nor who asked."""

WINDOW: Final = frozenset({"WindowDays", "ValidationDays"})

HYPERPARAMETERS: Final = tuple(
    parameter for parameter in RECIPE_PARAMETERS if parameter.name not in WINDOW
)
"""What the Train step's script is given as SageMaker hyperparameters."""


@dataclass(frozen=True)
class Plan:
    """One pipeline definition in one environment."""

    pipeline: Pipeline
    environment: Environment
    kind: Kind
    inputs: str
    """S3 URI of the folder with the dataset manifest, without a closing slash."""
    code_commit: str
    recipe: str
    """The part of the recipe that no parameter changes (`deploy.pipeline.recipe`)."""

    @property
    def name(self) -> str:
        """The PipelineName in SageMaker."""
        return self.pipeline.sagemaker_name(self.environment.name, self.kind)

    @property
    def description(self) -> str:
        """The PipelineDescription in SageMaker."""
        what = {
            Kind.TRAIN: "trains a model on the days before a day, scores that day and registers",
            Kind.EVALUATE: "scores a day with the registered versions",
            Kind.SWEEP: "tunes hyperparameters over the days up to a day",
        }[self.kind]
        return f"mlpipe: {self.pipeline.name} in {self.environment.name}: {what}."

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that this definition declares."""
        return PARAMETERS[self.kind]

    @property
    def group(self) -> str:
        """The ModelPackageGroupName that Register writes to."""
        return self.pipeline.model_package_group(self.environment.name)

    @property
    def production_group(self) -> str:
        """The ModelPackageGroupName in which production, reference and challengers are found."""
        return self.pipeline.model_package_group(PRODUCTION)

    @property
    def experiment(self) -> str:
        """The ExperimentName in SageMaker."""
        return self.pipeline.experiment(self.environment.name)

    @property
    def reference(self) -> str:
        """How the steps are told which version is the reference."""
        named = self.pipeline.reference_version
        return "first" if named is None else str(named)

    def folder(self, name: str) -> str:
        """S3 URI of one of the pipeline's folders in the environment's bucket."""
        return f"s3://{self.environment.bucket}/{self.pipeline.name}/{name}"
