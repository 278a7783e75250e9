"""A subscription as fields of a modal, and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import slackblocks as slack

from bot import forms
from bot.routes import FieldsError
from bot.settings_tables import time_of
from core.errors import InputError
from core.inputs import zone_of
from core.messages import Sentence, Translator, say
from core.subscriptions import Audience, Charts, Content, Days, Subscription, quiet_days
from reports.metrics import LABELS
from reports.subscriptions import AUDIENCES, CONTENTS, DAYS, DRAWN, LANGUAGE_NAMES

CONTENT: Final = "content"
WHEN: Final = "when"
TIME: Final = "time"
ZONE: Final = "zone"
WEEK: Final = "days"
METRICS: Final = "metrics"
QUIET: Final = "quiet"
LANGUAGE: Final = "language"
CHARTS: Final = "charts"
AUDIENCE: Final = "audience"
READY: Final = "ready"
AT: Final = "at"
WHENS: Final[Mapping[str, Sentence]] = {
    READY: say("As soon as it is ready, and at the latest at the time below"),
    AT: say("At the time below"),
}
MOST_QUIET: Final = 500
"""Characters of the quiet days."""
MOST_ZONE: Final = 64
T = TypeVar("T")


def fields(subscription: Subscription, *, prefix: str, t: Translator) -> list[slack.InputBlock]:
    """One field for everything that can be chosen, filled with what the subscription has.

    Args:
        subscription: What stands there at first.
        prefix: Of the block ids. Slack keeps what was typed while a block's id stays the same.
        t: For labels and hints.
    """
    times = subscription.times

    def field(
        name: str, label: Sentence, element: slack.Element, *, hint: Sentence | None = None
    ) -> slack.InputBlock:
        return slack.InputBlock(
            label=forms.plain(label, t),
            element=element,
            block_id=f"{prefix}{name}",
            hint=forms.plain(hint, t) if hint else None,
            optional=name in {METRICS, QUIET},
        )

    def choice(sentences: Mapping[Any, Sentence], chosen: str) -> slack.StaticSelectMenu:
        return forms.menu({str(key): t.plain(each) for key, each in sentences.items()}, chosen)

    return [
        field(CONTENT, say("What comes"), choice(CONTENTS, subscription.content)),
        field(WHEN, say("When"), choice(WHENS, READY if times.when_ready else AT)),
        field(
            TIME,
            say("Time"),
            slack.TimePicker(action_id=forms.VALUE, initial_time=times.at.strftime("%H:%M")),
            hint=say(
                "What is not ready by then is said to be missing; a report at a fixed time waits "
                "for it a while first."
            ),
        ),
        field(
            ZONE,
            say("Time zone"),
            slack.PlainTextInput(
                action_id=forms.VALUE, initial_value=times.zone, max_length=MOST_ZONE
            ),
        ),
        field(WEEK, say("Days"), choice(DAYS, times.days)),
        field(METRICS, say("Metrics that come first"), _metrics(subscription, t)),
        field(
            QUIET,
            say("Quiet days"),
            slack.PlainTextInput(
                action_id=forms.VALUE,
                initial_value=", ".join(map(str, times.quiet)) or None,
                max_length=MOST_QUIET,
            ),
            hint=say("Nothing comes on these: 2013-07-04, 2013-12-24..2013-12-26"),
        ),
        field(LANGUAGE, say("Language"), forms.menu(LANGUAGE_NAMES, subscription.language)),
        field(CHARTS, say("Charts"), choice(DRAWN, subscription.charts)),
        field(AUDIENCE, say("For whom"), choice(AUDIENCES, subscription.audience)),
    ]


def read(values: Mapping[str, Any], before: Subscription, *, prefix: str) -> Subscription:
    """The subscription that the fields make of the one they were filled with.

    Raises:
        FieldsError: what is wrong, at its field.
    """
    wrong: dict[str, Sentence] = {}

    def text(name: str) -> str:
        return forms.text_of(values.get(f"{prefix}{name}") or {})

    def checked(name: str, parse: Callable[[str], T], instead: T) -> T:
        try:
            return parse(text(name))
        except InputError as error:
            wrong[f"{prefix}{name}"] = error.sentence
        return instead

    times = dataclasses.replace(
        before.times,
        at=checked(TIME, _time, before.times.at),
        zone=checked(ZONE, zone_of, before.times.zone),
        when_ready=text(WHEN) == READY,
        days=Days(text(WEEK)),
        quiet=checked(QUIET, quiet_days, ()),
    )
    if wrong:
        raise FieldsError(wrong)
    return dataclasses.replace(
        before,
        times=times,
        content=Content(text(CONTENT)),
        metrics=forms.choices_of(values.get(f"{prefix}{METRICS}") or {}),
        language=text(LANGUAGE),
        charts=Charts(text(CHARTS)),
        audience=Audience(text(AUDIENCE)),
    )


def _metrics(subscription: Subscription, t: Translator) -> slack.StaticMultiSelectMenu:
    offered = {name: forms.option(name, t.plain(label)) for name, label in LABELS.items()}
    chosen = [offered[name] for name in subscription.metrics if name in offered]
    return slack.StaticMultiSelectMenu(
        action_id=forms.VALUE, options=list(offered.values()), initial_options=chosen or None
    )


def _time(text: str) -> dt.time:
    try:
        return time_of(text)
    except ValueError:
        raise InputError(say("Choose a time of day.")) from None
