"""Why a step failed, told from AWS's own words, and what most likely mends it."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.messages import Sentence, say


class Cause(enum.StrEnum):
    """What a reason speaks of; the order is that in which reasons are asked."""

    QUOTA = "quota"
    CAPACITY = "capacity"
    MEMORY = "memory"
    DISK = "disk"
    PERMISSION = "permission"
    IMAGE = "image"
    DATA = "data"
    TIME = "time"
    THROTTLED = "throttled"
    LIBRARY = "library"
    AWS = "aws"


@dataclass(frozen=True)
class Known:
    """How AWS words a cause."""

    cause: Cause
    words: Sequence[str]
    """Regular expressions, case ignored; one of them is enough."""
    source: str
    """Where that wording is from."""


KNOWN: Final = (
    Known(
        Cause.QUOTA,
        (r"ResourceLimitExceeded", r"account-level service limit", r"service quota"),
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html",
    ),
    Known(
        Cause.CAPACITY,
        (
            r"CapacityError",
            r"Unable to provision requested ML compute capacity",
            r"Insufficient\w*Capacity",
        ),
        "https://repost.aws/knowledge-center/sagemaker-insufficient-capacity-error",
    ),
    Known(
        Cause.MEMORY,
        (
            r"instance type with more memory",
            r"OutOfMemory",
            r"out of memory",
            r"Cannot allocate memory",
            r"\bMemoryError\b",
            r"exit code:? '?(?:137|-9)\b",  # 128 + SIGKILL: what the kernel's OOM killer sends
        ),
        "https://docs.aws.amazon.com/sagemaker/latest/dg/processing-job-frameworks.html",
    ),
    Known(
        Cause.DISK,
        (r"No space left on device", r"Insufficient disk space"),
        "https://github.com/huggingface/blog/issues/114",
    ),
    Known(
        Cause.PERMISSION,
        (
            r"AccessDenied",
            r"Access Denied",
            r"is not authorized to perform",
            r"UnauthorizedOperation",
            r"\b403\b.{0,40}Forbidden",
        ),
        "https://repost.aws/knowledge-center/sagemaker-s3-accessdenied-training",
    ),
    Known(
        Cause.IMAGE,
        (
            r"CannotPull\w*",
            r"(?:repository|image)\b.{0,200}\bdoes not exist",
            r"ImageNotFound",
        ),
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html",
    ),
    Known(
        Cause.DATA,
        (
            r"No S3 objects found under S3 URL",
            r"NoSuchKey",
            r"NoSuchBucket",
            r"specified (?:key|bucket) does not exist",
            r"HeadObject operation: Not Found",
            r"Data download failed",
        ),
        "https://github.com/aws/amazon-sagemaker-examples/issues/2493",
    ),
    Known(
        Cause.TIME,
        (r"MaxRuntimeExceeded", r"MaxRuntimeInSeconds", r"MaxWaitTimeExceeded"),
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html",
    ),
    Known(
        Cause.THROTTLED,
        (r"ThrottlingException", r"Rate exceeded", r"SlowDown", r"TooManyRequests"),
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html",
    ),
    Known(
        Cause.LIBRARY,
        (r"ModuleNotFoundError", r"No module named", r"cannot open shared object file"),
        "https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError",
    ),
    Known(
        Cause.AWS,
        (r"InternalServerError", r"InternalFailure", r"We encountered an internal error"),
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html",
    ),
)
"""Asked in this order: a quota that is 0 also speaks of instances, a denied bucket of objects."""
FIXES: Final[Mapping[Cause, Sentence]] = {
    Cause.QUOTA: say(
        "AWS's quota for this instance type is used up: wait until other jobs have ended, take "
        "another instance type, or have the quota raised in AWS's Service Quotas."
    ),
    Cause.CAPACITY: say(
        "AWS has no such machine free at the moment: wait a little and retry, or take another "
        "instance type."
    ),
    Cause.MEMORY: say(
        "It ran out of memory: take an instance type with more of it, or fewer rows (a shorter "
        "window, a smaller sample)."
    ),
    Cause.DISK: say("The disk is full: give the job a larger volume, or less data."),
    Cause.PERMISSION: say(
        "A permission is missing: who runs mlpipe grants it to the role of the pipeline in IAM, "
        "and where the data are encrypted, to its key too."
    ),
    Cause.IMAGE: say(
        "The image is not there or cannot be pulled: check its address and tag in mlpipe.toml, and "
        "that the role may read it."
    ),
    Cause.DATA: say("Data are missing: check that they have arrived at that address, then retry."),
    Cause.TIME: say(
        "It ran longer than it may: raise its MaxRuntimeInSeconds, or take fewer rows or a faster "
        "instance type."
    ),
    Cause.THROTTLED: say("AWS was asked too often at once: retry in a few minutes."),
    Cause.LIBRARY: say(
        "A library is missing in the image: build it with that library, or name another image."
    ),
    Cause.AWS: say("Something broke at AWS: retry, nothing has to be changed."),
}


def cause_of(reason: str | None) -> Cause | None:
    """What a reason speaks of; None where its words are not known."""
    if not reason:
        return None
    return next(
        (
            known.cause
            for known in KNOWN
            if any(re.search(word, reason, re.IGNORECASE) for word in known.words)
        ),
        None,
    )


def likely_fix(reason: str | None) -> Sentence | None:
    """What most likely mends what failed for this reason; None where that is not known."""
    cause = cause_of(reason)
    return FIXES[cause] if cause is not None else None
