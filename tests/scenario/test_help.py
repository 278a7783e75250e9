from __future__ import annotations

import pytest

from tests.scenario.stage import DAILY, RANDOM, Stage


@pytest.mark.four_ways
def test_help_shows_what_this_person_may_do_with_examples(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe help")
    text = stage.told("U0ANA", "What you can do here")["text"]
    for word in ("/mlpipe run", "/mlpipe report", "/mlpipe promote"):
        assert word in text


def test_help_is_six_lines_and_the_rest_a_button_away(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(DAILY, "/mlpipe help")
    short = stage.told("U0ANA", "What you can do here")
    assert len(short["text"].splitlines()) == 6
    ana.click(short, action_id="help.more")
    whole = stage.told("U0ANA", "/mlpipe run day=yesterday NumLeaves=63")
    assert whole["ts"] == short["ts"], "it takes the short one's place"


def test_help_leaves_out_what_this_person_may_not_do(stage: Stage) -> None:
    stage.start()
    stage.person("U0DANA").command(DAILY, "/mlpipe")
    text = stage.told("U0DANA", "What you can do here")["text"]
    assert "/mlpipe report" in text
    assert "/mlpipe run" not in text
    assert "/mlpipe promote" not in text


def test_a_typo_is_answered_with_the_nearest_word(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe reprot")
    stage.told("U0ANA", "Did you mean `/mlpipe report`?")


def test_what_is_not_permitted_is_refused_to_the_person_alone(stage: Stage) -> None:
    stage.start()
    stage.person("U0DANA").command(DAILY, "/mlpipe run")
    stage.told("U0DANA", "You do not have the right")
    assert not stage.person("U0ANA").messages(DAILY)


def test_a_word_that_would_ring_the_channel_comes_back_harmless(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(DAILY, "/mlpipe <!channel>")
    text = stage.told("U0ANA", "There is no")["text"]
    assert "<!channel>" not in text
    assert "&lt;!channel&gt;" in text


def test_help_works_where_the_bot_is_no_member(stage: Stage) -> None:
    stage.start()
    stage.person("U0ANA").command(RANDOM, "/mlpipe help")
    stage.told("U0ANA", "What you can do here", RANDOM)


def test_where_the_bot_is_no_member_it_asks_to_be_invited_and_then_works(stage: Stage) -> None:
    stage.start()
    ana = stage.person("U0ANA")
    ana.command(RANDOM, "/mlpipe report")
    stage.told("U0ANA", "Invite me first", RANDOM)
    ana.command(RANDOM, "/invite @mlpipe")
    ana.command(RANDOM, "/mlpipe report")
    stage.told("U0ANA", "has not been evaluated", RANDOM)
