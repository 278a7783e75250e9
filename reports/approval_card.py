"""The card of a promotion: this version beside production's, and what was decided by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.approvals import Approval, State, Verdict
from core.day_result import DayResult
from core.domain import ModelVersion
from core.lineage import CODE_COMMIT, DAY
from core.messages import Sentence, Translator, say
from reports import blocks
from reports.actions import APPROVE, REJECT
from reports.buttons import button_text, confirm
from reports.comparison import about_production, comparison
from reports.message import Message
from reports.names import REASON, environment_title, mention, shown
from reports.steps import day_and_time

COMMIT: Final = 12
"""Characters of a commit's id."""


@dataclass(frozen=True)
class ApprovalFacts:
    """What the card is made of."""

    approval: Approval
    version: ModelVersion | None = None
    """The version it is about; None where the registry does not show it any more."""
    result: DayResult | None = None
    """The version's own evaluation, with production's on the same rows where there was one."""
    serving: ModelVersion | None = None
    """The version that serves now."""


def approval_card(facts: ApprovalFacts, t: Translator) -> Message:
    """The card as it should stand now."""
    parts: list[slack.Block] = [
        blocks.title(_title(facts, t)),
        blocks.section(*_request(facts.approval, t)),
    ]
    if facts.result is not None:
        parts += comparison(facts.result, t, version=facts.version)
    else:
        parts.append(blocks.section(t.mrkdwn(say("The version's evaluation is not there."))))
    if facts.approval.state.open and (about := about_production(facts.result, facts.serving)):
        parts.append(blocks.section(t.mrkdwn(about)))
    parts.append(_buttons(facts, t) if facts.approval.state.open else _outcome(facts, t))
    parts.append(blocks.context(_origin(facts, t)))
    return Message(_text(facts, t), tuple(parts))


def _title(facts: ApprovalFacts, t: Translator) -> str:
    approval = facts.approval
    return t.plain(
        say(
            "{environment} · {pipeline} · promote version {version}",
            environment=environment_title(approval.environment),
            pipeline=shown(approval.pipeline, 60),
            version=approval.version,
        )
    )


def _request(approval: Approval, t: Translator) -> list[str]:
    asked = say(
        "{person} asks that version {version} serve.",
        person=mention(approval.requested_by),
        version=approval.version,
    )
    if not approval.note.strip():
        return [t.mrkdwn(asked)]
    return [t.mrkdwn(asked), t.mrkdwn(say("Why: {note}", note=shown(approval.note, REASON)))]


def _buttons(facts: ApprovalFacts, t: Translator) -> slack.ActionsBlock:
    approval = facts.approval
    environment = shown(approval.environment, 40)
    consequence = (
        say(
            "It takes the place of version {version}, which serves in {environment} now.",
            version=facts.serving.version,
            environment=environment,
        )
        if facts.serving
        else say("Nothing serves in {environment} yet: it is the first.", environment=environment)
    )
    approve = slack.Button(
        button_text(say("Approve"), t),
        action_id=APPROVE,
        value=approval.id,
        style="primary",
        confirm=confirm(
            t,
            title=say("Have version {version} serve?", version=approval.version),
            text=consequence,
            yes=say("Approve"),
        ),
    )
    reject = slack.Button(
        button_text(say("Reject"), t),
        action_id=REJECT,
        value=approval.id,
        style="danger",
        confirm=confirm(
            t,
            title=say("Reject version {version}?", version=approval.version),
            text=say("What serves now goes on serving. It can be asked for again."),
            yes=say("Reject"),
            style="danger",
        ),
    )
    return slack.ActionsBlock([approve, reject])


def _outcome(facts: ApprovalFacts, t: Translator) -> slack.SectionBlock:
    approval = facts.approval
    person = mention(approval.decided_by) if approval.decided_by else say("somebody")
    at = day_and_time(approval.decided_at) if approval.decided_at else "?"
    match approval.state:
        case State.APPROVED:
            said = [
                say(":white_check_mark: *Approved* by {person}, {time}.", person=person, time=at)
            ]
        case State.REJECTED:
            said = [say(":no_entry: *Rejected* by {person}, {time}.", person=person, time=at)]
        case State.FAILED:
            said = [
                _decided(approval, person=person, time=at),
                say(
                    ":warning: *SageMaker refused the change:* {why}",
                    why=shown(approval.failure or "?", REASON),
                ),
                say("Nothing has changed. Once that is fixed, ask again."),
            ]
        case _:
            said = [
                _decided(approval, person=person, time=at),
                say(":hourglass_flowing_sand: SageMaker is being told."),
            ]
    return blocks.section(*(t.mrkdwn(sentence) for sentence in said))


def _decided(approval: Approval, *, person: object, time: object) -> Sentence:
    if approval.verdict is Verdict.REJECT:
        return say("{person} rejected it, {time}.", person=person, time=time)
    return say("{person} approved it, {time}.", person=person, time=time)


def _origin(facts: ApprovalFacts, t: Translator) -> str:
    approval = facts.approval
    metadata = facts.version.metadata if facts.version else {}
    return t.mrkdwn(
        say(
            "Asked on {time} · trained for {day} · code {commit}",
            time=day_and_time(approval.requested_at),
            day=shown(metadata.get(DAY, "?"), 20),
            commit=shown(metadata.get(CODE_COMMIT, "?")[:COMMIT]),
        )
    )


def _text(facts: ApprovalFacts, t: Translator) -> str:
    title = _title(facts, t)
    match facts.approval.state:
        case State.REQUESTED:
            said = say("{title}: awaits another person's decision.", title=title)
        case State.APPROVED:
            said = say("{title}: approved.", title=title)
        case State.REJECTED:
            said = say("{title}: rejected.", title=title)
        case State.FAILED:
            said = say("{title}: SageMaker refused the change.", title=title)
        case _:
            said = say("{title}: decided, SageMaker is being told.", title=title)
    return t.mrkdwn(said)
