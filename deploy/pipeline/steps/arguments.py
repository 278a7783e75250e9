"""What the steps' command lines have in common."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from core.errors import SettingsError
from core.manifest import Manifest, parse_manifest
from core.parameters import CURRENT, Parameter, ParameterType
from deploy.pipeline.steps.refusal import StepRefusal


def parser(step: str, description: str) -> argparse.ArgumentParser:
    """A parser with the options that every step has."""
    made = argparse.ArgumentParser(
        prog=f"python3 -m deploy.pipeline.steps.{step}",
        description=description,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument(
        "--failure",
        type=Path,
        metavar="FILE",
        help="where to write the sentence that says why the step refused",
    )
    return made


def day(text: str) -> dt.date:
    """A day written YYYY-MM-DD (argparse type)."""
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day written YYYY-MM-DD") from None


def moment(text: str) -> dt.datetime:
    """A moment in ISO 8601; without an offset it is UTC (argparse type)."""
    try:
        parsed = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time in ISO 8601") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)


def pair(text: str) -> tuple[str, str]:
    """A parameter written Name=value (argparse type)."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not written Name=value")
    return name, value


def reference(text: str) -> int | None:
    """`first` (None), or the number of the reference version (argparse type)."""
    if text in {"", "first"}:
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is neither `first` nor a version's number")
    return int(text)


def versions(text: str) -> dict[str, int]:
    """Versions by role, written `production=12,reference=1`; `current`: none (argparse type)."""
    if text == CURRENT:
        return {}
    try:
        pairs = [pair(part) for part in text.split(",")]
        return {role: int(number) for role, number in pairs}
    except (ValueError, argparse.ArgumentTypeError):
        raise argparse.ArgumentTypeError(f"{text!r} is not written role=number,…") from None


def text_or_none(text: str) -> str | None:
    """A text, or None where a pipeline had nothing to say (argparse type)."""
    return text or None


def manifest(path: Path) -> Manifest:
    """Read the dataset manifest.

    Raises:
        StepRefusal: It is not there or cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return parse_manifest(text, path.name).from_folder(str(path.parent))
    except OSError as error:
        raise StepRefusal(f"The dataset manifest {path} cannot be read: {error}.") from error
    except SettingsError as error:
        raise StepRefusal(f"The dataset manifest cannot be used. {error}") from error


def number(name: str, text: str, parameters: Iterable[Parameter]) -> int | float:
    """A numeric parameter's value, checked against the table of our pipelines' parameters.

    Raises:
        StepRefusal: No such parameter, no number, or out of its range.
    """
    known = {parameter.name: parameter for parameter in parameters}.get(name)
    if known is None or known.type not in {ParameterType.INTEGER, ParameterType.FLOAT}:
        raise StepRefusal(f"There is no numeric parameter called {name}.")
    try:
        value = int(text) if known.type is ParameterType.INTEGER else float(text)
    except ValueError:
        kind = "a whole number" if known.type is ParameterType.INTEGER else "a number"
        raise StepRefusal(f"{name} has to be {kind}, and {text!r} is not.") from None
    low = known.minimum if known.minimum is not None else value
    high = known.maximum if known.maximum is not None else value
    if not low <= value <= high:
        raise StepRefusal(
            f"{name} has to lie between {low:g} and {high:g}, and {value:g} does not."
        )
    return value
