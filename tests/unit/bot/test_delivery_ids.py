from __future__ import annotations

import dataclasses

from bot.slack.delivery_ids import delivered, metadata
from core.domain import EnvironmentName, PipelineName
from mlpipe_sandbox.slack.blocks.message import check_metadata
from tests.unit.bot.mornings import report_key

LONG = "x" * 29
MANY = [
    str(
        dataclasses.replace(
            report_key(),
            pipeline=PipelineName(f"{LONG}{number:03}"),
            environment=EnvironmentName(f"{LONG}{number:03}"),
        )
    )
    for number in range(100)
]


def test_slack_takes_the_ids_of_a_hundred_series_with_the_longest_names() -> None:
    first, *also = MANY
    check_metadata(metadata(first, also))


def test_a_message_is_each_of_its_deliveries_and_no_other() -> None:
    first, *also = MANY[:-1]
    message = {"metadata": metadata(first, also)}
    assert delivered(message, MANY) == MANY[:-1]
    assert delivered({"metadata": metadata(first)}, MANY) == [first]


def test_what_others_said_is_no_delivery() -> None:
    others = {"event_type": "deployed", "event_payload": {"delivery": MANY[0]}}
    assert delivered({"metadata": others}, MANY) == []
    assert delivered({}, MANY) == []
