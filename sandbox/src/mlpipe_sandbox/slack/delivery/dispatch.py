"""Takes each delivery to the app by the way that is open, and events again if need be."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Any

from mlpipe_sandbox.slack.delivery.reply import (
    DISPATCH_FAILED,
    OPERATION_TIMEOUT,
    Delivery,
    Kind,
    Reply,
)
from mlpipe_sandbox.slack.delivery.signed_http import SignedHttp
from mlpipe_sandbox.slack.delivery.socket_mode import SocketMode
from mlpipe_sandbox.slack.state import State

log = logging.getLogger(__name__)


class Dispatcher:
    """Socket Mode while the app has a connection open, else its request URL, else nothing."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.socket_mode = SocketMode(state)
        self._http = SignedHttp(
            signing_secret=state.app.signing_secret, acknowledge=state.limits.acknowledge
        )
        self._events: set[asyncio.Task[None]] = set()
        self.deliveries: list[Delivery] = []

    async def deliver(
        self,
        kind: Kind,
        payload: dict[str, Any],
        *,
        accepts_response: bool = False,
        retry: tuple[int, str] | None = None,
    ) -> Reply:
        """Take one delivery to the app and wait for its acknowledgement."""
        if self.socket_mode.connections:
            reply = await self.socket_mode.send(
                kind, payload, accepts_response=accepts_response, retry=retry
            )
        elif self._state.request_url is not None:
            reply = await self._http.send(self._state.request_url, kind, payload, retry)
        else:
            reply = Reply(error=DISPATCH_FAILED)
        if reply.error is not None:
            log.warning("The app did not acknowledge %s: %s", kind, reply.error)
        self.deliveries.append(Delivery(kind, payload, reply))
        self._state.feed.touch()
        return reply

    def send_event(self, event: dict[str, Any]) -> None:
        """Deliver an event in the background, and again while it stays unacknowledged."""
        app, team = self._state.app, self._state.workspace.id
        payload = {
            "token": app.verification_token,
            "team_id": team,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(float(event["event_ts"])),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{secrets.token_hex(8)}",
        }
        task = asyncio.get_running_loop().create_task(self._until_acknowledged(payload))
        self._events.add(task)
        task.add_done_callback(self._events.discard)

    async def close(self) -> None:
        """End every redelivery; the server closes the connections."""
        for task in list(self._events):
            task.cancel()
        await asyncio.gather(*self._events, return_exceptions=True)
        await self._http.close()

    async def _until_acknowledged(self, payload: dict[str, Any]) -> None:
        reply = await self.deliver("events_api", payload)
        for attempt, pause in enumerate(self._state.limits.event_retries, start=1):
            if reply.acknowledged:
                return
            await asyncio.sleep(pause)
            reason = "http_timeout" if reply.error == OPERATION_TIMEOUT else "http_error"
            reply = await self.deliver("events_api", payload, retry=(attempt, reason))
