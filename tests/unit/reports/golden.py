"""Golden files: what a message looked like when somebody last read it.

`MLPIPE_RECORD=1 pytest tests/unit/reports` writes them anew; the difference is read in review.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from reports.message import Message, Picture

FOLDER: Final = Path(__file__).parent / "golden"


def check(name: str, message: Message, pictures: tuple[Picture, ...] = ()) -> None:
    """Compare a message with its golden file, pictures by their alt text."""
    content = {
        "text": message.text,
        "blocks": message.payload(),
        **({"pictures": {each.name: each.alt for each in pictures}} if pictures else {}),
    }
    check_json(name, content)


def check_json(name: str, content: object) -> None:
    """Compare what a message is made of with its golden file."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path = FOLDER / f"{name}.json"
    if os.environ.get("MLPIPE_RECORD"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
