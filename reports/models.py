"""Registered versions in words: a table of some, and everything about one."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Final

import slackblocks as slack

from core.approvals import Approval, State, Verdict
from core.domain import ApprovalStatus, Person
from core.evidence.leading import in_order
from core.lineage import CODE_COMMIT, DAY, DECIDED_AT, DECIDED_BY, EXECUTION, IMAGE, STARTED_BY
from core.messages import Sentence, Translator, say, say_count
from reports import blocks
from reports.actions import ASK_FOR, MODEL, MODELS_BEFORE, MODELS_MORE
from reports.buttons import button_text, confirm
from reports.comparison import comparison
from reports.message import Message
from reports.metrics import label_text, value
from reports.model_facts import ModelFacts, ModelRow
from reports.names import REASON, code, environment_title, mention, shown, starter
from reports.steps import day_and_time
from reports.trial_places import Place

ROWS: Final = 10
"""Versions on a page."""
MOST_METRICS: Final = 2
"""Columns of metrics: the table is read on a phone too."""
MOST_FEATURES: Final = 5
COMMIT: Final = 12
"""Characters of a commit's hash that are shown."""
WHY: Final = 120
"""Characters of a reason on a page."""


def page(
    rows: Sequence[ModelRow], *, place: Place, total: int, now: dt.datetime, t: Translator
) -> Message:
    """A page of versions, newest first.

    Args:
        rows: At most ROWS; at least one.
        place: Whose they are, and from which one on.
        total: How many there are in all.
        now: From which their ages count.
        t: The language of who asks.
    """
    heading = say_count(
        "*{environment} · {pipeline}: {count} version*",
        "*{environment} · {pipeline}: {count} versions*",
        count=total,
        environment=environment_title(place.environment),
        pipeline=shown(place.pipeline),
    )
    parts: list[slack.Block] = [blocks.section(t.mrkdwn(heading))]
    if total > len(rows):
        span = say("{first} to {last}", first=place.first + 1, last=place.first + len(rows))
        parts.append(blocks.context(t.mrkdwn(span)))
    parts.append(blocks.table(page_rows(rows, now=now, t=t)))
    if said := [each for row in rows for each in _why(row)]:
        parts.append(blocks.section(*map(t.mrkdwn, said)))
    parts.append(slack.ActionsBlock([_menu(rows, place, t), *_turning(place, total, t)]))
    return Message(t.mrkdwn(heading), tuple(parts))


def page_rows(rows: Sequence[ModelRow], *, now: dt.datetime, t: Translator) -> list[list[str]]:
    """The table of some versions, with its header."""
    known = dict.fromkeys(name for row in rows if row.result for name in row.result.metrics)
    metrics = in_order(known, rare=False)[:MOST_METRICS]
    header = [t.plain(say("Version")), t.plain(say("State"))]
    header += [label_text(name, t) for name in metrics]
    header += [t.plain(say("Day")), t.plain(say("Age"))]
    found = [header]
    for row in rows:
        scored = row.result.metrics if row.result else {}
        found.append(
            [
                str(row.version.version),
                t.plain(state_of(row)),
                *(value(t, scored.get(name)) for name in metrics),
                shown(row.version.metadata.get(DAY, blocks.NOTHING), 20),
                t.plain(_age(now - row.version.created)),
            ]
        )
    return found


def state_of(row: ModelRow) -> Sentence:
    """Where a version stands, in the words of who reads it."""
    if row.serves:
        return say("serves")
    if row.version.approval is ApprovalStatus.APPROVED:
        return say("served before")
    if row.version.approval is ApprovalStatus.REJECTED:
        return say("rejected")
    if row.version.stage:
        return say("{stage}", stage=shown(row.version.stage, 40))
    return say("awaits approval")


def in_words(facts: ModelFacts, *, now: dt.datetime) -> list[Sentence]:
    """Everything about a version but its metrics, line by line."""
    found = [_heading(facts), *_said(facts, now)]
    if features := _features(facts.row):
        found.append(features)
    return [*found, *_lineage(facts)]


