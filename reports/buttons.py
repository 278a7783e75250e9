"""Buttons: their words, and the question before one that changes something."""

from __future__ import annotations

from typing import Final, Literal

import slackblocks as slack

from core.messages import Sentence, Translator, say
from reports import blocks

BUTTON: Final = 75
"""Characters of a button, https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
VALUE: Final = 2000
"""Characters of a button's value, by the same page."""
CANCEL: Final = say("Cancel")


def button_text(sentence: Sentence, t: Translator) -> str:
    """What stands on a button."""
    return blocks.cut(t.plain(sentence), BUTTON)


def confirm(
    t: Translator,
    *,
    title: Sentence,
    text: Sentence,
    yes: Sentence,
    no: Sentence = CANCEL,
    style: Literal["primary", "danger"] | None = None,
) -> slack.ConfirmationDialogue:
    """Asks before the click counts; `style` is the button's that it asks about."""
    return slack.ConfirmationDialogue(
        title=t.plain(title),
        text=slack.Text(t.plain(text), type_=slack.TextType.PLAINTEXT),
        confirm=t.plain(yes),
        deny=t.plain(no),
        style=style,
    )
