"""Bolt's app, set up so that nothing stands between a delivery and its acknowledgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient


def bolt_app(
    client: AsyncWebClient, identity: Mapping[str, Any], *, signing_secret: str | None
) -> AsyncApp:
    """The app.

    Args:
        client: Its token is the bot's.
        identity: What auth.test answered at the start. Bolt would ask at the first delivery.
        signing_secret: Checks deliveries over HTTP; Socket Mode needs none.
    """
    result = AuthorizeResult(
        enterprise_id=identity.get("enterprise_id"),
        team_id=identity["team_id"],
        bot_id=identity["bot_id"],
        bot_user_id=identity["user_id"],
        bot_token=client.token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return result

    return AsyncApp(
        name="mlpipe", client=client, authorize=authorize, signing_secret=signing_secret or ""
    )
