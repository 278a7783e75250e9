from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.access import Action
from bot.settings import read_settings
from core.domain import EnvironmentName, Person, PipelineName, TeamId, UserId
from core.errors import SettingsError
from core.subscriptions import Days, Times, quiet_days

COMMITTED = Path(__file__).parents[3] / "mlpipe.toml"


SUBSCRIBED = """
[[subscriptions]]
channel = "C0EXP"
latest = "10:00"

[[subscriptions]]
channel = "C0TOKYO"
pipeline = "flights"
environment = "experiment"
at = "09:00"
latest = "10:30"
time_zone = "Asia/Tokyo"
days = "weekdays"
quiet = ["2013-07-04", "2013-12-24..2013-12-26"]
content = "changes"
metrics = ["log_loss"]
language = "ja"
charts = "native"
audience = "manager"
"""


def fault(path: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    return str(caught.value)


def test_the_committed_file_is_read() -> None:
    settings = read_settings(COMMITTED)
    assert settings.command == "/mlpipe"
    assert settings.environments[EnvironmentName("production")].bucket == "mlpipe-production"
    assert settings.pipelines[PipelineName("flights")].time_zone == "America/New_York"
    assert settings.pipelines[PipelineName("flights")].calendar == "US"
    assert settings.daily[0].run_at == dt.time(6)
    (report,) = settings.subscriptions
    assert str(report.key) == "C0DAILY/flights/production"
    assert report.times == Times(dt.time(8), "America/New_York")
    assert Action.APPROVE in settings.roles["U0ANA"]


def test_subscriptions_take_from_the_rest_of_the_file_what_they_do_not_say(tmp_path: Path) -> None:
    path = tmp_path / "mlpipe.toml"
    path.write_text(COMMITTED.read_text() + SUBSCRIBED)
    _, ready, both = read_settings(path).subscriptions
    assert ready.times == Times(dt.time(10), "America/New_York", when_ready=True)
    assert (ready.language, ready.content, ready.key.environment) == ("en", "full", "production")
    assert both.times == Times(
        dt.time(9),
        "Asia/Tokyo",
        patience=dt.timedelta(minutes=90),
        days=Days.WEEKDAYS,
        quiet=quiet_days("2013-07-04 2013-12-24..2013-12-26"),
    )
    assert (both.language, both.content, both.metrics) == ("ja", "changes", ("log_loss",))
    assert (ready.charts, both.charts) == ("picture", "native")
    assert (ready.audience, both.audience) == ("team", "manager")
    assert both.declared


def test_a_file_as_windows_writes_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mlpipe.toml"
    path.write_bytes(b"\xef\xbb\xbf" + COMMITTED.read_bytes().replace(b"\n", b"\r\n"))
    assert read_settings(path).daily == read_settings(COMMITTED).daily


def test_a_file_that_is_not_there_is_told_with_what_to_set(tmp_path: Path) -> None:
    assert "Set MLPIPE_CONFIG" in fault(tmp_path / "nowhere.toml")


def test_what_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mlpipe.toml"
    path.write_bytes('[slack]\n# für\ncommand = "/mlpipe"\n'.encode("latin-1"))
    assert fault(path) == f"{path}:2: this is not UTF-8. Save the file as UTF-8."


def test_a_token_written_by_mistake_is_not_repeated(tmp_path: Path) -> None:
    token = "xoxb-" + "123456789012-abcdefABCDEF"
    path = tmp_path / "mlpipe.toml"
    path.write_text(COMMITTED.read_text().replace('"/mlpipe"', f'"{token}"'))
    assert "slack.command is" in fault(path)
    assert token not in fault(path)


def test_people_are_of_the_workspace_that_is_written_once_or_with_each(tmp_path: Path) -> None:
    arn = "arn:aws:iam::123456789012:user/ana"
    text = COMMITTED.read_text().split("[people]")[0]
    path = tmp_path / "mlpipe.toml"
    for slack, who in (("", "T0TEAM/U0ANA"), ('team = "T0TEAM"\n', "U0ANA")):
        written = text.replace("[slack]\n", f"[slack]\n{slack}") + f'[people]\n"{arn}" = "{who}"\n'
        path.write_text(written)
        assert read_settings(path).people == {arn: Person(TeamId("T0TEAM"), UserId("U0ANA"))}
    path.write_text(f'{text}[people]\n"{arn}" = "U0ANA"\n')
    assert 'Write "T…/U0ANA"' in fault(path)
    path.write_text(f'{text}[people]\n"ana" = "T0TEAM/U0ANA"\n"{arn}" = "ana"\n')
    assert "Write the ARN of an IAM user" in fault(path)
    assert "Write a Slack user id" in fault(path)
