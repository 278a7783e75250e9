"""A file for a shell to read: commands typed there reach the sandbox as its own programs do."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def sourced(file: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Have the file there while the sandbox is up: its addresses are nobody's afterwards.

    Args:
        file: For `. FILE`.
        variables: What the sandbox's programs see.
    """
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    programs = shlex.quote(str(Path(sys.executable).parent))
    file.write_text("\n".join([*exports, f'export PATH={programs}:"$PATH"', ""]))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
