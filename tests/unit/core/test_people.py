from __future__ import annotations

import re

import pytest

from core.domain import Person, TeamId, UserId
from core.errors import InputError
from core.people import chosen, person_of

ANA, BEN, CI = (Person(TeamId("T0TEAM"), UserId(each)) for each in ("U0ANA", "U0BEN", "U0CI"))
ACCOUNT = "123456789012"
PEOPLE = {
    f"arn:aws:iam::{ACCOUNT}:user/ana": ANA,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_ML_0a1b/ben@example.com": BEN,
    f"arn:aws:iam::{ACCOUNT}:role/ci/Deploy": CI,
}


@pytest.mark.parametrize(
    ("arn", "person"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/ana", ANA),
        (f"arn:aws:iam::{ACCOUNT}:user/anabel", None),
        ("arn:aws:iam::999999999999:user/ana", None),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_ML_0a1b/ben@example.com", BEN),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_ML_0a1b/eve@example.com", None),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Other/ben@example.com", None),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/build-17", CI),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy2/build-17", None),
        ("arn:aws:sts::999999999999:assumed-role/Deploy/build-17", None),
        (f"arn:aws-cn:sts::{ACCOUNT}:assumed-role/Deploy/build-17", None),
        (f"arn:aws:iam::{ACCOUNT}:root", None),
    ],
)
def test_an_identity_is_who_the_file_says_and_nobody_else(arn: str, person: Person | None) -> None:
    assert person_of(arn, PEOPLE) == person


def test_a_session_that_is_named_counts_before_its_role() -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/ana"
    assert person_of(session, {**PEOPLE, session: ANA}) == ANA


NAMES = {
    Person(TeamId("T1"), UserId("U0ANA")): ["ana", "Ana", "Ana Silva"],
    Person(TeamId("T1"), UserId("U0ANB")): ["anab", "Ana", "Ana Braga"],
    Person(TeamId("T1"), UserId("U0BEN")): ["ben", "", "Ben"],
}


@pytest.mark.parametrize(
    ("word", "user"),
    [("ana", "U0ANA"), ("Ana Braga", "U0ANB"), ("BEN", "U0BEN"), ("U0ANB", "U0ANB")],
)
def test_a_person_is_found_by_id_handle_or_name(word: str, user: str) -> None:
    assert chosen(word, NAMES).user == user


def test_whom_a_name_does_not_tell_is_asked_for() -> None:
    two = {person: ["", *names[1:]] for person, names in NAMES.items()}
    for word, names, answer in (
        ("ana", two, "ana may be @U0ANA, @U0ANB: write which."),
        ("bne", NAMES, "Nobody is called bne. Did you mean Ben?"),
        ("zoe", NAMES, "Nobody is called zoe. Write by=@ and a name of Slack, or by=me."),
        ("zoe", {}, "Nobody is called zoe."),
    ):
        with pytest.raises(InputError, match=re.escape(answer)):
            chosen(word, names)
