"""Where and when an operation happens: account, region, clock, and who asks."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from typing import Final

from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.clock import Clock

ACCOUNT: Final = "123456789012"
"""The account of everyone in the sandbox; moto's own."""


@dataclass(frozen=True)
class Place:
    """One region of the sandbox's account, with the clock that everything there follows."""

    region: str
    clock: Clock
    account: str = ACCOUNT

    def arn(self, kind: str, name: str) -> str:
        """ARN of a SageMaker resource, such as kind `pipeline` and its name."""
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{kind}/{name}"

    def now(self) -> float:
        """The present instant as AWS's JSON tells it: epoch seconds, to the millisecond."""
        return round(self.clock.now().timestamp(), 3)

    @property
    def someone(self) -> Document:
        """UserContext of whoever calls: the sandbox tells nobody apart."""
        return {
            "IamIdentity": {
                "Arn": f"arn:aws:iam::{self.account}:user/sandbox",
                "PrincipalId": "AIDASANDBOX",
            }
        }

    def collection(self, kind: str) -> str:
        """Name of this region's collection of a kind of resource."""
        return f"{self.region}/{kind}"


def name_of(name_or_arn: str) -> str:
    """The name at the end of an ARN; a bare name is itself."""
    return name_or_arn.rsplit("/", 1)[-1]


def random_name(length: int, *, letters: str = string.ascii_letters + string.digits) -> str:
    """Letters and digits, as AWS adds them to a name to make it unique."""
    return "".join(random.choices(letters, k=length))  # noqa: S311  # a name, not a secret
