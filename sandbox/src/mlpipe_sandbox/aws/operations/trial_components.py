"""Trial components: one try's parameters, artifacts and metrics; also what jobs leave of theirs."""

from __future__ import annotations

import math
from typing import Final

from mlpipe_sandbox.aws.errors import ResourceNotFoundError, ValidationError
from mlpipe_sandbox.aws.listing import DESCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.experiments import PAGE
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.operations.trials import Trials
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_SUMMARY: Final = (
    "TrialComponentName",
    "TrialComponentArn",
    "DisplayName",
    "Status",
    "StartTime",
    "EndTime",
    "CreationTime",
    "CreatedBy",
    "LastModifiedTime",
    "LastModifiedBy",
)
_SET: Final = ("DisplayName", "Status", "StartTime", "EndTime")
_MAPS: Final = ("Parameters", "InputArtifacts", "OutputArtifacts")
_MOST: Final = {"Parameters": 300, "InputArtifacts": 60, "OutputArtifacts": 60}


class TrialComponents:
    """Trial components by name, and the raw values of their metrics."""

    def __init__(self, *, place: Place, store: Store, trials: Trials, tags: Tags) -> None:
        """Keep components in `store`."""
        self._place = place
        self._store = store
        self._components = store.collection(place.collection("trial-components"))
        self._metrics = store.collection(place.collection("trial-metrics"))
        self._trials = trials
        self._tags = tags

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateTrialComponent": self.create,
            "DescribeTrialComponent": self.describe,
            "UpdateTrialComponent": self.update,
            "ListTrialComponents": self.listed,
            "DeleteTrialComponent": self.delete,
        }

    def create(self, request: Document) -> Document:
        """CreateTrialComponent."""
        name, now = request["TrialComponentName"], self._place.now()
        arn = self._place.arn("experiment-trial-component", name)
        with self._store.lock:
            if name in self._components:
                raise ValidationError(
                    "Trial Component names must be unique within an AWS account and region."
                    f" Trial Component with name ({name}) already exists."
                )
            self._components.put(
                name,
                {"DisplayName": name}
                | {key: value for key, value in request.items() if key != "Tags"}
                | {
                    "TrialComponentArn": arn,
                    "CreationTime": now,
                    "LastModifiedTime": now,
                    "CreatedBy": self._place.someone,
                    "LastModifiedBy": self._place.someone,
                },
            )
        self._tags.put(arn, request.get("Tags"))
        return {"TrialComponentArn": arn}

    def describe(self, request: Document) -> Document:
        """DescribeTrialComponent, with its metrics as summaries."""
        name = request["TrialComponentName"]
        component = self._components.get(name)
        if component is None:
            arn = self._place.arn("experiment-trial-component", name)
            raise ResourceNotFoundError(f"Trial Component '{arn}' does not exist.")
        component["Metrics"] = self.summaries(component)
        return component

    def update(self, request: Document) -> Document:
        """UpdateTrialComponent: maps gain the given keys and lose those to remove."""
        name = self.describe(request)["TrialComponentName"]

        def change(kept: Document) -> None:
            kept |= only(request, _SET)
            for member in _MAPS:
                items = kept.get(member, {}) | request.get(member, {})
                for key in request.get(f"{member}ToRemove", ()):
                    items.pop(key, None)
                if len(items) > _MOST[member]:
                    raise ValidationError(
                        f"A trial component has at most {_MOST[member]} {member}."
                    )
                if items:
                    kept[member] = items
                else:
                    kept.pop(member, None)
            kept |= {
                "LastModifiedTime": self._place.now(),
                "LastModifiedBy": self._place.someone,
            }

        return only(self._components.change(name, change), ("TrialComponentArn",))

    def listed(self, request: Document) -> Document:
        """ListTrialComponents, of an experiment, a trial or a source if asked."""
        components = within(
            self._components.all(), request, after="CreatedAfter", before="CreatedBefore"
        )
        chosen = [component for component in components if self._chosen(component, request)]
        fields = {"Name": "TrialComponentName", "CreationTime": "CreationTime"}
        return page(
            ordered(chosen, request, fields=fields, order=DESCENDING),
            request,
            member="TrialComponentSummaries",
            summary=_summary,
            size=PAGE,
        )

    def _chosen(self, component: Document, request: Document) -> bool:
        if "SourceArn" in request:
            source: Document = component.get("Source", {})
            return bool(source.get("SourceArn") == request["SourceArn"])
        if "TrialName" in request or "ExperimentName" in request:
            return any(
                request.get("TrialName", trial["TrialName"]) == trial["TrialName"]
                and request.get("ExperimentName", trial["ExperimentName"])
                == trial["ExperimentName"]
                for trial in self._trials.trials_of(component["TrialComponentName"])
            )
        return True

    def delete(self, request: Document) -> Document:
        """DeleteTrialComponent: only one that is in no trial."""
        component = self.describe(request)
        name, arn = component["TrialComponentName"], component["TrialComponentArn"]
        if self._trials.trials_of(name):
            raise ValidationError(f"Trial Component '{arn}' cannot be deleted: it is in a trial.")
        self._components.delete(name)
        self._metrics.delete(name)
        self._tags.forget(arn)
        return {"TrialComponentArn": arn}

    def put_metrics(self, request: Document) -> Document:
        """BatchPutMetrics of the service sagemaker-metrics."""
        name = request["TrialComponentName"]
        with self._store.lock:
            if name not in self._components:
                missing = range(len(request["MetricData"]))
                return {"Errors": [{"Code": "VALIDATION_ERROR", "MetricIndex": i} for i in missing]}
            kept = self._metrics.get(name) or {"Data": []}
            kept["Data"].extend(request["MetricData"])
            self._metrics.put(name, kept)
        return {}

    def summaries(self, component: Document) -> list[Document]:
        """Its metrics as Describe and Search tell them."""
        kept = self._metrics.get(component["TrialComponentName"]) or {"Data": []}
        by_name: dict[str, list[Document]] = {}
        for datum in kept["Data"]:
            by_name.setdefault(datum["MetricName"], []).append(datum)
        source = component.get("Source", {}).get("SourceArn", component["TrialComponentArn"])
        return [_metric_summary(name, data, source) for name, data in by_name.items()]

    def job_changed(self, job: Document) -> None:
        """Keep the component of a processing or training job that belongs to a trial."""
        config = job.get("ExperimentConfig", {})
        if "TrialName" not in config:
            return
        kind = "Training" if "TrainingJobName" in job else "Processing"
        name = f"{job[f'{kind}JobName']}-aws-{kind.lower()}-job".lower()
        if name not in self._components:
            self._trials.ensure(
                experiment=config.get("ExperimentName", "unassigned"), trial=config["TrialName"]
            )
            display = config.get("TrialComponentDisplayName", name)
            self.create({"TrialComponentName": name, "DisplayName": display})
            self._trials.associate({"TrialComponentName": name, "TrialName": config["TrialName"]})
        self._components.change(name, lambda kept: kept.update(_of_job(job, kind)))
        if "FinalMetricDataList" in job:
            told = [{**datum, "Step": 0} for datum in job["FinalMetricDataList"]]
            self._metrics.put(name, {"Data": told})


