from __future__ import annotations

import json

from core.domain import ChannelId
from core.evidence.alarms import Alarm, Fault
from core.evidence.columns import BrokenColumn, ColumnFault
from handlers.mute import METADATA, MOST_ALARMS, Origin, Which

MORNING = "flights/production/2013-06-28"


def test_two_faults_of_one_column_are_two_alarms_to_choose_from() -> None:
    broken = [BrokenColumn("price", fault, days=28, value=1.0) for fault in ColumnFault]
    alarms = [Alarm(Fault.COLUMN, "price", column=each) for each in broken]
    origin = Origin(
        channel=ChannelId("C0DAILY"), morning=MORNING, alarms=tuple(map(Which.of, alarms))
    )
    again = Origin.model_validate_json(origin.model_dump_json())
    assert again == origin
    for fault, alarm, chosen in zip(ColumnFault, alarms, again.alarms, strict=True):
        key = again.key(chosen)
        assert key.column_fault is fault
        assert key.covers(alarm)
        assert Which.of(key) == chosen


def test_a_form_that_was_opened_before_an_upgrade_can_be_sent() -> None:
    opened = {"channel": "C0DAILY", "morning": MORNING, "alarms": [["column", "price"]]}
    assert Origin.model_validate_json(json.dumps(opened)).alarms == (Which(Fault.COLUMN, "price"),)


def test_a_form_has_as_many_alarms_and_mutes_as_slack_has_room_for() -> None:
    every = tuple(
        Which(Fault.COLUMN, f"{number:0>100}", ColumnFault.MISSING_OF_LATE)
        for number in range(MOST_ALARMS)
    )
    origin = Origin(channel=ChannelId("C0DAILY"), morning=MORNING, alarms=every, mutes=every).cut()
    assert len(origin.model_dump_json()) <= METADATA
    assert origin.alarms == every[: len(origin.alarms)]
    assert origin.mutes == every[: len(origin.mutes)]
    assert len(origin.alarms) - len(origin.mutes) in {0, 1}
