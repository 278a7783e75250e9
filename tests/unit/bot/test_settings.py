from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.access import Action
from bot.settings import read_settings
from core.domain import EnvironmentName, PipelineName
from core.errors import SettingsError

COMMITTED = Path(__file__).parents[3] / "mlpipe.toml"


def changed(tmp_path: Path, before: str, after: str) -> Path:
    text = COMMITTED.read_text()
    assert before in text
    path = tmp_path / "mlpipe.toml"
    path.write_text(text.replace(before, after, 1))
    return path


def fault(path: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    return str(caught.value)


def line_of(path: Path, start: str) -> int:
    lines = path.read_text().splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.startswith(start))


def test_the_committed_file_is_read() -> None:
    settings = read_settings(COMMITTED)
    assert settings.command == "/mlpipe"
    assert settings.environments[EnvironmentName("production")].bucket == "mlpipe-production"
    assert settings.pipelines[PipelineName("flights")].time_zone == "America/New_York"
    assert settings.daily[0].run_at == dt.time(6)
    assert Action.APPROVE in settings.roles["U0ANA"]


def test_an_unknown_key_is_told_with_line_and_the_nearest(tmp_path: Path) -> None:
    path = changed(tmp_path, "time_zone =", "timezone =")
    number = line_of(path, "timezone")
    sentence = fault(path)
    assert sentence.startswith(f"{path}:{number}: ")
    assert "pipelines.flights.timezone" in sentence
    assert "Did you mean time_zone?" in sentence


def test_a_missing_key_is_told_with_its_table(tmp_path: Path) -> None:
    path = changed(tmp_path, 'bucket = "mlpipe-production"\n', "")
    number = line_of(path, "[environments.production]")
    assert fault(path) == f"{path}:{number}: the key environments.production.bucket is missing."


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('run_at = "06:00"', 'run_at = "6 am"', 'write a time of day such as "06:00"'),
        ('run_at = "06:00"', "run_at = 06:00:00", 'write a time of day such as "06:00"'),
        ('"America/New_York"', '"New York"', "is no IANA time zone"),
        ('channel = "C0DAILY"', 'channel = "#daily"', "write the channel's id"),
        ('language = "en"', 'language = "fr"', "slack.language"),
        ('environment = "production"', 'environment = "prod"', "there is only production"),
        ("U0CHIE =", "chie =", "roles.chie is neither a Slack user id"),
        ('U0CHIE = ["help",', 'U0CHIE = ["halp",', "roles.U0CHIE"),
    ],
)
def test_a_wrong_value_is_told(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert words in fault(changed(tmp_path, before, after))


def test_environments_in_two_regions_are_refused(tmp_path: Path) -> None:
    text = COMMITTED.read_text()
    before, region, after = text.rpartition('region = "us-east-1"')
    assert region
    path = tmp_path / "mlpipe.toml"
    path.write_text(f'{before}region = "eu-west-1"{after}')
    assert "environments.experiment.region has to be production's, 'us-east-1'" in fault(path)


def test_a_file_that_is_not_there_is_told_with_what_to_set(tmp_path: Path) -> None:
    assert "Set MLPIPE_CONFIG" in fault(tmp_path / "nowhere.toml")


def test_what_is_not_toml_is_told_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "mlpipe.toml"
    path.write_text("[slack\n")
    assert "is not TOML" in fault(path)
    assert "line 1" in fault(path)
