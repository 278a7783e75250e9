"""The card of a request to promote: what is compared, and who decides."""

from __future__ import annotations

from dataclasses import dataclass

import slackblocks as slack

from core.approvals import Approval, State, Verdict
from core.day_result import DayResult
from core.domain import ModelVersion
from core.lineage import CODE_COMMIT, DAY
from core.messages import Markup, Sentence, Translator, say
from reports import blocks
from reports.actions import APPROVE, REJECT
from reports.comparison import Comparison, against_production
from reports.message import Message
from reports.metrics import label, metrics_of, value
from reports.moments import moment
from reports.names import REASON, code, mention, shown


@dataclass(frozen=True)
class Scored:
    """A version with its own evaluation."""

    version: ModelVersion
    result: DayResult | None = None
    """None where it is not there or cannot be read."""


def approval_card(
    approval: Approval, candidate: Scored, production: Scored | None, t: Translator
) -> Message:
    """The card as it should stand now.

    Args:
        approval: The request, and what became of it.
        candidate: The version that it is about.
        production: The version that served when it was asked for; None where none did.
        t: The reader's language.
    """
    parts: list[slack.Block] = [
        blocks.title(_title(approval, t)),
        blocks.section(*_request(approval, t)),
    ]
    if candidate.result is not None:
        parts += comparison(candidate.result, t)
    else:
        parts.append(blocks.section(t.mrkdwn(say("The version's evaluation is not there."))))
    about = about_production(candidate.result, production.version if production else None)
    parts += [blocks.section(t.mrkdwn(about))] if about else []
    parts.append(_buttons(approval, t) if approval.state.open else _outcome(approval, t))
    parts.append(blocks.context(_origin(approval, candidate.version, t)))
    return Message(_text(approval, t), tuple(parts))


def _title(approval: Approval) -> Sentence:
    name, version = shown(approval.pipeline, 60), str(approval.version)
    match approval.state:
        case State.REQUESTED:
            return say("Promote {pipeline} version {version}?", pipeline=name, version=version)
        case State.EXECUTING:
            return say("{pipeline} version {version} is decided", pipeline=name, version=version)
        case State.APPROVED:
            return say("{pipeline} version {version} is approved", pipeline=name, version=version)
        case State.REJECTED:
            return say("{pipeline} version {version} is rejected", pipeline=name, version=version)
        case State.FAILED:
            return say(
                "{pipeline} version {version} could not be changed", pipeline=name, version=version
            )


def _text(approval: Approval, candidate: Scored, where: Sentence | str) -> Sentence:
    """What a lock screen shows: what, who, and the leading metric."""
    text = say(
        "{where} · {what}{metric} Asked for by {person}.",
        where=where,
        what=_title(approval),
        metric=_leading(candidate),
        person=mention(approval.requested_by),
    )
    if approval.decided_by is None:
        return text
    return say("{text} Decided by {person}.", text=text, person=mention(approval.decided_by))


def _leading(candidate: Scored) -> Sentence | str:
    result = candidate.result
    metrics = metrics_of(result) if result else ()
    found = result.interval(metrics[0]) if result and metrics else None
    if result is None or found is None:
        return "."
    return say(
        " – {metric} {value} on {day}.",
        metric=label(metrics[0]),
        value=_number(found.value),
        day=result.day,
    )


def _number(number: float) -> str:
    return value(Translator(), number)


def _request(approval: Approval, production: Scored | None) -> list[Sentence]:
    person = mention(approval.requested_by)
    version = str(approval.version)
    if production is None:
        first = say(
            "{person} asks that version {version} serves. There is nothing in production yet.",
            person=person,
            version=version,
        )
    else:
        first = say(
            "{person} asks that version {version} serves in place of version {serving}.",
            person=person,
            version=version,
            serving=str(production.version.version),
        )
    if not approval.note.strip():
        return [first]
    return [first, say("*Why:* {note}", note=shown(approval.note, REASON))]


