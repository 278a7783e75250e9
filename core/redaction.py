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
    | (?:^[\w+/=]{4,}\s*\n)*-----END[ ][A-Z ]*PRIVATE[ ]KEY-----    # the end of one cut off above
    | https://hooks\.slack\.com/[^\s"'\\]+
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_TELLING: Final = r"[\w-]*(?:password|passwd|secret|token|api[_-]?key|private[_-]?key)[\w-]*"
_NAMED: Final = re.compile(
    rf"""
    (?P<name>["']?\b{_TELLING}["']?\s*[=:]\s*)
    (?P<quote>["']?)(?P<value>[^\s"',;]{{4,}})(?P=quote)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def names_a_secret(name: str) -> bool:
    """Whether what goes by this name is a secret, such as `db_password`."""
    return re.fullmatch(_TELLING, name, re.IGNORECASE) is not None


def redact(text: str) -> str:
    """The text with each secret that can be told as such replaced by `[redacted]`."""
    return _NAMED.sub(rf"\g<name>\g<quote>{REDACTED}\g<quote>", _SECRETS.sub(REDACTED, text))
