"""Pipelines: create, update, describe, list, delete."""

from __future__ import annotations

from typing import Any, Final

from mlpipe_sandbox.aws.definition.check import check_definition
from mlpipe_sandbox.aws.definition.document import read_definition
from mlpipe_sandbox.aws.errors import ConflictError, ResourceNotFoundError, ValidationError
from mlpipe_sandbox.aws.execution.cache import StepCache
from mlpipe_sandbox.aws.jobs.container import ContainerError
from mlpipe_sandbox.aws.jobs.transfer import Transfer
from mlpipe_sandbox.aws.listing import DESCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.model import Model
from mlpipe_sandbox.aws.operations.pipeline_versions import PipelineVersions
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.place import Place, name_of
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_SUMMARY: Final = (
    "PipelineArn",
    "PipelineName",
    "PipelineDisplayName",
    "PipelineDescription",
    "RoleArn",
    "CreationTime",
    "LastModifiedTime",
    "LastExecutionTime",
)
_KEPT: Final = ("PipelineDisplayName", "PipelineDescription", "RoleArn", "ParallelismConfiguration")


class Pipelines:
    """Pipelines by name."""

    def __init__(
        self,
        *,
        place: Place,
        store: Store,
        model: Model,
        transfer: Transfer,
        tags: Tags,
        cache: StepCache,
    ) -> None:
        """Keep pipelines in `store`; definitions in S3 are read by `transfer`.

        A pipeline that is deleted takes its steps out of `cache`.
        """
        self._place = place
        self._store = store
        self._pipelines = store.collection(place.collection("pipelines"))
        self._executions = store.collection(place.collection("executions"))
        self._tokens = store.collection(place.collection("pipeline-tokens"))
        self._model = model
        self._transfer = transfer
        self._tags = tags
        self._cache = cache
        self._versions = PipelineVersions(place, store)

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreatePipeline": self.create,
            "UpdatePipeline": self.update,
            "DescribePipeline": self.describe,
            "ListPipelines": self.listed,
            "ListPipelineVersions": self.list_versions,
            "DeletePipeline": self.delete,
        }

    def create(self, request: Document) -> Document:
        """CreatePipeline; the same ClientRequestToken again answers the same ARN."""
        name = request["PipelineName"]
        arn = self._place.arn("pipeline", name)
        definition = self._definition(request)
        with self._store.lock:
            if self._tokens.get(request["ClientRequestToken"]) == {"PipelineArn": arn}:
                return {"PipelineArn": arn}
            if name in self._pipelines:
                raise ValidationError(
                    "Pipeline names must be unique within an AWS account and region."
                    f" Pipeline with name ({name}) already exists."
                )
            now = self._place.now()
            pipeline = (
                {"PipelineDisplayName": name}
                | only(request, _KEPT)
                | {
                    "PipelineName": name,
                    "PipelineArn": arn,
                    "PipelineDefinition": definition,
                    "PipelineStatus": "Active",
                    "CreationTime": now,
                    "LastModifiedTime": now,
                    "CreatedBy": self._place.someone,
                    "LastModifiedBy": self._place.someone,
                }
            )
            self._pipelines.put(name, pipeline)
            self._versions.add(arn, definition)
            self._tokens.put(request["ClientRequestToken"], {"PipelineArn": arn})
        self._tags.put(arn, request.get("Tags"))
        return {"PipelineArn": arn}

    def update(self, request: Document) -> Document:
        """UpdatePipeline: executions that run keep the definition they started with."""
        pipeline = self.pipeline(request["PipelineName"])
        arn, changes = pipeline["PipelineArn"], only(request, _KEPT)
        if "PipelineDefinition" in request or "PipelineDefinitionS3Location" in request:
            changes["PipelineDefinition"] = self._definition(request)
        changes |= {"LastModifiedTime": self._place.now(), "LastModifiedBy": self._place.someone}
        with self._store.lock:
            kept = self._pipelines.change(pipeline["PipelineName"], lambda it: it.update(changes))
            if "PipelineDefinition" in changes or not self._versions.newest(arn):
                self._versions.add(arn, kept["PipelineDefinition"])
            return {"PipelineArn": arn, "PipelineVersionId": self._versions.newest(arn)}

    def describe(self, request: Document) -> Document:
        """DescribePipeline, by name or ARN; of a version its definition."""
        pipeline = self.pipeline(request["PipelineName"])
        if "PipelineVersionId" in request:
            pipeline["PipelineDefinition"] = self.definition(pipeline, request)
        return pipeline

    def definition(self, pipeline: Document, request: Document) -> str:
        """The definition of the version that a request names, else the newest.

        Raises:
            ResourceNotFoundError: there is no such version.
        """
        number = request.get("PipelineVersionId")
        if number is None:
            return str(pipeline["PipelineDefinition"])
        return self._versions.definition(pipeline["PipelineArn"], number)

    def list_versions(self, request: Document) -> Document:
        """ListPipelineVersions."""
        return self._versions.listed(self.pipeline(request["PipelineName"])["PipelineArn"], request)

    def pipeline(self, name_or_arn: str) -> Document:
        """A pipeline's document.

        Raises:
            ResourceNotFoundError: there is no such pipeline.
        """
        name = name_of(name_or_arn)
        pipeline = self._pipelines.get(name)
        if pipeline is None:
            arn = self._place.arn("pipeline", name)
            raise ResourceNotFoundError(f"Pipeline '{arn}' does not exist.")
        return pipeline

    def listed(self, request: Document) -> Document:
        """ListPipelines."""
        prefix = request.get("PipelineNamePrefix", "")
        pipelines = within(
            self._pipelines.all(), request, after="CreatedAfter", before="CreatedBefore"
        )
        chosen = [pipeline for pipeline in pipelines if pipeline["PipelineName"].startswith(prefix)]
        fields = {"Name": "PipelineName", "CreationTime": "CreationTime"}
        return page(
            ordered(chosen, request, fields=fields, order=DESCENDING),
            request,
            member="PipelineSummaries",
            summary=_summary,
        )

    def delete(self, request: Document) -> Document:
        """DeletePipeline: refused while an execution runs."""
        pipeline = self.pipeline(request["PipelineName"])
        arn = pipeline["PipelineArn"]
        with self._store.lock:
            running = [
                execution
                for execution in self._executions.all()
                if execution["PipelineArn"] == arn
                and execution["PipelineExecutionStatus"] in {"Executing", "Stopping"}
            ]
            if running:
                raise ConflictError(
                    f"Pipeline '{arn}' cannot be deleted: {len(running)} execution(s) are running."
                )
            self._pipelines.delete(pipeline["PipelineName"])
            self._cache.forget(arn)
            self._versions.forget(arn)
        self._tags.forget(arn)
        return {"PipelineArn": arn}

    def _definition(self, request: Document) -> str:
        text, location = (
            request.get("PipelineDefinition"),
            request.get("PipelineDefinitionS3Location"),
        )
        if (text is None) == (location is None):
            raise ValidationError(
                "Either PipelineDefinition or PipelineDefinitionS3Location must be specified,"
                " not both."
            )
        definition = text if text is not None else self._read(location)
        check_definition(read_definition(definition), self._model)
        return str(definition)

    def _read(self, location: Any) -> str:
        uri = f"s3://{location['Bucket']}/{location['ObjectKey']}"
        try:
            return self._transfer.read(uri).decode()
        except (ContainerError, UnicodeDecodeError) as error:
            raise ValidationError(f"Unable to read the pipeline definition. {error}") from error


def _summary(pipeline: Document) -> Document:
    summary = only(pipeline, _SUMMARY)
    if "LastRunTime" in pipeline:
        summary["LastExecutionTime"] = pipeline["LastRunTime"]
    return summary
