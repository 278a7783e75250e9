"""The faults of Slack that can be asked for, as Python and as JSON have them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, model_validator

from mlpipe_sandbox.faults.kinds import AnyFault, Seconds, read
from mlpipe_sandbox.slack.delivery.reply import Forgery, Kind

Span = Seconds | tuple[Seconds, Seconds]
"""A fixed time, or a range to draw from."""


class _Span(AnyFault):
    seconds: Span

    @model_validator(mode="after")
    def _in_order(self) -> _Span:
        if isinstance(self.seconds, tuple) and self.seconds[0] > self.seconds[1]:
            raise ValueError("the range ends before it begins")
        return self


class _DeliveryFault(AnyFault):
    kind: Kind | None = None
    """The one kind of delivery that it happens to."""


class Doubled(_Span, _DeliveryFault):
    """A second copy follows; of an event as the retry that Slack makes of it."""

    fault: Literal["doubled"] = "doubled"
    seconds: Span = 0.0
    """How long after the first copy was due."""


class Delayed(_Span, _DeliveryFault):
    """The app gets it late; the time to acknowledge and the trigger_id run meanwhile."""

    fault: Literal["delayed"] = "delayed"


class Reordered(_DeliveryFault):
    """Every other delivery is held until the one after it has gone."""

    fault: Literal["reordered"] = "reordered"
    longest: Seconds = 10.0
    """How long it is held where none comes after it."""


class Dropped(_DeliveryFault):
    """The app never gets it."""

    fault: Literal["dropped"] = "dropped"


class Forged(_DeliveryFault):
    """Someone who is not Slack, or another team's Slack, sends the like of it beside it."""

    fault: Literal["forged"] = "forged"
    forgery: Forgery = "bad_signature"
    """Socket Mode has no signatures and HTTP no envelopes: there, nothing of them is forged."""


class _ApiFault(AnyFault):
    method: str | None = Field(default=None, min_length=1)
    """The one method that it happens to; `response_url` and `upload` count as methods."""


class ApiError(_ApiFault):
    """A call is refused with an error code."""

    fault: Literal["api_error"] = "api_error"
    error: str = Field(pattern=r"^[a-z0-9_]+$")


class ApiStatus(_ApiFault):
    """A call is answered by a failure of the server."""

    fault: Literal["api_status"] = "api_status"
    status: int = Field(default=503, ge=500, le=599)
    done: bool = False
    """Whether Slack did what was asked before it failed to say so."""


class ApiReset(_ApiFault):
    """The connection of a call is reset."""

    fault: Literal["api_reset"] = "api_reset"
    done: bool = False
    """Whether Slack did what was asked before the connection broke."""


class ApiRateLimited(_ApiFault):
    """A call is told to come again later: 429, `ratelimited`, Retry-After."""

    fault: Literal["api_ratelimited"] = "api_ratelimited"
    retry_after: int = Field(default=1, ge=1)


class ApiDelayed(_Span, _ApiFault):
    """The answer to a call takes its time."""

    fault: Literal["api_delayed"] = "api_delayed"


DeliveryFault = Doubled | Delayed | Reordered | Dropped | Forged
ApiFailure = ApiError | ApiStatus | ApiReset | ApiRateLimited
Fault = DeliveryFault | ApiFailure | ApiDelayed

_FAULT: TypeAdapter[Fault] = TypeAdapter(Annotated[Fault, Field(discriminator="fault")])


def read_fault(document: object) -> Fault:
    """A fault that came as JSON.

    Raises:
        FaultError: there is no such fault, or one of its fields is wrong.
    """
    return read(document, _FAULT)
