from __future__ import annotations

import dataclasses

import pytest

from core.messages import Translator
from reports.digest import weekly_digest
from tests.unit.reports import golden
from tests.unit.reports.samples import history
from tests.unit.reports.test_daily import USUAL

CASES = {
    "usual_week": dataclasses.replace(USUAL, history=history(20)),
    "first_week": dataclasses.replace(USUAL, history=history(14)[-3:]),
    "days_without_results": dataclasses.replace(USUAL, history=history(20, without=(1, 3))),
    "nothing_at_all": dataclasses.replace(USUAL, today=None, history=()),
    "another_metric_leads": dataclasses.replace(
        USUAL, history=history(20), leading=("log_loss", "no_such")
    ),
}


@pytest.mark.parametrize(
    ("name", "language"), [*((name, "en") for name in CASES), ("days_without_results", "ja")]
)
def test_digest_reads_as_it_did_when_it_was_last_read(name: str, language: str) -> None:
    report = weekly_digest(CASES[name], Translator(language))
    golden.check(f"digest_{name}_{language}", report.message, report.pictures)
