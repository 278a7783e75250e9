from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from core.evidence.auc import auc_difference, placements
from core.evidence.difference import Difference, Finding, Reason, Scale, holm
from core.evidence.difference_of_days import between_days, between_slices
from core.evidence.difference_of_models import between_models
from core.evidence.metrics import metrics
from core.evidence.scored import FloatArray, Scored
from core.results import CANDIDATE, PRODUCTION, REFERENCE
from tests.unit.evidence.scored_days import day_facts, day_result, model_rows

# Albumin, total protein, K-G score and outcome of 49 patients, on whom DeLong et al. (1988) showed
# their test, as printed with its results in SAS/STAT's user's guide, PROC LOGISTIC, "Comparing
# Receiver Operating Characteristic Curves".
OVARIAN_CANCER = """
3.0 5.8 10 0  3.2 6.3 5 1  3.9 6.8 3 1  2.8 4.8 6 0  3.2 5.8 3 1  0.9 4.0 5 0  2.5 5.7 8 0
1.6 5.6 5 1  3.8 5.7 5 1  3.7 6.7 6 1  3.2 5.4 4 1  3.8 6.6 6 1  4.1 6.6 5 1  3.6 5.7 5 1
4.3 7.0 4 1  3.6 6.7 4 0  2.3 4.4 6 1  4.2 7.6 4 0  4.0 6.6 6 0  3.5 5.8 6 1  3.8 6.8 7 1
3.0 4.7 8 0  4.5 7.4 5 1  3.7 7.4 5 1  3.1 6.6 6 1  4.1 8.2 6 1  4.3 7.0 5 1  4.3 6.5 4 1
3.2 5.1 5 1  2.6 4.7 6 1  3.3 6.8 6 0  1.7 4.0 7 0  3.7 6.1 5 1  3.3 6.3 7 1  4.2 7.7 6 1
3.5 6.2 5 1  2.9 5.7 9 0  2.1 4.8 7 1  2.8 6.2 8 0  4.0 7.0 7 1  3.3 5.7 6 1  3.7 6.9 5 1
3.6 6.6 5 1
"""


def screening_tests() -> tuple[FloatArray, dict[str, Scored]]:
    table = np.array(OVARIAN_CANCER.split(), dtype=np.float64).reshape(-1, 4)
    labels, ones = table[:, 3], np.ones(len(table))
    scores = {"albumin": table[:, 0], "total protein": table[:, 1], "K-G": 10.0 - table[:, 2]}
    return labels, {name: Scored(labels, each, ones) for name, each in scores.items()}


@pytest.mark.parametrize(
    ("name", "area", "error"),
    [("albumin", 0.7366, 0.0927), ("total protein", 0.6478, 0.1000), ("K-G", 0.7258, 0.1028)],
)
def test_delongs_errors_are_the_published_ones(name: str, area: float, error: float) -> None:
    found = placements(screening_tests()[1][name])
    assert found is not None
    assert (found.auc, found.error) == pytest.approx((area, error), abs=5e-5)


@pytest.mark.parametrize(
    ("name", "difference", "error", "chi_square", "p_value"),
    [
        ("albumin", 0.0108, 0.0953, 0.0127, 0.9102),
        ("total protein", -0.0780, 0.1046, 0.5554, 0.4561),
    ],
)
def test_delongs_paired_test_is_the_published_one(
    name: str, difference: float, error: float, chi_square: float, p_value: float
) -> None:
    labels, tests = screening_tests()
    one, other = placements(tests[name]), placements(tests["K-G"])
    assert one is not None
    assert other is not None
    interval = auc_difference(one, other, labels)
    assert interval.standard_error is not None
    assert interval.value == pytest.approx(difference, abs=5e-5)
    assert interval.standard_error == pytest.approx(error, abs=5e-5)
    assert (interval.value / interval.standard_error) ** 2 == pytest.approx(chi_square, abs=5e-5)
    found = between_models(day_facts(tests[name], tests["K-G"]), CANDIDATE, PRODUCTION, "auc")
    assert found.p_value == pytest.approx(p_value, abs=5e-5)
    assert found.finding is Finding.NOT_DISTINGUISHABLE


