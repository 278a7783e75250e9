"""Trials beside each other, in words: what differs, what came out, and which recipe is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import slackblocks as slack

from core.compared import CODE, IMAGE, Against, Data, Tried, differing, recipe
from core.evidence.leading import in_order
from core.evidence.over_days import Answer, OverDays, Reason
from core.evidence.ranking import FeatureRank
from core.messages import Decimal, Percent, Sentence, Translator, say, say_count
from reports import blocks
from reports.charts import overlaid
from reports.message import Message, Report
from reports.metrics import difference, label, label_text, value, with_ends
from reports.names import code, shown, starter
from reports.trial_places import Place

LETTERS: Final = "ABCDE"
MOST_PARAMETERS: Final = 20
"""Rows of parameters that differ; the table says where there are more."""
MOST_FEATURES: Final = 3
COMMIT: Final = 12
DIGITS: Final = 4


@dataclass(frozen=True)
class Compared:
    """What a comparison is made of."""

    place: Place
    tried: tuple[Tried, ...]
    """The first is what the others are held against."""
    others: tuple[Against, ...]
    """Each of the others against the first, in their order."""


def report(compared: Compared, t: Translator) -> Report:
    """The comparison with its picture, as it is posted."""
    heading = _heading(compared)
    parts: list[slack.Block] = [
        blocks.section(t.mrkdwn(heading), *map(t.mrkdwn, _named(compared))),
        blocks.section(*map(t.mrkdwn, verdicts(compared))),
        blocks.table(rows(compared, t)),
        blocks.context(*map(t.mrkdwn, _notes(compared))),
    ]
    if moved := _features(compared, t):
        parts.append(blocks.section(*moved))
    picture = overlaid.picture([(*each,) for each in _lettered(compared)], t)
    pictures = (picture,) if picture else ()
    return Report(Message(t.mrkdwn(heading), tuple(parts)), pictures, pictures_after=len(parts))


def verdicts(compared: Compared) -> list[Sentence]:
    """Of each of the others: whether its recipe is better than the first's, and on what data."""
    found = []
    for letter, tried, against in _others(compared):
        if recipe(tried.trial) == recipe(compared.tried[0].trial):
            found.append(
                say(
                    "A and {letter} have the same recipe: neither can be the better.", letter=letter
                )
            )
        elif against.days is None or against.metric is None:
            found.append(
                say("A and {letter} have no metric in common to be judged by.", letter=letter)
            )
        else:
            found.append(_over_days(letter, against.days, label(against.metric)))
    return found


def rows(compared: Compared, t: Translator) -> list[list[str]]:
    """The parameters that differ, then every metric; of the others with the difference from A."""
    trials = [each.trial for each in compared.tried]
    names = differing(trials)
    header = [t.plain(say("Parameter or metric")), *LETTERS[: len(trials)]]
    found = [header]
    for name in names[:MOST_PARAMETERS]:
        cells = [_parameter(name, trial.parameters.get(name)) for trial in trials]
        found.append([_parameter_name(name, t), *cells])
    if len(names) > MOST_PARAMETERS:
        more = say("{count} more parameters differ", count=len(names) - MOST_PARAMETERS)
        found.append([t.plain(more), *[blocks.NOTHING] * len(trials)])
    known = dict.fromkeys(name for trial in trials for name in trial.metrics)
    metrics = in_order(known, rare=False, every=True)
    return [*found, *([label_text(each, t), *_metric(each, compared, t)] for each in metrics)]


def _metric(name: str, compared: Compared, t: Translator) -> list[str]:
    first = compared.tried[0]
    known = first.result.interval(name) if first.result else None
    cells = [with_ends(t, known) if known else value(t, first.trial.metrics.get(name))]
    for _, tried, against in _others(compared):
        number = value(t, tried.trial.metrics.get(name))
        apart = against.differences.get(name)
        if apart is not None:
            number = t.plain(say("{number} [{apart}]", number=number, apart=difference(t, apart)))
        cells.append(number)
    return cells


def _heading(compared: Compared) -> Sentence:
    return say(
        "*{pipeline} · {environment}: {letters} beside each other*",
        pipeline=shown(compared.place.pipeline),
        environment=shown(compared.place.environment),
        letters=", ".join(LETTERS[: len(compared.tried)]),
    )


def _named(compared: Compared) -> list[Sentence]:
    return [
        say(
            "*{letter}* `{name}`, day {day}, by {who}",
            letter=letter,
            name=code(tried.trial.name),
            day=shown(str(tried.trial.parameters.get("day", blocks.NOTHING))),
            who=starter(str(tried.trial.parameters.get("started_by", ""))),
        )
        for letter, tried in _lettered(compared)
    ]


