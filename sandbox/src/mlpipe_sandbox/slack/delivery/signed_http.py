"""Deliveries over HTTP, signed with the app's secret.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import httpx

from mlpipe_sandbox.slack.delivery.forgeries import FOREIGN_SECRET, STALE_SECONDS
from mlpipe_sandbox.slack.delivery.reply import (
    DISPATCH_FAILED,
    HTTP_SERVICE_ERROR,
    OPERATION_TIMEOUT,
    Forgery,
    Kind,
    Reply,
)

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
NO_RETRY = "x-slack-no-retry"
"""Of an answer that refuses an event for good (https://docs.slack.dev/apis/events-api#retries)."""


def sign(secret: str, *, timestamp: str, body: bytes) -> str:
    """Slack's signature, version 0, of a request body sent at a Unix time."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: Kind, payload: dict[str, Any]) -> tuple[bytes, str]:
    """The body as Slack sends that kind of delivery, and its content type."""
    if kind == "slash_commands":
        return urlencode(payload).encode(), FORM
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), FORM
    return json.dumps(payload).encode(), JSON


class SignedHttp:
    """Posts deliveries to the app's request URL."""

    def __init__(self, *, signing_secret: str, acknowledge: float) -> None:
        """`acknowledge` is how many seconds the app has to answer."""
        self._secret = signing_secret
        # No proxy of the environment: everything here is on loopback.
        self._client = httpx.AsyncClient(timeout=acknowledge, trust_env=False)

    async def send(
        self,
        url: str,
        kind: Kind,
        payload: dict[str, Any],
        retry: tuple[int, str] | None = None,
        *,
        sent: float,
        forgery: Forgery | None = None,
    ) -> Reply:
        """Deliver what was `sent` then, and read the acknowledgement; a forgery as a forger would.

        `sent` is real time, as signatures keep it, whatever the workspace's clock shows.
        """
        body, content_type = encode(kind, payload)
        age = STALE_SECONDS if forgery == "stale_timestamp" else 0
        timestamp = str(int(sent) - age)
        secret = FOREIGN_SECRET if forgery == "bad_signature" else self._secret
        headers = {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": sign(secret, timestamp=timestamp, body=body),
        }
        if retry is not None:
            headers |= {"x-slack-retry-num": str(retry[0]), "x-slack-retry-reason": retry[1]}
        try:
            response = await self._client.post(url, content=body, headers=headers)
        except httpx.TimeoutException:
            return Reply(error=OPERATION_TIMEOUT)
        except httpx.HTTPError:
            return Reply(error=DISPATCH_FAILED)
        return read_reply(response)

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()


def read_reply(response: httpx.Response) -> Reply:
    """An HTTP answer as an acknowledgement: empty, text or JSON."""
    if response.status_code != httpx.codes.OK:
        no_retry = response.headers.get(NO_RETRY) == "1"
        return Reply(error=HTTP_SERVICE_ERROR, status=response.status_code, no_retry=no_retry)
    text, status = response.text.strip(), response.status_code
    if not text:
        return Reply(status=status)
    if response.headers.get("content-type", "").startswith(JSON):
        try:
            body = json.loads(text)
        except ValueError:
            return Reply(error=HTTP_SERVICE_ERROR, status=status)
        return Reply(body=body if isinstance(body, dict) else {}, status=status)
    return Reply(body={"text": text}, status=status)
