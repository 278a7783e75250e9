"""The workspace on disk: what was said, the files and home tabs, and who is in which channel.

Open modals, trigger ids and response_urls are not there: they are a running client's.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from mlpipe_sandbox.database import open_database
from mlpipe_sandbox.slack.conversations import Body, Conversation, Posted
from mlpipe_sandbox.slack.files import StoredFile
from mlpipe_sandbox.slack.views import View

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    channel TEXT NOT NULL, ts TEXT NOT NULL, only_for TEXT, document TEXT NOT NULL,
    PRIMARY KEY (channel, ts)
);
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, document TEXT NOT NULL, content BLOB);
CREATE TABLE IF NOT EXISTS homes (person TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS address (base_url TEXT NOT NULL)
"""


MEMORY: Final = Path(":memory:")
"""Where a workspace is kept that nobody wants to see again."""


class Archive:
    """Takes each change as it happens, so that a SIGKILL loses nothing that Slack answered for."""

    def __init__(self, file: Path, *, base_url: str) -> None:
        """Open or make the file.

        Args:
            file: SQLite.
            base_url: The workspace's address now. What is kept names it as it is at any time,
                though the workspace may come up at another port.

        Raises:
            StateError: the file is of another version of the sandbox, or unreadable.
        """
        self._database = open_database(file, _SCHEMA)
        self._move_to(base_url)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def conversations(self) -> Iterator[Conversation]:
        """Every conversation, without its messages."""
        for (document,) in self._rows("SELECT document FROM conversations ORDER BY id"):
            yield Conversation(**json.loads(document))

    def messages(self) -> Iterator[Posted]:
        """Every message, in the order in which they were posted."""
        query = "SELECT channel, only_for, document FROM messages ORDER BY ts"
        for channel, only_for, document in self._rows(query):
            body: Body = json.loads(document)
            yield Posted(channel, body, only_for)

    def files(self) -> Iterator[StoredFile]:
        """Every file whose upload was complete."""
        for document, content in self._rows("SELECT document, content FROM files ORDER BY id"):
            yield StoredFile(**json.loads(document), content=content)

    def homes(self) -> Iterator[tuple[str, View]]:
        """Each person's home tab."""
        for person, document in self._rows("SELECT person, document FROM homes"):
            yield person, json.loads(document)

    def keep_conversation(self, conversation: Conversation) -> None:
        """A conversation is new, or somebody joined it."""
        shown = {
            field.name: getattr(conversation, field.name)
            for field in dataclasses.fields(conversation)
            if field.name != "messages"
        }
        self._put("conversations", conversation.id, json.dumps(shown))

    def keep_message(self, posted: Posted) -> None:
        """A message is new, or changed."""
        row = (posted.channel, posted.ts, posted.only_for, json.dumps(posted.body))
        self._put("messages", *row)

    def drop_message(self, posted: Posted) -> None:
        """A message is gone."""
        self._database.execute(
            "DELETE FROM messages WHERE channel = ? AND ts = ?", (posted.channel, posted.ts)
        )

    def keep_file(self, file: StoredFile) -> None:
        """A file's upload is complete, or it was shared or deleted."""
        document = {
            field.name: getattr(file, field.name)
            for field in dataclasses.fields(file)
            if field.name != "content"
        }
        self._put("files", file.id, json.dumps(document), file.content)

    def keep_home(self, person: str, view: View) -> None:
        """The app published a home tab."""
        self._put("homes", person, json.dumps(view))

    def _put(self, table: str, *row: Any) -> None:
        marks = ", ".join("?" * len(row))
        change = f"INSERT OR REPLACE INTO {table} VALUES ({marks})"  # noqa: S608  # names of ours
        self._database.execute(change, row)

    def _rows(self, query: str) -> Iterator[Any]:
        yield from self._database.execute(query)

    def _move_to(self, base_url: str) -> None:
        """Let what is kept name the workspace's present address."""
        row = self._database.execute("SELECT base_url FROM address").fetchone()
        if row is None:
            self._database.execute("INSERT INTO address VALUES (?)", (base_url,))
        elif row[0] != base_url:
            self._database.execute("BEGIN")
            for table in ("messages", "homes"):
                change = f"UPDATE {table} SET document = replace(document, ?, ?)"  # noqa: S608  # names of ours
                self._database.execute(change, (f"{row[0]}/", f"{base_url}/"))
            self._database.execute("UPDATE address SET base_url = ?", (base_url,))
            self._database.execute("COMMIT")
