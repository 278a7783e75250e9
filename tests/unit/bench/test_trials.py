from __future__ import annotations

import dataclasses

from bench.trials import MOST_MEGABYTES, Reading, met, table

SDK = Reading(calls=50, seconds=60.0, before=240.0, peak=400.0, rows=20)
OURS = Reading(calls=1, seconds=1.25, before=90.0, peak=95.0, rows=20)
READINGS = {
    "best": {"sdk": SDK, "mlpipe": OURS},
    "all": {"sdk": SDK, "mlpipe": dataclasses.replace(OURS, calls=100)},
}


def test_the_best_take_one_call_and_all_little_memory() -> None:
    assert met(READINGS)
    two = dataclasses.replace(OURS, calls=2)
    assert not met(READINGS | {"best": {"sdk": SDK, "mlpipe": two}})
    much = dataclasses.replace(OURS, peak=OURS.before + MOST_MEGABYTES + 1)
    assert not met(READINGS | {"all": {"sdk": SDK, "mlpipe": much}})


def test_the_table_has_a_line_for_each_reader_and_question() -> None:
    lines = table(READINGS, 10_000).splitlines()
    assert lines[0].startswith("| of 10,000 trials | asked by | calls of Search | seconds |")
    assert lines[3] == "|  | mlpipe | 1 | 1.2 | 95 MB | 5 MB | 20 |"
    assert len(lines) == 6
