"""Whether the conditions of a Condition step hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from mlpipe_sandbox.aws.definition.expressions import ExpressionError, Values, evaluate
from mlpipe_sandbox.aws.shapes import Document

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}


def holds(conditions: list[Document], values: Values) -> bool:
    """Whether all of them hold: a Condition step's list is one big And.

    Raises:
        ExpressionError: a side has no value, the two cannot be compared, or the kind is unknown.
    """
    return all(_holds(condition, values) for condition in conditions)


def _holds(condition: Document, values: Values) -> bool:
    kind = condition.get("Type", "")
    if kind == "Not":
        return not _holds(condition["Condition"], values)
    if kind == "Or":
        return any(_holds(inner, values) for inner in condition["Conditions"])
    if kind == "In":
        value = evaluate(condition["QueryValue"], values)
        return any(_equal(value, evaluate(item, values)) for item in condition["Values"])
    if kind not in _COMPARISONS:
        raise ExpressionError(f"The condition type '{kind}' is not known.")
    left = evaluate(condition["LeftValue"], values)
    right = evaluate(condition["RightValue"], values)
    if kind == "Equals":
        return _equal(left, right)
    if not _comparable(left, right):
        raise ExpressionError(f"{left!r} and {right!r} cannot be compared by {kind}.")
    return _COMPARISONS[kind](left, right)


def _equal(left: object, right: object) -> bool:
    """Equality in which True is not 1 and "1" is not 1."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _comparable(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return numbers or (isinstance(left, str) and isinstance(right, str))
