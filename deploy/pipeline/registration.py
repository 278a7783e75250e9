"""The model package that a version is registered as: one shape for *Register* and *Backfill*.

The pipeline's definition hands in references that SageMaker resolves, the backfill plain texts; the
request is the same, so that nobody can tell later which of them registered a version but by its
lineage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.domain import ApprovalStatus
from core.lineage import CODE_COMMIT, DAY, EXECUTION, IMAGE, RECIPE, STARTED_BY
from core.results import ANALYSIS, EVALUATION

Value = object
"""A text, or a reference of a pipeline's definition that becomes one."""

CONTENT_TYPE: Final = "application/json"
DESCRIPTION: Final = "Trained by mlpipe; its lineage is in the customer metadata."


@dataclass(frozen=True)
class Lineage:
    """Where a version comes from; None or empty is not written."""

    day: Value
    code_commit: Value = None
    image: Value = None
    execution_arn: Value = None
    recipe: Value = None
    started_by: Value = None

    @property
    def metadata(self) -> dict[str, Value]:
        """CustomerMetadataProperties."""
        found = {
            DAY: self.day,
            EXECUTION: self.execution_arn,
            CODE_COMMIT: self.code_commit,
            IMAGE: self.image,
            RECIPE: self.recipe,
            STARTED_BY: self.started_by,
        }
        return {key: value for key, value in found.items() if value is not None and value != ""}


@dataclass(frozen=True)
class Registration:
    """One version to be registered."""

    group: Value
    image: Value
    model_data: Value
    """S3 URI of model.tar.gz."""
    evaluation: Value
    """S3 URI of evaluation.json."""
    analysis: Value
    """S3 URI of analysis.json."""
    lineage: Lineage
    extra: Mapping[str, Value] = field(default_factory=dict)

    def request(self) -> dict[str, Value]:
        """The arguments of CreateModelPackage (also those of a RegisterModel step)."""
        return {
            "ModelPackageGroupName": self.group,
            "ModelPackageDescription": DESCRIPTION,
            "ModelApprovalStatus": ApprovalStatus.PENDING.value,
            "InferenceSpecification": {
                "Containers": [{"Image": self.image, "ModelDataUrl": self.model_data}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            "ModelMetrics": {
                "ModelQuality": {"Statistics": _report(self.evaluation)},
                "Explainability": {"Report": _report(self.analysis)},
            },
            "CustomerMetadataProperties": self.lineage.metadata,
            **self.extra,
        }


def result_uris(prefix: str) -> tuple[str, str]:
    """S3 URIs of evaluation.json and analysis.json below a run's prefix (which ends in a slash)."""
    return f"{prefix}{EVALUATION}", f"{prefix}{ANALYSIS}"


def _report(uri: Value) -> dict[str, Value]:
    return {"ContentType": CONTENT_TYPE, "S3Uri": uri}
