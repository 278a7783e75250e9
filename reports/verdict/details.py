"""What stands folded below the verdict: why it moved, features, slices, data, what to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import slackblocks as slack

from core.messages import Sentence, Translator, say
from reports import blocks
from reports.missing import missing
from reports.report_facts import ReportFacts
from reports.verdict.data import data_lines
from reports.verdict.features import feature_lines
from reports.verdict.slices import slice_lines
from reports.verdict.why import why_lines

PART: Final = 1500
"""Characters of one part: all parts together stay within what Slack takes."""


def details(facts: ReportFacts, t: Translator) -> slack.ContainerBlock | None:
    """The details, folded away; None where there is nothing more to tell."""
    found = facts.verdict
    known = missing(
        day=facts.day, today=facts.today, history=facts.history, production=facts.production
    )
    parts = [
        _part(
            say("*Why did log-loss move?* (what goes together, not what caused it)"),
            why_lines(found),
            t,
        ),
        _part(say("*The order of the features*"), feature_lines(found.order), t),
        _part(say("*Where most is at stake*"), slice_lines(facts.own, found), t),
        _part(say("*The data*"), data_lines(found), t),
        _part(say("*To know when reading this*"), known, t),
    ]
    there: list[slack.Block] = [part for part in parts if part is not None]
    if not there:
        return None
    return slack.ContainerBlock(
        there,
        title=t.plain(say("Why, features, slices, data")),
        is_collapsible=True,
        default_collapsed=True,
    )


def _part(title: Sentence, lines: Sequence[Sentence], t: Translator) -> slack.SectionBlock | None:
    if not lines:
        return None
    bullets = blocks.bullets(t.mrkdwn(line) for line in lines)
    return blocks.section(t.mrkdwn(title), *bullets, most=PART)
