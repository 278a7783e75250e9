"""Takes each delivery to the app by the way that is open, and events again if need be."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import secrets
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mlpipe_sandbox.slack.delivery.forgeries import forge
from mlpipe_sandbox.slack.delivery.reply import (
    DISPATCH_FAILED,
    OPERATION_TIMEOUT,
    Delivery,
    Forgery,
    Kind,
    Reply,
)
from mlpipe_sandbox.slack.delivery.signed_http import SignedHttp
from mlpipe_sandbox.slack.delivery.socket_mode import SocketMode
from mlpipe_sandbox.slack.faults.book import Fate
from mlpipe_sandbox.slack.state import State

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Outgoing:
    kind: Kind
    payload: dict[str, Any]
    accepts_response: bool
    retry: tuple[int, str] | None
    sent: float = field(default_factory=time.time)
    """When Slack sends and signs it, in real time; it may arrive later."""


class Dispatcher:
    """Socket Mode while the app has a connection open, else its request URL, else nothing."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.socket_mode = SocketMode(state)
        self._http = SignedHttp(
            signing_secret=state.app.signing_secret, acknowledge=state.limits.acknowledge
        )
        self._background: set[asyncio.Task[Any]] = set()
        self._held: list[asyncio.Event] = []
        self.deliveries: list[Delivery] = []

    async def deliver(
        self,
        kind: Kind,
        payload: dict[str, Any],
        *,
        accepts_response: bool = False,
        retry: tuple[int, str] | None = None,
    ) -> Reply:
        """Take one delivery to the app, by its fate, and wait for its acknowledgement."""
        fate = self._state.faults.fate(kind, signed=not self.socket_mode.connections)
        outgoing = _Outgoing(kind, payload, accepts_response=accepts_response, retry=retry)
        for forgery in fate.forgeries:
            self._in_background(self._forge(outgoing, forgery))
        for pause in fate.copies:
            self._in_background(self._send_again(outgoing, fate.late + pause))
        if fate.dropped:
            return await self._lose()
        if fate.held is None and not fate.late:
            return await self._send(outgoing)
        # The person waits no longer for it; it arrives all the same.
        sending = self._in_background(self._send_late(outgoing, fate))
        await asyncio.wait({sending}, timeout=self._state.limits.acknowledge)
        return sending.result() if sending.done() else Reply(error=OPERATION_TIMEOUT)

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
        self._in_background(self._until_acknowledged(payload))

    async def close(self) -> None:
        """End what is under way or to come; the server closes the connections."""
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._http.close()

    async def _lose(self) -> Reply:
        """What is lost on its way stays unacknowledged; without a way Slack says so at once."""
        if not self.socket_mode.app_is_reachable:
            return Reply(error=DISPATCH_FAILED)
        await asyncio.sleep(self._state.limits.acknowledge)
        return Reply(error=OPERATION_TIMEOUT)

    async def _send(self, outgoing: _Outgoing) -> Reply:
        overtaken, self._held = self._held, []
        reply = await self._by_the_open_way(outgoing)
        for held in overtaken:
            held.set()
        if reply.error is not None:
            log.warning("The app did not acknowledge %s: %s", outgoing.kind, reply.error)
        self.deliveries.append(Delivery(outgoing.kind, outgoing.payload, reply))
        self._state.feed.touch()
        return reply

    async def _by_the_open_way(self, outgoing: _Outgoing, forgery: Forgery | None = None) -> Reply:
        kind, payload, retry = outgoing.kind, outgoing.payload, outgoing.retry
        if self.socket_mode.connections:
            return await self.socket_mode.send(
                kind,
                payload,
                accepts_response=outgoing.accepts_response,
                retry=retry,
                forgery=forgery,
            )
        if self._state.request_url is None:
            return Reply(error=DISPATCH_FAILED)
        url = self._state.request_url
        return await self._http.send(url, kind, payload, retry, sent=outgoing.sent, forgery=forgery)

    async def _send_late(self, outgoing: _Outgoing, fate: Fate) -> Reply:
        if fate.held is not None:
            overtaken = asyncio.Event()
            self._held.append(overtaken)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(overtaken.wait(), fate.held)
        await asyncio.sleep(fate.late)
        return await self._send(outgoing)

    async def _send_again(self, outgoing: _Outgoing, pause: float) -> None:
        await asyncio.sleep(pause)
        if outgoing.kind == "events_api":
            attempt = 1 if outgoing.retry is None else outgoing.retry[0] + 1
            retry = (attempt, "http_timeout")
            outgoing = dataclasses.replace(outgoing, retry=retry, sent=time.time())
        # Slack tries only events again. Whoever repeats anything else, on its way, cannot sign it.
        await self._send(outgoing)

    async def _forge(self, outgoing: _Outgoing, forgery: Forgery) -> None:
        payload = forge(outgoing.payload, forgery)
        reply = await self._by_the_open_way(dataclasses.replace(outgoing, payload=payload), forgery)
        self._state.faults.forged.append(Delivery(outgoing.kind, payload, reply))
        self._state.feed.touch()

    def _in_background(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    async def _until_acknowledged(self, payload: dict[str, Any]) -> None:
        reply = await self.deliver("events_api", payload)
        for attempt, pause in enumerate(self._state.limits.event_retries, start=1):
            if reply.acknowledged or reply.no_retry:
                return
            await asyncio.sleep(pause)
            reason = "http_timeout" if reply.error == OPERATION_TIMEOUT else "http_error"
            reply = await self.deliver("events_api", payload, retry=(attempt, reason))
