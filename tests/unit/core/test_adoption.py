from __future__ import annotations

import pytest

from core.adoption import (
    Candidate,
    chosen_day_parameter,
    chosen_evaluation,
    chosen_lead,
    day_parameters,
    name_for,
)
from core.domain import ResultFile
from core.errors import InputError
from core.messages import say
from core.model_quality import Metric, ModelQuality, Task

QUALITY = ModelQuality(Task.REGRESSION, {"mse": Metric(4.9)})


def candidate(
    file: str = "Evaluate/evaluation/evaluation.json",
    *,
    registered: bool = False,
    declared: bool = False,
) -> Candidate:
    parsed = ResultFile.parse(file)
    return Candidate(parsed, QUALITY, "bucket", registered=registered, declared=declared)


def executions(**days: str) -> list[dict[str, str]]:
    """Three of them; `{}` in a value is the number of the day."""
    return [{name: value.format(number) for name, value in days.items()} for number in (26, 27, 28)]


def test_only_days_that_vary_may_be_the_days() -> None:
    found = executions(Since="2012-01-01", Data="s3://x/2013/06/{}/", Count="{}", Model="m")
    assert day_parameters(found) == ("Data",)
    assert chosen_day_parameter(found, None) == "Data"


def test_two_parameters_that_always_say_the_same_day_are_one() -> None:
    found = executions(Day="2013-06-{}", Input="s3://x/201306{}/")
    assert chosen_day_parameter(found, None) == "Day"


def test_two_days_that_differ_have_to_be_chosen_between() -> None:
    found = executions(First="2013-05-{}", Last="2013-06-{}")
    with pytest.raises(InputError, match=r"First, Last.*--day-parameter NAME.*--day-of-start"):
        chosen_day_parameter(found, None)
    assert chosen_day_parameter(found, "Last") == "Last"


def test_without_a_day_in_any_parameter_none_is_chosen() -> None:
    assert chosen_day_parameter(executions(Count="{}"), None) is None
    assert chosen_day_parameter([], None) is None


def test_a_parameter_without_a_day_cannot_be_chosen() -> None:
    with pytest.raises(InputError, match=r"No execution has a day in a parameter Day. .*: Count"):
        chosen_day_parameter(executions(Count="{}"), "Day")


def test_a_single_execution_is_enough_to_see_the_day() -> None:
    assert chosen_day_parameter([{"Day": "2013-06-28"}], None) == "Day"


def test_what_a_version_was_registered_with_comes_before_what_a_condition_reads() -> None:
    declared, registered = candidate("A/b/c.json", declared=True), candidate(registered=True)
    assert chosen_evaluation([declared, registered], None) is registered
    assert chosen_evaluation([declared, candidate()], None) is declared


def test_several_evaluations_are_named_and_one_is_chosen_by_its_name() -> None:
    one, other = candidate("A/b/one.json"), candidate("A/b/deep/other.json")
    with pytest.raises(InputError, match=r"A/b/one\.json, A/b/deep/other\.json\. Choose one by"):
        chosen_evaluation([one, other], None)
    assert chosen_evaluation([one, other], ResultFile.parse("A/b/deep/other.json")) is other
    with pytest.raises(InputError, match=r"C is not among .*: A/b/one\.json"):
        chosen_evaluation([one, other], ResultFile.parse("C"))


def test_without_an_evaluation_it_is_said_what_one_is() -> None:
    with pytest.raises(InputError, match=r"No step .* left an evaluation.*model-quality schema"):
        chosen_evaluation([], None)
    others = {ResultFile.parse("A/b/c.json"): say("The evaluation holds no number.")}
    with pytest.raises(InputError, match=r"\nA/b/c\.json: The evaluation holds no number\."):
        chosen_evaluation([], None, others)


def test_the_metric_that_leads_is_one_whose_direction_is_known() -> None:
    assert chosen_lead(["mse", "r2", "rmse"], None, None) == ("rmse", "lower")
    assert chosen_lead(["accuracy", "weighted_f1"], None, None) == ("accuracy", "higher")
    assert chosen_lead(["revenue", "roc_auc"], None, None) == ("roc_auc", "higher")
    assert chosen_lead(["revenue"], None, None) == ("revenue", None)
    assert chosen_lead(["revenue"], None, "higher") == ("revenue", "higher")
    assert chosen_lead(["rmse", "r2"], "r2", None) == ("r2", "higher")
    with pytest.raises(InputError, match=r"no metric auc\. It has r2, rmse\."):
        chosen_lead(["rmse", "r2"], "auc", None)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("AbalonePipeline", "abalone"),
        ("my-churn-pipeline", "my-churn"),
        ("pipeline", "pipeline"),
        ("CTRv2Train", "ctrv2-train"),
        ("2024-forecast", "forecast"),
        ("A" * 60, "a" * 32),
    ],
)
def test_a_name_for_people_follows_from_sagemakers(name: str, shown: str) -> None:
    assert name_for(name) == shown


@pytest.mark.parametrize("text", ["Step/output", "", "/", "Step//file.json"])
def test_what_is_no_file_of_an_execution_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no result file"):
        ResultFile.parse(text)


@pytest.mark.parametrize("text", ["RegisterStep", "Evaluate/evaluation/deep/evaluation.json"])
def test_a_file_of_an_execution_is_written_as_it_is_read(text: str) -> None:
    assert str(ResultFile.parse(text)) == text
