from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.redaction import REDACTED, redact

# Built from parts: a scanner of the repository should not take them for real ones.
SECRETS = {
    "slack": "xoxb-" + "123456789012-abcdefABCDEF",
    "app": "xapp-" + "1-A0MLPIPE-1234567890",
    "aws": "AKIA" + "ABCDEFGHIJKLMNOP",
    "temporary": "ASIA" + "ABCDEFGHIJKLMNOP",
    "signed": "X-Amz-Signature=" + "0123abcd" * 8,
    "bearer": "abcdefghij.klmnop",
    "hook": "https://hooks.slack.com/services/T0/B0/abcdef",
}
LINES = {
    "slack": "using {} now",
    "app": "SLACK {}",
    "aws": "key={}",
    "temporary": "{}",
    "signed": "GET https://bucket.s3.amazonaws.com/key?a=b&{}&c=d",
    "bearer": "Authorization: Bearer {}",
    "hook": "posting to {}",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_taken_out_and_the_rest_stays(name: str) -> None:
    text = redact(LINES[name].format(SECRETS[name]))
    assert SECRETS[name] not in text
    assert REDACTED in text


@pytest.mark.parametrize(
    "line",
    [
        "password=hunter22",
        "DB_PASSWORD: hunter22",
        "'aws_secret_access_key': 'hunter22'",
        "--api-key=hunter22",
        '{"session_token": "hunter22"}',
        "postgresql://mlpipe:hunter22@db:5432/x",
    ],
)
def test_what_is_named_a_secret_is_one(line: str) -> None:
    assert "hunter22" not in redact(line)


KEY = "PRIVATE " + "KEY-----"


def test_a_private_key_goes_with_all_of_its_lines_also_where_its_beginning_is_cut_off() -> None:
    body = "MIIEowIBAAKCAQEA7\nabcdef+/==\n"
    whole = redact(f"before\n-----BEGIN RSA {KEY}\n{body}-----END RSA {KEY}\nafter")
    cut_off = redact(f"{body}-----END RSA {KEY}\nafter")
    assert whole == f"before\n{REDACTED}\nafter"
    assert cut_off == f"{REDACTED}\nafter"


@pytest.mark.parametrize(
    "line",
    [
        "ValueError: could not convert string to float: 'hunter22'",
        "epoch 3: tokens=120, loss=0.43",
        "File '/opt/ml/code/train.py', line 12, in main",
        "There is no data for that day: the lake has no folder day=2013-06-28",
    ],
)
def test_what_helps_to_find_the_fault_stays(line: str) -> None:
    assert redact(line) == line


@given(st.text(max_size=60), st.sampled_from(sorted(SECRETS)), st.text(max_size=60))
def test_no_text_around_it_brings_a_secret_back(before: str, name: str, after: str) -> None:
    line = f"{before} {LINES[name].format(SECRETS[name])} {after}"
    assert SECRETS[name] not in redact(line)
    assert redact(redact(line)) == redact(line)
