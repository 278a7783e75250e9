"""What every fault takes, and how one is read from JSON."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

F = TypeVar("F")

LONGEST: Final = 3600.0
Seconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]


class FaultError(ValueError):
    """What was asked for is no fault; the text says what is wrong with it."""


class AnyFault(BaseModel):
    """Something that goes wrong on demand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    times: int | None = Field(default=None, ge=1)
    """How often it happens; None is until it is taken away."""
    share: float = Field(default=1.0, gt=0, le=1)
    """The part of those that it could happen to, drawn by `seed`."""
    seed: int = 0


def decode(body: bytes, *, example: str) -> dict[str, Any]:
    """The object that somebody sent to ask for a fault.

    Raises:
        FaultError: it is none; `example` shows what one looks like.
    """
    try:
        document = json.loads(body)
    except ValueError as error:
        raise FaultError(f"The body is no JSON: {error}.") from error
    if not isinstance(document, dict):
        raise FaultError(f"The body has to be an object, as {example}.")
    return document


def read(document: object, kinds: TypeAdapter[F]) -> F:
    """A fault that came as JSON.

    Raises:
        FaultError: there is no such fault, or one of its fields is wrong.
    """
    try:
        return kinds.validate_python(document)
    except ValidationError as error:
        raise FaultError(_sentence(error)) from error


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    # The fault's own name comes first; behind the field comes which of its forms was meant.
    where = first["loc"][1:2]
    message = first["msg"].removeprefix("Value error, ")
    return f"{where[0] if where else 'The fault'}: {message}."
