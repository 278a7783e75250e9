"""What did not come, in words: results, and a newer model; and that results come again."""

from __future__ import annotations

from core.evidence.staleness import Stale
from core.messages import Sentence, say, say_count
from core.mornings import RunEnd
from reports.report_facts import ReportFacts
from reports.verdict.run import well_again


def no_results(facts: ReportFacts) -> Sentence:
    """That the day has none, or for how long there have been none."""
    if not facts.is_silent_for_days:
        return say("*{day} has no results.*", day=facts.day)
    return say_count(
        "*No results for {count} day, since {first}.*",
        "*No results for {count} days, since {first}.*",
        count=len(facts.silent_days),
        first=facts.silent_days[0],
    )


def look_for_a_run(facts: ReportFacts) -> Sentence | None:
    """What to do about a day without results whose run nobody knows; None where it was said."""
    if facts.run is not None or facts.is_silent_again:
        return None
    if facts.pipeline.adopted is not None:
        return say("No run for it is known here: look whether its pipeline ran in SageMaker.")
    return say("No run for it is known here. *Retrain …* in the menu below starts one.")


def no_results_in_short(facts: ReportFacts) -> Sentence:
    """The same behind the name of the series."""
    if not facts.is_silent_for_days:
        return say("no results.")
    return say_count(
        "no results for {count} day, since {first}.",
        "no results for {count} days, since {first}.",
        count=len(facts.silent_days),
        first=facts.silent_days[0],
    )


def back(facts: ReportFacts) -> Sentence | None:
    """That all is there again which was missing before; None where nothing was."""
    if facts.is_back:
        return say_count(
            "✅ Back after {count} day without results ({first}).",
            "✅ Back after {count} days without results, from {first} on.",
            count=len(facts.silent_days),
            first=facts.silent_days[0],
        )
    if facts.run is not None and facts.run.end is RunEnd.WELL_AGAIN:
        return say("✅ {sentence}", sentence=well_again(facts.run))
    return None


def stale_line(found: Stale) -> Sentence:
    """That production has grown old, against what is usual, and what to do."""
    if found.usual is None:
        return say(
            "⏳ *Production is stale:* version {version} was trained for {day}, {age} days ago. "
            "Retrain, or ask for the promotion of a newer one.",
            version=found.version,
            day=found.day,
            age=found.age,
        )
    return say_count(
        "⏳ *Production is stale:* version {version} was trained for {day}, {age} days ago, where "
        "one served {count} day at most. Retrain, or ask for the promotion of a newer one.",
        "⏳ *Production is stale:* version {version} was trained for {day}, {age} days ago, where "
        "one served {count} days at most. Retrain, or ask for the promotion of a newer one.",
        count=found.usual,
        version=found.version,
        day=found.day,
        age=found.age,
    )
