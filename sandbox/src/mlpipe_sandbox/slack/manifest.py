"""The app's manifest: which commands, scopes, events and surfaces it asked for.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mlpipe_sandbox.slack.scopes import KNOWN_EVENTS, KNOWN_SCOPES, SCOPES_OF_EVENT


class ManifestError(ValueError):
    """The manifest is not one that Slack would take; the text says which key and why."""


@dataclass(frozen=True)
class SlashCommand:
    """A command that people can type, as the composer offers it."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    """Whether @names and #channels in the text arrive as ids, as in <@U0ANA|ana>."""


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut."""

    name: str
    callback_id: str
    type: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """What the sandbox reads of an app's manifest."""

    name: str = "app"
    description: str = ""
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    bot_scopes: tuple[str, ...] = ()
    bot_events: tuple[str, ...] = ()
    interactive: bool = True
    home_tab: bool = False

    def hears(self, event: str) -> bool:
        """Whether the app is told of such events: it subscribed, and was granted the scope."""
        needed = SCOPES_OF_EVENT.get(event, frozenset())
        return event in self.bot_events and (not needed or not needed.isdisjoint(self.bot_scopes))


def everything(name: str, command: str) -> Manifest:
    """A manifest that asks for all that the sandbox knows, for trying things out."""
    return Manifest(
        name=name,
        commands=(SlashCommand(command),),
        bot_scopes=tuple(sorted(KNOWN_SCOPES)),
        bot_events=tuple(sorted(KNOWN_EVENTS)),
        home_tab=True,
    )


def parse(document: Mapping[str, object]) -> Manifest:
    """Read a manifest that came as JSON or YAML.

    Raises:
        ManifestError: a key is missing or has a wrong value.
    """
    try:
        read = _Document.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ManifestError(f"The manifest's {key}: {first['msg']}.") from error
    features, settings = read.features, read.settings
    return Manifest(
        name=read.display_information.name,
        description=read.display_information.description,
        commands=tuple(
            SlashCommand(each.command, each.description, each.usage_hint, each.should_escape)
            for each in features.slash_commands
        ),
        shortcuts=tuple(
            Shortcut(each.name, each.callback_id, each.type, each.description)
            for each in features.shortcuts
        ),
        bot_scopes=tuple(read.oauth_config.scopes.bot),
        bot_events=tuple(settings.event_subscriptions.bot_events),
        interactive=settings.interactivity.is_enabled,
        home_tab=features.app_home.home_tab_enabled,
    )


class _Part(BaseModel):
    # Slack adds keys to manifests now and then; the sandbox reads those it acts on.
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Display(_Part):
    name: str = Field(min_length=1, max_length=35)
    description: str = Field(default="", max_length=140)


class _Command(_Part):
    command: str = Field(pattern=r"^/\S{1,31}$")
    description: str = Field(min_length=1, max_length=2000)
    usage_hint: str = Field(default="", max_length=1000)
    should_escape: bool = False


class _Shortcut(_Part):
    name: str = Field(min_length=1, max_length=24)
    callback_id: str = Field(min_length=1, max_length=255)
    type: str = Field(pattern="^(global|message)$")
    description: str = Field(default="", max_length=150)


class _Home(_Part):
    home_tab_enabled: bool = False


class _Features(_Part):
    app_home: _Home = _Home()
    slash_commands: list[_Command] = Field(default_factory=list, max_length=50)
    shortcuts: list[_Shortcut] = Field(default_factory=list, max_length=10)


class _Scopes(_Part):
    bot: list[str] = Field(default_factory=list)


class _OAuth(_Part):
    scopes: _Scopes = _Scopes()


class _Events(_Part):
    bot_events: list[str] = Field(default_factory=list)


class _Interactivity(_Part):
    is_enabled: bool = False


class _Settings(_Part):
    event_subscriptions: _Events = _Events()
    interactivity: _Interactivity = _Interactivity()


class _Document(_Part):
    display_information: _Display
    features: _Features = _Features()
    oauth_config: _OAuth = _OAuth()
    settings: _Settings = _Settings()
