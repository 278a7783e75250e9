"""What an evaluation leaves in S3 beside the standard files, and where.

Layout, in the environment's bucket:

    {pipeline}/days/{YYYY-MM-DD}/{run}/
        evaluation.json   SageMaker's model-quality schema, of the candidate
        analysis.json     Clarify's explainability schema, of the candidate
        facts.json        `DayFacts`: what those schemas have no room for
        gate.json         `Gate`
        run.json          `Run`: whose results these are, and which files they are
        scores.parquet    one row a scored row; never read by the bot

`run` is the id of the pipeline execution, or `backfill-{job}` for a day that a backfill filled in.
A run is complete once run.json and every file that it names are there: SageMaker uploads a job's
output in no order that anybody promises. Several runs for one day are normal: that day's is the one
evaluated last, among the complete. Where labels come late, it is the last of those that read the
oldest labels, and those that read younger ones tell how the day was known before.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.domain import Better
from core.manifest import UntilThen
from core.manifest_parts import ValueOf

EVALUATION: Final = "evaluation.json"
ANALYSIS: Final = "analysis.json"
FACTS: Final = "facts.json"
GATE: Final = "gate.json"
RUN: Final = "run.json"
SCORES: Final = "scores.parquet"

CANDIDATE: Final = "candidate"
PRODUCTION: Final = "production"
REFERENCE: Final = "reference"
CHALLENGER_PREFIX: Final = "challenger-"
"""Roles of the models that scored a day; a challenger's is this and its version number.

The candidate is the version this run trained. A run of *Evaluate* trains none: there the production
version (failing that the reference) is what evaluation.json describes; `DayFacts.subject` tells.
"""

OTHER_VALUES: Final = "(other)"
"""What the slice is called that gathers a column's rarer values."""
NO_VALUE: Final = "(none)"
"""What the slice of the rows without a value in the column is called."""


def days_prefix(pipeline: str) -> str:
    """Key prefix below which every day's results lie."""
    return f"{pipeline}/days/"


def run_prefix(pipeline: str, day: dt.date, run: str) -> str:
    """Key prefix of one run's results for one day, with its closing slash."""
    return f"{days_prefix(pipeline)}{day.isoformat()}/{run}/"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="constants")


class Interval(_Stored):
    """A metric's value with its 95 % interval, which describes this day's rows only."""

    value: float
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    """Of the value itself, whatever scale the interval was made on."""
    method: str | None = None
    """Such as "DeLong", "Wilson", "bootstrap, 1000 resamples"."""


class Rows(_Stored):
    """Counts of the day's rows. Weighted figures equal the counts where there are no weights."""

    read: int
    labelled: int
    """Rows with a label: those that are scored."""
    positives: int
    weight: float
    """Sum of weights over the labelled rows."""
    positive_weight: float
    scored: int

    @property
    def base_rate(self) -> float:
        """Weighted share of positives among the labelled rows."""
        return self.positive_weight / self.weight


class DayWorth(_Stored):
    """What the day's labelled rows are worth, in money. Sums are weighted."""

    column: str
    currency: str
    """Its code of ISO 4217."""
    of: ValueOf
    rows: int
    """Labelled rows whose value is known; the sums are over these."""
    all: float
    """Sum of the values."""
    positive: float
    """Sum of the values of the positives."""


class ModelWorth(_Stored):
    """What a model expected of the rows whose value is known."""

    expected: float
    """Sum of the values, each times the row's probability of being positive."""
    over_observed: Interval | None = None
    """That over the sum of the values of the positives; None where this is 0."""


class ModelFacts(_Stored):
    """One model on the day's rows."""

    role: str
    version: int | None = None
    arn: str | None = None
    metrics: dict[str, Interval]
    """auc, log_loss, normalised_entropy, calibration_error, predicted_over_observed, accuracy,
    precision, recall, f1."""
    mean_score: float
    """Weighted mean of the predicted probability, put back to the true rate."""
    worth: ModelWorth | None = None
    """None where nobody says what rows are worth, or a score is no number."""
    statistics: dict[str, float | list[float] | list[list[float]]] = Field(default_factory=dict)
    """What suffices for later tests without rows; names and meaning: core.evidence."""


class PairedDifference(_Stored):
    """One metric of `model` minus the same of `against`, on the same rows."""

    model: str
    against: str
    metric: str
    difference: Interval


class Agreement(_Stored):
    """How alike two models scored the same rows (weighted shares and moments)."""

    model: str
    against: str
    score_correlation: float | None
    """Pearson correlation of the log-odds; None where a model gives every row the same."""
    mean_absolute_difference: float
    """Of the two probabilities."""
    lower_loss: float
    """Share of rows on which `model` has the smaller log-loss; ties count half."""
    both_right: float
    only_model_right: float
    only_against_right: float
    both_wrong: float
    """Shares of the four outcomes of McNemar's table at a threshold of 0.5."""