def _summary(component: Document) -> Document:
    summary = only(component, _SUMMARY)
    if "Source" in component:
        summary["TrialComponentSource"] = component["Source"]
    return summary


def _metric_summary(name: str, data: list[Document], source: str) -> Document:
    values = [float(datum["Value"]) for datum in data]
    mean = math.fsum(values) / len(values)
    spread = math.fsum((value - mean) ** 2 for value in values) / len(values)
    return {
        "MetricName": name,
        "SourceArn": source,
        "TimeStamp": max(datum["Timestamp"] for datum in data),
        "Max": max(values),
        "Min": min(values),
        "Last": values[-1],
        "Count": len(values),
        "Avg": mean,
        "StdDev": math.sqrt(spread),
    }


def _of_job(job: Document, kind: str) -> Document:
    """What a trial component tells of its job."""
    states = {"InProgress": "InProgress", "Completed": "Completed", "Failed": "Failed"}
    status = job[f"{kind}JobStatus"]
    message = job.get("FailureReason")
    told = {
        "Source": {
            "SourceArn": job[f"{kind}JobArn"],
            "SourceType": f"SageMaker{kind}Job",
        },
        "Status": {"PrimaryStatus": states.get(status, status)}
        | ({"Message": message.replace("\n", " ")} if message else {}),
        "LastModifiedTime": job["LastModifiedTime"],
        "StartTime": job.get(f"{kind}StartTime"),
        "EndTime": job.get(f"{kind}EndTime"),
    }
    parameters = {
        key: {"StringValue": text} for key, text in job.get("HyperParameters", {}).items()
    }
    if parameters:
        told["Parameters"] = parameters
    return {key: value for key, value in told.items() if value is not None}
