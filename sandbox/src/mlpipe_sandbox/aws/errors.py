"""Errors as AWS answers them: a code, a sentence and an HTTP status."""

from __future__ import annotations


class AwsError(Exception):
    """An operation refuses; the client raises it as ClientError with this code and message."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class ValidationError(AwsError):
    """What was asked does not hold; SageMaker uses it for many missing resources too."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


def unparsable(why: str) -> ValidationError:
    """The error for a pipeline's definition that cannot be read."""
    return ValidationError(f"Unable to parse pipeline definition. {why}")


class ResourceNotFoundError(AwsError):
    """There is no such resource."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceNotFound", message)


class ResourceInUseError(AwsError):
    """A resource of that name exists, or is in use."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceInUse", message)


class ConflictError(AwsError):
    """The resource is in a state that does not allow this."""

    def __init__(self, message: str) -> None:
        super().__init__("ConflictException", message)


class UnknownOperationError(AwsError):
    """The sandbox does not have this operation."""

    def __init__(self, operation: str) -> None:
        super().__init__("UnknownOperationException", f"The sandbox has no operation {operation}.")


class InternalError(AwsError):
    """The sandbox itself is at fault."""

    def __init__(self, message: str) -> None:
        super().__init__("InternalFailure", message, status=500)
