"""Deliveries that an app must not act on."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from mlpipe_sandbox.slack.delivery.reply import Forgery

FOREIGN_TEAM, FOREIGN_DOMAIN = "T0FOREIGN", "foreign"
UNKNOWN = "mlpipe_sandbox_unknown"
"""A type that no app knows, of an envelope and of what is in it."""
STALE_SECONDS = 600
"""How old a stale timestamp is; apps refuse those older than 300 s."""
FOREIGN_SECRET = "not-the-signing-secret"  # noqa: S105  (it has to be wrong)


def forge(payload: dict[str, Any], forgery: Forgery) -> dict[str, Any]:
    """What a forger sends after the like of a true payload."""
    match forgery:
        case "foreign_team":
            return _of_foreign_team(payload)
        case "unknown_envelope":
            return {"type": UNKNOWN}
        case _:
            return _as_new(payload)


def _as_new(payload: dict[str, Any]) -> dict[str, Any]:
    # As if it had happened once more, so that it is not taken for a second copy.
    made = copy.deepcopy(payload)
    if "trigger_id" in made:
        made["trigger_id"] = f"0.0.{secrets.token_hex(16)}"
    if "event_id" in made:
        made["event_id"] = f"Ev{secrets.token_hex(5).upper()}"
    if "response_url" in made:
        made["response_url"] = f"{made['response_url'].rpartition('/')[0]}/{secrets.token_hex(16)}"
    if isinstance(made.get("view"), dict):
        made["view"]["id"] = f"V{secrets.token_hex(5).upper()}"
    return made


def _of_foreign_team(payload: dict[str, Any]) -> dict[str, Any]:
    made = _as_new(payload)
    if "team_id" in made:
        made["team_id"] = FOREIGN_TEAM
    if "team_domain" in made:
        made["team_domain"] = FOREIGN_DOMAIN
    if isinstance(made.get("team"), dict):
        made["team"] = {"id": FOREIGN_TEAM, "domain": FOREIGN_DOMAIN}
    if isinstance(made.get("user"), dict):
        made["user"]["team_id"] = FOREIGN_TEAM
    if isinstance(made.get("view"), dict):
        made["view"] |= {"team_id": FOREIGN_TEAM, "app_installed_team_id": FOREIGN_TEAM}
    for each in made.get("authorizations", []):
        each["team_id"] = FOREIGN_TEAM
    return made
