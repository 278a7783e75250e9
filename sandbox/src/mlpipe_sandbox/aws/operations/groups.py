"""Model package groups."""

from __future__ import annotations

from typing import Final

from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.listing import ASCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.place import Place, name_of
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_SUMMARY: Final = (
    "ModelPackageGroupName",
    "ModelPackageGroupArn",
    "ModelPackageGroupDescription",
    "CreationTime",
    "ModelPackageGroupStatus",
)


class ModelPackageGroups:
    """Groups in which model packages are versions."""

    def __init__(self, *, place: Place, store: Store, tags: Tags) -> None:
        """Keep groups in `store`."""
        self._place = place
        self._store = store
        self._groups = store.collection(place.collection("model-package-groups"))
        self._packages = store.collection(place.collection("model-packages"))
        self._tags = tags

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateModelPackageGroup": self.create,
            "DescribeModelPackageGroup": self.describe,
            "ListModelPackageGroups": self.listed,
            "DeleteModelPackageGroup": self.delete,
        }

    def create(self, request: Document) -> Document:
        """CreateModelPackageGroup."""
        name = request["ModelPackageGroupName"]
        arn = self._place.arn("model-package-group", name)
        with self._store.lock:
            if name in self._groups:
                raise ValidationError(f"Model Package Group already exists: {arn}")
            self._groups.put(
                name,
                {key: value for key, value in request.items() if key != "Tags"}
                | {
                    "ModelPackageGroupArn": arn,
                    "CreationTime": self._place.now(),
                    "CreatedBy": self._place.someone,
                    "ModelPackageGroupStatus": "Completed",
                },
            )
        self._tags.put(arn, request.get("Tags"))
        return {"ModelPackageGroupArn": arn}

    def describe(self, request: Document) -> Document:
        """DescribeModelPackageGroup."""
        return self.group(request["ModelPackageGroupName"])

    def group(self, name_or_arn: str) -> Document:
        """A group's document.

        Raises:
            ValidationError: there is no such group.
        """
        name = name_of(name_or_arn)
        group = self._groups.get(name)
        if group is None:
            arn = self._place.arn("model-package-group", name)
            raise ValidationError(f"ModelPackageGroup {arn} does not exist.")
        return group

    def ensure(self, name_or_arn: str) -> None:
        """Make the group if it is missing, as a pipeline's RegisterModel step does."""
        name = name_of(name_or_arn)
        with self._store.lock:
            if name not in self._groups:
                self.create({"ModelPackageGroupName": name})

    def listed(self, request: Document) -> Document:
        """ListModelPackageGroups."""
        groups = within(
            self._groups.all(), request, after="CreationTimeAfter", before="CreationTimeBefore"
        )
        part = request.get("NameContains", "").lower()
        chosen = [group for group in groups if part in group["ModelPackageGroupName"].lower()]
        fields = {"Name": "ModelPackageGroupName", "CreationTime": "CreationTime"}
        return page(
            ordered(chosen, request, fields=fields, order=ASCENDING),
            request,
            member="ModelPackageGroupSummaryList",
            summary=lambda group: only(group, _SUMMARY),
        )

    def delete(self, request: Document) -> Document:
        """DeleteModelPackageGroup: only an empty one."""
        group = self.describe(request)
        name = group["ModelPackageGroupName"]
        with self._store.lock:
            held = [p for p in self._packages.all() if p.get("ModelPackageGroupName") == name]
            if held:
                raise ValidationError(
                    f"Model Package Group {group['ModelPackageGroupArn']} cannot be deleted:"
                    f" it contains {len(held)} model package(s)."
                )
            self._groups.delete(name)
        self._tags.forget(group["ModelPackageGroupArn"])
        return {}
