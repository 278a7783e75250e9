"""Blocks, elements, objects and views with every field drawn: there or not, right or wrong."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from sandbox.tests.slack.block_fuzz.fields import Kind, Payload
from sandbox.tests.slack.block_fuzz.reference import KINDS
from sandbox.tests.slack.block_fuzz.specimens import SURFACES

MOST_WRONG: Final = 2
"""Fields that are wrong at once: with more, one of them would always be found."""


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Payload, str]:
    """A block or view with each field of one kind in it drawn, and the surface it is sent to."""
    kind = draw(st.sampled_from(KINDS))
    wrong = draw(st.lists(st.sampled_from(sorted(kind.fields)), max_size=MOST_WRONG, unique=True))
    values: dict[str, Any] = {}
    for name, field in kind.fields.items():
        if name in wrong:
            values[name] = draw(st.sampled_from([None, *field.refused()]))
        elif draw(st.booleans()):
            values[name] = draw(st.sampled_from([*field.taken()]))
    payload = kind.with_all(values)
    return payload, draw(_surface(kind))


def _surface(kind: Kind) -> st.SearchStrategy[str]:
    """Mostly where it belongs."""
    if kind.surface.endswith("view"):
        return st.just(kind.surface)
    return st.sampled_from([kind.surface, kind.surface, *SURFACES])
