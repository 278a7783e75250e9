"""How a resource tells which operations it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mlpipe_sandbox.aws.shapes import Document

Operation = Callable[[Document], Document]
"""Takes a checked request, returns a response; raises AwsError."""

Operations = Mapping[str, Operation]
"""By the operation's name."""
