"""What Slack's composer makes of what a person types."""

from __future__ import annotations

import re

from mlpipe_sandbox.slack.state import State

_TOKEN = re.compile(r"<(?:@[UW]|#C)[A-Z0-9]+(?:\|[^<>]*)?>")


def escape(text: str) -> str:
    """Typed text with & < > escaped; mentions that the page already wrote as <@U…> stay."""
    parts, end = [], 0
    for match in _TOKEN.finditer(text):
        parts += [_escaped(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, _escaped(text[end:])])


def mentions(state: State, text: str, *, labelled: bool = False) -> str:
    """@names and #channels as Slack writes them: <@U0ANA>, or <@U0ANA|ana> if labelled."""
    app = state.app
    people = {person.name: person.id for person in state.people.values()}
    people[app.name] = app.bot_user_id
    channels = {each.name: each.id for each in state.conversations.values() if each.name}

    def replace(match: re.Match[str]) -> str:
        sign, name = match.group(1), match.group(2)
        known = (people if sign == "@" else channels).get(name)
        if known is None:
            return match.group()
        label = f"|{name}" if labelled or sign == "#" else ""
        return f"<{sign}{known}{label}>"

    return re.sub(r"(?<![\w<|])([@#])([\w.-]*\w)", replace, text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
