from __future__ import annotations

import dataclasses

import pytest

from bot.job_logs import LINES, JobLogs
from bot.store.executions import Followed
from core.domain import (
    ChannelId,
    EnvironmentName,
    Execution,
    ExecutionStatus,
    Person,
    Step,
    StepStatus,
    TeamId,
    UserId,
)
from core.errors import NotFoundError
from core.messages import Translator
from tests.unit.bot.fakes import FakeSlack
from tests.unit.bot.tracking import ANA, ARN, FOLLOWED, NOON

DANA = Person(TeamId("T0"), UserId("U0DANA"))
BROKEN = Execution(
    arn=ARN,
    sagemaker_pipeline="p",
    status=ExecutionStatus.FAILED,
    started=NOON,
    steps=(Step("Train", StepStatus.FAILED, failure_reason="AlgorithmError", job_arn="a/b"),),
)


class Jobs:
    """A job that wrote some lines."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    async def describe(self, _followed: Followed) -> Execution:
        return BROKEN

    async def log_tail(
        self, _environment: EnvironmentName, _step: Step, *, lines: int
    ) -> tuple[str, ...]:
        return self.lines[-lines:]


def logs(slack: FakeSlack, *lines: str) -> JobLogs:
    return JobLogs(source=Jobs(*lines), gateway=slack.gateway(), translator=Translator())


async def test_who_asked_sees_the_last_lines_alone_and_redacted() -> None:
    slack = FakeSlack()
    lines = [f"line {number}" for number in range(40)]
    await logs(slack, *lines, "    password=hunter22").tell_failure(FOLLOWED, BROKEN)
    (told,) = slack.said("chat.postEphemeral")
    assert told["user"] == ANA.user
    shown = told["text"].splitlines()
    assert shown[0] == "The last lines of the log of *Train*:"
    assert shown[2] == "line 26", f"{LINES} lines"
    assert shown[-2] == "    password=[redacted]"


async def test_no_line_of_a_private_key_is_shown() -> None:
    slack = FakeSlack()
    key = "PRIVATE " + "KEY-----"
    lines = (f"-----BEGIN {key}", "MIIEowIBAAKCAQEA7", "abcdef", f"-----END {key}", "done")
    await logs(slack, *lines).tell_failure(FOLLOWED, BROKEN)
    text = slack.said("chat.postEphemeral")[0]["text"]
    assert "MIIE" not in text
    assert "abcdef" not in text
    assert "done" in text


async def test_who_had_it_tried_again_is_the_one_who_sees_it() -> None:
    slack = FakeSlack()
    retried = dataclasses.replace(FOLLOWED, retry_by=DANA)
    await logs(slack, "one").tell_failure(retried, BROKEN)
    assert slack.said("chat.postEphemeral")[0]["user"] == DANA.user


async def test_the_schedules_failure_whispers_to_nobody() -> None:
    slack = FakeSlack()
    await logs(slack, "one").tell_failure(dataclasses.replace(FOLLOWED, asked_by=None), BROKEN)
    assert slack.calls == []


async def test_no_line_rings_or_ends_the_code_block() -> None:
    slack = FakeSlack()
    await logs(slack, "``` <!channel> ```", "x" * 5000, "<@U0BEN>\u202e").tell_failure(
        FOLLOWED, BROKEN
    )
    text = slack.said("chat.postEphemeral")[0]["text"]
    assert text.count("```") == 2
    assert "<!" not in text
    assert "<@" not in text
    assert "\u202e" not in text
    assert len(text) < 3000


async def test_a_job_without_a_log_is_said_to_who_clicks() -> None:
    slack = FakeSlack()
    with pytest.raises(NotFoundError, match="wrote no log"):
        await logs(slack).show_failed(FOLLOWED, to=ANA, channel=ChannelId("C0DAILY"))


async def test_a_long_log_comes_as_a_file_to_that_person_alone_and_redacted() -> None:
    slack = FakeSlack()
    lines = [f"line {number} " + "x" * 40 for number in range(200)]
    await logs(slack, "token=abcdefgh", *lines).show_end(
        FOLLOWED.environment, BROKEN.steps[0], to=ANA, channel=ChannelId("C0DAILY")
    )
    (told,) = slack.said("chat.postEphemeral")
    assert "line 199" in told["text"]
    assert "line 0 " not in told["text"]
    (heading,) = slack.said("chat.postMessage")
    assert heading["channel"] == ANA.user
    assert "The last 201 lines" in heading["text"]
    (ticket,) = slack.said("files.getUploadURLExternal")
    assert ticket["filename"] == "Train.log"
    (sent,) = slack.said("upload")
    assert sent["content"].startswith(b"token=[redacted]\nline 0 ")
    (shared,) = slack.said("files.completeUploadExternal")
    assert shared["channel_id"] == "D0OWN"


async def test_a_short_log_brings_no_file() -> None:
    slack = FakeSlack()
    await logs(slack, "one", "two").show_end(
        FOLLOWED.environment, BROKEN.steps[0], to=ANA, channel=None
    )
    (told,) = slack.said("chat.postMessage")
    assert "two" in told["text"]
    assert not slack.said("files.getUploadURLExternal")