def one(facts: ModelFacts, *, now: dt.datetime, may_ask: bool, t: Translator) -> Message:
    """Everything about a version.

    Args:
        facts: It.
        now: From which its age counts.
        may_ask: Whether who looks may ask that it serve.
        t: Their language.
    """
    row = facts.row
    heading = _heading(facts)
    parts: list[slack.Block] = [
        blocks.section(t.mrkdwn(heading), *map(t.mrkdwn, _said(facts, now))),
    ]
    if row.result is None:
        parts.append(blocks.section(t.mrkdwn(say("The version's evaluation is not there."))))
    else:
        parts += comparison(row.result, t, version=row.version)
        if features := _features(row):
            parts.append(blocks.section(t.mrkdwn(features)))
    parts.append(blocks.context(*map(t.mrkdwn, _lineage(facts))))
    if may_ask and not row.serves and not any(not each.state.ended for each in facts.requests):
        parts.append(slack.ActionsBlock([_ask(facts, t)]))
    return Message(t.mrkdwn(heading), tuple(parts))


def history(facts: ModelFacts) -> list[Sentence]:
    """Every decision about a version, oldest first."""
    found = [each for request in facts.requests for each in _request(request)]
    version = facts.row.version
    at, by = version.metadata.get(DECIDED_AT), version.metadata.get(DECIDED_BY)
    if version.approval is ApprovalStatus.PENDING or _told_by(facts.requests, at):
        return found
    decided = say(
        "{time}: {decision} by {person}",
        time=day_and_time(_moment(at) or version.modified),
        decision=_decision(version.approval),
        person=_person(by) if by else say("somebody in SageMaker"),
    )
    return [*found, _with_reason(decided, version.reason)]


def _heading(facts: ModelFacts) -> Sentence:
    return say(
        "*{environment} · {pipeline} · version {version}: {state}*",
        environment=environment_title(facts.environment),
        pipeline=shown(facts.pipeline),
        version=facts.row.version.version,
        state=state_of(facts.row),
    )


def _said(facts: ModelFacts, now: dt.datetime) -> list[Sentence]:
    version = facts.row.version
    made = say(
        "Registered {age} ago, on {time}, by {who}.",
        age=_age(now - version.created),
        time=day_and_time(version.created),
        who=starter(version.metadata.get(STARTED_BY, "")),
    )
    found = [made]
    if not facts.row.serves:
        found.append(
            say("Version {version} serves now.", version=facts.serving.version)
            if facts.serving
            else say("Nothing serves there yet.")
        )
    return [*found, *(say("• {line}", line=line) for line in history(facts))]


def _request(request: Approval) -> Iterable[Sentence]:
    asked = say(
        "{time}: {person} asked that it serve",
        time=day_and_time(request.requested_at),
        person=mention(request.requested_by),
    )
    yield _with_reason(asked, request.note)
    if request.state.open:
        yield say("It awaits another person's decision.")
    elif request.decided_by is not None and request.decided_at is not None:
        approved = request.verdict is Verdict.APPROVE
        decided = say(
            "{time}: {decision} by {person}",
            time=day_and_time(request.decided_at),
            decision=say("approved") if approved else say("rejected"),
            person=mention(request.decided_by),
        )
        if request.state is State.FAILED:
            why = shown(request.failure or "?", REASON)
            yield say(
                "{decided}, but SageMaker refused the change: {why}", decided=decided, why=why
            )
        else:
            yield decided


def _told_by(requests: Iterable[Approval], decided_at: str | None) -> bool:
    """Whether a request tells of the decision that the registry has."""
    at = _moment(decided_at)
    return at is not None and any(each.decided_at == at for each in requests)


def _why(row: ModelRow) -> list[Sentence]:
    """Who decided on a version of a page, and why."""
    version = row.version
    if version.approval is ApprovalStatus.PENDING:
        return []
    by = version.metadata.get(DECIDED_BY)
    decided = say(
        "{version}: {decision} by {person}, {time}",
        version=version.version,
        decision=_decision(version.approval),
        person=_person(by) if by else say("somebody in SageMaker"),
        time=day_and_time(_moment(version.metadata.get(DECIDED_AT)) or version.modified),
    )
    return [_with_reason(decided, version.reason)]


