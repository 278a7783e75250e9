"""Errors that know their sentence: what a person did or met, and what to do next."""

from __future__ import annotations

from core.messages import Sentence, Translator


class MlpipeError(Exception):
    """Something a person can be told in one line. Subclasses name the case."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(Translator().plain(sentence))
        self.sentence = sentence


class InputError(MlpipeError):
    """What a person typed cannot be used. `field` names the input it belongs to, if one does."""

    def __init__(self, sentence: Sentence, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotPermittedError(MlpipeError):
    """The person may not do this here."""


class NotFoundError(MlpipeError):
    """What was named does not exist."""


class SettingsError(MlpipeError):
    """The configuration cannot be used; the sentence names the file, the key and the fix."""


class UnavailableError(MlpipeError):
    """Something outside did not answer; trying again later may help."""
