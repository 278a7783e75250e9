"""The console `mlpipe` as people run it, with a note of what each delivery causes.

The first argument is the notes' file; what follows is the console's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.cli import main
from tests.scenario.causes import Causes

if __name__ == "__main__":
    with Causes(Path(sys.argv.pop(1))).noted():
        main()