def test_delongs_joint_test_of_all_three_is_the_published_one() -> None:
    labels, tests = screening_tests()
    ranked = [placements(tests[name]) for name in ("albumin", "total protein", "K-G")]
    areas = np.array([each.auc for each in ranked if each])
    influence = np.array([each.influence for each in ranked if each])
    covariance = sum(
        np.cov(influence[:, inside]) * inside.sum() for inside in (labels > 0, labels == 0)
    )
    contrast = np.array([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0]])
    apart = contrast @ areas
    chi_square = apart @ np.linalg.solve(contrast @ covariance @ contrast.T, apart)
    assert chi_square == pytest.approx(2.5340, abs=5e-5)
    assert stats.chi2.sf(chi_square, 2) == pytest.approx(0.2817, abs=5e-5)


def two_days(seed: int, rows: tuple[int, int] = (400, 250)) -> tuple[Scored, Scored]:
    random = np.random.default_rng(seed)
    return model_rows(random, rows[0], signal=0.7), model_rows(random, rows[1])


def compared(day: Scored, before: Scored, metric: str) -> Difference:
    return between_days(day_result(day_facts(day)), day_result(day_facts(before)), metric)


def test_log_loss_of_two_days_is_scipys_welch_test() -> None:
    day, before = two_days(1)
    found = compared(day, before, "log_loss")
    expected = stats.ttest_ind(day.losses, before.losses, equal_var=False)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    interval = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)


def test_calibration_of_two_days_is_scipys_welch_test_of_the_residuals() -> None:
    day, before = two_days(2)
    found = compared(day, before, "calibration")
    expected = stats.ttest_ind(
        day.scores - day.labels, before.scores - before.labels, equal_var=False
    )
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6)


@pytest.mark.parametrize("metric", ["accuracy", "label_rate"])
def test_shares_of_two_days_are_scipys_chi_square_test(metric: str) -> None:
    day, before = two_days(3)
    found = compared(day, before, metric)
    table = []
    for rows in (day, before):
        hit = rows.labels if metric == "label_rate" else (rows.scores >= 0.5) == (rows.labels > 0)
        table.append([hit.sum(), len(rows) - hit.sum()])
    assert found.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


def test_the_interval_of_two_shares_is_the_published_one() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10: 56/70, 48/80.
    random = np.random.default_rng(0)
    days = []
    for hits, rows in ((56, 70), (48, 80)):
        labels = np.repeat([1.0, 0.0], [hits, rows - hits])
        days.append(Scored(labels, random.uniform(0.2, 0.8, rows), np.ones(rows)))
    found = compared(days[0], days[1], "label_rate")
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_predicted_over_observed_is_compared_as_a_ratio() -> None:
    day, before = two_days(4)
    found = compared(day, before, "predicted_over_observed")
    ours, theirs = (metrics(rows)["predicted_over_observed"] for rows in (day, before))
    assert found.scale is Scale.RATIO
    assert found.value == pytest.approx(ours.value / theirs.value)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert ours.standard_error is not None
    assert theirs.standard_error is not None
    error = math.hypot(ours.standard_error / ours.value, theirs.standard_error / theirs.value)
    normal = 2 * stats.norm.sf(abs(math.log(ours.value / theirs.value)) / error)
    assert found.p_value == pytest.approx(normal, rel=0.05)


def test_auc_of_two_days_has_the_error_of_both() -> None:
    day, before = two_days(5)
    found = compared(day, before, "auc")
    ours, theirs = placements(day), placements(before)
    assert ours is not None
    assert theirs is not None
    assert found.value == pytest.approx(ours.auc - theirs.auc)
    normal = 2 * stats.norm.sf(abs(ours.auc - theirs.auc) / math.hypot(ours.error, theirs.error))
    assert found.p_value == pytest.approx(normal, rel=0.05)


def test_accuracy_on_the_same_rows_is_scipys_binomial_test_with_the_middle_p() -> None:
    candidate = two_days(6)[0]
    random = np.random.default_rng(6)
    other = Scored(candidate.labels, random.uniform(0.2, 0.8, 400), candidate.weights)
    found = between_models(day_facts(candidate, other), CANDIDATE, PRODUCTION, "accuracy")
    right, theirs = ((r.scores >= 0.5) == (r.labels > 0) for r in (candidate, other))
    ours, only_theirs = int((right & ~theirs).sum()), int((~right & theirs).sum())
    exact = stats.binomtest(ours, ours + only_theirs).pvalue
    middle = exact - stats.binom.pmf(ours, ours + only_theirs, 0.5)
    assert found.p_value == pytest.approx(middle)
    assert found.value == pytest.approx((ours - only_theirs) / 400)


