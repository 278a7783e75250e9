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


SITES = 'categorical = ["site"]' + LEAST
SLICED = 'slices = ["site"]' + LEAST


def names(column: str, file: str = "sites.csv") -> str:
    return f'[names.{column}]\nfile = "{file}"\ncode = "code"\nname = "name"\n'


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
        (LEAST + "[labels]\n", "matures_after"),
        (LEAST + "[labels]\nmatures_after = 0\n", "greater than or equal to 1"),
        (LEAST + '[labels]\nmatures_after = 7\nuntil_then = "late"\n', "negative"),
        (LEAST + '[labels]\nmatures_after = 7\narrived_at = "bid"\n', "when labels come"),
        (LEAST + '[value]\ncolumn = "bid"\n', "value.currency"),
        (LEAST + '[value]\ncolumn = "bid"\ncurrency = "coins"\n', "ISO 4217"),
        (LEAST + '[value]\ncolumn = "clicked"\ncurrency = "USD"\n', "cannot be the same"),
        (LEAST + "[cardinality.bid]\ncap = 100\n", "only categorical features"),
        (SITES + "[cardinality.site]\n", "either a `cap` or a `hash`"),
        (SITES + "[cardinality.site]\ncap = 9\nhash = 9\n", "either a `cap` or a `hash`"),
        (SITES + "[cardinality.site]\ncap = 1\n", "greater than or equal to 2"),
        (LEAST + names("at"), "only the values of slices"),
        (SLICED + names("site", "/sites.csv"), "manifest's folder"),
        (SLICED + names("site", "../sites.csv"), "manifest's folder"),
        (SLICED + names("site", "sites.json"), "ends with .csv"),
        ("name = ", "not valid TOML"),
    ],
)
def test_a_wrong_manifest_is_refused_with_what_is_wrong(wrong: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refusal:
        parse_manifest(wrong, "m.toml")
    assert "m.toml" in str(refusal.value)


@pytest.mark.parametrize(("matures_after", "lag"), [(1, 0), (2, 0), (3, 1), (7, 5)])
def test_a_training_window_ends_with_the_last_day_whose_labels_are_there(
    matures_after: int, lag: int
) -> None:
    """On the morning after a day, one so many days before it is that old."""
    manifest = parse_manifest(LEAST + f"[labels]\nmatures_after = {matures_after}\n", "m.toml")
    assert manifest.window_lag == lag
    assert 1 + 1 + lag >= matures_after
