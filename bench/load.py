"""Commands as Slack sends them over HTTP, signed, at once or at a steady rate."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp
from slack_sdk.signature import SignatureVerifier

CONNECTIONS: Final = 50
"""At the same time; a burst waits here, not in the app's listen queue."""
WORDS: Final = ("help",) * 9 + ("status",)
"""What people type: one in ten asks AWS."""
SLACK_SECONDS: Final = 3.0
"""What Slack waits for an acknowledgement."""


@dataclass(frozen=True)
class Acks:
    """How some commands were acknowledged."""

    latencies: tuple[float, ...]
    """Seconds, from sending each."""
    seconds: float
    """From the first one sent to the last one acknowledged."""
    began: float
    """On the monotonic clock."""

    @property
    def per_second(self) -> float:
        """How many were acknowledged each second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency, in seconds, that a share of the commands did not exceed."""
        return percentile(self.latencies, share)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that a share of all does not exceed (nearest rank)."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


class Load:
    """Sends commands to one app."""

    def __init__(self, url: str, *, signing_secret: str, team: str, answers: str) -> None:
        """Take where to and by whom.

        Args:
            url: The app's address.
            signing_secret: The app's.
            team: The workspace's id.
            answers: Where response_urls begin.
        """
        self._url = f"{url}/slack/events"
        self._verifier = SignatureVerifier(signing_secret)
        self._team = team
        self._answers = answers
        self._numbers = itertools.count(1)

    async def burst(self, count: int, *, run: str) -> Acks:
        """So many commands at once."""
        return await self._send([0.0] * count, run=run)

    async def steady(self, count: int, *, per_second: float, run: str) -> Acks:
        """So many commands, evenly spaced, whether or not those before are acknowledged."""
        return await self._send([number / per_second for number in range(count)], run=run)

    async def _send(self, offsets: Sequence[float], *, run: str) -> Acks:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector) as session:
            began = time.monotonic()
            latencies = await asyncio.gather(
                *(self._one(session, began + offset, run) for offset in offsets)
            )
            seconds = time.monotonic() - began
        return Acks(latencies=tuple(latencies), seconds=seconds, began=began)

    async def _one(self, session: aiohttp.ClientSession, due: float, run: str) -> float:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        number = next(self._numbers)
        body = self._body(number, run)
        headers = self._headers(body)
        sent = time.monotonic()
        async with session.post(self._url, data=body, headers=headers) as response:
            await response.read()
            latency = time.monotonic() - sent
            if response.status != 200:
                raise RuntimeError(f"{self._url} answered {response.status}")
        return latency

    def _body(self, number: int, run: str) -> str:
        return urllib.parse.urlencode(
            {
                "command": "/mlpipe",
                "text": WORDS[number % len(WORDS)],
                "team_id": self._team,
                "user_id": "U0DANA",
                "channel_id": "C0RANDOM",
                "trigger_id": f"{run}.{number}",
                "response_url": f"{self._answers}/{run}/{number}",
            }
        )

    def _headers(self, body: str) -> dict[str, str]:
        now = str(int(time.time()))
        signature = self._verifier.generate_signature(timestamp=now, body=body)
        assert signature is not None
        return {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": now,
            "x-slack-signature": signature,
        }
