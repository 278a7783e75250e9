"""The error that a failing call is answered with, in the words of the service."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from mlpipe_sandbox.aws.errors import AwsError
from mlpipe_sandbox.aws.faults.kinds import ApiError, ApiFailure, ApiStatus, ApiThrottled

_BROKEN: Final = "We encountered an internal error. Please try again."


def refusal(failure: ApiFailure, service: str) -> AwsError:
    """What a service says; of a reset connection, what is said to those who hold none."""
    of_s3 = service == "s3"
    broken = "InternalError" if of_s3 else "InternalFailure"
    match failure:
        case ApiThrottled() if of_s3:
            return AwsError("SlowDown", "Please reduce your request rate.", status=503)
        case ApiThrottled():
            return AwsError("ThrottlingException", "Rate exceeded")
        case ApiError():
            return AwsError(failure.error, failure.message, status=failure.status)
        case ApiStatus(status=HTTPStatus.SERVICE_UNAVAILABLE as status):
            return AwsError("ServiceUnavailable", "The service is unavailable.", status=status)
        case ApiStatus(status=status):
            return AwsError(broken, _BROKEN, status=status)
        case _:
            return AwsError(broken, _BROKEN, status=500)
