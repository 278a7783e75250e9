"""Slack's client, with the retries, the address and the proxy it should use."""

from __future__ import annotations

import urllib.parse
import urllib.request
from typing import Final

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

REQUEST_TIMEOUT_SECONDS: Final = 15
RATE_LIMIT_RETRIES: Final = 5
"""How often Slack's Retry-After is waited for before a call is given up."""


def slack_client(*, token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that waits when Slack says so and tries again when Slack or the line fails."""
    client = AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=REQUEST_TIMEOUT_SECONDS,
        session=session,
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(max_retry_count=2),
            AsyncServerErrorRetryHandler(max_retry_count=2),
            AsyncRateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_RETRIES),
        ],
    )
    host = urllib.parse.urlsplit(client.base_url).hostname or ""
    # slack_sdk takes HTTP(S)_PROXY from the environment but does not look at NO_PROXY.
    if urllib.request.proxy_bypass(host):
        client.proxy = None
    return client
