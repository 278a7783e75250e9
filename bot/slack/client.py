"""Slack's client, with the retries, the address and the proxy it should use."""

from __future__ import annotations

import urllib.parse
import urllib.request
from typing import Final

import aiohttp
from slack_sdk.http_retry.async_handler import (
    AsyncRetryHandler,
    HttpRequest,
    HttpResponse,
    RetryIntervalCalculator,
    RetryState,
    default_interval_calculator,
)
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.methods import METHODS

REQUEST_TIMEOUT_SECONDS: Final = 15
FAILURE_RETRIES: Final = 2
"""How often a repeatable call is tried again after the line or Slack failed."""
RATE_LIMIT_RETRIES: Final = 5
"""How often Slack's Retry-After is waited for before a call is given up."""


def slack_client(
    *,
    token: str,
    base_url: str,
    session: aiohttp.ClientSession,
    pauses: RetryIntervalCalculator = default_interval_calculator,
) -> AsyncWebClient:
    """A client that waits when Slack says so and tries again where that can do no harm."""
    client = AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=REQUEST_TIMEOUT_SECONDS,
        session=session,
        retry_handlers=[
            _IfRepeatable(AsyncConnectionErrorRetryHandler(FAILURE_RETRIES, pauses)),
            _IfRepeatable(AsyncServerErrorRetryHandler(FAILURE_RETRIES, pauses)),
            AsyncRateLimitErrorRetryHandler(RATE_LIMIT_RETRIES),
        ],
    )
    host = urllib.parse.urlsplit(client.base_url).hostname or ""
    # slack_sdk takes HTTP(S)_PROXY from the environment but does not look at NO_PROXY.
    if urllib.request.proxy_bypass(host):
        client.proxy = None
    return client


class _IfRepeatable(AsyncRetryHandler):
    """Retries for methods that may be called twice.

    Of a line that broke and of a 5xx nobody knows whether Slack took the call before: a message
    would stand there twice.
    """

    def __init__(self, retries: AsyncRetryHandler) -> None:
        super().__init__(retries.max_retry_count, retries.interval_calculator)
        self._retries = retries

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        method = METHODS.get(request.url.rsplit("/", 1)[-1])
        if method is None or not method.repeatable:
            return False
        return await self._retries.can_retry_async(
            state=state, request=request, response=response, error=error
        )
