from __future__ import annotations

from mlops.training_metrics import found_in

AUC = {"Name": "validation:auc", "Regex": r"valid auc:([0-9.]+|nan)"}


def test_the_last_line_that_tells_a_metric_counts() -> None:
    lines = ["[10] valid auc:0.71", "[20] valid auc:0.74", "something else"]
    assert found_in(lines, [AUC]) == {"validation:auc": 0.74}


def test_what_is_no_finite_number_is_passed_over() -> None:
    assert found_in(["[10] valid auc:0.71", "[20] valid auc:nan"], [AUC]) == {
        "validation:auc": 0.71
    }
    assert found_in(["valid auc:nan"], [AUC]) == {}


def test_an_expression_that_python_does_not_know_finds_nothing() -> None:
    wrong = [{"Name": "a", "Regex": "("}, {"Name": "b", "Regex": "valid"}]
    assert found_in(["valid auc:0.7"], [*wrong, AUC]) == {"validation:auc": 0.7}
