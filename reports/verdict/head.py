"""The verdict at the head of a report: what the day was, its leading numbers, what changed."""

from __future__ import annotations

from core.evidence.day_or_model import Cause
from core.evidence.history import RECENT_DAYS
from core.evidence.verdict import Sign, Verdict
from core.messages import Sentence, Translator, say, say_count
from reports.report_facts import ReportFacts
from reports.roles import model
from reports.verdict.cause import heading
from reports.verdict.labels import age_line, calibration, rate_line
from reports.verdict.lights import lit
from reports.verdict.metrics import day_before, metric_line
from reports.verdict.money import money_line
from reports.verdict.why import changed_line, moved_line


def verdict_lines(facts: ReportFacts, t: Translator) -> list[str]:
    """What the day was, in a few lines of Slack's markup."""
    found = facts.verdict
    return [
        t.mrkdwn(lit(found, heading(found))),
        *(t.mrkdwn(metric_line(each, t)) for each in found.metrics),
        *(t.mrkdwn(line) for line in _more(found, t)),
    ]


def judged_line(verdict: Verdict) -> Sentence:
    """Whose numbers these are, and what they were compared with."""
    days = _held_against(verdict)
    if verdict.role is None:
        return say("Judged: the day's model, {days}.", days=days)
    return say(
        "Judged: {model}, {days}. ± is the 95 % interval of this day's rows: it does not tell how "
        "much days differ.",
        model=model(verdict.role, verdict.version),
        days=days,
    )


def _held_against(verdict: Verdict) -> Sentence:
    """The days of the headline: without a metric those that are known."""
    found = verdict.headline.comparison if verdict.headline else None
    known = found.days if found else verdict.days
    if found is not None and found.past.of_known_days:
        return say_count("against {count} day like it", "against {count} days like it", count=known)
    if known == RECENT_DAYS:
        return say("against the {days} days before", days=RECENT_DAYS)
    return say("against {known} of the {days} days before", known=known, days=RECENT_DAYS)


def _more(found: Verdict, t: Translator) -> list[Sentence]:
    lines = [
        day_before(found.headline, t) if found.headline else None,
        *_of_labels(found),
        moved_line(found.decomposition, t) if found.sign_of_day is Sign.STRANGE else None,
        changed_line(found),
    ]
    return [line for line in lines if line is not None]


def _of_labels(found: Verdict) -> list[Sentence | None]:
    """The share of positives, where the first line has not said it, and how far off they were."""
    if found.labels is None:
        return []
    told = (
        found.cause.cause in {Cause.HARD_DAY, Cause.EASY_DAY} or found.sign_of_day is Sign.STRANGE
    )
    rate = None if told and found.labels.expected is not None else rate_line(found.labels)
    age = age_line(found.labels.young) if found.labels.young else None
    ratio = calibration(found.labels.ratio, found.labels.young)
    return [rate, ratio, money_line(found.worth, found.labels.positive), age]
