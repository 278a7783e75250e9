"""What the embedded SageMaker keeps: documents in AWS's own shapes, by collection and key."""

from __future__ import annotations

import copy
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import RLock

from mlpipe_sandbox.aws.shapes import Document


class Store:
    """Collections of documents, in memory and, where a file is named, written through to it.

    Every document goes in and comes out as a copy (but for `peek`), so that nobody holds what
    another changes. A document that is kept is never changed itself: another takes its place.
    """

    def __init__(self, file: Path | None = None) -> None:
        """Open a store; with `file` (SQLite), what an earlier one left there is read first."""
        self.lock = RLock()
        """Held by whoever must read and write without another in between."""
        self._collections: dict[str, Collection] = {}
        self._database = _Database(file) if file is not None else None

    def collection(self, name: str) -> Collection:
        """The collection of that name, empty at first."""
        with self.lock:
            if name not in self._collections:
                self._collections[name] = Collection(name, self.lock, self._database)
            return self._collections[name]

    def close(self) -> None:
        """Write what is open and let go of the file."""
        if self._database is not None:
            self._database.close()


class Collection:
    """Documents of one kind by key, in the order in which they came."""

    def __init__(self, name: str, lock: RLock, database: _Database | None) -> None:
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
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS document"
            " (number INTEGER PRIMARY KEY, collection TEXT, key TEXT, body TEXT,"
            " UNIQUE (collection, key))"
        )

    def read(self, collection: str) -> dict[str, Document]:
        rows = self._connection.execute(
            "SELECT key, body FROM document WHERE collection = ? ORDER BY number", (collection,)
        )
        return {key: json.loads(body) for key, body in rows}

    def write(self, collection: str, key: str, document: Document) -> None:
        self._connection.execute(
            "INSERT INTO document (collection, key, body) VALUES (?, ?, ?)"
            " ON CONFLICT (collection, key) DO UPDATE SET body = excluded.body",
            (collection, key, json.dumps(document)),
        )

    def delete(self, collection: str, key: str) -> None:
        self._connection.execute(
            "DELETE FROM document WHERE collection = ? AND key = ?", (collection, key)
        )

    def close(self) -> None:
        self._connection.close()
