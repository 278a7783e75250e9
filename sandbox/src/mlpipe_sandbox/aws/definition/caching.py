"""The CacheConfig of a step, and what makes two runs of it the same.

Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching-enabling.html and
https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from mlpipe_sandbox.aws.errors import unparsable

CACHE_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "Processing": ("AppSpecification", "Environment", "ProcessingInputs"),
    "Training": (
        "AlgorithmSpecification",
        "CheckpointConfig",
        "DebugHookConfig",
        "DebugRuleConfigurations",
        "Environment",
        "HyperParameters",
        "InputDataConfig",
    ),
    "Tuning": ("HyperParameterTuningJobConfig", "TrainingJobDefinition"),
}
"""Step type → the arguments that, changed, make a step run again. Others are not cached."""

_NUMBER: Final = r"(\d{1,5})"
# AWS's own examples leave the P out ("30d", "T16m", "30dT5h"), its SDK's have it ("PT1H").
_DURATION: Final = re.compile(
    rf"P?(?!$)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?!$)(?:{_NUMBER}H)?(?:{_NUMBER}M)?)?",
    re.IGNORECASE,
)
_UNITS: Final = (
    dt.timedelta(days=365),
    dt.timedelta(days=30),
    dt.timedelta(weeks=1),
    dt.timedelta(days=1),
    dt.timedelta(hours=1),
    dt.timedelta(minutes=1),
)


def read_cache_config(step: str, config: object) -> dt.timedelta | None:
    """How old an earlier run may be that stands in for a step; None where caching is off.

    Raises:
        ValidationError: it is malformed, or on without saying for how long.
    """
    if config is None:
        return None
    if not isinstance(config, dict) or not isinstance(config.get("Enabled"), bool):
        raise unparsable(f"Step '{step}': CacheConfig needs Enabled, true or false.")
    for member in config.keys() - {"Enabled", "ExpireAfter"}:
        raise unparsable(f"Step '{step}': Unknown member '{member}' in CacheConfig.")
    text = config.get("ExpireAfter")
    if text is None:
        if config["Enabled"]:
            raise unparsable(f"Step '{step}': CacheConfig is Enabled and needs ExpireAfter.")
        return None
    age = _duration(text)
    if age is None:
        raise unparsable(
            f"Step '{step}': ExpireAfter of CacheConfig has to be an ISO 8601 duration of years,"
            f" months, weeks, days, hours and minutes such as 'P30D' or 'PT1H', not '{text}'."
        )
    return age if config["Enabled"] else None


def _duration(text: object) -> dt.timedelta | None:
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    parts = zip(match.groups(), _UNITS, strict=True)
    return sum((int(number or 0) * unit for number, unit in parts), dt.timedelta())
