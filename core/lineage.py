"""Keys of a model package's CustomerMetadataProperties, and which version serves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from core.day_result import DayResult
from core.domain import ApprovalStatus, ModelVersion

DAY: Final = "day"
EXECUTION: Final = "execution_arn"
CODE_COMMIT: Final = "code_commit"
IMAGE: Final = "image"
RECIPE: Final = "recipe"
"""Equal for two versions exactly if people decided the same: `{SHA-256}:{parameters' values}`, as
`deploy.pipeline.recipe` defines it. The same recipe refreshed on another day has the same."""
STARTED_BY: Final = "started_by"
DECIDED_BY: Final = "decided_by"
"""Slack team and user id of who approved or rejected, `T…/U…`."""
DECIDED_AT: Final = "decided_at"
"""ISO 8601 with zone."""

CHALLENGER_STAGE: Final = "Challenger"


def serving(versions: Iterable[ModelVersion]) -> ModelVersion | None:
    """The version that serves where neither deployment nor pointer is configured: approved last."""
    approved = [version for version in versions if version.approval is ApprovalStatus.APPROVED]
    return max(approved, key=_decided, default=None)


def _decided(version: ModelVersion) -> tuple[dt.datetime, int]:
    at = version.metadata.get(DECIDED_AT)
    return dt.datetime.fromisoformat(at) if at else version.modified, version.version


def approved_since(version: ModelVersion, result: DayResult) -> bool:
    """Whether a version came to serve only after a run had started, so that it was not scored."""
    return _decided(version)[0] > result.run.started


def challengers(versions: Iterable[ModelVersion]) -> tuple[ModelVersion, ...]:
    """Versions whose ModelLifeCycle stage marks them as competing with production."""
    return tuple(version for version in versions if version.stage == CHALLENGER_STAGE)


def reference(versions: Iterable[ModelVersion], named: int | None) -> ModelVersion | None:
    """The one version that never changes: the named one, else the first registered."""
    by_version = {version.version: version for version in versions}
    if named is not None:
        return by_version.get(named)
    return by_version[min(by_version)] if by_version else None
