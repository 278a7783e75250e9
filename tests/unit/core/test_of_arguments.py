from __future__ import annotations

import pytest

from core.commands import of_arguments, parse


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["flights", "day=yesterday"], "run flights day=yesterday"),
        (["auc>0.7", "sort=auc"], "run auc>0.7 sort=auc"),
        (["note=two words"], 'run note="two words"'),
        (["two words"], 'run "two words"'),
        (["two words=3"], 'run "two words=3"'),
        (["--day=2013-06-28"], "run --day=2013-06-28"),
        ([], "run"),
    ],
)
def test_what_a_shell_took_apart_means_what_is_typed_in_slack(
    arguments: list[str], text: str
) -> None:
    typed, said = of_arguments("run", arguments), parse(text)
    assert (typed.name, typed.words, typed.pairs) == (said.name, said.words, said.pairs)
