"""What a workspace starts with: its people, channels and the app installed in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from mlpipe_sandbox.slack import manifest as manifests
from mlpipe_sandbox.slack.manifest import Manifest, SlashCommand

# They open nothing but this sandbox.
BOT_TOKEN = "xoxb-0-sandbox-bot-token"  # noqa: S105
APP_TOKEN = "xapp-1-A0MLPIPE-0-sandbox-app-token"  # noqa: S105
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105
VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105


@dataclass(frozen=True)
class Person:
    """A member of the workspace."""

    id: str
    name: str
    """The handle, as in @ana."""
    real_name: str
    title: str = ""
    is_admin: bool = False
    email: str | None = None
    tz: str = "Etc/UTC"
    locale: str = "en-US"
    """The language of the person's Slack."""


@dataclass(frozen=True)
class Channel:
    """A public or private channel with the people (and bots) who are in it from the start."""

    id: str
    name: str
    topic: str = ""
    members: tuple[str, ...] = ()
    is_private: bool = False


@dataclass(frozen=True)
class UserGroup:
    """People who are mentioned together, as @ml-leads."""

    id: str
    handle: str
    name: str
    description: str = ""
    users: tuple[str, ...] = ()
    is_disabled: bool = False


@dataclass(frozen=True)
class App:
    """An app installed in the workspace, as its manifest describes it, with its credentials."""

    id: str
    name: str
    bot_user_id: str
    bot_id: str = "B0MLPIPE"
    manifest: Manifest = field(default_factory=Manifest)
    request_url: str | None = None
    """Where deliveries go, signed, while the app has no Socket Mode connection open."""
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    signing_secret: str = SIGNING_SECRET
    verification_token: str = VERIFICATION_TOKEN

    @classmethod
    def from_manifest(
        cls,
        manifest: Mapping[str, object],
        *,
        id: str = "A0MLPIPE",  # noqa: A002  (Slack's own word)
        bot_user_id: str = "U0MLPIPE",
        request_url: str | None = None,
    ) -> App:
        """The app that a parsed manifest describes.

        Args:
            manifest: The manifest's JSON or YAML, parsed.
            id: The app's id.
            bot_user_id: The user id of its bot.
            request_url: Where to send deliveries over HTTP.

        Raises:
            ManifestError: the manifest is not one that Slack would take.
        """
        parsed = manifests.parse(manifest)
        return cls(
            id=id,
            name=parsed.name,
            bot_user_id=bot_user_id,
            manifest=parsed,
            request_url=request_url,
        )

    @property
    def commands(self) -> tuple[SlashCommand, ...]:
        """The slash commands that people can type."""
        return self.manifest.commands

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the bot token may do."""
        return self.manifest.bot_scopes


@dataclass(frozen=True)
class Workspace:
    """A workspace as it is before anybody has said anything."""

    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    app: App
    id: str = "T0MLPIPE"
    name: str = "Ad tech"
    domain: str = "ad-tech"
    user_groups: tuple[UserGroup, ...] = ()


def _new_yorker(user: str, real_name: str, title: str, locale: str = "en-US") -> Person:
    name = real_name.split(maxsplit=1)[0].lower()
    email = f"{name}@example.com"
    zone = "America/New_York"
    return Person(user, name, real_name, title, email=email, tz=zone, locale=locale)


PEOPLE = (
    _new_yorker("U0ANA", "Ana Ruiz", "ML engineer"),
    _new_yorker("U0BEN", "Ben Okafor", "ML engineer"),
    _new_yorker("U0CHIE", "Chie Tanaka", "Infrastructure", "ja-JP"),
    _new_yorker("U0DANA", "Dana Levi", "Manager"),
)

_EVERYBODY = tuple(person.id for person in PEOPLE)

CHANNELS = (
    Channel("C0DAILY", "ml-daily", "How yesterday's models did", (*_EVERYBODY, "U0MLPIPE")),
    Channel("C0EXP", "ml-experiments", "Runs, trials and ideas", (*_EVERYBODY, "U0MLPIPE")),
    Channel("C0RANDOM", "random", "Anything else", _EVERYBODY),
)

USER_GROUPS = (
    UserGroup("S0LEADS", "ml-leads", "ML leads", "Approve what serves", ("U0CHIE", "U0DANA")),
)


def default_workspace(
    manifest: Mapping[str, object] | None = None, *, request_url: str | None = None
) -> Workspace:
    """The workspace of the demo and of the tests: four people, three channels, one group, one app.

    Args:
        manifest: The app's parsed manifest. Without one the app has the command /mlpipe and
            every scope and event the sandbox knows.
        request_url: Where to send deliveries while no Socket Mode connection is open.

    Raises:
        ManifestError: the manifest is not one that Slack would take.
    """
    app = App(id="A0MLPIPE", name="mlpipe", bot_user_id="U0MLPIPE", request_url=request_url)
    if manifest is None:
        app = dataclasses.replace(app, manifest=manifests.everything("mlpipe", "/mlpipe"))
    else:
        app = App.from_manifest(manifest, request_url=request_url)
    return Workspace(people=PEOPLE, channels=CHANNELS, app=app, user_groups=USER_GROUPS)
