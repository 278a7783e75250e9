# ruff: noqa: RUF001 - what a Japanese keyboard types is what is tested here
from __future__ import annotations

import datetime as dt
import json

import pytest

from core.spans import ONE_DAY
from reports.actions import DELETE_NOTE
from tests.scenario.stage import DAILY, RANDOM, Stage

DAY = dt.date(2013, 6, 28)
BLACK_FRIDAY = '/mlpipe note 11-27..11-30 "Black Friday"'
SAID = [
    ("note yesterday the feed was down", "noted of Jun 28, 2013 (flights · production): the"),
    ("note 昨日 x", "noted of Jun 28, 2013"),
    ("note flights 2013-07-04 x env=experiment", "Jul 4, 2013 (flights · experiment): x"),
    ("note 07-04 .. 07-06 x", "noted of Jul 4, 2013 to Jul 6, 2013"),
    ("note 12-30..01-02 x", "noted of Dec 30, 2012 to Jan 2, 2013"),
    ('note 07-04 "07-06 is like it"', "Jul 4, 2013 (flights · production): 07-06 is like it"),
    ("note 07-04 —leave-out “a <!channel> & b”", "a @channel &amp; b"),
    ("note 07-04 “ブラックフライデー！ ５割引”", "ブラックフライデー！ ５割引"),
]
REFUSED = [
    ("note", 'note 11-27..11-30 "Black Friday"`'),
    ("note 11-27", "Say what is known of these days"),
    ("note soon sale", "soon is no day"),
    ("note 07-09..07-02 sale", "07-09..07-02 ends before it begins: write the earlier day first."),
    ("note fligths 11-27 sale", "Did you mean flights?"),
    ("note Jul 4 sale", "Jul is no day: write one such as 11-27"),
    ('note "sale" 11-27', "Say which days and what is known of them"),
    (
        "note 07-04 – 07-06 sale",
        "Do these days last until 07-06? Write `07-04..07-06`, or the note",
    ),
    ("note 07-04 to 07-06", "Write `07-04..07-06`, or the note in quotes."),
    ("note 07-04 07-06 sale", "Write `07-04..07-06`, or the note in quotes."),
    ("note 07-04 leave-out", "Say what is known of these days"),
    ("note 11-27 sale --leave", "I do not understand --leave. --leave-out is the one option"),
    ("note 11-27 sale env=prod", "Did you mean production?"),
    ("notes fligths", "Did you mean flights?"),
]


@pytest.mark.four_ways
def test_a_note_is_told_to_the_channel_listed_and_deleted(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, BLACK_FRIDAY)
    told = stage.shown("noted of Nov 27, 2013 to Nov 30, 2013")["text"]
    assert "<@U0ANA>" in told
    assert "(flights · production): Black Friday" in told
    assert "judged against days like them" in told
    stage.person("U0DANA").command(DAILY, "/mlpipe notes")
    stage.told("U0DANA", "1 note:")
    ana.command(DAILY, "/mlpipe notes")
    listed = stage.told("U0ANA", "1 note:")
    assert "The public holidays of US are known without a note." in json.dumps(listed)
    ana.click(listed, action_id=DELETE_NOTE)
    stage.shown("deleted the note of Nov 27, 2013 to Nov 30, 2013")
    ana.command(DAILY, "/mlpipe notes")
    stage.told("U0ANA", "Nobody has noted anything")


def test_noting_the_same_days_again_changes_the_note(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, BLACK_FRIDAY)
    stage.shown("judged against days like them")
    ana.command(DAILY, f"{BLACK_FRIDAY} --leave-out")
    replaced = stage.shown("they are in no baseline")["text"]
    assert "It takes the place of the note by <@U0ANA>: Black Friday" in replaced
    ana.command(DAILY, "/mlpipe notes flights env=production")
    listed = stage.told("U0ANA", "1 note:")
    assert "In no baseline, by <@U0ANA>." in json.dumps(listed)


def test_a_line_says_it_as_people_say_it(stage: Stage) -> None:
    stage.start()
    for line, told in SAID:
        stage.person("U0ANA").command(DAILY, f"/mlpipe {line}")
        stage.shown(told)


def test_what_cannot_be_meant_is_told_in_one_line(stage: Stage) -> None:
    stage.start()
    for line, told in REFUSED:
        stage.person("U0ANA").command(DAILY, f"/mlpipe {line}")
        assert "\n" not in stage.told("U0ANA", told)["text"]


def test_a_report_says_the_note_and_its_baseline_is_without_the_day(stage: Stage) -> None:
    broken = DAY - 4 * ONE_DAY
    for number in range(1, 20):
        stage.pipeline.score(DAY - number * ONE_DAY, auc=0.8 + number / 1000)
    stage.pipeline.score(broken, auc=0.4)
    stage.pipeline.score(DAY, auc=0.5)
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe report")
    stage.shown("AUC 0.49 ± 0.02: ordinary (19 of the past 28 days: 0.39 to 0.81)")
    ana.command(DAILY, f'/mlpipe note {broken} "the feed was down" --leave-out')
    stage.shown("they are in no baseline")
    ana.command(DAILY, "/mlpipe report")
    stage.shown("AUC 0.49 ± 0.02, the worst of 19 days (18 of the past 28 days: 0.79 to 0.81)")
    ana.command(DAILY, '/mlpipe note yesterday "a strike"')
    stage.shown("noted of Jun 28, 2013")
    ana.command(DAILY, "/mlpipe report")
    told = json.dumps(stage.shown("Note by <@U0ANA>: a strike"))
    assert "a holiday or a noted day, and too few like it (0 of 14 days)" in told


def test_a_holiday_is_named_in_the_report(stage: Stage) -> None:
    stage.clock.move_to(dt.datetime(2013, 7, 5, 14, tzinfo=dt.UTC))
    stage.pipeline.score(dt.date(2013, 7, 4))
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe report")
    told = json.dumps(stage.shown("Independence Day"))
    assert "too few like it (0 of 14 days)" in told


def test_where_the_bot_is_no_member_who_noted_is_told(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(RANDOM, "/mlpipe note today x")
    stage.told("U0ANA", "noted of Jun 29, 2013", RANDOM)


def test_the_clock_of_the_data_says_what_yesterday_is(stage: Stage) -> None:
    stage.clock.move_to(dt.datetime(2013, 7, 5, 3, tzinfo=dt.UTC))
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe note yesterday x")
    stage.shown("noted of Jul 3, 2013")