def _evidence(candidate: Scored, production: Scored | None, t: Translator) -> list[slack.Block]:
    if candidate.result is None:
        gone = say("The results that this version was registered with are not there (any more).")
        return [blocks.section(t.mrkdwn(gone))]
    found = _comparison(candidate, candidate.result, production, t)
    return [
        blocks.table(found.rows),
        blocks.context(*(t.mrkdwn(note) for note in found.notes)),
    ]


def _comparison(
    candidate: Scored, result: DayResult, production: Scored | None, t: Translator
) -> Comparison:
    return against_production(
        result,
        production.version if production else None,
        t,
        name=say("Version {version}", version=str(candidate.version.version)),
        elsewhere=production.result if production else None,
    )


def _lineage(candidate: Scored, production: Scored | None) -> list[Sentence]:
    found = [_origin(candidate)]
    if production is not None:
        found.append(_origin(production))
    return found


def _origin(scored: Scored) -> Sentence:
    metadata, run = scored.version.metadata, scored.result.run if scored.result else None
    day = metadata.get(DAY) or (run.day.isoformat() if run else "?")
    commit = metadata.get(CODE_COMMIT) or (run.code_commit if run else None) or "?"
    number = str(scored.version.version)
    if run and run.train_first_day and run.train_last_day:
        return say(
            "Version {version}: trained on {first} to {last}, scored on {day}, code `{commit}`",
            version=number,
            first=run.train_first_day,
            last=run.train_last_day,
            day=shown(day, 20),
            commit=code(commit, 12),
        )
    return say(
        "Version {version}: scored on {day}, code `{commit}`",
        version=number,
        day=shown(day, 20),
        commit=code(commit, 12),
    )


def _buttons(approval: Approval, t: Translator) -> slack.ActionsBlock:
    version, environment = str(approval.version), shown(approval.environment, 40)
    return slack.ActionsBlock(
        [
            slack.Button(
                text=t.plain(say("Approve")),
                action_id=APPROVE,
                value=approval.id,
                style="primary",
                confirm=_confirm(
                    say("Approve version {version}?", version=version),
                    say(
                        "Version {version} then serves in {environment}. Your name stands on it.",
                        version=version,
                        environment=environment,
                    ),
                    say("Approve"),
                    t,
                ),
            ),
            slack.Button(
                text=t.plain(say("Reject")),
                action_id=REJECT,
                value=approval.id,
                style="danger",
                confirm=_confirm(
                    say("Reject version {version}?", version=version),
                    say(
                        "What serves in {environment} stays. Your name stands on it.",
                        environment=environment,
                    ),
                    say("Reject"),
                    t,
                ),
            ),
        ]
    )


def _confirm(
    title: Sentence, text: Sentence, yes: Sentence, t: Translator
) -> slack.ConfirmationDialogue:
    return slack.ConfirmationDialogue(
        title=t.plain(title),
        text=slack.Text(t.plain(text), type_=slack.TextType.PLAINTEXT),
        confirm=t.plain(yes),
        deny=t.plain(say("Cancel")),
    )


def _decision(approval: Approval) -> list[Sentence]:
    who: Markup | str = mention(approval.decided_by) if approval.decided_by else "?"
    at: Markup | str = moment(approval.decided_at) if approval.decided_at else "?"
    approved = approval.verdict is Verdict.APPROVE
    match approval.state:
        case State.APPROVED:
            return [say("✅ *Approved* by {person}, {moment}.", person=who, moment=at)]
        case State.REJECTED:
            return [say("🚫 *Rejected* by {person}, {moment}.", person=who, moment=at)]
        case State.FAILED:
            return [
                say("⚠️ Decided by {person}, {moment}, but not done.", person=who, moment=at),
                say("*Why:* {reason}", reason=shown(approval.failure or "?", REASON)),
            ]
        case _ if approved:
            return [
                say("⏳ Approved by {person}, {moment}; telling SageMaker.", person=who, moment=at)
            ]
        case _:
            return [
                say("⏳ Rejected by {person}, {moment}; telling SageMaker.", person=who, moment=at)
            ]
