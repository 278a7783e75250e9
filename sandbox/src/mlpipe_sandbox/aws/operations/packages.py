"""Model packages: registered versions, their approval and their life cycle."""

from __future__ import annotations

from typing import Final

from mlpipe_sandbox.aws.errors import ConflictError, ValidationError
from mlpipe_sandbox.aws.events import Events
from mlpipe_sandbox.aws.listing import ASCENDING, only, ordered, page, within
from mlpipe_sandbox.aws.operations.groups import ModelPackageGroups
from mlpipe_sandbox.aws.operations.table import Operations
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.place import Place, name_of
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

MOST_PROPERTIES: Final = 50
"""CustomerMetadataProperties of one model package."""

_SUMMARY: Final = (
    "ModelPackageName",
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelLifeCycle",
    "ModelPackageRegistrationType",
)

_REPLACED: Final = (
    "ModelApprovalStatus",
    "ApprovalDescription",
    "ModelLifeCycle",
    "InferenceSpecification",
    "SourceUri",
    "ModelPackageRegistrationType",
    "ModelCard",
)


class ModelPackages:
    """Model packages by ARN, numbered in their groups."""

    def __init__(
        self,
        *,
        place: Place,
        store: Store,
        events: Events,
        groups: ModelPackageGroups,
        tags: Tags,
    ) -> None:
        """Keep packages in `store`; `events` tells of each state."""
        self._events = events
        self._place = place
        self._store = store
        self._packages = store.collection(place.collection("model-packages"))
        self._numbers = store.collection(place.collection("model-package-numbers"))
        self._tokens = store.collection(place.collection("model-package-tokens"))
        self._groups = groups
        self._tags = tags

    def operations(self) -> Operations:
        """What this resource answers."""
        return {
            "CreateModelPackage": self.create,
            "DescribeModelPackage": self.describe,
            "ListModelPackages": self.listed,
            "UpdateModelPackage": self.update,
            "DeleteModelPackage": self.delete,
        }

    def create(self, request: Document) -> Document:
        """CreateModelPackage: a new version of its group, or an unversioned package by name."""
        group = request.get("ModelPackageGroupName")
        name = request.get("ModelPackageName")
        if (group is None) == (name is None):
            raise ValidationError(
                "Either ModelPackageName or ModelPackageGroupName must be specified, not both."
            )
        with self._store.lock:
            known = self._tokens.get(request.get("ClientToken", ""))
            if known is not None:
                return known
            package = self._versioned(group) if group is not None else self._unversioned(str(name))
            arn = package["ModelPackageArn"]
            self._packages.put(arn, self._document(request, package))
            self._remember(request, arn)
        self._tags.put(arn, request.get("Tags"))
        self._events.package_changed(self._package(arn))
        return {"ModelPackageArn": arn}

    def _versioned(self, group_name: str) -> Document:
        group = self._groups.group(group_name)["ModelPackageGroupName"]
        number = (self._numbers.get(group) or {"Last": 0})["Last"] + 1
        self._numbers.put(group, {"Last": number})
        return {
            "ModelPackageName": group,
            "ModelPackageGroupName": group,
            "ModelPackageVersion": number,
            "ModelPackageArn": self._place.arn("model-package", f"{group}/{number}"),
        }

    def _unversioned(self, name: str) -> Document:
        arn = self._place.arn("model-package", name)
        if arn in self._packages:
            raise ConflictError(f"Model package {arn} already exists.")
        return {"ModelPackageName": name, "ModelPackageArn": arn}

    def _document(self, request: Document, package: Document) -> Document:
        name = package["ModelPackageName"]
        detail = [{"Name": name, "Status": "Completed"}]
        versioned = "ModelPackageVersion" in package
        told = {k: v for k, v in request.items() if k not in {"Tags", "ClientToken"}}
        return (
            ({"ModelApprovalStatus": "PendingManualApproval"} if versioned else {})
            | told
            | package
            | {
                "CreationTime": self._place.now(),
                "CreatedBy": self._place.someone,
                "ModelPackageStatus": "Completed",
                "ModelPackageStatusDetails": {
                    "ValidationStatuses": [],
                    "ImageScanStatuses": detail,
                },
            }
        )

    def describe(self, request: Document) -> Document:
        """DescribeModelPackage, by ARN (a version) or by name (unversioned)."""
        return self._package(request["ModelPackageName"])

    def listed(self, request: Document) -> Document:
        """ListModelPackages: unversioned packages unless a group or ModelPackageType says else."""
        group = request.get("ModelPackageGroupName")
        wanted = request.get("ModelPackageType", "Versioned" if group else "Unversioned")
        part = request.get("NameContains", "").lower()
        packages = within(
            self._packages.all(), request, after="CreationTimeAfter", before="CreationTimeBefore"
        )
        if group is not None:
            name = self._groups.group(group)["ModelPackageGroupName"]
            packages = [p for p in packages if p.get("ModelPackageGroupName") == name]
        chosen = [
            p
            for p in packages
            if wanted in ("Both", "Versioned" if "ModelPackageVersion" in p else "Unversioned")
            and part in p["ModelPackageName"].lower()
            and request.get("ModelApprovalStatus") in (None, p.get("ModelApprovalStatus"))
        ]
        fields = {"Name": "ModelPackageName", "CreationTime": "CreationTime"}
        return page(
            ordered(chosen, request, fields=fields, order=ASCENDING),
            request,
            member="ModelPackageSummaryList",
            summary=_summary,
        )

    def update(self, request: Document) -> Document:
        """UpdateModelPackage: approval, life cycle, metadata."""
        arn = self._package(request["ModelPackageArn"])["ModelPackageArn"]
        with self._store.lock:
            if self._tokens.get(request.get("ClientToken", "")) is not None:
                return {"ModelPackageArn": arn}
            package = self._packages.change(arn, lambda package: self._apply(package, request))
            self._remember(request, arn)
        self._events.package_changed(package)
        return {"ModelPackageArn": arn}

    def _apply(self, package: Document, request: Document) -> None:
        if "ModelApprovalStatus" in request and "ModelPackageVersion" not in package:
            raise ValidationError("ModelApprovalStatus applies to versioned model packages only.")
        package |= only(request, _REPLACED)
        more = request.get("AdditionalInferenceSpecificationsToAdd")
        if more:
            package.setdefault("AdditionalInferenceSpecifications", []).extend(more)
        properties = package.get("CustomerMetadataProperties", {})
        properties |= request.get("CustomerMetadataProperties", {})
        for key in request.get("CustomerMetadataPropertiesToRemove", ()):
            properties.pop(key, None)
        if len(properties) > MOST_PROPERTIES:
            raise ValidationError(
                f"A model package has at most {MOST_PROPERTIES} customer metadata properties."
            )
        package["CustomerMetadataProperties"] = properties
        if not properties:
            del package["CustomerMetadataProperties"]
        package["LastModifiedTime"] = self._place.now()
        package["LastModifiedBy"] = self._place.someone

    def delete(self, request: Document) -> Document:
        """DeleteModelPackage: its version number is not given again."""
        arn = self._package(request["ModelPackageName"])["ModelPackageArn"]
        self._packages.delete(arn)
        self._tags.forget(arn)
        return {}

    def _package(self, name_or_arn: str) -> Document:
        arn = name_or_arn
        if not arn.startswith("arn:"):
            arn = self._place.arn("model-package", name_of(arn))
        package = self._packages.get(arn)
        if package is None:
            raise ValidationError(f"ModelPackage {arn} does not exist.")
        return package

    def _remember(self, request: Document, arn: str) -> None:
        token = request.get("ClientToken")
        if token:
            self._tokens.put(token, {"ModelPackageArn": arn})


def _summary(package: Document) -> Document:
    """A version's summary carries no ModelPackageName, as on AWS."""
    summary = only(package, _SUMMARY)
    if "ModelPackageVersion" in summary:
        del summary["ModelPackageName"]
    return summary
