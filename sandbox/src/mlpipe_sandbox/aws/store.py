"""What the embedded SageMaker keeps: documents in AWS's own shapes, by collection and key."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Final

from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.database import open_database

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS document"
    " (number INTEGER PRIMARY KEY, collection TEXT, key TEXT, body TEXT, UNIQUE (collection, key))"
)


class Store:
    """Collections of documents, in memory and, where a file is named, written through to it.

    Every document goes in and comes out as a copy (but for `peek`), so that nobody holds what
    another changes. A document that is kept is never changed itself: another takes its place.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Open a store; with `file` (SQLite), what an earlier one left there is read first.

        Raises:
            StateError: the file cannot be used.
        """
        self._collections: dict[str, Collection] = {}
        self._database = _Database(file) if file is not None else None
        self.lock = Lock(self._database)
        """Held by whoever must read and write without another in between.

        The file gets all that was written meanwhile, or nothing.
        """

    def collection(self, name: str) -> Collection:
        """The collection of that name, empty at first."""
        with self.lock:
            if name not in self._collections:
                self._collections[name] = Collection(name, self.lock, self._database)
            return self._collections[name]

    def names(self) -> set[str]:
        """Collections that hold something."""
        with self.lock:
            held = {name for name, each in self._collections.items() if each.peek()}
            return held | (self._database.names() if self._database is not None else set())

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            if self._database is not None:
                self._database.close()


class Lock:
    """Reentrant; when it is let go of, what was written under it is committed."""

    def __init__(self, database: _Database | None) -> None:
        self._lock = RLock()
        self._database = database
        self._depth = 0

    def __enter__(self) -> None:
        """Wait for it."""
        self._lock.acquire()
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        """Let go; after an error too, as the memory keeps what was written before it."""
        try:
            self._depth -= 1
            if self._depth == 0 and self._database is not None:
                self._database.commit()
        finally:
            self._lock.release()


class Collection:
    """Documents of one kind by key, in the order in which they came."""

    def __init__(self, name: str, lock: Lock, database: _Database | None) -> None:
        self._name = name
        self._lock = lock
        self._database = database
        self._documents = database.read(name) if database is not None else {}

    def get(self, key: str) -> Document | None:
        """The document, or None."""
        with self._lock:
            return copy.deepcopy(self._documents.get(key))

    def put(self, key: str, document: Document) -> None:
        """Keep a document, in place of the one that has this key."""
        with self._lock:
            self._documents[key] = copy.deepcopy(document)
            if self._database is not None:
                self._database.write(self._name, key, document)

    def change(self, key: str, by: Callable[[Document], None]) -> Document:
        """Let `by` change the document in place, alone; returns what it became.

        Raises:
            KeyError: there is no such document.
        """
        with self._lock:
            document = copy.deepcopy(self._documents[key])
            by(document)
            self.put(key, document)
            return document

    def delete(self, key: str) -> None:
        """Forget a document; one that is not there is not missed."""
        with self._lock:
            self._documents.pop(key, None)
            if self._database is not None:
                self._database.delete(self._name, key)

    def delete_where(self, holds: Callable[[Document], bool]) -> None:
        """Forget every document for which something holds."""
        with self._lock:
            for key in [key for key, document in self._documents.items() if holds(document)]:
                self.delete(key)

    def all(self) -> list[Document]:
        """Every document, the one that came first first."""
        with self._lock:
            return copy.deepcopy(list(self._documents.values()))

    def peek(self) -> list[Document]:
        """Every document as it lies here, for those who only look: thousands cost no copies."""
        with self._lock:
            return list(self._documents.values())

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._documents


class _Database:
    """The file behind a store. Used under the store's lock only."""

    def __init__(self, file: Path) -> None:
        self._connection = open_database(file, _SCHEMA)
        self._closed = False

    def names(self) -> set[str]:
        return {
            name for (name,) in self._connection.execute("SELECT DISTINCT collection FROM document")
        }

    def read(self, collection: str) -> dict[str, Document]:
        rows = self._connection.execute(
            "SELECT key, body FROM document WHERE collection = ? ORDER BY number", (collection,)
        )
        return {key: json.loads(body) for key, body in rows}

    def write(self, collection: str, key: str, document: Document) -> None:
        self._begin()
        self._connection.execute(
            "INSERT INTO document (collection, key, body) VALUES (?, ?, ?)"
            " ON CONFLICT (collection, key) DO UPDATE SET body = excluded.body",
            (collection, key, json.dumps(document)),
        )

    def delete(self, collection: str, key: str) -> None:
        self._begin()
        self._connection.execute(
            "DELETE FROM document WHERE collection = ? AND key = ?", (collection, key)
        )

    def commit(self) -> None:
        if not self._closed and self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def close(self) -> None:
        self.commit()
        self._closed = True
        self._connection.close()

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN")
