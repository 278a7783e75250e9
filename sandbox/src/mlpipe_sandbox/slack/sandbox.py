"""The embedded Slack workspace, as tests and the demo start it."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from mlpipe_sandbox.clock import Clock
from mlpipe_sandbox.mornings import Mornings
from mlpipe_sandbox.slack.archive import MEMORY
from mlpipe_sandbox.slack.client.client import Client
from mlpipe_sandbox.slack.delivery.dispatch import Dispatcher
from mlpipe_sandbox.slack.delivery.reply import Delivery, Reply
from mlpipe_sandbox.slack.faults.control import Faults
from mlpipe_sandbox.slack.feed import PATIENCE_SECONDS
from mlpipe_sandbox.slack.limits import Limits
from mlpipe_sandbox.slack.participant import Participant
from mlpipe_sandbox.slack.server import Server
from mlpipe_sandbox.slack.state import ApiCall, Progress, State, TellsTime
from mlpipe_sandbox.slack.workspace import App, Workspace, default_workspace

T = TypeVar("T")


class SlackSandbox:
    """A workspace on loopback that speaks Slack's wire protocols; use it in a `with` statement.

    Blocking and safe to use from any thread but its own.
    """

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        port: int = 0,
        clock: TellsTime | None = None,
        limits: Limits | None = None,
        archive: Path = MEMORY,
        mornings: Mornings | None = None,
    ) -> None:
        """Take the port; nothing is served before `start`.

        Args:
            workspace: Who and what is there; by default the demo's.
            port: Where to serve on 127.0.0.1; 0 is any free port.
            clock: What time the workspace shows; by default the machine's.
            limits: How strict to be about time and rates; by default as Slack is.
            archive: The file that keeps what happens here; what an earlier sandbox kept there is
                there again. By default nothing is kept.
            mornings: What the page's "Next morning" moves on; by default there is no such button.

        Raises:
            OSError: the port is taken.
            StateError: the archive is of another version of the sandbox, or unreadable.
        """
        workspace = workspace or default_workspace()
        self.clock: TellsTime = clock or Clock()
        self._server = Server(port)
        self._mornings = mornings
        self._state = State(
            workspace,
            clock=self.clock,
            limits=limits or Limits(),
            base_url=lambda: self._server.url,
            archive=archive,
        )
        self._dispatcher = Dispatcher(self._state)
        self._client = Client(self._state, self._dispatcher)
        self._participants: dict[str, Participant] = {}
        self.faults = Faults(
            self._state.faults, sandbox=self, socket_mode=self._dispatcher.socket_mode
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve in a thread; returns once connections are accepted."""
        self._server.start(self._state, self._client, self._dispatcher, self._mornings)

    def stop(self) -> None:
        """End every connection and the thread. What happened can still be read."""
        self._server.stop()
        self._state.archive.close()

    @property
    def url(self) -> str:
        """The page's address, without a slash at its end."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """The base of the Web API: what goes into SLACK_API_URL."""
        return f"{self._server.url}/api/"

    @property
    def app(self) -> App:
        """The app installed in the workspace."""
        return self._state.app

    def environment(self) -> dict[str, str]:
        """The variables that connect an app over Socket Mode."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.app.bot_token,
            "SLACK_APP_TOKEN": self.app.app_token,
            "SLACK_SIGNING_SECRET": self.app.signing_secret,
        }

    def person(self, user: str) -> Participant:
        """A person to type and click as.

        Raises:
            KeyError: there is no such person.
        """
        if user not in self._participants:
            self._participants[user] = Participant(
                self._state.people[user], sandbox=self, state=self._state, client=self._client
            )
        return self._participants[user]

    def messages(self, channel: str | None = None) -> list[dict[str, Any]]:
        """Every message (of a conversation, or of all), oldest first, with its `channel`.

        Ephemeral ones are among them, with `is_ephemeral` and, in `visible_to`, who sees them.
        """
        return self.ask(lambda: self._messages(channel))

    def views(self, user: str) -> list[dict[str, Any]]:
        """The modals that a person has open, the one on top last."""
        return self.person(user).views()

    def calls(self, method: str | None = None) -> list[ApiCall]:
        """Every call of the Web API so far (of one method), with its arguments and its answer.

        Messages sent to a response_url are there as the method "response_url".
        """
        return self.ask(
            lambda: [call for call in self._state.calls if method in (None, call.method)]
        )

    def deliveries(self, kind: str | None = None) -> list[Delivery]:
        """Everything that was delivered to the app, in the order of its acknowledgement."""
        return self.ask(
            lambda: [each for each in self._dispatcher.deliveries if kind in (None, each.kind)]
        )

    def redeliver(self, delivery: Delivery) -> Reply:
        """Deliver the same once more, as Slack does when an acknowledgement got lost."""
        payload = copy.deepcopy(delivery.payload)
        return self.call(self._dispatcher.deliver(delivery.kind, payload))

    def file(self, file_id: str) -> bytes:
        """The bytes of an uploaded file.

        Raises:
            SlackError: there is none with that id.
        """
        return self.ask(lambda: self._state.files.find(file_id).content or b"")

    def set_progress(self, text: str, *, done: bool = False) -> None:
        """Show in the page how far the bringing-up is."""
        self.ask(lambda: self._set_progress(Progress(text, done)))

    def use_request_url(self, url: str | None) -> None:
        """Deliver over signed HTTP to this address while no Socket Mode connection is open."""
        self.ask(lambda: self._use_request_url(url))

    @property
    def connections(self) -> int:
        """How many Socket Mode connections the app has open."""
        return self._dispatcher.socket_mode.connections

    def wait_until_connected(self, timeout: float = PATIENCE_SECONDS) -> None:
        """Wait until the app has a Socket Mode connection open."""
        self.wait_for(lambda: self.connections, timeout)

    def disconnect(self) -> None:
        """Ask the app to leave its Socket Mode connections for new ones, as Slack does at times."""
        self.call(self._dispatcher.socket_mode.disconnect())

    def wait_for(self, holds: Callable[[], T | None], timeout: float = PATIENCE_SECONDS) -> T:
        """Evaluate `holds` whenever the workspace changes until it gives something true.

        Args:
            holds: Asks the sandbox, and returns what it found.
            timeout: Seconds of real time.

        Returns:
            What `holds` gave.

        Raises:
            TimeoutError: nothing true came in time.
        """
        found: T = self._state.feed.wait(holds, timeout)
        return found

    def call(self, work: Coroutine[Any, Any, T], /) -> T:
        """Run a coroutine on the server's loop and wait for it."""
        return self._server.call(work)

    def ask(self, question: Callable[[], T], /) -> T:
        """Evaluate something on the server's loop, where nothing changes meanwhile."""
        loop = self._server.loop
        if loop is None:
            return question()

        async def answer() -> T:
            return question()

        return asyncio.run_coroutine_threadsafe(answer(), loop).result()

    def _messages(self, channel: str | None) -> list[dict[str, Any]]:
        shown = []
        for conversation in self._state.conversations.values():
            if channel not in (None, conversation.id):
                continue
            for posted in conversation.messages:
                message = {**posted.shown(), "channel": conversation.id}
                if posted.only_for is not None:
                    message["visible_to"] = posted.only_for
                shown.append(message)
        return sorted(shown, key=lambda message: float(message["ts"]))

    def _use_request_url(self, url: str | None) -> None:
        self._state.request_url = url
        self._dispatcher.socket_mode.tell_pages()

    def _set_progress(self, progress: Progress) -> None:
        self._state.progress = progress
        shown = {"text": progress.text, "done": progress.done}
        self._state.feed.publish({"type": "progress", "progress": shown})