class SliceFacts(_Stored):
    """The rows in which `column` has `value`."""

    column: str
    value: str
    rows: int
    weight: float
    positive_weight: float
    metrics: dict[str, dict[str, float | None]]
    """role → metric → value; None where the slice has a single class."""
    worth: float | None = None
    """Weighted sum of the values of its rows; None where nobody says what rows are worth."""
    expected_worth: dict[str, float] = Field(default_factory=dict)
    """role → `ModelWorth.expected` of its rows."""


class FeatureFacts(_Stored):
    """One feature's values on the day (summaries only, never rows)."""

    name: str
    kind: Literal["numeric", "categorical", "hashed"]
    missing: float
    """Share of rows without a value."""
    distinct: int
    unit: str | None = None
    """What a numeric column is measured in, as the manifest says."""
    mean: float | None = None
    deviation: float | None = None
    quantiles: list[float] | None = None
    """At 0, 5, 25, 50, 75, 95 and 100 %."""
    shares: dict[str, float] | None = None
    """Else share of rows by value or bucket, the 20 most frequent; capped, of the others too."""
    levels_of: str | None = None
    """Role of the model whose heaviest values are told apart, of a capped column."""


class DayFacts(_Stored):
    """facts.json: everything about one scored day that the standard schemas have no room for."""

    schema_version: Literal[1] = 1
    pipeline: str
    environment: str
    day: dt.date
    subject: str
    """Role that evaluation.json and analysis.json describe."""
    low_base_rate: bool
    """Base rate below 5 %: normalised entropy, predicted over observed and AUC lead."""
    rows: Rows
    worth: DayWorth | None = None
    """None where nobody says what rows are worth."""
    models: dict[str, ModelFacts]
    """By role."""
    missing: dict[str, str] = Field(default_factory=dict)
    """Role that could not be scored → why, in a sentence."""
    paired: list[PairedDifference] = Field(default_factory=list)
    agreement: list[Agreement] = Field(default_factory=list)
    slices: list[SliceFacts] = Field(default_factory=list)
    names: dict[str, dict[str, str]] = Field(default_factory=dict)
    """column → value of one of its slices → what people call it, as far as anybody says."""
    features: list[FeatureFacts] = Field(default_factory=list)
    importance: dict[str, float] = Field(default_factory=dict)
    """Mean absolute SHAP value by feature, of the subject (log-odds)."""
    importance_rows: int = 0
    """Rows on which importance was computed."""

    def named(self, column: str, value: str) -> str:
        """What people call a value of a column: the value itself where nobody says."""
        return self.names.get(column, {}).get(value, value)


class LateLabels(_Stored):
    """How far a day's labels had come when they were read; only where they come late."""

    age: int
    """Whole days: those that had come `age` midnights after the day began."""
    matures_after: int
    """The age at which hardly a label is still to come."""
    until_then: UntilThen

    @property
    def mature(self) -> bool:
        """Whether hardly a label is still to come."""
        return self.age >= self.matures_after


class GateCheck(_Stored):
    """One sanity check of the gate."""

    name: str
    passed: bool
    sentence: str


class Gate(_Stored):
    """gate.json: whether this evaluation is sane enough to register the model."""

    passed: bool
    reason: str
    """One sentence: what was wrong, or that nothing was."""
    checks: list[GateCheck]


class Run(_Stored):
    """run.json: whose results these are."""

    schema_version: Literal[1] = 1
    pipeline: str
    environment: str
    day: dt.date
    run: str
    kind: Literal["train", "evaluate"]
    execution_arn: str | None = None
    started: dt.datetime
    """When the execution or the backfill job started, by SageMaker's clock."""
    evaluated: dt.datetime | None = None
    """When the results were written: a retried execution keeps its start. None in older ones."""
    backfilled: bool = False
    started_by: str = "unknown"
    code_commit: str | None = None
    image: str | None = None
    parameters: dict[str, str] = Field(default_factory=dict)
    train_first_day: dt.date | None = None
    train_last_day: dt.date | None = None
    train_rows: int | None = None
    labels: LateLabels | None = None
    """None where a day's labels are there with its rows."""
    files: tuple[str, ...] = ()
    """Names of the files that belong to the results, run.json apart."""
    leading: tuple[str, ...] = ()
    """Metrics that lead, where the team says so of its own pipeline."""
    better: dict[str, Better] = Field(default_factory=dict)
    """Which way metrics are better, of those that nobody knows but the team."""

    @property
    def label_age(self) -> int | None:
        """Age in days of the labels that were read; None where they were complete."""
        return None if self.labels is None or self.labels.mature else self.labels.age
