from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.manifest import parse_manifest

LEAST = """
name = "clicks"
numeric = ["bid"]
[time]
column = "at"
[label]
column = "clicked"
"""


def test_the_flights_manifest_names_nothing_that_is_known_only_later() -> None:
    text = Path("deploy/pipeline/datasets/flights.toml").read_text(encoding="utf-8")
    manifest = parse_manifest(text, "flights.toml")
    later = {"dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"}
    assert not later & set(manifest.features)


def test_what_is_not_said_has_a_default() -> None:
    manifest = parse_manifest(LEAST, "m.toml")
    assert manifest.negatives_kept == 1.0
    assert manifest.time.partitions_in == manifest.time.days_in


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("colour = 1\n" + LEAST, "colour"),
        (LEAST.replace('"bid"', ""), "at least one"),
        (LEAST.replace('["bid"]', '["bid", "bid"]'), "named twice: bid"),
        (LEAST.replace('["bid"]', '["clicked"]'), "label or weight"),
        (LEAST.replace('"at"', '"at"\nday_zone = "Tokyo"'), "Asia/Tokyo"),
        (LEAST + 'above = 1\nequals = "x"\n', "not both"),
        (LEAST + "[weight]\n", "either"),
        (LEAST + "[weight]\nnegatives_kept = 0\n", "greater than 0"),
        (LEAST.replace("name", "slices = ['calendar_hour']\nname"), "calendar_hour"),
        (LEAST.replace('"bid"', '"mlpipe_label"'), "mlpipe_label"),
        (LEAST + '[units]\nbid = "furlong"\n', "no unit known here"),
        (LEAST + '[units]\ntemp = "°F"\n', "only numeric features"),
        ("name = ", "not valid TOML"),
    ],
)
def test_a_wrong_manifest_is_refused_with_what_is_wrong(wrong: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refusal:
        parse_manifest(wrong, "m.toml")
    assert "m.toml" in str(refusal.value)
