"""Experiments."""

from __future__ import annotations

from typing import Final

from mlpipe_sandbox.aws.errors import ResourceNotFoundError, ValidationError
from mlpipe_sandbox.aws.listing import DESCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

PAGE: Final = 10
"""What ListExperiments, ListTrials and ListTrialComponents give without MaxResults."""

_SUMMARY: Final = (
    "ExperimentArn",
    "ExperimentName",
    "DisplayName",
    "ExperimentSource",
    "CreationTime",
    "LastModifiedTime",
)


class Experiments:
    """Experiments by name."""

    def __init__(self, *, place: Place, store: Store, tags: Tags) -> None:
        """Keep experiments in `store`."""
        self._place = place
        self._store = store
        self._experiments = store.collection(place.collection("experiments"))
        self._trials = store.collection(place.collection("trials"))
        self._tags = tags

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateExperiment": self.create,
            "DescribeExperiment": self.describe,
            "UpdateExperiment": self.update,
            "ListExperiments": self.listed,
            "DeleteExperiment": self.delete,
        }

    def create(self, request: Document) -> Document:
        """CreateExperiment."""
        name, now = request["ExperimentName"], self._place.now()
        arn = self._place.arn("experiment", name)
        with self._store.lock:
            if name in self._experiments:
                raise ValidationError(
                    "Experiment names must be unique within an AWS account and region."
                    f" Experiment with name ({name}) already exists."
                )
            self._experiments.put(
                name,
                {"DisplayName": name}
                | {key: value for key, value in request.items() if key != "Tags"}
                | {
                    "ExperimentArn": arn,
                    "CreationTime": now,
                    "LastModifiedTime": now,
                    "CreatedBy": self._place.someone,
                    "LastModifiedBy": self._place.someone,
                },
            )
        self._tags.put(arn, request.get("Tags"))
        return {"ExperimentArn": arn}

    def ensure(self, name: str) -> None:
        """Create the experiment if it is missing."""
        with self._store.lock:
            if name not in self._experiments:
                self.create({"ExperimentName": name})

    def describe(self, request: Document) -> Document:
        """DescribeExperiment."""
        name = request["ExperimentName"]
        experiment = self._experiments.get(name)
        if experiment is None:
            arn = self._place.arn("experiment", name)
            raise ResourceNotFoundError(f"Experiment '{arn}' does not exist.")
        return experiment

    def update(self, request: Document) -> Document:
        """UpdateExperiment."""
        experiment = self.describe(request)
        changes = only(request, ("DisplayName", "Description")) | {
            "LastModifiedTime": self._place.now(),
            "LastModifiedBy": self._place.someone,
        }
        self._experiments.change(experiment["ExperimentName"], lambda kept: kept.update(changes))
        return {"ExperimentArn": experiment["ExperimentArn"]}

    def listed(self, request: Document) -> Document:
        """ListExperiments."""
        experiments = within(
            self._experiments.all(), request, after="CreatedAfter", before="CreatedBefore"
        )
        fields = {"Name": "ExperimentName", "CreationTime": "CreationTime"}
        return page(
            ordered(experiments, request, fields=fields, order=DESCENDING),
            request,
            member="ExperimentSummaries",
            summary=lambda experiment: only(experiment, _SUMMARY),
            size=PAGE,
        )

    def delete(self, request: Document) -> Document:
        """DeleteExperiment: only one without trials."""
        experiment = self.describe(request)
        name, arn = experiment["ExperimentName"], experiment["ExperimentArn"]
        if any(trial["ExperimentName"] == name for trial in self._trials.all()):
            raise ValidationError(f"Experiment '{arn}' cannot be deleted: it contains trials.")
        self._experiments.delete(name)
        self._tags.forget(arn)
        return {"ExperimentArn": arn}
