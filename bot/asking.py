"""Who asks, where and by which delivery: read from what Slack sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.commands import visible
from core.domain import ChannelId, MessageTs, Person, TeamId, UserId


@dataclass(frozen=True)
class Asking:
    """One command, click or submission, without what it asks for."""

    person: Person
    delivery: str
    """The same for every delivery of the same: claimed once."""
    channel: ChannelId | None = None
    message: MessageTs | None = None
    """The message whose button was clicked."""
    view_id: str | None = None
    trigger_id: str | None = None
    """Opens a modal, for about three seconds."""
    response_url: str | None = None
    said: str | None = None
    """A command as it was typed."""
    age: float = 0.0
    """Seconds that it was on its way, as far as Slack tells."""

    @classmethod
    def of_command(cls, body: Mapping[str, Any], *, age: float = 0.0) -> Self:
        """Of a slash command."""
        return cls(
            person=Person(TeamId(body["team_id"]), UserId(body["user_id"])),
            delivery=f"command/{body['trigger_id']}",
            channel=ChannelId(body["channel_id"]),
            trigger_id=body["trigger_id"],
            response_url=body.get("response_url"),
            said=visible(f"{body['command']} {body.get('text') or ''}").rstrip(),
            age=age,
        )

    @classmethod
    def of_action(cls, body: Mapping[str, Any], *, age: float = 0.0) -> Self:
        """Of a click, or a choice in a modal."""
        channel = (body.get("channel") or {}).get("id")
        message = (body.get("container") or {}).get("message_ts")
        return cls(
            person=_person(body),
            delivery=f"action/{body['actions'][0]['action_ts']}/{body['trigger_id']}",
            channel=ChannelId(channel) if channel else None,
            message=MessageTs(message) if message else None,
            view_id=(body.get("view") or {}).get("id"),
            trigger_id=body["trigger_id"],
            response_url=body.get("response_url"),
            age=age,
        )

    @classmethod
    def of_shortcut(cls, body: Mapping[str, Any], *, age: float = 0.0) -> Self:
        """Of a shortcut; a global one comes from no channel."""
        channel = (body.get("channel") or {}).get("id")
        message = body.get("message_ts")
        return cls(
            person=_person(body),
            delivery=f"shortcut/{body['action_ts']}/{body['trigger_id']}",
            channel=ChannelId(channel) if channel else None,
            message=MessageTs(message) if message else None,
            trigger_id=body["trigger_id"],
            response_url=body.get("response_url"),
            age=age,
        )

    @classmethod
    def of_event(cls, body: Mapping[str, Any]) -> Self:
        """Of an event, which somebody brought about."""
        return cls(
            person=Person(TeamId(body["team_id"]), UserId(body["event"]["user"])),
            delivery=f"event/{body['event_id']}",
        )

    @classmethod
    def of_submission(
        cls, body: Mapping[str, Any], *, channel: ChannelId | None, age: float = 0.0
    ) -> Self:
        """Of a submitted modal; Slack does not say from which channel it was asked for."""
        return cls(
            person=_person(body),
            delivery=f"view/{body['view']['id']}",
            channel=channel,
            view_id=body["view"]["id"],
            trigger_id=body.get("trigger_id"),
            age=age,
        )


def _person(body: Mapping[str, Any]) -> Person:
    user = body["user"]
    team = user.get("team_id") or (body.get("team") or {}).get("id") or ""
    return Person(TeamId(team), UserId(user["id"]))
