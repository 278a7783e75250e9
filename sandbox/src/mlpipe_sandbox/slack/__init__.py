"""An embedded Slack workspace that speaks Slack's wire protocols on loopback."""

from mlpipe_sandbox.slack.client.outcome import Outcome
from mlpipe_sandbox.slack.limits import Limits
from mlpipe_sandbox.slack.manifest import Manifest, ManifestError, SlashCommand
from mlpipe_sandbox.slack.participant import Participant
from mlpipe_sandbox.slack.sandbox import SlackSandbox
from mlpipe_sandbox.slack.state import ApiCall
from mlpipe_sandbox.slack.workspace import (
    App,
    Channel,
    Person,
    UserGroup,
    Workspace,
    default_workspace,
)

__all__ = [
    "ApiCall",
    "App",
    "Channel",
    "Limits",
    "Manifest",
    "ManifestError",
    "Outcome",
    "Participant",
    "Person",
    "SlackSandbox",
    "SlashCommand",
    "UserGroup",
    "Workspace",
    "default_workspace",
]
