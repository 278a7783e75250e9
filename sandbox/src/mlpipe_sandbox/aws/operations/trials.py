"""Trials: in SageMaker's words, the folders of an experiment that hold trial components."""

from __future__ import annotations

from typing import Final

from mlpipe_sandbox.aws.errors import ResourceNotFoundError, ValidationError
from mlpipe_sandbox.aws.listing import DESCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.experiments import PAGE, Experiments
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_SUMMARY: Final = ("TrialArn", "TrialName", "DisplayName", "CreationTime", "LastModifiedTime")


class Trials:
    """Trials by name, and which trial components are in which."""

    def __init__(self, *, place: Place, store: Store, experiments: Experiments, tags: Tags) -> None:
        """Keep trials in `store`."""
        self._place = place
        self._store = store
        self._trials = store.collection(place.collection("trials"))
        self._components = store.collection(place.collection("trial-components"))
        self._members = store.collection(place.collection("trial-members"))
        self._experiments = experiments
        self._tags = tags

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateTrial": self.create,
            "DescribeTrial": self.describe,
            "UpdateTrial": self.update,
            "ListTrials": self.listed,
            "DeleteTrial": self.delete,
            "AssociateTrialComponent": self.associate,
            "DisassociateTrialComponent": self.disassociate,
        }

    def create(self, request: Document) -> Document:
        """CreateTrial, in an experiment that exists."""
        name, now = request["TrialName"], self._place.now()
        arn = self._place.arn("experiment-trial", name)
        self._experiments.describe(request)
        with self._store.lock:
            if name in self._trials:
                raise ValidationError(
                    "Trial names must be unique within an AWS account and region."
                    f" Trial with name ({name}) already exists."
                )
            self._trials.put(
                name,
                {"DisplayName": name}
                | {key: value for key, value in request.items() if key != "Tags"}
                | {
                    "TrialArn": arn,
                    "CreationTime": now,
                    "LastModifiedTime": now,
                    "CreatedBy": self._place.someone,
                    "LastModifiedBy": self._place.someone,
                },
            )
        self._tags.put(arn, request.get("Tags"))
        return {"TrialArn": arn}

    def ensure(self, *, experiment: str, trial: str, source: str | None = None) -> None:
        """Create a trial and its experiment where they are missing.

        Args:
            experiment: name of the experiment.
            trial: name of the trial.
            source: ARN of the pipeline execution it stands for.
        """
        with self._store.lock:
            self._experiments.ensure(experiment)
            if trial not in self._trials:
                self.create({"TrialName": trial, "ExperimentName": experiment})
                if source is not None:
                    told = {"SourceArn": source, "SourceType": "SageMakerPipelineExecution"}
                    self._trials.change(trial, lambda kept: kept.update(Source=told))

    def describe(self, request: Document) -> Document:
        """DescribeTrial."""
        name = request["TrialName"]
        trial = self._trials.get(name)
        if trial is None:
            arn = self._place.arn("experiment-trial", name)
            raise ResourceNotFoundError(f"Trial '{arn}' does not exist.")
        return trial

    def update(self, request: Document) -> Document:
        """UpdateTrial."""
        trial = self.describe(request)
        changes = only(request, ("DisplayName",)) | {
            "LastModifiedTime": self._place.now(),
            "LastModifiedBy": self._place.someone,
        }
        self._trials.change(trial["TrialName"], lambda kept: kept.update(changes))
        return {"TrialArn": trial["TrialArn"]}

    def listed(self, request: Document) -> Document:
        """ListTrials, of an experiment or holding a trial component if asked."""
        trials = within(self._trials.all(), request, after="CreatedAfter", before="CreatedBefore")
        experiment, component = request.get("ExperimentName"), request.get("TrialComponentName")
        if experiment is not None:
            trials = [trial for trial in trials if trial["ExperimentName"] == experiment]
        if component is not None:
            trials = [t for t in trials if component in self.components_of(t["TrialName"])]
        fields = {"Name": "TrialName", "CreationTime": "CreationTime"}
        return page(
            ordered(trials, request, fields=fields, order=DESCENDING),
            request,
            member="TrialSummaries",
            summary=lambda trial: (
                only(trial, _SUMMARY)
                | ({"TrialSource": trial["Source"]} if "Source" in trial else {})
            ),
            size=PAGE,
        )

    def delete(self, request: Document) -> Document:
        """DeleteTrial: only one without components."""
        trial = self.describe(request)
        name, arn = trial["TrialName"], trial["TrialArn"]
        if self.components_of(name):
            raise ValidationError(f"Trial '{arn}' cannot be deleted: it has trial components.")
        self._trials.delete(name)
        self._members.delete(name)
        self._tags.forget(arn)
        return {"TrialArn": arn}

    def components_of(self, trial: str) -> list[str]:
        """Names of the components in a trial, in the order in which they were put there."""
        kept = self._members.get(trial)
        return list(kept["Components"]) if kept is not None else []

    def trials_of(self, component: str) -> list[Document]:
        """Trials that hold a component."""
        return [t for t in self._trials.all() if component in self.components_of(t["TrialName"])]

    def parents(self) -> dict[str, list[Document]]:
        """By the name of each component: the trials that hold it, as Search tells them."""
        found: dict[str, list[Document]] = {}
        for trial in self._trials.all():
            parent = {"TrialName": trial["TrialName"], "ExperimentName": trial["ExperimentName"]}
            for component in self.components_of(trial["TrialName"]):
                found.setdefault(component, []).append(parent)
        return found

    def associate(self, request: Document) -> Document:
        """AssociateTrialComponent; twice is once."""
        return self._set(request, joined=True)

    def disassociate(self, request: Document) -> Document:
        """DisassociateTrialComponent."""
        return self._set(request, joined=False)

    def _set(self, request: Document, *, joined: bool) -> Document:
        trial, name = self.describe(request), request["TrialComponentName"]
        component = self._components.get(name)
        if component is None:
            arn = self._place.arn("experiment-trial-component", name)
            raise ResourceNotFoundError(f"Trial Component '{arn}' does not exist.")
        with self._store.lock:
            members = [c for c in self.components_of(trial["TrialName"]) if c != name]
            if joined:
                members.append(name)
            self._members.put(trial["TrialName"], {"Components": members})
        return {"TrialComponentArn": component["TrialComponentArn"], "TrialArn": trial["TrialArn"]}
