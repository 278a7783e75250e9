"""Parameters as fields of a modal, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import slackblocks as slack

from bot.routes import FieldsError
from core.errors import InputError
from core.inputs import argument, check_together, range_of
from core.messages import Sentence, Translator, say
from core.parameters import Parameter, ParameterType

VALUE: Final = "value"
"""action_id of every field's element."""
MOST_FIELDS: Final = 90
"""A view takes 100 blocks; the rest is for what stands around the fields."""
MOST_HINT: Final = 2000
"""Characters of an input's hint; source: https://docs.slack.dev/reference/block-kit/blocks/input-block"""


def fields(
    parameters: Iterable[Parameter],
    *,
    prefix: str,
    given: Mapping[str, str],
    yesterday: dt.date,
    translator: Translator,
) -> list[slack.InputBlock]:
    """One field a parameter, prefilled with what is given, else with its default.

    Args:
        parameters: Internal ones are left out.
        prefix: Of the block ids. Slack keeps what was typed while a block's id stays the same.
        given: Values by name.
        yesterday: What a day is prefilled with.
        translator: For labels and hints.
    """
    asked = [parameter for parameter in parameters if not parameter.internal]
    return [
        slack.InputBlock(
            label=slack.Text(parameter.name, type_=slack.TextType.PLAINTEXT),
            element=_element(parameter, _initial(parameter, given, yesterday)),
            block_id=f"{prefix}{parameter.name}",
            hint=_hint(parameter, translator),
        )
        for parameter in asked[:MOST_FIELDS]
    ]


def read(
    values: Mapping[str, Any], parameters: Sequence[Parameter], *, prefix: str, today: dt.date
) -> dict[str, str]:
    """What the fields say, as SageMaker takes it.

    Raises:
        FieldsError: what is wrong, at its field.
    """
    taken: dict[str, str] = {}
    wrong: dict[str, Sentence] = {}
    for parameter in parameters:
        block = f"{prefix}{parameter.name}"
        if parameter.internal or block not in values:
            continue
        try:
            taken[parameter.name] = argument(parameter, text_of(values[block]), today=today)
        except InputError as error:
            wrong[block] = error.sentence
    if not wrong:
        try:
            check_together(taken, parameters)
        except InputError as error:
            wrong[f"{prefix}{error.field}"] = error.sentence
    if wrong:
        raise FieldsError(wrong)
    return taken


def text_of(block: Mapping[str, Any]) -> str:
    """What one field says, whatever its element is."""
    element = block.get(VALUE) or {}
    option = element.get("selected_option") or {}
    return str(element.get("value") or element.get("selected_date") or option.get("value") or "")


def select(
    *, label: Sentence, block_id: str, choices: Sequence[str], chosen: str, translator: Translator
) -> slack.InputBlock:
    """A choice on which the rest of the modal depends: choosing is told to the bot at once."""
    return slack.InputBlock(
        label=slack.Text(translator.plain(label), type_=slack.TextType.PLAINTEXT),
        element=_menu(choices, chosen, action_id=block_id),
        block_id=block_id,
        dispatch_action=True,
    )


def selected(values: Mapping[str, Any], block_id: str) -> str | None:
    """What was chosen in a `select`; None where the modal has none."""
    element = (values.get(block_id) or {}).get(block_id) or {}
    return (element.get("selected_option") or {}).get("value")


def _initial(parameter: Parameter, given: Mapping[str, str], yesterday: dt.date) -> str | None:
    if parameter.name in given:
        return given[parameter.name]
    if parameter.default is not None:
        return str(parameter.default)
    return yesterday.isoformat() if parameter.type is ParameterType.DAY else None


def _element(parameter: Parameter, initial: str | None) -> slack.Element:
    match parameter.type:
        case ParameterType.DAY:
            return slack.DatePicker(action_id=VALUE, initial_date=initial)
        case ParameterType.INTEGER | ParameterType.FLOAT:
            low, high = parameter.minimum, parameter.maximum
            return slack.NumberInput(
                action_id=VALUE,
                is_decimal_allowed=parameter.type is ParameterType.FLOAT,
                initial_value=initial,
                min_value=None if low is None else f"{low:.12g}",
                max_value=None if high is None else f"{high:.12g}",
            )
        case ParameterType.STRING if parameter.choices:
            return _menu(parameter.choices, initial, action_id=VALUE)
        case ParameterType.STRING:
            return slack.PlainTextInput(action_id=VALUE, initial_value=initial)


def _menu(choices: Sequence[str], chosen: str | None, *, action_id: str) -> slack.StaticSelectMenu:
    options = {
        choice: slack.Option(slack.Text(choice, type_=slack.TextType.PLAINTEXT), value=choice)
        for choice in choices
    }
    return slack.StaticSelectMenu(
        action_id=action_id,
        options=list(options.values()),
        initial_option=options.get(chosen) if chosen else None,
    )


def _hint(parameter: Parameter, translator: Translator) -> slack.Text | None:
    limits = range_of(parameter)
    described = parameter.description
    if described is None and not limits:
        return None
    if described is not None and limits:
        sentence = say("{description} ({range})", description=described, range=limits)
    else:
        sentence = described or say("{range}", range=limits)
    text = translator.plain(sentence)[:MOST_HINT]
    return slack.Text(text, type_=slack.TextType.PLAINTEXT)
