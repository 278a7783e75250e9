# ruff: noqa: RUF001 - what phones and Japanese keyboards type is what is tested here
"""What people type wrong: one line that says what to do, and nothing is started."""

from __future__ import annotations

from typing import Final

import pytest

from tests.scenario.stage import DAILY, Stage

ANSWERS: Final = {
    # empty, or twice
    "run NumLeaves=": "NumLeaves has no value: write one after the equal sign, or leave NumLeaves",
    "run NumLeaves= Seed=3": "NumLeaves has no value",
    "run ｄａｙ＝　": "Day has no value",
    "run env= day=yesterday": "env has no value",
    "run kind=": "kind has no value",
    'run day=""': "Day has no value",
    "run day=2013-06-27 day=2013-06-28": "Day is given twice: write it once.",
    "run NumLeaves=31 num_leaves=63": "NumLeaves is given twice",
    "run env=production env=experiment": "env is given twice",
    "run kind=train kind=evaluate": "kind is given twice",
    "report day=2013-06-27 day=2013-06-28": "day is given twice",
    "report metrics=": "metrics has no value",
    "status env=": "env has no value",
    "stop env=production environment=experiment": "env is given twice",
    "promote env=production env=experiment 3": "env is given twice",
    "subscribe env=": "env has no value",
    # a day, a dash, a pair in the wrong place
    "run 昨日": "There is no pipeline 昨日. For that day write day=昨日.",
    "run 2013-06-28": "For that day write day=2013-06-28.",
    "run flights 2013-06-28": "Write parameters as name=value, such as day=yesterday.",
    "run —NumLeaves=many": "NumLeaves has to be a whole number, not many.",
    "run –NumLeaves=１": "NumLeaves has to be 2 … 4096, not 1.",
    "run LearningRate=0,05": "LearningRate has to be a number such as 0.05, not 0,05.",
    "run =3": "A command begins with a word, not with run =3.",
    "run day=2013-02-30": "2013-02-30 is not a day: write one such as 2013-06-28, or yesterday.",
    "run env=実験": "There is no environment 実験. There are production, experiment.",
    # what would ring, and what is too long to repeat
    "run Seed=<!channel>": "Seed has to be a whole number, not &lt;!channel&gt;.",
    "status <@U0BEN>": "I do not understand &lt;@U0BEN&gt;.",
    f"run {'x' * 2990}": f"There is no pipeline {'x' * 80}. Pipelines: flights.",
    "stop <!here>": "Nothing runs now: there is nothing to stop.",
    "promote latest": "latest is not a version: write its number, or none for the newest",
    "promote 99": "No version is registered in flights-production yet. Run the pipeline",
    "report metrics=some": "Write that, or leave it out.",
    "unsubscribe": "Nothing comes to this channel by itself. `/mlpipe subscribe` changes that.",
    # help for one command
    "help run": "`/mlpipe run [pipeline] [env=…] [name=value …] [tags=…] [note=…] [--dry-run]`",
    "run help": "`/mlpipe run [pipeline] [env=…] [name=value …] [tags=…] [note=…] [--dry-run]`",
    "stop —help": "`/mlpipe stop [pipeline] [env=…] [id]`",
    "report ？": "`/mlpipe report",
    "promote -h": "`/mlpipe promote",
    "help rnu": "Did you mean `/mlpipe run`?",
    "mute": "mute is no command: it is in the menu (…) below a report. `/mlpipe report` brings",
    "compare 2013-06-20": "Days are compared from the menu (…) below a report",
    "help xyzzy": "There is no command xyzzy. `/mlpipe help` shows what there is.",
}


def test_each_is_told_what_is_wrong_and_what_to_do(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    for text, words in ANSWERS.items():
        before = len(ana.messages(DAILY))
        ana.command(DAILY, f"/mlpipe {text}")
        stage.bot.drain()
        told = "\n".join(each["text"] for each in ana.messages(DAILY)[before:])
        assert words in told, f"{text[:80]}: {told}"
        assert "<!" not in told
    assert stage.pipeline.executions() == []


def test_help_for_a_command_is_for_those_who_may_use_it(stage: Stage) -> None:
    stage.start()
    dana = stage.person("U0DANA")
    dana.command(DAILY, "/mlpipe help run")
    stage.told("U0DANA", "You do not have the right “run” here.")
    dana.command(DAILY, "/mlpipe report help")
    stage.told("U0DANA", "`/mlpipe report")


def test_help_is_found_however_it_is_asked_for(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    for text in ("help help", "help ヘルプ", "？", "-h", "—help", "ＨＥＬＰ"):
        ana.command(DAILY, f"/mlpipe {text}")
        stage.bot.drain()
    told = [each for each in ana.messages(DAILY) if "What you can do here" in each["text"]]
    assert len(told) == 6


@pytest.mark.four_ways
def test_what_no_database_takes_is_answered_like_any_other_text(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe no\x00thing")
    stage.told("U0ANA", "There is no command no")
