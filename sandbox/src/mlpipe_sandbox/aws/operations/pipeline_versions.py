"""The versions of pipelines: each definition that one has had, by number.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-versioning.html
"""

from __future__ import annotations

from mlpipe_sandbox.aws.errors import ResourceNotFoundError
from mlpipe_sandbox.aws.listing import DESCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store


class PipelineVersions:
    """Versions by ARN of the pipeline and number, from 1."""

    def __init__(self, place: Place, store: Store) -> None:
        self._place = place
        self._versions = store.collection(place.collection("pipeline-versions"))

    def add(self, arn: str, definition: str) -> int:
        """Keep a definition as the newest version; gives its number."""
        number = self.newest(arn) + 1
        kept = {
            "PipelineArn": arn,
            "PipelineVersionId": number,
            "PipelineDefinition": definition,
            "CreationTime": self._place.now(),
        }
        self._versions.put(f"{arn}#{number}", kept)
        return number

    def newest(self, arn: str) -> int:
        """The number of the newest version; 0 where an earlier sandbox has kept none."""
        return max((each["PipelineVersionId"] for each in self._of(arn)), default=0)

    def definition(self, arn: str, number: int) -> str:
        """What a version defines.

        Raises:
            ResourceNotFoundError: there is no such version.
        """
        kept = self._versions.get(f"{arn}#{number}")
        if kept is None:
            raise ResourceNotFoundError(f"Pipeline '{arn}' has no version {number}.")
        return str(kept["PipelineDefinition"])

    def listed(self, arn: str, request: Document) -> Document:
        """ListPipelineVersions, newest first unless asked otherwise."""
        versions = within(self._of(arn), request, after="CreatedAfter", before="CreatedBefore")
        fields = {"CreationTime": "CreationTime"}
        shown = ("PipelineArn", "PipelineVersionId", "CreationTime")
        return page(
            ordered(versions, request, fields=fields, order=DESCENDING),
            request,
            member="PipelineVersionSummaries",
            summary=lambda each: only(each, shown),
        )

    def forget(self, arn: str) -> None:
        """Forget a pipeline's versions."""
        self._versions.delete_where(lambda kept: bool(kept["PipelineArn"] == arn))

    def _of(self, arn: str) -> list[Document]:
        return [each for each in self._versions.peek() if each["PipelineArn"] == arn]
