"""The whole verdict in one line, as a lock screen shows it."""

from __future__ import annotations

from typing import Final

from core.domain import PRODUCTION
from core.evidence.day_or_model import Cause
from core.evidence.judged import Judged
from core.evidence.verdict import Sign
from core.messages import Sentence, Translator, say, say_count
from reports.metrics import capital_label, digits
from reports.names import shown
from reports.report_facts import ReportFacts
from reports.verdict.alarms import what_is_wrong
from reports.verdict.cause import oddities, why_unknown
from reports.verdict.lights import LIGHTS
from reports.verdict.metrics import place
from reports.verdict.silence import no_results_in_short

NAME: Final = 40
"""Characters of the pipeline's name."""


def lock_screen(facts: ReportFacts, t: Translator) -> str:
    """The line in Slack's markup: sign, series, day and verdict."""
    return lit_line(facts, series_and_day(facts, t), verdict_line(facts, t), t)


def lit_line(facts: ReportFacts, series: Sentence, verdict: Sentence, t: Translator) -> str:
    """A verdict on one line of Slack's markup, behind its sign and what it is on."""
    return t.mrkdwn(
        say(
            "{light} {series}: {verdict}",
            light=LIGHTS[facts.verdict.sign],
            series=series,
            verdict=verdict,
        )
    )


def series_and_day(facts: ReportFacts, t: Translator) -> Sentence:
    """What a line that stands alone is on."""
    return say("{series} · {day}", series=series_name(facts), day=t.month_day(facts.day))


def series_name(facts: ReportFacts) -> Sentence | str:
    """What the report is of; production's environment goes without saying."""
    pipeline = shown(facts.pipeline.name, NAME)
    if facts.environment == PRODUCTION:
        return pipeline
    environment = shown(facts.environment, NAME)
    return say("{pipeline} · {environment}", pipeline=pipeline, environment=environment)


def verdict_line(facts: ReportFacts, t: Translator) -> Sentence:
    """The verdict in a few words, with the number that leads."""
    verdict = _verdict(facts, t)
    if facts.is_back:
        verdict = say("back, {verdict}", verdict=verdict)
    if facts.stale is not None and facts.stale.is_news:
        return say("{verdict}; production is {age} days old", verdict=verdict, age=facts.stale.age)
    return verdict


def _verdict(facts: ReportFacts, t: Translator) -> Sentence:
    found = facts.verdict
    if found.alarms:
        return _alarms(facts, t)
    what = _headline(found.headline, t) if found.headline else say("No metric is there")
    match found.cause.cause:
        case Cause.ORDINARY if found.strange:
            return say("{metric}, ordinary. But {odd}.", metric=what, odd=oddities(found)[0])
        case Cause.ORDINARY:
            return say("ordinary. {metric}", metric=what)
        case Cause.HARD_DAY:
            return say("a hard day, not the model. {metric}", metric=what)
        case Cause.EASY_DAY:
            return say("an easy day for any model. {metric}", metric=what)
        case Cause.MODEL:
            return say("the model, not the day. {metric}", metric=what)
        case _ if found.sign is Sign.NO_RESULTS:
            return no_results_in_short(facts)
        case _ if found.headline is not None and found.headline.is_out:
            return say(
                "out of the ordinary; day or model, that cannot be told. {metric}", metric=what
            )
        case _:
            return say("cannot tell: {why}. {metric}", why=why_unknown(found), metric=what)


def _alarms(facts: ReportFacts, t: Translator) -> Sentence:
    alarms = facts.verdict.alarms
    first = what_is_wrong(alarms[0], facts, t)
    if len(alarms) == 1:
        return Sentence("{alarm}", {"alarm": first})
    return say_count(
        "{alarm}; and {count} more alarm",
        "{alarm}; and {count} more alarms",
        count=len(alarms) - 1,
        alarm=first,
    )


def _headline(judged: Judged, t: Translator) -> Sentence:
    metric, number = (
        capital_label(judged.metric, t),
        t.number(judged.found.value, digits(judged.found)),
    )
    if not judged.is_out:
        return say("{metric} {value}", metric=metric, value=number)
    return say("{metric} {value}, {place}", metric=metric, value=number, place=place(judged))
