from __future__ import annotations

import datetime as dt
from typing import Any

from core.messages import Translator
from core.trials import Question, Trial
from reports.trial_places import Place
from reports.trials import page

PLACE = Place("a" * 32, "production")
T = Translator()


def trial(name: str) -> Trial:
    return Trial(name, "Completed", dt.datetime(2013, 6, 1, tzinfo=dt.UTC), {}, {"auc": 0.7})


def shown(*names: str) -> list[dict[str, Any]]:
    found = [trial(name) for name in names]
    return page(found, place=PLACE, question=Question(), total=len(found), t=T).payload()


def test_a_name_that_no_option_has_room_for_is_in_the_table_alone() -> None:
    *_, table, actions = shown("short", "n" * 120)[:4]
    assert [row[0]["text"][:5] for row in table["rows"][1:]] == ["short", "nnnnn"]
    menu = actions["elements"][0]
    assert [each["text"]["text"] for each in menu["options"]] == ["short"]


def test_where_no_name_has_room_there_is_no_menu() -> None:
    *_, actions = shown("n" * 120)
    assert {each["type"] for each in actions["elements"]} == {"button"}
