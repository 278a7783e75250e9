from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from core.day_result import DayResult
from core.domain import PRODUCTION as PRODUCTION_ENVIRONMENT
from core.manifest import Manifest, UntilThen, parse_manifest
from core.manifest_parts import ValueOf
from core.messages import Translator
from core.model_quality import parse_model_quality
from core.results import CANDIDATE, DayFacts, LateLabels, Run
from core.spans import ONE_DAY
from deploy.pipeline.steps.columns import LABEL, VALUE
from deploy.pipeline.steps.evaluate import PreparedDay, evaluate, load_models
from deploy.pipeline.steps.evaluation import Evaluation
from deploy.pipeline.steps.lake import Folder
from deploy.pipeline.steps.prepare import WindowSpan, prepare_scored_day, prepare_window
from deploy.pipeline.steps.prepared import ROWS
from deploy.pipeline.steps.resolved import Resolved
from deploy.pipeline.steps.train import Hyperparameters, train
from deploy.pipeline.steps.value import Valued
from reports.charts import morning, plain
from reports.daily import daily_report
from reports.manager import manager_report
from reports.report_facts import ReportFacts
from tests.unit.reports.samples import PIPELINE
from tests.unit.steps.conftest import VISITS

DAY = dt.date(2024, 3, 12)
WORTH = '\n[value]\ncolumn = "basket"\ncurrency = "USD"\nof = "{of}"\n'
SCORE = "mlpipe_score_candidate"
Evaluations = Mapping[ValueOf, Evaluation]


def manifest_of(of: ValueOf) -> Manifest:
    return parse_manifest(VISITS + WORTH.format(of=of.value), "visits.toml")


@pytest.fixture(autouse=True)
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have tests of their own."""
    monkeypatch.setattr(morning, "picture", lambda *_, **__: None)
    monkeypatch.setattr(plain, "picture", lambda *_, **__: None)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, visits: Callable[..., pl.DataFrame]) -> Path:
    """Visits whose basket is dear in the west, where few go, and not known of a few."""
    root = tmp_path_factory.mktemp("lake")
    row = pl.int_range(pl.len())
    for number in range(4):
        day = DAY - number * ONE_DAY
        rows = visits(day, 1500).filter((pl.col("shop") != "west") | (row % 3 == 0))
        basket = pl.when(pl.col("shop") == "west").then(90.0).otherwise(10.0) * pl.col("price")
        (root / f"day={day}").mkdir()
        rows.with_columns(basket=pl.when(row % 150 > 0).then(basket)).write_parquet(
            root / f"day={day}" / "part-0.parquet"
        )
    return root


@pytest.fixture(scope="module")
def evaluations(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluations:
    """The same day by the same model, for each meaning of the value."""
    folder = tmp_path_factory.mktemp("evaluations")
    window = prepare_window(
        manifest_of(ValueOf.ROW), Folder(lake), WindowSpan(DAY, 3, 1), folder / "train"
    )
    model = train(manifest_of(ValueOf.ROW), window, Hyperparameters.parse({"MaxTrees": "20"}))
    counts = prepare_scored_day(manifest_of(ValueOf.ROW), Folder(lake), DAY, folder / "day")
    run = Run(
        pipeline="visits",
        environment="production",
        day=DAY,
        run="abc",
        kind="train",
        started=dt.datetime(2024, 3, 13, 6, tzinfo=dt.UTC),
    )
    models = load_models(model, Resolved(), folder)
    return {
        of: evaluate(
            PreparedDay(manifest_of(of), folder / "day" / ROWS, counts), models, run, minimum_rows=9
        )
        for of in ValueOf
    }


def as_reported(evaluation: Evaluation, **changed: object) -> ReportFacts:
    """The report's facts, by way of the text that the step writes."""
    facts = DayFacts.model_validate_json(evaluation.facts.model_dump_json())
    result = DayResult(
        run=evaluation.run.model_copy(update=changed),
        quality=parse_model_quality(json.dumps(evaluation.quality)),
        facts=facts,
        positive="bought",
    )
    return ReportFacts(pipeline=PIPELINE, environment=PRODUCTION_ENVIRONMENT, day=DAY, today=result)


def told(report: ReportFacts, language: str = "en") -> str:
    return str(daily_report(report, Translator(language)).message.payload())


