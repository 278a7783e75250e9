"""Files: uploaded in three steps, worked on for a moment, then shown.

Source: https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mlpipe_sandbox.slack.errors import SlackError


@dataclass
class StoredFile:
    """One file from the reservation of its id on."""

    id: str
    name: str
    length: int
    ticket: str
    user: str
    alt_text: str | None = None
    title: str = ""
    content: bytes | None = None
    completed: bool = False
    """Whether the app said that the upload is complete."""
    ready: bool = False
    """Whether Slack is done with the file, so that it can be shown."""
    created: int = 0
    deleted: bool = False
    shares: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def mimetype(self) -> str:
        """Guessed from the name, as Slack does."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def filetype(self) -> str:
        """The name's extension, or "binary"."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else "binary"


class Files:
    """Every file of the workspace."""

    def __init__(self, base_url: Callable[[], str], keep: Callable[[StoredFile], None]) -> None:
        """Begin without one; `keep` is told of each change from the end of an upload on."""
        self._base_url = base_url
        self._keep = keep
        self._files: dict[str, StoredFile] = {}

    def restore(self, file: StoredFile) -> None:
        """A file of an earlier run; what Slack was at work on then is done."""
        file.ready = True
        self._files[file.id] = file

    def reserve(self, *, name: str, length: int, user: str, alt_text: str | None) -> StoredFile:
        """Step 1: an id, and an address to send the bytes to."""
        file_id = f"F{secrets.token_hex(5).upper()}"
        file = StoredFile(file_id, name, length, secrets.token_hex(16), user, alt_text, name)
        self._files[file_id] = file
        return file

    def receive(self, ticket: str, content: bytes) -> StoredFile:
        """Step 2: the bytes.

        Raises:
            SlackError: `file_not_found` for an unknown address, `length_mismatch` if there are
                more or fewer bytes than announced.
        """
        file = next((file for file in self._files.values() if file.ticket == ticket), None)
        if file is None or file.completed:
            raise SlackError("file_not_found")
        if len(content) != file.length:
            raise SlackError("length_mismatch")
        file.content = content
        return file

    def complete(self, file_id: str, *, title: str | None, created: int) -> StoredFile:
        """Step 3: from now on Slack works on it, until `ready` is set.

        Raises:
            SlackError: `file_not_found`, `invalid_upload` before the bytes came or a second time.
        """
        file = self.find(file_id)
        if file.content is None or file.completed:
            raise SlackError("invalid_upload")
        file.completed = True
        file.title = title or file.name
        file.created = created
        self._keep(file)
        return file

    def finish(self, file: StoredFile) -> None:
        """Slack is done with it."""
        file.ready = True
        self._keep(file)

    def share(self, file: StoredFile, *, channel: str, share: dict[str, Any]) -> None:
        """A message shows it."""
        file.shares.setdefault(channel, []).append(share)
        self._keep(file)

    def delete(self, file: StoredFile) -> None:
        """Its bytes go, its id stays taken."""
        file.deleted = True
        file.content = None
        self._keep(file)

    def find(self, file_id: str) -> StoredFile:
        """The file with that id.

        Raises:
            SlackError: `file_not_found`, `file_deleted`.
        """
        file = self._files.get(file_id)
        if file is None:
            raise SlackError("file_not_found")
        if file.deleted:
            raise SlackError("file_deleted")
        return file

    def is_image(self, reference: dict[str, Any]) -> bool:
        """Whether a `slack_file` object names an image that can be shown now."""
        file_id = reference.get("id")
        if file_id is None:
            match = re.search(r"F[A-Z0-9]{8,}", str(reference.get("url", "")))
            file_id = match.group() if match else ""
        file = self._files.get(str(file_id))
        if file is None or file.deleted or not file.ready:
            return False
        return file.mimetype in ("image/png", "image/jpeg", "image/gif")

    def shown(self, file: StoredFile) -> dict[str, Any]:
        """The file object of the Web API; without type and addresses while Slack works on it."""
        ready = file.ready
        base: dict[str, Any] = {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype if ready else "",
            "filetype": file.filetype if ready else "",
            "pretty_type": file.filetype.upper() if ready else "",
            "user": file.user,
            "size": file.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": bool(file.shares),
            "shares": {"public": file.shares} if ready and file.shares else {},
            "channels": list(file.shares) if ready else [],
        }
        if file.alt_text:
            base["alt_txt"] = file.alt_text
        if ready:
            address = f"{self._base_url()}/files/{file.id}"
            base |= {"url_private": address, "permalink": f"{address}/{file.name}"}
        return base
