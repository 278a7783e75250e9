"""Takes out of text from outside what nobody should read: keys, tokens, signed addresses.

What a job writes into its log is written for engineers, and may hold what its author forgot.
"""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "[redacted]"
_SECRETS: Final = re.compile(
    r"""
      \b(?:xox[a-z]|xapp)-[\w-]{8,}                                   # Slack's tokens
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                                   # AWS access keys
    | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)                                 # user:password@host
    | (?<=[?&])(?:X-Amz-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|Signature)=
      [^&\s"'\\]+
    | (?:(?<=\bBearer\s)|(?<=\bBasic\s))[\w.~+/=-]{8,}                # of an Authorization header
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----[\s\S]*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    | https://hooks\.slack\.com/[^\s"'\\]+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"""
    (?P<name>["']?\b[\w-]*(?:password|passwd|secret|token|api[_-]?key|private[_-]?key)[\w-]*["']?
    \s*[=:]\s*)
    (?P<quote>["']?)(?P<value>[^\s"',;]{4,})(?P=quote)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact(text: str) -> str:
    """The text with each secret that can be told as such replaced by `[redacted]`."""
    return _NAMED.sub(rf"\g<name>\g<quote>{REDACTED}\g<quote>", _SECRETS.sub(REDACTED, text))
