from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from core.day_result import DayResult
from core.domain import ApprovalStatus, ModelPackageArn, ModelVersion
from core.evidence.day_or_model import Cause, Why
from core.evidence.difference import Finding
from core.evidence.history import Standing
from core.evidence.news import News, news
from core.evidence.verdict import Sign, Verdict, verdict
from core.evidence.what_changed import Changed, Part
from core.lineage import EXECUTION
from core.results import CANDIDATE, PRODUCTION, REFERENCE, Interval
from core.spans import ONE_DAY
from tests.unit.evidence.judged_days import IMPORTANCE, TODAY, days_before, judged_day

PAST = days_before(59)


def judged(
    today: DayResult | None = None, past: Sequence[DayResult] = PAST, **given: Any
) -> Verdict:
    return verdict(TODAY, today or judged_day(), past, **given)


def test_an_ordinary_day_is_ordinary_and_led_by_production() -> None:
    found = judged()
    assert found.sign is Sign.ORDINARY
    assert (found.cause.cause, found.cause.why) == (Cause.ORDINARY, Why.WITHIN_USUAL)
    assert (found.role, found.version, found.days) == (PRODUCTION, 3, 28)
    assert [each.metric for each in found.metrics] == ["auc", "log_loss"]


def test_a_day_on_which_the_reference_lost_as_much_was_hard() -> None:
    found = judged(judged_day(loss=0.7))
    assert (found.cause.cause, found.cause.why) == (Cause.HARD_DAY, Why.REFERENCE_ALIKE)
    assert found.sign is Sign.STRANGE
    assert not found.alarms


def test_what_is_out_of_the_ordinary_leads_with_its_rank_and_range() -> None:
    headline = judged(judged_day(loss=0.7)).headline
    assert headline is not None
    assert (headline.metric, headline.comparison.standing) == ("log_loss", Standing.HIGH)
    assert headline.rank is not None
    assert (headline.rank.from_worst, headline.rank.from_best, headline.rank.days) == (1, 60, 60)
    losses = [each.metrics["log_loss"] for each in PAST[-28:]]
    assert (headline.lowest, headline.highest) == (min(losses), max(losses))


def test_a_day_on_which_only_the_model_lost_is_the_models() -> None:
    found = judged(judged_day(loss=0.7, apart=0.3))
    assert (found.cause.cause, found.cause.why) == (Cause.MODEL, Why.REFERENCE_APART)


def test_a_day_on_which_the_reference_lost_even_more_was_hard() -> None:
    found = judged(judged_day(loss=0.7, apart=-0.3))
    assert (found.cause.cause, found.cause.why) == (Cause.HARD_DAY, Why.REFERENCE_MORE)


def test_a_day_that_was_easy_for_all_is_called_that() -> None:
    assert judged(judged_day(loss=0.1)).cause.cause is Cause.EASY_DAY


@pytest.mark.parametrize(
    ("today", "past", "why"),
    [
        (judged_day(loss=0.7), days_before(13), Why.NO_HISTORY),
        (judged_day(loss=0.7, facts=False), days_before(28, facts=False), Why.NO_FACTS),
        (judged_day(loss=0.7, roles=(CANDIDATE,)), PAST, Why.NO_REFERENCE),
        (judged_day(loss=0.7), days_before(28, roles=(PRODUCTION,)), Why.NO_PAIRED_HISTORY),
    ],
)
def test_it_cannot_tell_the_day_from_the_model_and_says_why(
    today: DayResult, past: Sequence[DayResult], why: Why
) -> None:
    found = judged(today, past)
    assert (found.cause.cause, found.cause.why) == (Cause.CANNOT_TELL, why)


def test_a_verdict_of_the_reference_itself_cannot_be_told_from_the_day() -> None:
    today = judged_day(loss=0.7)
    assert today.facts is not None
    only = {REFERENCE: today.facts.models[REFERENCE]}
    facts = today.facts.model_copy(update={"models": only, "subject": REFERENCE})
    assert judged(dataclasses.replace(today, facts=facts)).cause.why is Why.REFERENCE_LEADS


def test_without_production_the_newest_model_leads() -> None:
    found = judged(judged_day(roles=(CANDIDATE, REFERENCE)))
    assert found.role == CANDIDATE


def test_of_rare_positives_normalised_entropy_leads_and_calibration_follows() -> None:
    found = judged(judged_day(rare=True))
    names = [each.metric for each in found.metrics]
    assert names == ["normalised_entropy", "predicted_over_observed", "auc"]


def test_too_many_predicted_is_the_models_where_the_reference_did_not() -> None:
    def predicting(factor: float, day: DayResult) -> DayResult:
        assert day.facts is not None
        model = day.facts.models[PRODUCTION]
        ratio = Interval(value=model.metrics["predicted_over_observed"].value * factor)
        moved = model.model_copy(
            update={
                "mean_score": model.mean_score * factor,
                "metrics": {**model.metrics, "predicted_over_observed": ratio},
            }
        )
        models = {**day.facts.models, PRODUCTION: moved}
        facts = day.facts.model_copy(update={"models": models})
        return dataclasses.replace(day, facts=facts)

    past = [predicting(1 + 0.01 * (n % 5), each) for n, each in enumerate(days_before(28))]
    found = judged(predicting(1.5, judged_day(rare=True)), past)
    assert found.headline is not None
    assert found.headline.metric == "predicted_over_observed"
    assert found.cause.cause is Cause.MODEL


