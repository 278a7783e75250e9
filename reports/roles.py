"""What the models that scored a day are called."""

from __future__ import annotations

from core.messages import Sentence, say
from core.results import CANDIDATE, PRODUCTION, REFERENCE
from reports.names import shown


def model(role: str, version: int | None = None) -> Sentence | str:
    """A model inside a sentence, with its version where that is known."""
    if version is None or role == CANDIDATE:
        return _named(role)
    return say("{model} (version {version})", model=_named(role), version=version)


def _named(role: str) -> Sentence | str:
    match role:
        case _ if role == PRODUCTION:
            return say("production")
        case _ if role == REFERENCE:
            return say("the reference")
        case _ if role == CANDIDATE:
            return say("the newest model")
        case _:
            return shown(role)
