"""What the card of an execution is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.costs import Cost
from core.day_result import DayResult
from core.domain import EnvironmentName, Execution, Kind, ModelVersion, Person, PipelineName
from core.durations import Usual
from core.marks import Marks
from core.messages import Sentence
from core.parameters import DAY, Parameter


@dataclass(frozen=True)
class CardFacts:
    """What a card is made of."""

    pipeline: PipelineName
    environment: EnvironmentName
    kind: Kind
    execution: Execution
    id: str = ""
    """The bot's own id of it, which the buttons carry."""
    asked_by: Person | None = None
    """None: the schedule."""
    started_by: str | None = None
    """Who started it elsewhere, as the run itself or AWS names them; None: `asked_by` did."""
    stop_by: Person | None = None
    """Who asked that it be stopped."""
    retry_by: Person | None = None
    """Who had it tried again last."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Parameters as the execution was started with them."""
    marks: Marks = field(default_factory=Marks)
    """Tags and a note that its trial is to have."""
    parameters: tuple[Parameter, ...] = ()
    """The pipeline's parameters, for their defaults and which of them are internal."""
    result: DayResult | None = None
    """What the execution's evaluation found, once it is there."""
    production: ModelVersion | None = None
    """The version of production that serves: work anywhere is compared with it."""
    registered: ModelVersion | None = None
    """The version that the execution registered."""
    unreadable: Sentence | None = None
    """Why something of what it left cannot be read; None where everything was."""
    lost: Sentence | None = None
    """Why it is not followed any more, though nobody knows how it ended."""
    usual: Usual = field(default_factory=Usual)
    """How long the pipeline's runs and steps usually take."""
    live: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Step's name → the metrics that its training job emitted last, by name."""
    cost: Cost | None = None
    """What it cost, once it ended; None where nobody named prices."""
    usual_cost: Cost | None = None
    """What runs of the pipeline usually cost."""
    command: str = "/mlpipe"

    @property
    def day(self) -> str:
        """The day that is scored, as it was given; empty where it is unknown."""
        return self.given.get(DAY) or self.execution.parameters.get(DAY, "")

    @property
    def changed(self) -> Mapping[str, str]:
        """Parameters that differ from their defaults, the day apart."""
        return not_as_usual(self.given, self.parameters)


def not_as_usual(given: Mapping[str, str], parameters: Iterable[Parameter]) -> dict[str, str]:
    """Of some values those that differ from their defaults, the day apart."""
    defaults = {each.name: each for each in parameters}
    return {
        name: text
        for name, text in given.items()
        if name != DAY and not (name in defaults and _usual(defaults[name], text))
    }


def _usual(parameter: Parameter, text: str) -> bool:
    """Whether a value is the default, however it is written, or none of a reader's business."""
    if parameter.internal or text == str(parameter.default):
        return True
    try:
        return parameter.default is not None and float(text) == float(parameter.default)
    except ValueError:
        return False
