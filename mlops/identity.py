"""Who calls AWS."""

from __future__ import annotations

from mlops.aws import Aws


async def caller(aws: Aws) -> str:
    """The ARN of whose credentials these are (GetCallerIdentity, which needs no permission)."""
    answer = await aws.call("sts", "get_caller_identity")
    return str(answer["Arn"])
