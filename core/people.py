"""Who somebody is in Slack, by who they are to AWS.

A key is an ARN as `sts get-caller-identity` tells it, with the session of an assumed role, and
means one person; or the ARN of a role, and means whoever assumes it in whatever session. Sessions
are named by whoever begins them, unless the role's trust policy or IAM Identity Center names them:
a session alone, in whatever role, means nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.domain import Person

ARN: Final = r"^arn:aws[a-z-]*:(iam|sts)::\d{12}:\S+$"
_ASSUMED: Final = re.compile(
    r"arn:(?P<partition>[a-z-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/[^/]+"
)
_ROLE: Final = re.compile(
    r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}):role/(?:[^/]+/)*(?P<role>[^/]+)"
)


def person_of(arn: str, people: Mapping[str, Person]) -> Person | None:
    """Who an AWS identity is in Slack; None where nobody says so.

    Args:
        arn: As GetCallerIdentity tells it.
        people: ARN → who it is: the whole ARN counts before its role.
    """
    if arn in people:
        return people[arn]
    assumed = _ASSUMED.fullmatch(arn)
    if assumed is None:
        return None
    for key, person in people.items():
        role = _ROLE.fullmatch(key)  # its path is not told of who assumes it
        if role is not None and role.groupdict() == assumed.groupdict():
            return person
    return None
