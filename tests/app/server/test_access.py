"""The lists of those who may come in, and logins that are over."""

import subprocess

import pytest

from app.server.access import EndedLogins, access_rules
from ptacl.errors import PtaclError
from tests.real_files import REPOSITORY

PERSON = {"email": "a@clinic.org", "sub": "1", "iat": 1000.0}


def test_without_lists_whoever_the_provider_knows_comes_in():
    assert access_rules({}).admits({}) and not access_rules({}).restricts


@pytest.mark.parametrize(
    ("claims", "comes_in"),
    [
        ({"groups": ["cardiology", "staff"]}, True),
        ({"groups": "cardiology"}, True),
        ({"groups": ["Cardiology"]}, False),
        ({"groups": None}, False),
        ({"email": "A@CLINIC.org"}, True),
        ({"email": "a@clinic.org", "email_verified": False}, False),
        ({"email": "a@clinic.org.elsewhere.test"}, False),
        ({"email": "clinic.org"}, False),
        ({}, False),
    ],
)
def test_a_group_or_a_verified_address_of_the_domain_is_admitted(claims, comes_in):
    assert (
        access_rules({"domains": ["@Clinic.org"], "groups": ["cardiology"]}).admits(claims)
        == comes_in
    )


def test_groups_may_be_in_another_claim():
    rules = access_rules({"groups": ["editor"], "groups_claim": "roles"})
    assert rules.admits({"roles": ["editor"]}) and not rules.admits({"groups": ["editor"]})


@pytest.mark.parametrize(
    "section", [{"group": ["a"]}, {"people": "a@clinic.org"}, {"people": [""]}]
)
def test_a_key_that_is_none_and_a_list_that_is_none_are_errors(section):
    with pytest.raises(PtaclError) as refused:
        access_rules(section)
    assert refused.value.code == "app.wrong_access"


def test_a_login_is_over_after_its_hours_and_one_without_a_time_at_once():
    rules = access_rules({"hours": 2})
    assert rules.is_recent(PERSON, 1000 + 7100) and not rules.is_recent(PERSON, 1000 + 7300)
    assert not rules.is_recent({"email": "a@clinic.org"}, 1000)
    assert not rules.is_recent(PERSON | {"iat": 10_000}, 1000)


def test_an_ended_login_stays_ended_and_the_next_one_of_the_person_does_not():
    ended = EndedLogins()
    ended.end(PERSON, 2000.0)
    assert ended.has_ended(dict(PERSON)) and not ended.has_ended(PERSON | {"iat": 3000.0})


def test_the_secrets_are_ignored_by_git():
    command = ["git", "check-ignore", ".streamlit/secrets.toml"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode == 128:
        pytest.skip("no checkout")
    assert done.stdout.strip() == ".streamlit/secrets.toml"
