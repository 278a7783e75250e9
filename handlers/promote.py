"""`/mlpipe promote`: a card, and a second person's click on Approve or Reject."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.access import Action
from bot.asking import Asking
from bot.conversations import Conversations
from bot.model_book import no_version
from bot.promotions import Promotions
from bot.routes import Button, Choice, Subcommand
from bot.slack.gateway import Gateway
from bot.targets import ENVIRONMENT_WORDS, MOST_WORD, Target, Targets, taken_out
from core.approvals import Approval, ApprovalId, Reason, State, Verdict, request
from core.commands import Command, Token, as_read
from core.domain import PRODUCTION, ApprovalStatus, ModelVersion
from core.errors import InputError, NotFoundError, UnavailableError
from core.inputs import VERSION
from core.messages import Markup, Sentence, say
from core.mornings import Morning
from reports.actions import APPROVE, ASK_FOR, PROMOTE, REJECT, REPORT_MENU
from reports.names import mention

MOST_NOTE: Final = 500
"""Characters of the reason that are kept."""


class Versions(Protocol):
    """The registered versions of a pipeline in an environment."""

    async def versions(self, target: Target) -> tuple[ModelVersion, ...]:
        """All of them, newest first."""

    async def serving(self, target: Target) -> ModelVersion | None:
        """The one that serves now."""


class Promote:
    """The conversation."""

    def __init__(
        self,
        *,
        app: Conversations,
        gateway: Gateway,
        promotions: Promotions,
        targets: Targets,
        versions: Versions,
    ) -> None:
        self._app = app
        self._gateway = gateway
        self._promotions = promotions
        self._targets = targets
        self._versions = versions

    async def command(self, asking: Asking, command: Command) -> None:
        """`/mlpipe promote …`: ask for it."""
        await self._ask(asking, *self._read(command))

    async def from_report(self, asking: Asking, value: str) -> None:
        """`Ask for a promotion` below a report: of the newest version that awaits a decision."""
        await self._ask(asking, self._targets.of(Morning.parse(value)))

    async def from_model(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """`Ask for a promotion` below a version."""
        pipeline, environment, number = body["actions"][0]["value"].rsplit("/", 2)
        await self._ask(asking, self._targets.at(pipeline, environment), int(number))

    async def _ask(
        self, asking: Asking, target: Target, number: int | None = None, note: str = ""
    ) -> None:
        assert asking.channel is not None
        await self._gateway.require(asking.channel)
        versions, serving = await asyncio.gather(
            self._versions.versions(target), self._versions.serving(target)
        )
        version = _asked_for(versions, number, target)
        approval = Approval(
            id=ApprovalId(uuid.uuid4().hex),
            pipeline=target.pipeline.name,
            environment=target.environment,
            version=version.version,
            package=version.arn,
            requested_by=asking.person,
            requested_at=await self._app.clock.now(),
            note=note,
            channel=asking.channel,
        )
        decision = request(
            approval,
            version=version,
            serving=serving,
            open_requests=await self._promotions.awaiting(approval),
        )
        if decision.approval is None:
            raise InputError(await self._why_not(decision.reason, approval))
        await self._promotions.ask(decision.approval)

    def _read(self, command: Command) -> tuple[Target, int | None, str]:
        """Pipeline and version come first, what follows is the reason, as it was typed."""
        environment, command = taken_out(command, ENVIRONMENT_WORDS)
        tokens = list(command.tokens)
        word = None
        if tokens and tokens[0].name is None and self._targets.has_pipeline(tokens[0].text):
            word = tokens.pop(0).text
        number = _version_number(tokens)
        target = Target(
            self._targets.pipeline(word),
            self._targets.environment(environment, default=PRODUCTION),
        )
        reason = as_read(" ".join(token.written for token in tokens))
        return target, number, reason[:MOST_NOTE]

    async def _why_not(self, reason: Reason, approval: Approval) -> Sentence:
        if reason is Reason.ALREADY_SERVING:
            return say(
                "Version {version} serves in {environment} already: nothing has to be done. To "
                "promote another, write its number.",
                version=approval.version,
                environment=approval.environment,
            )
        for other in await self._promotions.awaiting(approval):
            if other.package == approval.package and other.channel and other.message:
                link = await self._gateway.permalink(other.channel, other.message)
                if link is not None:
                    return say(
                        "Version {version} awaits a decision already: somebody else approves or "
                        "rejects it on its card, {card}.",
                        version=approval.version,
                        card=Markup(f"<{link}|{other.id[:8]}>", link),
                    )
        return say(
            "Version {version} awaits a decision already: somebody else approves or rejects it on "
            "its card.",
            version=approval.version,
        )

    async def approve(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Approve."""
        await self._decide(asking, body, Verdict.APPROVE)

    async def reject(self, asking: Asking, body: Mapping[str, Any]) -> None:
        """A click on Reject."""
        await self._decide(asking, body, Verdict.REJECT)

    async def _decide(self, asking: Asking, body: Mapping[str, Any], verdict: Verdict) -> None:
        identifier = ApprovalId(body["actions"][0].get("value") or "")
        try:
            decision, approval = await self._promotions.decide(
                identifier, verdict, by=asking.person, permitted=True
            )
        except KeyError:
            raise NotFoundError(
                say("I know nothing of this request any more. Ask for the promotion again.")
            ) from None
        if not decision.accepted:
            raise InputError(_refusal(decision.reason, approval, command=self._app.command))
        if approval.state is State.EXECUTING:
            raise UnavailableError(
                say(
                    "Your decision is kept, but SageMaker does not answer at the moment. I keep "
                    "trying, the card will say when it is done."
                )
            )


