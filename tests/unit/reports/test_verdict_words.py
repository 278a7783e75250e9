from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain import PRODUCTION as PRODUCTION_ENVIRONMENT
from core.domain import EnvironmentName
from core.evidence.alarms import Alarm, Fault
from core.evidence.columns import BrokenColumn, ColumnFault
from core.evidence.day_or_model import Why
from core.evidence.difference import Reason
from core.evidence.history import Comparison, Past, Standing
from core.evidence.unit_conversions import UnitConversion
from core.messages import LANGUAGES, Translator
from core.results import CANDIDATE, PRODUCTION, REFERENCE
from reports.charts import morning
from reports.daily import daily_report
from reports.message import Message
from reports.verdict.alarms import alarm_text
from reports.verdict.cause import UNKNOWN
from reports.verdict.metrics import UNTOLD
from tests.unit.reports import golden
from tests.unit.reports.judged_reports import FAILED, JUDGED

EN = Translator()


@pytest.fixture(autouse=True)
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have tests of their own."""
    monkeypatch.setattr(morning, "picture", lambda *_, **__: None)


def message(name: str, language: str = "en") -> Message:
    return daily_report(JUDGED[name], Translator(language)).message


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", JUDGED)
def test_verdict_reads_as_it_did_when_it_was_last_read(name: str, language: str) -> None:
    golden.check(f"verdict_{name}_{language}", message(name, language))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ordinary", "🟢 flights · Jun 28: ordinary. AUC 0.82"),
        (
            "hard_day",
            "🟡 flights · Jun 28: a hard day, not the model. Log-loss 0.70, the worst of 60 days",
        ),
        (
            "column_empty",
            "🔴 flights · Jun 28: wind_speed is empty in 100\xa0% of rows (usually 1.0\xa0%)",
        ),
        (
            "few_days",
            "⚪ flights · Jun 28: cannot tell: not enough history (9 of 14 days). AUC 0.82",
        ),
        ("no_results", "⚫ flights · Jun 28: no results."),
        (
            "run_failed",
            "🔴 flights · Jun 28: the morning's run failed at Prepare: There are no rows",
        ),
        (
            "run_failed_again",
            (
                "🔴 flights · Jun 28: the morning's run failed at Prepare "
                "(2 days in a row, since Jun 27, 2013): There are no rows"
            ),
        ),
        ("silent_for_days", "⚫ flights · Jun 28: no results for 2 days, since Jun 27, 2013."),
        ("back_after_days", "🟢 flights · Jun 28: back, ordinary. AUC 0.82"),
        ("stale", "🟢 flights · Jun 28: ordinary. AUC 0.82; production is 36 days old"),
    ],
)
def test_the_lock_screen_shows_the_whole_verdict(name: str, text: str) -> None:
    assert message(name).text == text


def test_another_environment_than_production_is_named_on_the_lock_screen() -> None:
    assert JUDGED["ordinary"].environment == PRODUCTION_ENVIRONMENT
    facts = replace(JUDGED["ordinary"], environment=EnvironmentName("experiment"))
    assert daily_report(facts, EN).message.text.startswith("🟢 flights · experiment · Jun 28:")


def test_what_to_act_on_comes_first_and_what_to_do_beside_it() -> None:
    first = message("column_empty").payload()[1]["text"]["text"]
    assert first.splitlines()[0] == "🔴 *1 thing to act on*"
    assert "→ Ask whoever delivers it what changed" in first


def test_a_strange_day_asks_nobody_to_act() -> None:
    assert "act on" not in str(message("hard_day").payload())


def out(standing: Standing, value: float, usual: float) -> Comparison:
    return Comparison(standing, value, Past({}), usual, 0.0001)


def column(fault: ColumnFault, value: float, usual: float | None, **given: object) -> Alarm:
    broken = BrokenColumn("wind_speed", fault, 28, value, usual)
    return Alarm(Fault.COLUMN, "wind_speed", column=replace(broken, **given))  # type: ignore[arg-type]


CELSIUS = UnitConversion("°F", "°C", 5 / 9, -17.8)
ALARMS = {
    "run": Alarm(Fault.RUN),
    "refused": Alarm(Fault.REFUSED),
    "rows lost": Alarm(Fault.ROWS, comparison=out(Standing.LOW, 6.19, 6.89)),
    "rows doubled": Alarm(Fault.ROWS, comparison=out(Standing.HIGH, 7.58, 6.89)),
    "labels lost": Alarm(Fault.LABELS, comparison=out(Standing.LOW, -0.92, -0.02)),
    "conversions lost": Alarm(Fault.CONVERSIONS, comparison=out(Standing.LOW, -0.72, -0.03)),
    "fewer labels of late": Alarm(Fault.FEWER_LABELS, comparison=out(Standing.LOW, -0.22, -0.02)),
    "no positives": Alarm(Fault.ONE_CLASS, comparison=out(Standing.LOW, -7.6, -1.4)),
    "nothing but positives": Alarm(Fault.ONE_CLASS, comparison=out(Standing.HIGH, 7.6, -1.4)),
    "empty": column(ColumnFault.EMPTY, 1.0, 0.003),
    "more missing": column(ColumnFault.MISSING_MORE, 0.45, 0.02, highest=0.05),
    "more missing of late": column(ColumnFault.MISSING_OF_LATE, 0.13, 0.02),
    "stuck": column(ColumnFault.STUCK, 9.2, 0.0),
    "stuck at a word": column(ColumnFault.STUCK, float("nan"), 0.0, new=("EWR",)),
    "unit": column(ColumnFault.UNIT, 21.3, 70.2, conversion=CELSIUS),
    "factor": column(ColumnFault.UNIT, 1200.0, 12.0, factor=100.0),
    "moved": column(ColumnFault.MOVED, 400.0, 12.0, lowest=0.0, highest=35.0),
    "renamed": column(
        ColumnFault.RENAMED, 0.36, 0.0, new=("Newark", "JFK1", "x", "y"), vanished=("EWR",)
    ),
    "new values": column(ColumnFault.RENAMED, 0.12, 0.0, new=("Newark",)),
    "not among the frequent": column(ColumnFault.RENAMED, 0.96, 0.12, highest=0.17),
    "constant scores": Alarm(Fault.SCORES_CONSTANT, PRODUCTION),
    "shuffled scores": Alarm(
        Fault.SCORES_UNRELATED, PRODUCTION, CANDIDATE, out(Standing.LOW, 0.001, 1.3)
    ),
    "scores apart": Alarm(Fault.SCORES_APART, CANDIDATE, REFERENCE, out(Standing.LOW, 0.3, 1.3)),
    "too high": Alarm(Fault.CALIBRATION, PRODUCTION, REFERENCE, out(Standing.HIGH, 0.28, 0.01)),
    "too low, told by the pair turned round": Alarm(
        Fault.CALIBRATION, PRODUCTION, CANDIDATE, out(Standing.HIGH, 0.28, 0.01)
    ),
    "worse": Alarm(Fault.WORSE, PRODUCTION, REFERENCE, out(Standing.HIGH, 0.124, -0.011)),
    "worse, told by the pair turned round": Alarm(
        Fault.WORSE, PRODUCTION, CANDIDATE, out(Standing.LOW, -0.124, 0.011)
    ),
    "ranks worse": Alarm(
        Fault.RANKS_WORSE, PRODUCTION, REFERENCE, out(Standing.LOW, -0.034, 0.021)
    ),
    "production falls behind the newest": Alarm(
        Fault.DECAY, PRODUCTION, CANDIDATE, out(Standing.LOW, -0.041, -0.002)
    ),
    "production loses its lead": Alarm(
        Fault.DECAY, PRODUCTION, REFERENCE, out(Standing.HIGH, -0.012, -0.051)
    ),
    "the newest loses its lead": Alarm(
        Fault.DECAY, CANDIDATE, REFERENCE, out(Standing.HIGH, -0.012, -0.051)
    ),
    "stale, too high": Alarm(Fault.STALE, PRODUCTION, CANDIDATE, out(Standing.LOW, -0.08, -0.01)),
    "stale, too low": Alarm(Fault.STALE, PRODUCTION, CANDIDATE, out(Standing.HIGH, 0.08, 0.01)),
    "order of features": Alarm(
        Fault.FEATURES, CANDIDATE, comparison=out(Standing.HIGH, -1.6, -5.1)
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_alarm_names_what_is_wrong_and_one_thing_to_do(language: str) -> None:
    t = Translator(language)
    facts = replace(JUDGED["gate_refused"], run=FAILED)
    said = {name: alarm_text(alarm, facts) for name, alarm in ALARMS.items()}
    golden.check_json(
        f"alarms_{language}",
        {name: [t.plain(text.what), t.plain(text.do)] for name, text in said.items()},
    )


def test_every_kind_of_alarm_has_its_words() -> None:
    assert {alarm.fault for alarm in ALARMS.values()} == set(Fault)
    assert {a.column.fault for a in ALARMS.values() if a.column} == set(ColumnFault)


def test_every_reason_not_to_tell_has_its_words() -> None:
    told = {Why.WITHIN_USUAL, Why.REFERENCE_ALIKE, Why.REFERENCE_MORE, Why.REFERENCE_APART}
    counted = {Why.NO_HISTORY, Why.FEW_LIKE_IT}
    assert set(UNKNOWN) | told | counted == set(Why)
    assert set(UNTOLD) == set(Reason) - {
        Reason.BEYOND_CHANCE,
        Reason.WITHIN_CHANCE,
        Reason.IDENTICAL,
    }


def test_a_model_that_lost_is_worse_whichever_way_the_pair_was_kept() -> None:
    facts = JUDGED["ordinary"]
    for name in ("worse", "worse, told by the pair turned round"):
        assert "normalised entropy +0.124 (usually -0.011)" in EN.plain(
            alarm_text(ALARMS[name], facts).what
        )
