"""The home tab: what somebody runs, what waits for them, and what comes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import slackblocks as slack

from core.domain import ChannelId, ExecutionStatus, Kind
from core.messages import Markup, Sentence, Translator, say
from reports import blocks
from reports.actions import HOME_REPORT, HOME_RUN, HOME_SUBSCRIBE, HOME_TRIALS
from reports.buttons import button_text
from reports.execution_buttons import stop_button
from reports.execution_card import title
from reports.home_facts import Comes, DailyRun, HomeFacts, Mine, Undecided
from reports.names import mention, shown
from reports.steps import FAIL, day_and_time
from reports.subscriptions import contents

CALLBACK: Final = "home"
MOST_RUNNING: Final = 8
MOST_ENDED: Final = 5
MOST_WAITING: Final = 8
MOST_SCHEDULED: Final = 10
MOST_WHY: Final = 200
"""Characters of a reason: one line of many."""
QUICK: Final[Mapping[str, Sentence]] = {
    HOME_RUN: say("Run a pipeline"),
    HOME_TRIALS: say("Find trials"),
    HOME_REPORT: say("Bring a report"),
    HOME_SUBSCRIBE: say("Subscribe a channel"),
}


def home(facts: HomeFacts, t: Translator) -> Mapping[str, Any]:
    """The view."""
    parts: list[slack.Block] = [*_actions(facts, t)]
    if not facts.may_look:
        parts.append(
            _text(
                say(
                    "You may not see what runs here. Who runs mlpipe grants it in mlpipe.toml "
                    "under [roles]: the right is “status”."
                ),
                t,
            )
        )
    else:
        parts += [
            *_runs(facts, t),
            *_sweeps(facts, t),
            *_undecided(facts, t),
            *_scheduled(facts, t),
        ]
    parts.append(
        blocks.context(
            t.mrkdwn(
                say(
                    "`{command} help` in any channel shows what else there is.",
                    command=facts.command,
                )
            )
        )
    )
    view: Mapping[str, Any] = slack.HomeTabView(parts, callback_id=CALLBACK).to_dict()
    return _without_block_ids(view)


def _actions(facts: HomeFacts, t: Translator) -> Iterator[slack.Block]:
    if facts.offers:
        buttons = [
            slack.Button(
                button_text(QUICK[each], t),
                action_id=each,
                style="primary" if each == HOME_RUN else None,
            )
            for each in facts.offers
        ]
        yield slack.ActionsBlock(list[slack.Element](buttons))


def _runs(facts: HomeFacts, t: Translator) -> Iterator[slack.Block]:
    yield blocks.title(t.plain(say("My runs")))
    runs = [each for each in facts.runs if each.facts.kind is not Kind.SWEEP]
    if not runs:
        yield _text(
            say(
                "You have started nothing yet. “Run a pipeline” above, or `{command} run` in a "
                "channel, does.",
                command=facts.command,
            )
            if HOME_RUN in facts.offers
            else say("You have started nothing yet."),
            t,
        )
    yield from (_started(each, facts, t) for each in runs)


def _sweeps(facts: HomeFacts, t: Translator) -> Iterator[slack.Block]:
    """Where there are some: who never sweeps is not told of it every day."""
    sweeps = [each for each in facts.runs if each.facts.kind is Kind.SWEEP]
    if sweeps:
        yield blocks.title(t.plain(say("My sweeps")))
    yield from (_started(each, facts, t) for each in sweeps)


def _started(mine: Mine, facts: HomeFacts, t: Translator) -> slack.Block:
    stops = facts.may_stop and mine.running and not mine.facts.stop_by and mine.facts.id
    return _row(_run(mine, t), t, stop_button(mine.facts, t) if stops else None)


def _run(mine: Mine, t: Translator) -> Sentence:
    name = title(mine.facts)
    return say(
        "{title}: {state}, {time}. {card}",
        title=name,
        state=_state(mine),
        time=day_and_time(mine.facts.execution.started),
        card=_card(mine.link, t),
    )


def _state(mine: Mine) -> Sentence:
    if mine.refused is not None:
        return say("not started: {why}", why=shown(mine.refused, MOST_WHY))
    if mine.running and mine.facts.stop_by:
        return say("*being stopped*")
    if mine.running:
        return say("*running*")
    match mine.facts.execution.status:
        case ExecutionStatus.SUCCEEDED:
            return say("done")
        case ExecutionStatus.STOPPED:
            return say("stopped")
        case _ if mine.failed_step == FAIL:
            return say("evaluated, but not registered")
        case _ if mine.failed_step:
            return say("{step} failed", step=shown(mine.failed_step))
        case _:
            return say("failed")


def _undecided(facts: HomeFacts, t: Translator) -> Iterator[slack.Block]:
    yield blocks.title(t.plain(say("Awaiting a decision")))
    if not facts.undecided:
        yield _text(say("Nobody has asked for a promotion that is still open."), t)
    for each in facts.undecided[:MOST_WAITING]:
        yield _row(_request(each, t), t)
    yield from _more(len(facts.undecided) - MOST_WAITING, t)


def _request(undecided: Undecided, t: Translator) -> Sentence:
    approval = undecided.approval
    values: dict[str, object] = {
        "pipeline": shown(approval.pipeline),
        "environment": shown(approval.environment),
        "version": approval.version,
        "time": day_and_time(approval.requested_at),
        "card": _card(undecided.link, t),
    }
    if undecided.own:
        return say(
            "{pipeline} · {environment}: you asked that version {version} serve, {time}. Another "
            "person decides. {card}",
            **values,
        )
    return say(
        "{pipeline} · {environment}: {person} asks that version {version} serve, {time}. {card}",
        person=mention(approval.requested_by),
        **values,
    )


def _scheduled(facts: HomeFacts, t: Translator) -> Iterator[slack.Block]:
    yield blocks.title(t.plain(say("Comes by itself")))
    lines = [*map(_daily, facts.daily), *map(_comes, facts.comes)]
    if not lines:
        yield _text(
            say(
                "Nothing is scheduled. `{command} subscribe` in a channel has reports come there.",
                command=facts.command,
            ),
            t,
        )
    for line in lines[:MOST_SCHEDULED]:
        yield _row(line, t)
    yield from _more(len(lines) - MOST_SCHEDULED, t)


def _daily(daily: DailyRun) -> Sentence:
    return say(
        "{pipeline} · {environment} runs every day, next {time}.",
        pipeline=shown(daily.pipeline),
        environment=shown(daily.environment),
        time=day_and_time(daily.next),
    )


def _comes(comes: Comes) -> Sentence:
    subscription = comes.subscription
    values: dict[str, object] = {
        "channel": _channel(subscription.key.channel),
        "pipeline": shown(subscription.key.pipeline),
        "environment": shown(subscription.key.environment),
        "content": contents(subscription.audience)[subscription.content],
    }
    if comes.next is None:
        return say(
            "{channel} · {pipeline} · {environment}: {content}. None is to come within a year.",
            **values,
        )
    values["time"] = day_and_time(comes.next)
    if subscription.times.when_ready:
        return say(
            "{channel} · {pipeline} · {environment}: {content}. The next comes by {time}.", **values
        )
    return say(
        "{channel} · {pipeline} · {environment}: {content}. The next comes {time}.", **values
    )


def _channel(channel: ChannelId) -> Markup:
    return Markup(f"<#{channel}>", channel)


def _more(count: int, t: Translator) -> Iterator[slack.Block]:
    if count > 0:
        yield blocks.context(t.mrkdwn(say("… and {count} more.", count=count)))


def _card(link: str | None, t: Translator) -> Markup | str:
    if link is None:
        return ""
    words = t.plain(say("Its card"))
    return Markup(f"<{link}|{words}>", link)


def _row(
    sentence: Sentence, t: Translator, accessory: slack.Button | None = None
) -> slack.SectionBlock:
    text = slack.Text(
        blocks.cut(t.mrkdwn(sentence).rstrip(), blocks.SECTION),
        type_=slack.TextType.MARKDOWN,
        verbatim=True,
    )
    return slack.SectionBlock(text, accessory=accessory)


def _text(sentence: Sentence, t: Translator) -> slack.SectionBlock:
    return blocks.section(t.mrkdwn(sentence))


def _without_block_ids(view: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ids are left to Slack: the same facts give the same view."""
    kept = [{key: each[key] for key in each if key != "block_id"} for each in view["blocks"]]
    return {**view, "blocks": kept}
