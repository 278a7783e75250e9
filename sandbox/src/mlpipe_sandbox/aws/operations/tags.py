"""AddTags, ListTags, DeleteTags for the resources that live in our store."""

from __future__ import annotations

from mlpipe_sandbox.aws.listing import page
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store


class Tags:
    """Tags by the ARN of what they are on."""

    def __init__(self, place: Place, store: Store) -> None:
        """Keep tags in `store`."""
        self._tags = store.collection(place.collection("tags"))

    def operations(self) -> Operations:
        """What this resource answers."""
        return {"AddTags": self.add, "ListTags": self.listed, "DeleteTags": self.delete}

    def put(self, arn: str, tags: list[Document] | None) -> None:
        """Set tags that came with a Create request."""
        if tags:
            self._write(arn, {tag["Key"]: tag["Value"] for tag in tags})

    def of(self, arn: str) -> list[Document]:
        """A resource's tags."""
        tags = self._tags.get(arn) or {}
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    def add(self, request: Document) -> Document:
        """AddTags."""
        arn = request["ResourceArn"]
        new = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
        self._write(arn, (self._tags.get(arn) or {}) | new)
        return {"Tags": self.of(arn)}

    def listed(self, request: Document) -> Document:
        """ListTags."""
        return page(self.of(request["ResourceArn"]), request, member="Tags")

    def delete(self, request: Document) -> Document:
        """DeleteTags."""
        arn, keys = request["ResourceArn"], set(request["TagKeys"])
        kept = {key: value for key, value in (self._tags.get(arn) or {}).items() if key not in keys}
        self._write(arn, kept)
        return {}

    def forget(self, arn: str) -> None:
        """Drop the tags of a resource that is gone."""
        self._tags.delete(arn)

    def _write(self, arn: str, tags: dict[str, str]) -> None:
        self._tags.put(arn, dict(tags))
