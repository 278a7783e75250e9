from __future__ import annotations

import json

import pytest

from core.errors import InputError
from core.model_quality import Task, parse_importance, parse_model_quality, parse_positive


@pytest.mark.parametrize("task", list(Task))
def test_each_kind_of_report_is_read(task: Task) -> None:
    quality = parse_model_quality(json.dumps({task.value: {"score": {"value": 0.5}}}))
    assert quality.task is task
    assert quality.metrics["score"].value == 0.5


def test_a_deviation_that_is_not_a_number_is_none() -> None:
    text = '{"regression_metrics": {"mae": {"value": 0.3, "standard_deviation": "NaN"}}}'
    metric = parse_model_quality(text).metrics["mae"]
    assert (metric.value, metric.standard_deviation) == (0.3, None)


def test_curves_matrices_and_values_that_are_no_numbers_are_left_out() -> None:
    table = {
        "auc": {"value": 0.8, "standard_deviation": 0.01},
        "confusion_matrix": {"0": {"0": 1}},
        "receiver_operating_characteristic_curve": {"true_positive_rates": [0, 1]},
        "f1": {"value": "NaN"},
    }
    quality = parse_model_quality(json.dumps({"binary_classification_metrics": table}))
    assert set(quality.metrics) == {"auc"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"binary_classification_metrics": 3}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"evaluation\.json"):
        parse_model_quality(text)


def test_importance_of_several_labels_is_their_mean_size() -> None:
    labels = {
        "label0": {"global_shap_values": {"hour": 0.4, "site": 0.2}},
        "label1": {"global_shap_values": {"hour": -0.2}},
    }
    importance = parse_importance(json.dumps({"explanations": {"kernel_shap": labels}}))
    assert importance == pytest.approx({"hour": 0.3, "site": 0.2})


def test_an_analysis_without_shap_values_is_refused() -> None:
    with pytest.raises(InputError, match="SHAP"):
        parse_importance('{"explanations": {}}')


@pytest.mark.parametrize(
    ("labels", "positive"),
    [({"late": {}}, "late"), ({"label0": {}}, None), ({"a": {}, "b": {}}, None), ([], None)],
)
def test_a_positive_row_is_called_what_the_analysis_calls_it(
    labels: object, positive: str | None
) -> None:
    assert parse_positive(json.dumps({"explanations": {"kernel_shap": labels}})) == positive
    assert parse_positive("no JSON") is None
