"""Parameters as fields of a modal, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import slackblocks as slack

from bot.routes import FieldsError
from bot.targets import Target, Targets
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
    picked = element.get("selected_date") or element.get("selected_time") or option.get("value")
    return str(element.get("value") or picked or "")


def choices_of(block: Mapping[str, Any]) -> tuple[str, ...]:
    """What was chosen in a field that takes several."""
    options = (block.get(VALUE) or {}).get("selected_options") or ()
    return tuple(str(option["value"]) for option in options)


def menu(
    choices: Mapping[str, str], chosen: str | None, *, action_id: str = VALUE
) -> slack.StaticSelectMenu:
    """A choice of one: value → what is shown for it."""
    options = {value: option(value, label) for value, label in choices.items()}
    return slack.StaticSelectMenu(
        action_id=action_id,
        options=list(options.values()),
        initial_option=options.get(chosen) if chosen else None,
    )


def option(value: str, label: str) -> slack.Option:
    """One of several to choose from."""
    return slack.Option(slack.Text(label, type_=slack.TextType.PLAINTEXT), value=value)


def notice(title: Sentence, sentence: Sentence, translator: Translator) -> Mapping[str, Any]:
    """A modal that says one thing: that something is asked for, or why it cannot be."""
    view = slack.ModalView(
        title=plain(title, translator),
        close=plain(say("Close"), translator),
        blocks=[slack.SectionBlock(slack.Text(translator.mrkdwn(sentence)))],
    )
    filled: Mapping[str, Any] = view.to_dict()
    return filled


def place(
    targets: Targets, target: Target, *, pipeline: str, environment: str, translator: Translator
) -> list[slack.Block]:
    """Choices of pipeline and environment, where there is something to choose.

    Args:
        targets: All that there are.
        target: What is chosen.
        pipeline: Block id of the choice of pipeline.
        environment: The same of the environment.
        translator: For the labels.
    """
    offered = (
        (say("Pipeline"), pipeline, list(targets.pipelines), target.pipeline.name),
        (say("Environment"), environment, list(targets.environments), target.environment),
    )
    return [
        select(
            label=label,
            block_id=block_id,
            choices=choices,
            chosen=chosen,
            translator=translator,
        )
        for label, block_id, choices, chosen in offered
        if len(choices) > 1
    ]


def plain(sentence: Sentence, translator: Translator) -> slack.Text:
    """A sentence for a place without markup."""
    return slack.Text(translator.plain(sentence), type_=slack.TextType.PLAINTEXT)


def select(
    *, label: Sentence, block_id: str, choices: Sequence[str], chosen: str, translator: Translator
) -> slack.InputBlock:
    """A choice on which the rest of the modal depends: choosing is told to the bot at once."""
    return slack.InputBlock(
        label=plain(label, translator),
        element=menu({choice: choice for choice in choices}, chosen, action_id=block_id),
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
            return menu({choice: choice for choice in parameter.choices}, initial)
        case ParameterType.STRING:
            return slack.PlainTextInput(action_id=VALUE, initial_value=initial)


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
