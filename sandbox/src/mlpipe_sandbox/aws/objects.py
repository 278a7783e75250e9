"""S3's buckets and objects on disk: moto holds them in memory, each change is written through."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qs

from mlpipe_sandbox.aws.place import ACCOUNT
from mlpipe_sandbox.database import open_database

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, body TEXT);"
    " CREATE TABLE IF NOT EXISTS object (number INTEGER PRIMARY KEY, bucket TEXT, key TEXT,"
    " version TEXT, body TEXT, content BLOB);"
    " CREATE INDEX IF NOT EXISTS object_key ON object (bucket, key)"
)
_WRITES: Final = frozenset({"PUT", "POST", "DELETE"})
_PARTITION: Final = "aws"
_PLAIN: Final = (
    "_storage_class",
    "_version_id",
    "_is_versioned",
    "encryption",
    "kms_key_id",
    "bucket_key_enabled",
    "checksum_algorithm",
    "checksum_value",
    "checksum_type",
    "checksum_parts",
    "website_redirect_location",
)
"""What an object has besides its content, metadata and tags, by moto's names."""


class KeptObjects:
    """Writes what a request changed in moto's S3 to a file before the request is answered.

    Kept are buckets with their versioning and tags, and every version of every object with its
    metadata, tags and times. Policies, notifications and unfinished multipart uploads are not.
    """

    def __init__(self, file: Path) -> None:
        """Open the file.

        Raises:
            StateError: it cannot be used.
        """
        self._connection = open_database(file, _SCHEMA)
        self._lock = Lock()

    def load(self) -> None:
        """Give moto's S3, which must be empty, what the file has."""
        for name, body in self._connection.execute("SELECT name, body FROM bucket"):
            _make_bucket(name, json.loads(body))
        rows = self._connection.execute(
            "SELECT bucket, key, body, content FROM object ORDER BY number"
        )
        for bucket, key, body, content in rows:
            _make_version(bucket, key, json.loads(body), content)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def keeping(self, application: Wsgi) -> Wsgi:
        """The application, whose writes to S3 are kept."""

        def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] not in _WRITES or "HTTP_X_AMZ_TARGET" in environ:
                return application(environ, start)
            bucket, _, key = _path(environ).partition("/")
            several = "delete" in parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
            response = application(environ, start)
            with self._lock:
                self._keep(bucket, None if several else key)
            return response

        return answer

    def _keep(self, bucket: str, key: str | None) -> None:
        """Write how a bucket or one of its objects is now."""
        self._connection.execute("BEGIN")
        held = _backend().buckets.get(bucket)
        if held is None:
            self._connection.execute("DELETE FROM bucket WHERE name = ?", (bucket,))
            self._connection.execute("DELETE FROM object WHERE bucket = ?", (bucket,))
        elif key:
            self._keep_object(held, key)
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO bucket VALUES (?, ?)",
                (bucket, json.dumps(_bucket_body(held))),
            )
            for changed in self._changed(held) if key is None else ():
                self._keep_object(held, changed)
        self._connection.execute("COMMIT")

    def _keep_object(self, bucket: Any, key: str) -> None:
        try:
            rows = [
                (bucket.name, key, version.version_id, *_version(version))
                for version in bucket.keys.getlist(key, [])
            ]
        except ValueError:
            return  # replaced meanwhile by a request that will keep it as it is then
        self._connection.execute(
            "DELETE FROM object WHERE bucket = ? AND key = ?", (bucket.name, key)
        )
        self._connection.executemany(
            "INSERT INTO object (bucket, key, version, body, content) VALUES (?, ?, ?, ?, ?)", rows
        )

    def _changed(self, bucket: Any) -> set[str]:
        """Keys that have other versions than the file says."""
        kept: dict[str, list[str]] = {}
        rows = self._connection.execute(
            "SELECT key, version FROM object WHERE bucket = ? ORDER BY number", (bucket.name,)
        )
        for key, version in rows:
            kept.setdefault(key, []).append(version)
        held = {
            key: [version.version_id for version in bucket.keys.getlist(key)]
            for key in list(bucket.keys)
        }
        return {key for key in {*kept, *held} if kept.get(key) != held.get(key)}


def _backend() -> Any:
    from moto.s3.models import s3_backends

    return s3_backends[ACCOUNT][_PARTITION]


def _path(environ: Mapping[str, Any]) -> str:
    """Bucket and key as they were sent: WSGI hands a path's bytes on as Latin-1."""
    path: str = environ.get("PATH_INFO", "")
    return path.encode("latin-1").decode(errors="replace").lstrip("/")


def _bucket_body(bucket: Any) -> dict[str, Any]:
    return {
        "region": bucket.region_name,
        "created": bucket.creation_date.isoformat(),
        "versioning": bucket.versioning_status,
        "tags": _backend().tagger.get_tag_dict_for_resource(bucket.arn),
    }


def _make_bucket(name: str, body: Mapping[str, Any]) -> None:
    bucket = _backend().create_bucket(name, body["region"])
    bucket.creation_date = dt.datetime.fromisoformat(body["created"])
    bucket.versioning_status = body["versioning"]
    _tag(bucket.arn, body["tags"])


def _version(version: Any) -> tuple[str, bytes | None]:
    """One version, or the mark that it was deleted, as the file has it."""
    body = {"modified": version.last_modified.isoformat()}
    if not hasattr(version, "value"):
        return json.dumps(body | {"_version_id": version.version_id}), None
    body |= {name: getattr(version, name) for name in _PLAIN}
    body |= {
        "_etag": version.etag.strip('"'),
        "metadata": dict(version.metadata),
        "tags": _backend().tagger.get_tag_dict_for_resource(version.arn),
    }
    return json.dumps(body), version.value


def _make_version(bucket_name: str, key: str, body: dict[str, Any], content: bytes | None) -> None:
    from moto.s3.models import FakeDeleteMarker, FakeKey

    bucket = _backend().buckets[bucket_name]
    modified = dt.datetime.fromisoformat(body.pop("modified"))
    metadata, tags = body.pop("metadata", {}), body.pop("tags", {})
    made: Any = FakeKey(key, content or b"", ACCOUNT, bucket.region_name, bucket_name=bucket_name)
    made.set_metadata(metadata)
    if content is None:
        made = FakeDeleteMarker(made)
    for name, value in body.items():
        setattr(made, name, value)
    made.last_modified = modified
    bucket.keys[key] = made
    if tags:
        _tag(made.arn, tags)


def _tag(arn: str, tags: Mapping[str, str]) -> None:
    _backend().tagger.tag_resource(arn, [{"Key": k, "Value": v} for k, v in tags.items()])