def test_the_difference_from_the_day_before_is_told_of_the_rows_alone() -> None:
    found = judged(judged_day(loss=0.7))
    assert found.headline is not None
    assert found.headline.difference.finding is Finding.DIFFERENT
    assert found.headline.before == PAST[-1].metrics["log_loss"]


def test_labels_seen_are_told_beside_those_expected() -> None:
    labels = judged(judged_day(rate=0.5)).labels
    assert labels is not None
    assert labels.seen == pytest.approx(0.5, abs=0.02)
    assert labels.expected == 0.2
    assert labels.comparison.standing is Standing.HIGH


def test_what_people_changed_is_told() -> None:
    run = {
        "code_commit": "new",
        "parameters": {"Day": "x", "NumLeaves": "63"},
        "train_first_day": TODAY - 30 * ONE_DAY,
    }
    assert judged(judged_day(run=run)).changed == (
        Changed(Part.CODE, "", "new"),
        Changed(Part.PARAMETER, "", "63", "NumLeaves"),
        Changed(Part.WINDOW, "2013-04-28/2013-06-26", "2013-05-29/2013-06-27"),
    )


def test_that_the_window_moves_on_by_a_day_is_no_change() -> None:
    assert judged().changed == ()


def of_their_own(day: dt.date, *, bucket: str = "acme") -> DayResult:
    """A day of a pipeline of the team's own, which is given its data."""
    parameters = {"InputDataUrl": f"s3://{bucket}/abalone/{day:%Y/%m/%d}/", "Since": "2012-01-01"}
    return judged_day(day, run={"parameters": parameters})


THEIR_PAST = [of_their_own(each.day) for each in PAST]


def test_that_the_data_of_a_pipeline_of_their_own_move_on_by_a_day_is_no_change() -> None:
    found = judged(of_their_own(TODAY), THEIR_PAST)
    assert found.changed == ()
    assert news(found, ORDINARY) == (), "who asked for changes hears nothing"


def test_that_they_came_from_elsewhere_is_one() -> None:
    (changed,) = judged(of_their_own(TODAY, bucket="moved"), THEIR_PAST).changed
    assert (changed.name, changed.now) == ("InputDataUrl", "s3://moved/abalone/2013/06/28/")


def test_features_are_ranked_against_the_last_report_and_production() -> None:
    swapped = {**IMPORTANCE, "hour": IMPORTANCE["wind"], "wind": IMPORTANCE["hour"]}
    trained = PAST[40]
    at = dt.datetime(2013, 6, 9, tzinfo=dt.UTC)
    serving = ModelVersion(
        arn=ModelPackageArn("arn:3"),
        group="flights-production",
        version=3,
        approval=ApprovalStatus.APPROVED,
        created=at,
        modified=at,
        metadata={EXECUTION: trained.run.execution_arn or ""},
    )
    order = judged(judged_day(importance=swapped), serving=serving).order
    assert order is not None
    assert order.since is not None
    assert {each.feature for each in order.since.moved} == {"hour", "wind"}
    assert order.production is not None
    assert order.production.ndcg == order.since.ndcg
    assert order.comparison is not None
    assert order.comparison.standing is Standing.HIGH


def test_a_steady_order_of_features_is_ordinary() -> None:
    order = judged().order
    assert order is not None
    assert order.comparison is not None
    assert order.comparison.standing is Standing.ORDINARY


def test_a_day_without_results_has_a_verdict_too() -> None:
    found = verdict(TODAY, None, PAST)
    assert (found.sign, found.cause.why) == (Sign.NO_RESULTS, Why.NO_RESULTS)


def test_an_evaluation_without_a_metric_has_a_verdict_too() -> None:
    bare = judged_day(facts=False)
    quality = dataclasses.replace(bare.quality, metrics={})
    assert judged(dataclasses.replace(bare, quality=quality)).cause.why is Why.NO_METRIC


ORDINARY = judged()
HARD = judged(judged_day(loss=0.7))
NOTHING = verdict(TODAY, None, PAST)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (ORDINARY, ORDINARY, ()),
        (HARD, ORDINARY, (News.STRANGE_DAY, News.OTHER_VERDICT)),
        (HARD, HARD, (News.STRANGE_DAY,)),
        (ORDINARY, HARD, (News.OTHER_VERDICT,)),
        (NOTHING, NOTHING, (News.NO_RESULTS,)),
        (ORDINARY, None, (News.OTHER_VERDICT,)),
    ],
)
def test_only_what_changed_is_news(
    now: Verdict, before: Verdict | None, told: tuple[News, ...]
) -> None:
    assert news(now, before) == told
