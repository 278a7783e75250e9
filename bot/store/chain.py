"""The chain of the audit log: each line's digest covers the line and the digest before it.

So a line that is changed, taken out or put in breaks the chain at that place. Whoever can rewrite
the whole database can also write a new chain: that is why `mlpipe audit verify` tells the newest
digest, to be kept elsewhere and given back later. As in hash-chained logs: S. Haber, W. S.
Stornetta, How to time-stamp a digital document, J. Cryptology 3 (1991), 99-111.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

BEGINNING: Final = "0" * 64
"""The digest before the first line."""
COVERED: Final = ("who", "action", "subject", "outcome")


def digest_of(line: Mapping[str, Any], *, after: str) -> str:
    """SHA-256 of a line, in hexadecimal.

    Args:
        line: `at` (with its zone), `who`, `action`, `subject`, `outcome` and `details`.
        after: The digest of the line before it.
    """
    at: dt.datetime = line["at"]
    content = [
        after,
        at.astimezone(dt.UTC).isoformat(),
        *(line[name] for name in COVERED),
        dict(line["details"]),
    ]
    written = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