@pytest.mark.parametrize("of", ValueOf)
def test_sums_of_money_are_those_of_the_rows(evaluations: Evaluations, of: ValueOf) -> None:
    found = evaluations[of]
    rows = found.scored.rows
    worth, score = rows[VALUE].fill_null(0.0).to_numpy(), rows[SCORE].to_numpy()
    came = worth * rows[LABEL].to_numpy()
    day, model = found.facts.worth, found.facts.models[CANDIDATE].worth
    assert day is not None
    assert model is not None
    assert model.over_observed is not None
    assert day.rows == rows[VALUE].count() < rows.height
    assert day.all == pytest.approx(worth.sum())
    assert day.positive == pytest.approx(came.sum())
    assert model.expected == pytest.approx(worth @ score)
    assert model.over_observed.value == pytest.approx(worth @ score / came.sum())
    west = next(each for each in found.facts.slices if each.value == "west")
    inside = (rows["shop"] == "west").to_numpy()
    assert west.worth == pytest.approx(worth[inside].sum())
    assert west.expected_worth[CANDIDATE] == pytest.approx(worth[inside] @ score[inside])


def test_the_slice_with_most_money_comes_first_though_few_rows_are_in_it(
    evaluations: Evaluations,
) -> None:
    found = evaluations[ValueOf.ROW]
    shops = [each for each in found.facts.slices if each.column == "shop"]
    assert shops[0].value == "west"
    assert shops[0].rows == min(each.rows for each in shops)
    assert "west: $" in told(as_reported(found))
    assert "at stake (" in told(as_reported(found))


def test_rows_that_say_nothing_of_their_worth_are_told(evaluations: Evaluations) -> None:
    report = as_reported(evaluations[ValueOf.ROW])
    assert "rows say nothing of their worth (basket)" in told(report)


def test_no_day_is_refused_for_a_worth_that_is_no_number(lake: Path, tmp_path: Path) -> None:
    file = tmp_path / f"day={DAY}" / "part-0.parquet"
    file.parent.mkdir()
    odd = pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.lit("?")).otherwise(pl.lit("-5"))
    pl.read_parquet(lake / f"day={DAY}" / file.name).with_columns(basket=odd).write_parquet(file)
    counts = prepare_scored_day(manifest_of(ValueOf.ROW), Folder(tmp_path), DAY, tmp_path / "odd")
    assert counts.read == counts.labelled
    assert pl.read_parquet(tmp_path / "odd" / ROWS)[VALUE].count() == 0


@pytest.mark.parametrize(
    ("of", "sentence"), [(ValueOf.ROW, "at stake, $"), (ValueOf.POSITIVE, "In money: $")]
)
def test_managers_hear_what_was_expected_and_what_came(
    evaluations: Evaluations, of: ValueOf, sentence: str
) -> None:
    report = as_reported(evaluations[of])
    text = str(manager_report((report,), Translator()).message.payload())
    assert sentence in text
    assert sentence in told(report)


def test_while_labels_are_still_to_come_no_money_is_told(evaluations: Evaluations) -> None:
    young = LateLabels(age=1, matures_after=7, until_then=UntilThen.NEGATIVE)
    report = as_reported(evaluations[ValueOf.POSITIVE], labels=young)
    assert report.verdict.worth is None
    assert "In money" not in told(report)


def test_where_much_is_not_known_no_money_is_told(evaluations: Evaluations) -> None:
    found = evaluations[ValueOf.ROW]
    assert found.facts.worth is not None
    few = found.facts.worth.model_copy(update={"rows": found.facts.worth.rows // 2})
    facts = found.facts.model_copy(update={"worth": few})
    assert as_reported(dataclasses.replace(found, facts=facts)).verdict.worth is None


def test_a_model_whose_scores_are_no_numbers_expects_no_sum(evaluations: Evaluations) -> None:
    found = evaluations[ValueOf.POSITIVE]
    broken = found.scored.rows.with_columns(pl.lit(np.nan).alias(SCORE))
    value = manifest_of(ValueOf.POSITIVE).value
    assert value is not None
    assert Valued(value, dataclasses.replace(found.scored, rows=broken)).of_model(CANDIDATE) is None