def _with_reason(said: Sentence, reason: str) -> Sentence:
    if not reason.strip():
        return say("{said}.", said=said)
    return say("{said}: {reason}", said=said, reason=shown(reason, WHY))


def _decision(approval: ApprovalStatus) -> Sentence:
    return say("approved") if approval is ApprovalStatus.APPROVED else say("rejected")


def _person(written: str) -> object:
    try:
        return mention(Person.parse(written))
    except ValueError:
        return shown(written)


def _moment(written: str | None) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(written) if written else None
    except ValueError:
        return None


def _features(row: ModelRow) -> Sentence | None:
    """What matters most to it."""
    importance = row.result.importance if row.result else {}
    whole = sum(abs(each) for each in importance.values() if math.isfinite(each))
    if not whole:
        return None
    greatest = sorted(importance.items(), key=lambda each: -abs(each[1]))[:MOST_FEATURES]
    listed = ", ".join(f"{shown(name, 40)} {abs(each) / whole:.0%}" for name, each in greatest)
    return say("What matters most to it: {features}.", features=listed)


def _lineage(facts: ModelFacts) -> list[Sentence]:
    metadata = facts.row.version.metadata
    unknown = say("not known")
    commit, image = metadata.get(CODE_COMMIT), metadata.get(IMAGE)
    execution, day = metadata.get(EXECUTION), metadata.get(DAY)
    found = [
        say(
            "Trained for {day} · code {commit} · image {image} · execution {execution}",
            day=shown(day, 20) if day else unknown,
            commit=code(commit[:COMMIT]) if commit else unknown,
            image=code(image.rpartition("/")[2]) if image else unknown,
            execution=code(execution.rpartition("/")[2]) if execution else unknown,
        )
    ]
    if facts.row.version.model_data:
        found.append(say("Model: {place}", place=code(facts.row.version.model_data, 200)))
    return found


def _ask(facts: ModelFacts, t: Translator) -> slack.Button:
    version = facts.row.version.version
    return slack.Button(
        button_text(say("Ask for a promotion …"), t),
        action_id=ASK_FOR,
        value=f"{facts.pipeline}/{facts.environment}/{version}",
        confirm=confirm(
            t,
            title=say("Have version {version} serve?", version=version),
            text=say("A card in this channel asks for it. Another person decides."),
            yes=say("Ask"),
        ),
    )


def _menu(rows: Iterable[ModelRow], place: Place, t: Translator) -> slack.StaticSelectMenu:
    options = [
        slack.Option(
            slack.Text(
                t.plain(say("Version {version}", version=row.version.version)),
                type_=slack.TextType.PLAINTEXT,
            ),
            value=f"{place.pipeline}/{place.environment}/{row.version.version}",
        )
        for row in rows
    ]
    placeholder = slack.Text(t.plain(say("Look at one …")), type_=slack.TextType.PLAINTEXT)
    return slack.StaticSelectMenu(MODEL, placeholder=placeholder, options=options)


def _turning(place: Place, total: int, t: Translator) -> list[slack.Button]:
    found = []
    if place.first:
        earlier = place.at(max(0, place.first - ROWS))
        found.append(_button(say("Before"), MODELS_BEFORE, earlier, t))
    if place.first + ROWS < total:
        found.append(_button(say("More"), MODELS_MORE, place.at(place.first + ROWS), t))
    return found


def _button(word: Sentence, action_id: str, place: Place, t: Translator) -> slack.Button:
    return slack.Button(text=button_text(word, t), action_id=action_id, value=place.dumps())


def _age(passed: dt.timedelta) -> Sentence:
    if passed.days >= 1:
        return say_count("{count} day", "{count} days", count=passed.days)
    hours = int(passed.total_seconds() // 3600)
    if hours >= 1:
        return say_count("{count} hour", "{count} hours", count=hours)
    minutes = max(0, int(passed.total_seconds() // 60))
    return say_count("{count} minute", "{count} minutes", count=minutes)
