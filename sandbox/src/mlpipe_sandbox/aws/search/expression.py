"""Which documents a SearchExpression lets through.

Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SearchExpression.html
"""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from botocore.model import StructureShape

from mlpipe_sandbox.aws.errors import ValidationError
from mlpipe_sandbox.aws.search.properties import Kind, Property, list_of, property_of
from mlpipe_sandbox.aws.shapes import Document

Holds = Callable[[Mapping[str, Any]], bool]

MOST_CONDITIONS: Final = 20
"""Filters, nested filters and subexpressions of one expression together, as AWS allows."""
MOST_IN: Final = 60
_ORDERINGS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}


def holds(expression: Document, shape: StructureShape) -> Holds:
    """The condition that an expression states about resources of a shape.

    Raises:
        ValidationError: a property or value that cannot be meant.
    """
    conditions = [
        *(_filter(each, shape) for each in expression.get("Filters") or ()),
        *(_nested(each, shape) for each in expression.get("NestedFilters") or ()),
        *(holds(each, shape) for each in expression.get("SubExpressions") or ()),
    ]
    if not conditions:
        raise ValidationError("SearchExpression must have at least one condition.")
    if len(conditions) > MOST_CONDITIONS:
        raise ValidationError(f"SearchExpression has more than {MOST_CONDITIONS} conditions.")
    join = any if expression.get("Operator") == "Or" else all
    return lambda document: join(condition(document) for condition in conditions)


def _nested(nested: Document, shape: StructureShape) -> Holds:
    """Every filter has to hold for one and the same element of a list."""
    path = list_of(shape, nested["NestedPropertyName"])
    conditions = [_filter(each, shape) for each in nested["Filters"]]

    def condition(document: Mapping[str, Any]) -> bool:
        return any(all(each(alone) for each in conditions) for alone in _elements(document, path))

    return condition


def _elements(document: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Document]:
    """The document once for each element of a list, as if the list had that one alone."""
    head, *rest = path
    value = document.get(head)
    if not rest:
        for each in value or ():
            yield {**document, head: [each]}
    elif isinstance(value, Mapping):
        for inner in _elements(value, tuple(rest)):
            yield {**document, head: inner}


def _filter(given: Document, shape: StructureShape) -> Holds:
    prop = property_of(shape, given["Name"])
    comparison, value = given.get("Operator", "Equals"), given.get("Value")
    if comparison in {"Exists", "NotExists"}:
        if value is not None:
            raise ValidationError(f"Value must not be specified for operator {comparison}.")
        wanted = comparison == "Exists"
        return lambda document: any(True for _ in prop.read(document)) == wanted
    if value is None:
        raise ValidationError(f"Value must be specified for operator {comparison}.")
    if comparison == "NotEquals":
        equal = _equal(prop, value)
        return lambda document: not any(equal(each) for each in prop.read(document))
    test = _test(prop, comparison, value)
    return lambda document: any(test(each) for each in prop.read(document))


def _test(prop: Property, comparison: str, value: str) -> Callable[[Any], bool]:
    if comparison == "Equals":
        return _equal(prop, value)
    if comparison in _ORDERINGS:
        return _ordering(prop, comparison, value)
    if prop.kind in {Kind.NUMBER, Kind.TIME}:
        raise ValidationError(f"Operator {comparison} is not supported for property {prop.name}.")
    if comparison == "Contains":
        return lambda found: value in str(found)
    wanted = [each.strip() for each in value.split(",")]
    if len(wanted) > MOST_IN:
        raise ValidationError(f"Operator In takes at most {MOST_IN} values.")
    equals = [_equal(prop, each) for each in wanted]
    return lambda found: any(equal(found) for equal in equals)


def _equal(prop: Property, value: str) -> Callable[[Any], bool]:
    match prop.kind:
        case Kind.NUMBER:
            number = _number(prop, value)
            return lambda found: bool(found == number)
        case Kind.TIME:
            moment = _moment(prop, value)
            return lambda found: bool(found == moment)
        case Kind.TEXT:
            return lambda found: _text(found) == value
        case Kind.EITHER:
            asked = _number_in(value)
            return lambda found: (
                _text(found) == value or (asked is not None and _number_in(found) == asked)
            )


def _ordering(prop: Property, comparison: str, value: str) -> Callable[[Any], bool]:
    compare = _ORDERINGS[comparison]
    if prop.kind is Kind.TEXT:
        raise ValidationError(
            f"Operator {comparison} is not supported for text property {prop.name}."
        )
    if prop.kind is Kind.TIME:
        moment = _moment(prop, value)
        return lambda found: compare(found, moment)
    asked = _number(prop, value)

    def test(found: Any) -> bool:
        number = _number_in(found)
        return number is not None and compare(number, asked)

    return test


def _number(prop: Property, value: str) -> float:
    number = _number_in(value)
    if number is None:
        raise ValidationError(f"Value {value} of property {prop.name} is not a number.")
    return number


def _number_in(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever it is not, it refuses
    except (TypeError, ValueError):
        return None
    return None if math.isnan(number) else number


def _moment(prop: Property, value: str) -> float:
    """Timestamps are written `YYYY-mm-dd'T'HH:MM:SS`, in UTC where no zone is named."""
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise ValidationError(f"Value {value} of property {prop.name} is not a time.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
