from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.trials import (
    Column,
    Condition,
    Names,
    Operator,
    Order,
    Question,
    Trial,
    UnknownNameError,
    question,
)

NOW = dt.datetime(2013, 6, 29, 12, 0, tzinfo=dt.UTC)
NAMES = Names(
    parameters=frozenset({"NumLeaves", "MinimumRows", "LearningRate"}),
    metrics=frozenset({"auc", "log_loss"}),
)
AUC, LEAVES = Column("auc", metric=True), Column("NumLeaves", metric=False)


def ask(text: str) -> Question:
    return question(text, NAMES, now=NOW)


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        ask(text)
    return str(caught.value)


def test_without_words_all_trials_are_asked_for_the_newest_first() -> None:
    assert ask("") == Question()
    assert ask("sort=started") == Question()


def test_conditions_are_read_with_spaces_and_by_parts_of_names() -> None:
    assert ask("auc > 0.7 leaves<64 num_leaves!=31").conditions == (
        Condition(AUC, Operator.ABOVE, "0.7"),
        Condition(LEAVES, Operator.BELOW, "64"),
        Condition(LEAVES, Operator.NOT, "31"),
    )
    assert ask('AUC>="0.7"').conditions == (Condition(AUC, Operator.AT_LEAST, "0.7"),)


def test_the_best_come_first_whichever_way_a_metric_is_better() -> None:
    assert ask("sort=auc").order == Order(AUC, descending=True)
    assert ask("sort=log_loss").order == Order(Column("log_loss", metric=True), descending=False)
    assert ask("sort=-auc").order == Order(AUC, descending=False)
    assert ask("sort=leaves").order == Order(LEAVES, descending=True)


@pytest.mark.parametrize(
    ("typed", "since"),
    [
        ("12h", NOW - dt.timedelta(hours=12)),
        ("7D", NOW - dt.timedelta(days=7)),
        ("2w", NOW - dt.timedelta(days=14)),
        ("2013-06-01", dt.datetime(2013, 6, 1, tzinfo=dt.UTC)),
    ],
)
def test_since_takes_a_span_or_a_day(typed: str, since: dt.datetime) -> None:
    assert ask(f"since={typed}").since == since


def test_by_takes_oneself_the_schedule_and_a_person() -> None:
    assert ask("by=@me").by == "me"
    assert ask("by=schedule").by == "schedule"
    assert ask("by=@Dana").by == ask("by=Dana").by == "@Dana"
    assert ask("by=<@U0DANA|dana>").by == "@U0DANA"
    assert "by= takes me, schedule or a person such as @ana." in refusal("by=@")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("ucu>0.7", "No trial has ucu. Did you mean auc?"),
        ("zebra=1", "No trial has zebra. There are auc, log_loss, LearningRate"),
        ("m>1", "m may be "),
        ("auc>high", "auc is compared with a number, not with high."),
        ("auc>nan", "auc is compared with a number"),
        ("since=tuesday", "since= takes a span such as 12h"),
        ("since=1d since=2d", "since is given twice"),
        ("best", "I do not understand best."),
        ("auc>", "I do not understand auc>."),
        ("auc>0.1 " * 11, "At most 10 conditions at once."),
    ],
)
def test_what_cannot_be_meant_is_answered_with_what_to_write(typed: str, answer: str) -> None:
    assert answer in refusal(typed)


def test_names_are_learned_from_trials() -> None:
    trial = Trial("a", "Completed", NOW, {"depth": 3.0}, {"validation:rmse": 0.1})
    with pytest.raises(UnknownNameError):
        ask("depth<4")
    learned = NAMES.with_those_of([trial])
    found = question("depth<4 sort=validation:rmse", learned, now=NOW)
    assert found.conditions[0].column == Column("depth", metric=False)
    assert found.order == Order(Column("validation:rmse", metric=True), descending=False)


@given(st.text(max_size=60))
def test_every_text_is_a_question_or_is_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(ask(text), Question)


def test_a_metric_may_be_named_as_people_read_it() -> None:
    names = replace(NAMES, called={"適合率": "precision", "log-loss": "log_loss"})
    asked = question("適合率>0.5 log-loss<0.6 sort=適合率", names, now=NOW)
    assert [str(each) for each in asked.conditions] == ["precision>0.5", "log_loss<0.6"]
    assert asked.order == Order(Column("precision", metric=True), descending=True)
