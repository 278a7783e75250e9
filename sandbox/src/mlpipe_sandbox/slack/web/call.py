"""One call of the Web API: its arguments as the clients send them, form-encoded or as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from mlpipe_sandbox.slack.errors import SlackError, invalid_arguments


@dataclass(frozen=True)
class Call:
    """Arguments of a call, typed when they are asked for."""

    method: str
    arguments: dict[str, Any]

    def text(self, name: str) -> str | None:
        """A string; None if absent or empty."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, dict | list | bool):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        """A string that has to be there.

        Raises:
            SlackError: `invalid_arguments`.
        """
        value = self.text(name)
        if value is None:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean: true, "true" or "1"."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return default
        return value is True or str(value).lower() in ("true", "1")

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number; above `most` it is `most`, as Slack takes a limit.

        Raises:
            SlackError: `invalid_arguments` if it is no number, `invalid_limit` below `least`.
        """
        value = self.text(name)
        if value is None:
            return default
        try:
            number = int(value)
        except ValueError:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None
        if number < least:
            raise SlackError("invalid_limit")
        return min(number, most)

    def decoded(self, name: str, *, wrong: SlackError) -> Any:
        """A list or object: as JSON has it, or as JSON in a form's field. None if absent.

        Raises:
            SlackError: `wrong`, if the field is no JSON.
        """
        value = self.arguments.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise wrong from None

    def given(self, name: str) -> bool:
        """Whether the argument was sent at all."""
        return self.arguments.get(name) is not None


@dataclass(frozen=True)
class Token:
    """Who calls, and how they said so."""

    value: str
    in_header: bool


async def read_call(request: Request, method: str) -> tuple[Call, Token | None]:
    """The call, and the token that came with it.

    Raises:
        SlackError: `invalid_json`, `json_not_object`, `invalid_form_data`.
    """
    arguments: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        arguments |= await _read_json(request)
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        arguments |= await _read_form(request)
    in_body = arguments.pop("token", None)
    scheme, _, in_header = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and in_header.strip():
        return Call(method, arguments), Token(in_header.strip(), in_header=True)
    return Call(method, arguments), Token(str(in_body), in_header=False) if in_body else None


async def _read_json(request: Request) -> dict[str, Any]:
    body = await request.body()
    if not body:
        return {}
    try:
        decoded = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(decoded, dict):
        raise SlackError("json_not_object")
    return decoded


async def _read_form(request: Request) -> dict[str, Any]:
    form: FormData = await request.form()
    return {
        name: (await value.read()) if isinstance(value, UploadFile) else value
        for name, value in form.items()
    }
