from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import interaction, safe, set_up_logging

# Built from parts: a scanner of the repository should not take them for real ones.
SECRETS = (
    "xoxb-" + "123456789012-abcdefABCDEF",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "https://hooks.slack.com/commands/T0/123/abcdef",
    "http://127.0.0.1:8420/actions/T0/123/abcdef",
    "13345224609.738474920.8088930838d88f008e0",
    "X-Amz-Signature=" + "0123abcd" * 8,
)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_is_json_with_the_interactions_id(log: io.StringIO) -> None:
    token = interaction.set("1a2b3c4d")
    logging.getLogger("bot.x").info("run by %s", "T0/U0ANA", extra={"outcome": "done"})
    interaction.reset(token)
    line = json.loads(log.getvalue())
    assert line["interaction"] == "1a2b3c4d"
    assert line["message"] == "run by T0/U0ANA"
    assert (line["level"], line["logger"], line["outcome"]) == ("INFO", "bot.x", "done")


@pytest.mark.parametrize(
    ("form", "terminal", "is_json"),
    [
        (None, False, True),
        (None, True, False),
        ("text", False, False),
        ("json", True, True),
    ],
)
def test_a_terminal_gets_text_and_others_json_unless_it_is_said(
    log: io.StringIO, form: str | None, terminal: bool, is_json: bool
) -> None:
    log.isatty = lambda: terminal  # type: ignore[method-assign] # a stream that is a terminal
    set_up_logging(log, form=form)
    logging.getLogger("bot.x").info("ready")
    assert log.getvalue().startswith("{") == is_json


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_logged_wherever_it_stands(log: io.StringIO, secret: str) -> None:
    logger = logging.getLogger("any.library")
    logger.warning("calling %s", f"https://x/?a=b&{secret}")
    logger.warning("sent", extra={"url": f"https://x/?{secret}"})
    try:
        raise ValueError(f"refused https://x/?{secret}")
    except ValueError:
        logger.exception("it broke")
    assert secret not in log.getvalue()
    assert len([json.loads(line) for line in log.getvalue().splitlines()]) == 3


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "hunter2222"}',
        'token="hunter2222"',
        'token=hunter2222"x',
        "-----BEGIN PRIVATE " + "KEY-----\nhunter2222",
    ],
)
def test_a_named_secret_is_not_logged_and_the_line_stays_json(log: io.StringIO, text: str) -> None:
    logger = logging.getLogger("any.library")
    logger.warning("got %s", text)
    logger.warning("got it", extra={"body": {"db_password": "hunter2222", "said": [text]}})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert len(lines) == 2
    assert "hunter2222" not in log.getvalue()


@given(st.text(max_size=40), st.sampled_from(SECRETS), st.text(max_size=40))
def test_no_text_around_it_shows_a_secret(before: str, secret: str, after: str) -> None:
    assert secret not in safe(f"{before} ?{secret} {after}")
