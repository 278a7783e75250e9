"""The report of one day: the verdict, its pictures and numbers, and what stands behind them."""

from __future__ import annotations

from typing import Final

import slackblocks as slack

from core.messages import Decimal, Markup, Sentence, Translator, say
from core.results import PRODUCTION, Run
from core.subscriptions import Charts
from reports import blocks
from reports.charts import morning, native
from reports.foot import offered
from reports.message import Message, Picture, Report
from reports.metrics import label, metrics_of
from reports.names import code, mention, shown, starter
from reports.numbers import numbers
from reports.report_facts import ReportFacts
from reports.series import Series, series
from reports.verdict.alarms import alarm_lines
from reports.verdict.details import details
from reports.verdict.head import judged_line, verdict_lines
from reports.verdict.known_days import known_lines
from reports.verdict.lights import lit
from reports.verdict.lock_screen import lock_screen
from reports.verdict.silence import back, look_for_a_run, no_results, stale_line

NAME: Final = 40
"""Characters of the pipeline's name."""
HEAD: Final = 2000
"""Characters of the alarms, and of the verdict."""
COMMIT: Final = 12
"""Characters of a commit's id."""


def daily_report(facts: ReportFacts, t: Translator) -> Report:
    """The report with its pictures."""
    leading = _leading(facts)
    line = series(facts.results, leading, facts.day) if leading else None
    above: list[slack.Block] = [blocks.title(_title(facts, t)), *_head(facts, line, t)]
    below: list[slack.Block] = []
    if facts.own is not None:
        caption = t.plain(say("The numbers of {day}", day=facts.day))
        below.append(blocks.data_table(numbers(facts, facts.own, t), caption=caption))
    more = None if facts.is_silent_again else details(facts, t)
    below += [more] if more is not None else []
    below += [blocks.context(*_origin(facts, t))]
    # What was drawn the morning before has not moved since.
    pictures, charts = ((), ()) if facts.is_silent_again else drawn(facts, t)
    return Report(
        message=Message(lock_screen(facts, t), (*above, *charts, *below)),
        pictures=pictures,
        pictures_after=len(above),
        offers={facts.morning: offered(facts)},
    )


def drawn(facts: ReportFacts, t: Translator) -> tuple[tuple[Picture, ...], tuple[slack.Block, ...]]:
    """The charts as the channel wants them: a picture, or blocks that Slack draws."""
    name = facts.pipeline.name
    if facts.charts is Charts.NATIVE:
        return (), native.charts(facts.results, facts.verdict, t, name=name)
    picture = morning.picture(facts.results, facts.verdict, t, name=name, known_days=facts.known)
    return (picture,) if picture else (), ()


def _leading(facts: ReportFacts) -> str | None:
    """The metric that leads; on a day without results that of the day before it."""
    for result in reversed(facts.results):
        if metrics := metrics_of(result, leading=facts.leading):
            return metrics[0]
    return None


def _title(facts: ReportFacts, t: Translator) -> str:
    return t.plain(
        say(
            "{pipeline} · {environment} · {day}",
            pipeline=shown(facts.pipeline.name, NAME),
            environment=shown(facts.environment, NAME),
            day=facts.day,
        )
    )


def _head(facts: ReportFacts, line: Series | None, t: Translator) -> list[slack.Block]:
    """The verdict: first what somebody has to act on, then what the day was."""
    alarms = alarm_lines(facts, t)
    parts: list[slack.Block] = [blocks.section(*alarms, most=HEAD)] if alarms else []
    parts += [blocks.context(*known)] if (known := known_lines(facts, t)) else []
    parts += [blocks.section(t.mrkdwn(again))] if (again := back(facts)) else []
    parts += [blocks.section(t.mrkdwn(stale_line(facts.stale)))] if facts.stale else []
    if facts.today is None:
        first = lit(facts.verdict, no_results(facts))
        last = _last_known(line) if line and not facts.is_silent_again else []
        do = look_for_a_run(facts)
        lines = (first, *last, *([do] if do is not None else []))
        return [*parts, blocks.section(*(t.mrkdwn(each) for each in lines))]
    below = [judged_line(facts.verdict)]
    unserved = facts.production is None and facts.today.model(PRODUCTION) is None
    if unserved and facts.pipeline.registers:
        below.append(say("There is nothing in production yet."))
    return [
        *parts,
        blocks.section(*verdict_lines(facts, t), most=HEAD),
        blocks.context(*(t.mrkdwn(each) for each in below)),
    ]


def _last_known(line: Series) -> list[Sentence]:
    known = [(point.day, point.found) for point in line.points if point.found]
    if not known:
        return []
    day, found = known[-1]
    return [
        say(
            "The last day with results is {day}: {metric} {value}",
            day=day,
            metric=label(line.metric),
            value=Decimal(found.value),
        )
    ]


def _origin(facts: ReportFacts, t: Translator) -> list[str]:
    lines = []
    if facts.today is not None:
        run = facts.today.run
        lines.append(
            say(
                "{day} · {window} · run {run}",
                day=facts.day.isoformat(),
                window=_window(run),
                run=Markup(f"`{_escaped(code(run.run), t)}`", code(run.run)),
            )
        )
        if facts.pipeline.adopted is None:  # who starts another, with which code, is not known
            lines.append(_started(run))
    if facts.asked_by is not None:
        lines.append(say("Report asked for by {person}", person=mention(facts.asked_by)))
    return [t.mrkdwn(line) for line in lines] or [facts.day.isoformat()]


def _started(run: Run) -> Sentence:
    person = starter(run.started_by)
    if run.code_commit is None:
        return say("Started by {person}", person=person)
    commit = shown(run.code_commit[:COMMIT])
    return say("Started by {person} · code {commit}", person=person, commit=commit)


def _window(run: Run) -> Sentence:
    if run.train_first_day and run.train_last_day:
        return say(
            "trained on {first} to {last}", first=run.train_first_day, last=run.train_last_day
        )
    return say("trained in this run") if run.kind == "train" else say("nothing was trained")


def _escaped(text: str, t: Translator) -> str:
    return t.mrkdwn(Sentence("{text}", {"text": text}))
