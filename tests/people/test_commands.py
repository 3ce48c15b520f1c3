from __future__ import annotations

import argparse
import json
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from pytest_django.fixtures import Settings

from people.citizens import NUMBER, citizen
from people.team import Team
from pilar.people import commands
from pilar.people.models import Membership, PublicAccount, User
from pilar.people.operations import EmailTaken, NoSecondFactor
from pilar.people.rules import NotFound, UnknownRole

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    options = parser.parse_args(["account", *arguments])
    assert options.database
    return options.run(options)


def test_an_account_is_opened_with_a_password_that_is_printed_once(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("create", "baru@contoh.invalid", "Orang Baru", "--role", "coordinator", "--region", "36.71") == 0
    password = capsys.readouterr().out.strip()
    assert len(password) == 20
    assert User.objects.get(email="baru@contoh.invalid").check_password(password)
    with pytest.raises(EmailTaken):
        run("create", "baru@contoh.invalid", "Orang Baru", "--role", "assessor")

    assert run("password", "baru@contoh.invalid") == 0
    assert User.objects.get(email="baru@contoh.invalid").check_password(capsys.readouterr().out.strip())


def test_roles_are_given_listed_and_ended(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("grant", "rudi@contoh.invalid", "--role", "contributor", "--office", str(team.office)) == 0
    User.objects.filter(email="rudi@contoh.invalid").update(is_active=False)
    assert run("list", "rudi") == 0
    key = Membership.objects.get(user=team.assessor, role="contributor").pk
    assert capsys.readouterr().out.splitlines()[0] == "rudi@contoh.invalid  Rudi  diblokir"
    assert run("end", str(key)) == 0
    assert run("list", "rudi") == 0
    assert "Kontributor" not in capsys.readouterr().out
    with pytest.raises(NotFound):
        run("grant", "siapa@contoh.invalid", "--role", "assessor")


def test_an_unknown_role_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownRole, match=r"mayor.*secretariat, coordinator"):
        run("create", "baru@contoh.invalid", "Baru", "--role", "mayor")


def test_a_citizen_who_asks_gets_a_copy_or_is_erased(
    db: None, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.PILAR_CHANNELS = {"sms": "people.citizens.Phones"}
    key = citizen(NUMBER).citizen
    with pytest.raises(NotFound):
        run("citizen-export", "lain@contoh.invalid")
    assert run("citizen-export", "0812 3456 7890") == 0
    assert json.loads(capsys.readouterr().out)["account"]["phone"] == NUMBER
    assert run("citizen-erase", NUMBER) == 2
    assert run("citizen-erase", NUMBER, "--sure") == 0
    assert PublicAccount.objects.get(pk=key).erased_at is not None


def test_naming_the_commands_needs_no_web_framework() -> None:
    code = "import sys, pilar.people.commands; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": "src"}).returncode == 0


def test_a_lost_second_factor_is_removed(team: Team) -> None:
    Authenticator.objects.create(user_id=team.secretariat, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert run("remove-second-factor", "ani@contoh.invalid") == 0
    assert not Authenticator.objects.exists()
    with pytest.raises(NoSecondFactor):
        run("remove-second-factor", "ani@contoh.invalid")
