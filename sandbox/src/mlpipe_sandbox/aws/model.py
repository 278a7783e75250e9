"""botocore's own service model of SageMaker: what each request and response must look like."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

import botocore.loaders
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

from mlpipe_sandbox.aws.errors import (
    AwsError,
    InternalError,
    UnknownOperationError,
    ValidationError,
)
from mlpipe_sandbox.aws.shapes import Document, Violation, violations

SAGEMAKER = "sagemaker"
METRICS = "sagemaker-metrics"


class Model:
    """The operations of one service, read when first needed (SageMaker's model takes a moment)."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._lock = Lock()

    @cached_property
    def _model(self) -> ServiceModel:
        loaded = botocore.loaders.Loader().load_service_model(self._service, "service-2")
        return ServiceModel(loaded, service_name=self._service)

    def check_request(self, operation: str, request: Document) -> None:
        """Raise the error with which AWS answers a request that its model does not allow."""
        shape = self.input_shape(operation)
        found = violations(shape, request) if shape is not None else []
        refusal = _refusal(found)
        if refusal is not None:
            raise refusal

    def check_response(self, operation: str, response: Document) -> None:
        """Raise InternalError if the sandbox is about to answer what AWS cannot answer."""
        shape = self._operation(operation).output_shape
        found = violations(shape, response) if shape is not None else []
        if found:
            sentences = "; ".join(violation.sentence for violation in found)
            raise InternalError(f"The sandbox's answer to {operation} is wrong: {sentences}")

    def input_shape(self, operation: str) -> Shape | None:
        """The shape of an operation's request.

        Raises:
            UnknownOperationError: AWS has no such operation.
        """
        return self._operation(operation).input_shape

    def structure(self, name: str) -> StructureShape:
        """A structure of the model, by its name."""
        with self._lock:
            shape = self._model.shape_for(name)
        assert isinstance(shape, StructureShape), name
        return shape

    def members(self, operation: str) -> frozenset[str]:
        """Names of what an operation answers, to cut a resource down to them."""
        shape = self._operation(operation).output_shape
        return frozenset(shape.members) if shape is not None else frozenset()

    def _operation(self, name: str) -> OperationModel:
        with self._lock:
            try:
                return self._model.operation_model(name)
            except botocore.model.OperationNotFoundError:
                raise UnknownOperationError(name) from None


def _refusal(found: list[Violation]) -> AwsError | None:
    """Types are checked first, as AWS's deserializer does; unknown members it ignores."""
    for violation in found:
        if violation.kind == "type":
            return AwsError("SerializationException", violation.sentence)
    broken = [violation.sentence for violation in found if violation.kind == "constraint"]
    if not broken:
        return None
    count = f"{len(broken)} validation error{'s' if len(broken) > 1 else ''} detected"
    return ValidationError(f"{count}: {'; '.join(broken)}")