def _over_days(letter: str, days: OverDays, metric: Sentence | str) -> Sentence:
    if days.answer is Answer.CANNOT_TELL_YET:
        return _cannot_tell(letter, days, metric)
    better = days.answer is Answer.BETTER
    won = days.better_days if better else days.days - days.better_days
    values = {
        "letter": letter,
        "metric": metric,
        "won": f"{won:g}",
        "days": days.days,
        "first": days.first_day,
        "last": days.last_day,
        "median": _signed(days.median),
        "low": _signed(days.low),
        "high": _signed(days.high),
    }
    if better:
        return say(
            "*{letter}'s recipe is better than A's* by {metric}, on {won} of {days} days from "
            "{first} to {last}; in the middle by {median} ({low} to {high}).",
            **values,
        )
    return say(
        "*A's recipe is better than {letter}'s* by {metric}, on {won} of {days} days from {first} "
        "to {last}; in the middle {letter} differs by {median} ({low} to {high}).",
        **values,
    )


def _cannot_tell(letter: str, days: OverDays, metric: Sentence | str) -> Sentence:
    if days.reason is Reason.NO_DAYS:
        return say(
            "Whether {letter}'s recipe is better than A's cannot be told: there is no day that "
            "both were run on. Run them on the same days.",
            letter=letter,
        )
    if days.days == 1:
        return say(
            "A and {letter} have one day in common, {day}: one day says nothing about which recipe "
            "is better. Run both on more days.",
            letter=letter,
            day=days.first_day,
        )
    if days.reason is Reason.NO_DIFFERENCE:
        return say(
            "A and {letter} are equal by {metric} on all {days} days that both have.",
            letter=letter,
            metric=metric,
            days=days.days,
        )
    cannot = say(
        "Whether {letter}'s recipe is better than A's cannot be told yet: by {metric} it was on "
        "{won} of {days} days.",
        letter=letter,
        metric=metric,
        won=f"{days.better_days:g}",
        days=days.days,
    )
    if days.more_days is None:
        return cannot
    return say_count(
        "{cannot} About {count} more day would tell, if days go on so.",
        "{cannot} About {count} more days would tell, if days go on so.",
        count=days.more_days,
        cannot=cannot,
    )


def _notes(compared: Compared) -> list[Sentence]:
    """What has to be known to read the table."""
    said = [_of_data(letter, against.data) for letter, _, against in _others(compared)]
    if any(
        each.low is not None for _, _, a in _others(compared) for each in a.differences.values()
    ):
        said.append(
            say(
                "In brackets the difference from A, with the widest interval that so many rows "
                "allow. It is of that day's rows only: it does not tell how much days differ."
            )
        )
    return said


def _of_data(letter: str, data: Data) -> Sentence:
    match data:
        case Data.SAME:
            return say("A and {letter} were scored on the same rows.", letter=letter)
        case Data.OTHER_ROWS:
            return say(
                ":warning: A and {letter} are of the same day, but were scored on other rows: the "
                "data have changed in between, and a difference says nothing.",
                letter=letter,
            )
        case Data.OTHER_DAY:
            return say(
                "A and {letter} are of different days, so their metrics are not held against each "
                "other.",
                letter=letter,
            )
        case Data.UNKNOWN:
            return say(
                "Whether A and {letter} were scored on the same rows is not known: the evaluation "
                "of one of them is not kept.",
                letter=letter,
            )


def _features(compared: Compared, t: Translator) -> list[str]:
    """Whose importance moved most, from the first to each of the others."""
    found = []
    for letter, _, against in _others(compared):
        if against.order is None:
            continue
        moved = sorted(against.order.features, key=_moved, reverse=True)[:MOST_FEATURES]
        listed = [each for each in moved if _moved(each) > 0]
        if listed:
            found.append(
                t.mrkdwn(
                    say(
                        "Importance moved most from A to {letter}: {features}.",
                        letter=letter,
                        features=", ".join(_move(each, t) for each in listed),
                    )
                )
            )
    return found


def _moved(feature: FeatureRank) -> float:
    return abs(feature.share - feature.baseline_share)


def _move(feature: FeatureRank, t: Translator) -> str:
    return t.plain(
        say(
            "{feature} {before} → {now}",
            feature=shown(feature.feature, 40),
            before=Percent(feature.baseline_share),
            now=Percent(feature.share),
        )
    )


def _lettered(compared: Compared) -> list[tuple[str, Tried]]:
    return list(zip(LETTERS, compared.tried, strict=False))


def _others(compared: Compared) -> list[tuple[str, Tried, Against]]:
    return list(zip(LETTERS[1:], compared.tried[1:], compared.others, strict=False))


def _parameter_name(name: str, t: Translator) -> str:
    match name:
        case "code_commit":
            return t.plain(say("Code (commit)"))
        case "image":
            return t.plain(say("Image"))
        case _:
            return shown(name)


def _parameter(name: str, found: float | str | None) -> str:
    if found is None:
        return blocks.NOTHING
    if isinstance(found, float):
        return f"{found:.6g}"
    if name == CODE:
        return shown(found[:COMMIT])
    return shown(found.rpartition("/")[2] if name == IMAGE else found)


def _signed(number: float | None) -> Decimal | str:
    return "?" if number is None else Decimal(number, DIGITS, signed=True)
