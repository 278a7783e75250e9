"""The parameters of our pipelines: their types, ranges, defaults and descriptions, stated once.

The pipeline definition, the modal, the command line and the checks of typed input all read this
table; a SageMaker definition has room for name, type and default only.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from core.messages import Sentence, say


class ParameterType(enum.StrEnum):
    """Type of a parameter; DAY is a String in SageMaker, written YYYY-MM-DD."""

    DAY = "Day"
    INTEGER = "Integer"
    FLOAT = "Float"
    STRING = "String"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a pipeline. `minimum` and `maximum` are inclusive."""

    name: str
    type: ParameterType
    description: Sentence | None = None
    default: int | float | str | None = None
    """None: has to be given (the day) or is filled in by whoever starts the execution."""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    internal: bool = False
    """Filled in by the starter, never asked of a person (who started it, from where)."""


DAY: Final = "Day"
WINDOW_DAYS: Final = "WindowDays"
VALIDATION_DAYS: Final = "ValidationDays"
"""Taken off the end of the window: fewer than it has."""
STARTED_BY: Final = "StartedBy"
LABEL_AGE: Final = "LabelAge"
"""Where labels come late: those that had come so many midnights after the day began are read. 0:
as many as have passed by SageMaker's clock."""
VERSIONS: Final = "Versions"
"""Which versions score, such as `production=12,reference=1`: those that scored a day first score it
again once its labels have matured."""
CURRENT: Final = "current"
"""As `Versions`: those that have the roles now."""
SHARED_PARAMETERS: Final = (
    Parameter(DAY, ParameterType.DAY, say("The day that is scored")),
    Parameter(
        "MinimumRows",
        ParameterType.INTEGER,
        say("Gate: minimum number of scored rows"),
        default=100,
        minimum=1,
        maximum=1_000_000_000,
    ),
    Parameter(STARTED_BY, ParameterType.STRING, default="unknown", internal=True),
    Parameter(LABEL_AGE, ParameterType.INTEGER, default=0, minimum=0, internal=True),
)
TRAIN_PARAMETERS: Final = (
    SHARED_PARAMETERS[0],
    Parameter(
        WINDOW_DAYS,
        ParameterType.INTEGER,
        say("Days of data before it to train on"),
        default=60,
        minimum=2,
        maximum=730,
    ),
    Parameter(
        VALIDATION_DAYS,
        ParameterType.INTEGER,
        say("Last days of the window that decide when training stops"),
        default=7,
        minimum=1,
        maximum=60,
    ),
    Parameter(
        "NumLeaves",
        ParameterType.INTEGER,
        say("Leaves in each tree"),
        default=31,
        minimum=2,
        maximum=4096,
    ),
    Parameter(
        "LearningRate",
        ParameterType.FLOAT,
        say("Learning rate"),
        default=0.05,
        minimum=0.0001,
        maximum=1.0,
    ),
    Parameter(
        "MaxTrees",
        ParameterType.INTEGER,
        say("Maximum number of trees"),
        default=500,
        minimum=1,
        maximum=20_000,
    ),
    Parameter(
        "MinDataInLeaf",
        ParameterType.INTEGER,
        say("Minimum rows in a leaf"),
        default=50,
        minimum=1,
        maximum=1_000_000,
    ),
    Parameter(
        "FeatureFraction",
        ParameterType.FLOAT,
        say("Share of features each tree sees"),
        default=1.0,
        minimum=0.01,
        maximum=1.0,
    ),
    Parameter(
        "BaggingFraction",
        ParameterType.FLOAT,
        say("Share of rows each tree sees"),
        default=1.0,
        minimum=0.01,
        maximum=1.0,
    ),
    Parameter(
        "Seed",
        ParameterType.INTEGER,
        say("Random seed"),
        default=1,
        minimum=0,
        maximum=2_147_483_647,
    ),
    *SHARED_PARAMETERS[1:],
)
SCORED_DAYS: Final = "ScoredDays"
SWEEP_PARAMETERS: Final = (
    *(each for each in TRAIN_PARAMETERS if each.name != "MinimumRows"),
    Parameter(
        SCORED_DAYS,
        ParameterType.INTEGER,
        say("Last days that each trial is trained for and scored on; their mean is its result"),
        default=5,
        minimum=2,
        maximum=28,
    ),
)
EVALUATE_PARAMETERS: Final = (
    *SHARED_PARAMETERS,
    Parameter(VERSIONS, ParameterType.STRING, default=CURRENT, internal=True),
)