def _version_number(tokens: list[Token]) -> int | None:
    """Take the version off the front of what was typed, if one stands there."""
    if not tokens:
        return None
    first = tokens[0]
    match = VERSION.fullmatch(first.text)
    if match is not None and first.name in {None, "version"}:
        tokens.pop(0)
        return int(match[1])
    # A reason has several words: one alone, or one with a digit, is a version gone wrong.
    if first.name == "version" or len(tokens) == 1 or any(map(str.isdigit, first.text)):
        raise InputError(
            say(
                "{word} is not a version: write its number, or none for the newest that awaits a "
                "decision, and the reason after it.",
                word=first.written[:MOST_WORD],
            )
        )
    return None


def _asked_for(
    versions: tuple[ModelVersion, ...], number: int | None, target: Target
) -> ModelVersion:
    group = target.pipeline.model_package_group(target.environment)
    if number is None and versions:
        for version in versions:
            if version.approval is ApprovalStatus.PENDING:
                return version
        raise NotFoundError(
            say(
                "No version of {group} awaits approval; the newest is {version}. "
                "To go back to one, write its number.",
                group=group,
                version=versions[0].version,
            )
        )
    for version in versions:
        if version.version == number:
            return version
    raise no_version(number, versions, target)


def _refusal(reason: Reason, approval: Approval, *, command: str) -> Sentence:
    if reason is Reason.OWN_REQUEST:
        return say("You asked for this yourself: it takes another person to decide.")
    if approval.decided_by is None:
        return say("This has been decided already: its card says how.")
    person = mention(approval.decided_by)
    if approval.verdict is Verdict.APPROVE:
        return say("This has been decided already: {person} approved it.", person=person)
    return say(
        "This has been decided already: {person} rejected it. `{command} promote {version}` asks "
        "for it anew.",
        person=person,
        command=command,
        version=approval.version,
    )


def register(
    app: Conversations,
    *,
    gateway: Gateway,
    promotions: Promotions,
    targets: Targets,
    versions: Versions,
) -> None:
    """Offer the conversation."""
    promote = Promote(
        app=app, gateway=gateway, promotions=promotions, targets=targets, versions=versions
    )
    app.subcommand(
        Subcommand(
            word="promote",
            action=Action.PROMOTE,
            purpose=say("Ask for a version to serve; another person approves."),
            usage="promote [version] [env=…] [why]",
            examples=("promote", "promote 3 steadier on storm days"),
            work=promote.command,
        )
    )
    app.button(Button(ASK_FOR, Action.PROMOTE, promote.from_model))
    app.choice(Choice(REPORT_MENU, PROMOTE, Action.PROMOTE, promote.from_report))
    app.button(Button(APPROVE, Action.APPROVE, promote.approve))
    app.button(Button(REJECT, Action.APPROVE, promote.reject))
