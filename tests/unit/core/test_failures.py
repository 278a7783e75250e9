from __future__ import annotations

import pytest

from core.failures import FIXES, KNOWN, Cause, cause_of, likely_fix

REASONS = {
    "ResourceLimitExceeded: The account-level service limit 'ml.p4d.24xlarge for training job "
    "usage' is 0 Instances, with current utilization of 0 Instances": Cause.QUOTA,
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a "
    "different ML instance type.": Cause.CAPACITY,
    "ClientError: Please use an instance type with more memory, or reduce the size of job data "
    "processed on an instance.": Cause.MEMORY,
    "AlgorithmError: , exit code: 137": Cause.MEMORY,
    "AlgorithmError: ExecuteUserScriptError: torch.cuda.OutOfMemoryError: CUDA out of memory. "
    "Tried to allocate 20.00 MiB, exit code: 1": Cause.MEMORY,
    "ClientError: Artifact upload failed:Insufficient disk space": Cause.DISK,
    "ClientError: Data download failed:Failed to download data. AccessDenied (403): Access "
    "Denied": Cause.PERMISSION,
    "An error occurred (AccessDeniedException): User: arn:aws:sts::1:assumed-role/r is not "
    "authorized to perform: s3:GetObject": Cause.PERMISSION,
    'No S3 objects found under S3 URL "s3://lake/day=1" given in input data source.': Cause.DATA,
    "AlgorithmError: botocore.errorfactory.NoSuchKey: The specified key does not exist., "
    "exit code: 1": Cause.DATA,
    "MaxRuntimeExceeded": Cause.TIME,
    "ThrottlingException: Rate exceeded": Cause.THROTTLED,
    "AlgorithmError: ModuleNotFoundError: No module named 'lightgbm', exit code: 1": Cause.LIBRARY,
    "InternalServerError: We encountered an internal error. Please try again.": Cause.AWS,
}


@pytest.mark.parametrize("reason", REASONS)
def test_awss_words_tell_the_cause(reason: str) -> None:
    assert cause_of(reason) is REASONS[reason]


@pytest.mark.parametrize(
    "reason",
    [
        None,
        "",
        "AlgorithmError: See job logs for more information",
        "AlgorithmError: The lake has no rows for 2013-06-28. Wait for the data to arrive.",
        "AlgorithmError: ValueError: 137 columns, exit code: 1",
        "All scores of the new version are the same (0.23): it learned nothing.",
    ],
)
def test_of_other_words_nothing_is_made_up(reason: str | None) -> None:
    assert likely_fix(reason) is None


def test_every_cause_has_its_words_its_source_and_its_fix() -> None:
    assert {each.cause for each in KNOWN} == set(FIXES) == set(Cause)
    assert all(each.source.startswith("https://") for each in KNOWN)