def test_weighted_rows_are_counted_by_what_they_weigh() -> None:
    random = np.random.default_rng(7)
    rows = two_days(7)[0]
    weighted = Scored(rows.labels, rows.scores, random.uniform(0.1, 4.0, 400))
    other = Scored(rows.labels, random.uniform(0.2, 0.8, 400), weighted.weights)
    found = between_models(day_facts(weighted, other), CANDIDATE, PRODUCTION, "accuracy")
    assert found.rows is not None
    assert found.rows[0] < 400
    assert found.method is not None
    assert "effective rows" in found.method


def test_a_model_compared_with_itself_is_the_same_on_every_row() -> None:
    rows = two_days(8)[0]
    facts = day_facts(rows, rows)
    for metric in ("auc", "log_loss", "normalised_entropy", "mean_score", "accuracy"):
        found = between_models(facts, CANDIDATE, PRODUCTION, metric)
        assert (found.finding, found.reason) == (Finding.NOT_DISTINGUISHABLE, Reason.IDENTICAL)


def test_what_cannot_be_told_says_why() -> None:
    rows = two_days(9)[0]
    day = day_result(day_facts(rows))
    negatives = Scored(np.zeros(60), rows.scores[:60], np.ones(60))
    perfect = Scored(
        np.repeat([0.0, 1.0], 30), np.repeat([0.1, 0.9], 30) + np.arange(60) / 1e4, np.ones(60)
    )
    few = Scored(rows.labels[:12], rows.scores[:12], np.ones(12))
    expected = {
        Reason.NO_STATISTICS: between_days(day, day_result(None), "auc"),
        Reason.NOT_SCORED: between_days(day, day, "auc", role=REFERENCE),
        Reason.NOT_COMPARABLE: between_days(day, day, "calibration_error"),
        Reason.SINGLE_CLASS: compared(rows, negatives, "normalised_entropy"),
        Reason.TOO_FEW_ROWS: compared(rows, few, "log_loss"),
        Reason.NO_INTERVAL: compared(perfect, perfect, "auc"),
        Reason.NOT_PAIRED: between_models(day_facts(rows, rows), CANDIDATE, PRODUCTION, "f1"),
    }
    for reason, found in expected.items():
        assert (found.finding, found.reason) == (Finding.CANNOT_TELL, reason)
        assert found.p_value is None
    one_class = between_models(day_facts(negatives, negatives), CANDIDATE, PRODUCTION, "auc")
    assert one_class.reason is Reason.SINGLE_CLASS
    assert compared(rows, negatives, "log_loss").finding is not Finding.CANNOT_TELL


def test_many_slices_are_corrected_for_being_many() -> None:
    random = np.random.default_rng(10)
    before = model_rows(random, 4000)
    day = model_rows(random, 4000)
    hours = [str(hour) for hour in random.integers(0, 20, 4000)]
    labels = np.where(np.array(hours) == "7", random.random(4000) < 0.7, day.labels > 0)
    day = Scored(labels.astype(np.float64), day.scores, day.weights)
    found = between_slices(
        day_result(day_facts(day, slices={"hour": hours})),
        day_result(day_facts(before, slices={"hour": hours})),
        "hour",
        "label_rate",
    )
    assert [value for value, d in found.items() if d.finding is Finding.DIFFERENT] == ["7"]
    assert {difference.asked for difference in found.values()} == {20}


def test_holm_is_the_step_down_of_the_plain_definition() -> None:
    random = np.random.default_rng(11)
    p_values = [*random.uniform(0, 0.02, 6), *random.uniform(0, 1, 6)]
    tests = [
        Difference("auc", Finding.NOT_DISTINGUISHABLE, Reason.WITHIN_CHANCE, p_value=float(p))
        for p in p_values
    ]
    untested = Difference("auc", Finding.CANNOT_TELL, Reason.TOO_FEW_ROWS)
    rejected = set()
    for rank, index in enumerate(np.argsort(p_values)):
        if p_values[index] >= 0.05 / (len(p_values) - rank):
            break
        rejected.add(int(index))
    found = holm([*tests, untested])
    assert {n for n, each in enumerate(found) if each.finding is Finding.DIFFERENT} == rejected
    assert found[-1] == untested
