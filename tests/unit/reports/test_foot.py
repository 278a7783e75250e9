from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from core.domain import PRODUCTION as ENVIRONMENT
from core.domain import PipelineName
from core.evidence.alarms import Fault
from core.evidence.columns import ColumnFault
from core.evidence.mutes import Mute, MuteKey
from core.messages import Translator
from core.mornings import Morning, Taken
from core.spans import Span
from reports.actions import COMPARE, DETAILS, MUTE, ON_IT, PROMOTE, RETRAIN, RETRY_RUN
from reports.foot import MOST_SERIES, Foot, alarm_name, foot, offered_of_several
from reports.message import Message
from tests.unit.reports import golden
from tests.unit.reports.judged_reports import JUDGED
from tests.unit.reports.samples import ANA, BEN, DAY, PIPELINE

MORNING = Morning(PIPELINE.name, ENVIRONMENT, DAY)
NINE = dt.datetime(2013, 6, 29, 13, tzinfo=dt.UTC)
EVERYTHING = (ON_IT, DETAILS, COMPARE, MUTE, RETRAIN, PROMOTE)


def mute(fault: Fault, subject: str = "") -> Mute:
    key = MuteKey(PIPELINE.name, ENVIRONMENT, fault, subject)
    return Mute(key, Span(DAY, dt.date(2013, 7, 5)), BEN, NINE)


ALARMED = Foot(MORNING, EVERYTHING)
TAKEN = dataclasses.replace(
    ALARMED,
    taken=Taken(MORNING, ANA, NINE),
    mutes=(mute(Fault.ROWS), mute(Fault.COLUMN, "wind <!channel>"), mute(Fault.WORSE, "candidate")),
)
CASES = {
    "alarmed": ALARMED,
    "ordinary": Foot(MORNING, (DETAILS, COMPARE, RETRAIN, PROMOTE)),
    "taken_and_muted": TAKEN,
}


@pytest.mark.parametrize("case", CASES)
def test_the_foot_looks_as_it_did(case: str) -> None:
    t = Translator()
    golden.check(f"foot_{case}", Message("-", foot([CASES[case]], t)))
    golden.check(f"foot_{case}_ja", Message("-", foot([CASES[case]], Translator("ja"))))


@pytest.mark.parametrize("fault", Fault)
def test_every_alarm_has_a_name(fault: Fault) -> None:
    for subject in ("", "candidate"):
        assert Translator().plain(alarm_name(mute(fault, subject).key))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_faults_of_one_column_have_names_of_their_own(language: str) -> None:
    key = mute(Fault.COLUMN, "wind").key
    keys = [key, *(dataclasses.replace(key, column_fault=fault) for fault in ColumnFault)]
    names = {Translator(language).plain(alarm_name(each)) for each in keys}
    assert len(names) == 1 + len(ColumnFault)


def test_of_several_series_each_is_named_with_what_can_be_done() -> None:
    hotels = dataclasses.replace(MORNING, pipeline=PipelineName("hotels"))
    feet = [
        dataclasses.replace(TAKEN, offers=(ON_IT, MUTE), among_others=True),
        Foot(hotels, (ON_IT, RETRY_RUN), among_others=True),
    ]
    golden.check("foot_of_several", Message("-", foot(feet, Translator())))
    golden.check("foot_of_several_ja", Message("-", foot(feet, Translator("ja"))))


def test_of_many_series_only_the_worst_have_buttons() -> None:
    names = [PipelineName(f"model-{number}") for number in range(8)]
    every = [
        dataclasses.replace(JUDGED["run_failed"], pipeline=dataclasses.replace(PIPELINE, name=name))
        for name in names
    ]
    offers = offered_of_several([*every, JUDGED["ordinary"]])
    assert list(offers.values()) == [(ON_IT, RETRY_RUN, MUTE)] * MOST_SERIES + [()] * 4


def test_a_morning_comes_back_from_a_button() -> None:
    assert Morning.parse(str(MORNING)) == MORNING
