"""Personal data: whose name goes when an account is anonymised, what a person gets of their own data, what runs out."""

from __future__ import annotations

import argparse
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField
from django.test import Client
from django.utils import timezone, translation

import pilar
from confirming import confirmed
from kit.worlds import once
from people.readings import READINGS, readings
from people.team import LATER, NOW, PASSWORD, Team
from pilar.areas import operations as areas
from pilar.people import operations, queries, reference
from pilar.people.commands import register
from pilar.people.models import ApiToken, Membership, Notice, User
from pilar.people.operations import LastSecretariat, OwnAccount
from pilar.people.rules import OPERATOR, SCHEDULE, NotAllowed, NotFound, Role
from pilar.platform import audit, jobs
from pilar.platform.actors import Actor
from pilar.platform.models import AuditEvent, OutgoingMessage, Receipt, Retention
from pilar.platform.names import Signature, SignatureField

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TYPED = {"Survey.stated_by"}
"""Who answers for a survey is typed as the document says it: the head of region, an office."""
NAME, EMAIL = "Zulfikar Pradonggo", "zulfikar.pradonggo@contoh.invalid"


def found_in_tables(text: str) -> set[str]:
    """Every table and column of the database in which a text stands, in capitals or not."""
    places = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND (data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea') "
            "OR data_type = 'USER-DEFINED')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1', [f"%{text}%"])
            if cursor.fetchone():
                places.add(f"{table}.{column}")
    return places


def client_of(user: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user), BACKEND)
    return client


@once
def person(team: Team) -> int:
    """Somebody who has left their name and address wherever the room can."""
    key = operations.create_account(by=OPERATOR, email=EMAIL, name=NAME, role=Role.SECRETARIAT, now=NOW)
    operations.set_password(by=OPERATOR, user=key, password=PASSWORD, now=NOW)
    by = queries.standing(User.objects.get(pk=key), NOW)
    operations.create_token(by=by, name=f"Laptop {NAME}", days=30, now=NOW)
    token = operations.create_token(by=by, name="Rekap", days=30, now=NOW)
    operations.set_language(by=by, language="en")
    areas.add_office(by=by, region="36.03", name="Inspektorat")
    areas.add_office(by=operations.use_token(secret=token.secret, now=NOW), region="36.03", name="Satpol PP")
    with transaction.atomic():
        given = {"kind": "tests", "subject": "tests.a", "sentence": "Read", "address": "/", "now": NOW}
        operations.notify(by=by, to=[team.coordinator], **given)
        operations.settle(by=by, subject="tests.a", now=LATER)
        operations.notify(by=OPERATOR, to=[key], **given | {"subject": "tests.b"})
        audit.record(by=by.actor, action="x", target="tests.thing", key=1)
    Client().post("/akun/login/", {"login": EMAIL, "password": "salah sekali"})
    signed_in = Client()
    assert signed_in.post("/akun/login/", {"login": EMAIL, "password": PASSWORD}).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
            "VALUES ('default', 'x', %s, 'failed')",
            [json.dumps({"to": EMAIL.title()})],
        )
    return key


def test_nothing_of_an_anonymised_person_stands_in_any_table(team: Team, person: int) -> None:
    assert {place.partition(".")[0] for place in found_in_tables("pradonggo")} >= {
        "people_user", "account_emailaddress", "axes_accesslog", "platform_personname", "procrastinate_jobs",
    }  # fmt: skip
    assert not [place for place in found_in_tables("pradonggo") if place.startswith("platform_auditevent")]
    sessions = Session.objects.count()

    operations.anonymise(by=team.standing("secretariat"), user=person, now=LATER)
    operations.anonymise(by=team.standing("secretariat"), user=person, now=LATER)

    assert found_in_tables("pradonggo") == set()
    assert found_in_tables("zulfikar") == set()
    row = User.objects.get(pk=person)
    assert (row.name, row.is_active, row.has_usable_password()) == (f"Akun {person} (dianonimkan)", False, False)
    assert not Membership.objects.filter(user=person, until=None).exists()
    assert not ApiToken.objects.filter(user=person, revoked_at=None).exists()
    assert Session.objects.count() == sessions - 1
    assert not AccessLog.objects.exists()
    assert not AccessAttempt.objects.exists()
    (event,) = audit.events(target="tests.thing", key=1)
    assert (event.actor.key, event.actor.name) == (str(person), f"Akun {person} (dianonimkan)")
    assert Notice.objects.get(subject="tests.a").done_by == f"Akun {person} (dianonimkan)"
    assert [one.action for one in audit.events(target="people.account", key=person)].count("anonymise") == 1


def test_who_may_anonymise_and_whom(team: Team, person: int) -> None:
    for nobody in ("coordinator", "assessor", "contributor"):
        with pytest.raises(NotAllowed):
            operations.anonymise(by=team.standing(nobody), user=person, now=LATER)
    with pytest.raises(OwnAccount):
        operations.anonymise(by=team.standing("secretariat"), user=team.secretariat, now=LATER)
    with pytest.raises(NotFound):
        operations.anonymise(by=OPERATOR, user=10**9, now=LATER)
    operations.anonymise(by=OPERATOR, user=person, now=LATER)
    with pytest.raises(LastSecretariat):
        operations.anonymise(by=OPERATOR, user=team.secretariat, now=LATER)
    with pytest.raises(operations.Anonymised):
        operations.set_active(by=OPERATOR, user=person, active=True, now=LATER)
    with pytest.raises(operations.Anonymised):
        operations.grant_membership(by=OPERATOR, user=person, role=Role.ASSESSOR, now=LATER)


def test_the_page_asks_before_and_a_tick_is_needed(team: Team, person: int) -> None:
    client = client_of(team.secretariat)
    address = f"/en/akun/{person}/anonimkan/"
    page = client.get(address).content.decode()
    assert NAME in page
    assert "What the person did stays" in page
    assert client.post(address).status_code == 409, "nobody has looked"
    assert confirmed(client, address, {"agreed": ""}).status_code == 422
    assert User.objects.get(pk=person).name == NAME
    assert confirmed(client, address).status_code == 302
    assert f"Akun {person} (dianonimkan)" in client.get(f"/en/akun/{person}/").content.decode()
    assert client.get(address).status_code == 302
    assert client_of(team.coordinator).get(f"/akun/{team.assessor}/anonimkan/").status_code == 404
    assert "Another member of the secretariat" in client.get(f"/en/akun/{team.secretariat}/anonimkan/").content.decode()


def test_a_person_gets_all_of_their_data_and_nobody_elses(team: Team, person: int) -> None:
    client = client_of(person)
    assert NAME in client.get("/akun-saya/data/").content.decode()
    answer = client.get("/akun-saya/data/unduh/")
    assert answer["Content-Disposition"] == f'attachment; filename="data-pribadi-{person}.json"'
    given = answer.json()
    assert (given["account"]["email"], given["account"]["name"]) == (EMAIL, NAME)
    assert {table: len(rows) for table, rows in given["records"].items()} == {
        "account_emailaddress": 1, "people_apitoken": 2, "people_membership": 1, "people_notice": 2,
        "platform_auditevent": given_audit(person),
    }  # fmt: skip
    assert {row["username"] for row in given["sign_in"]["sign_ins"]} == {EMAIL}
    written = json.dumps(given)
    assert "argon2" not in written
    assert '"digest"' not in written, "of a token; when the person's own digest goes out is no secret"
    assert "siti@contoh.invalid" not in written
    (event,) = audit.events(target="people.personal-data", key=person)
    assert (event.action, event.actor.key) == ("read", str(person))

    for asker, status in (("secretariat", 200), ("coordinator", 404), ("assessor", 404)):
        assert client_of(getattr(team, asker)).get(f"/akun/{person}/data/").status_code == status
    assert Client().get("/akun-saya/data/unduh/").status_code == 302


def given_audit(person: int) -> int:
    tokens = [str(key) for key in ApiToken.objects.filter(user=person).values_list("pk", flat=True)]
    own = AuditEvent.objects.filter(actor_kind="user", actor_key=str(person)).exclude(action="read")
    return own.count() + AuditEvent.objects.filter(actor_kind="token", actor_key__in=tokens).count()


def test_a_wrong_name_is_corrected_wherever_it_stands(team: Team, person: int) -> None:
    address, client = f"/en/akun/{person}/nama/", client_of(team.secretariat)
    assert client.post(address, {"name": " "}).status_code == 422
    assert client.post(address, {"name": "Zulfikar  Pradonggo, S.Kom."}).status_code == 302
    (event,) = audit.events(target="tests.thing", key=1)
    assert event.actor.name == "Zulfikar Pradonggo, S.Kom."
    token = ApiToken.objects.get(user=person, name="Rekap")
    (by_token,) = AuditEvent.objects.filter(actor_kind="token", actor_key=str(token.pk))
    assert by_token.actor_name == "Zulfikar Pradonggo, S.Kom. (Rekap)"
    assert client_of(team.coordinator).get(address).status_code == 404
    with pytest.raises(NotAllowed):
        operations.correct_name(by=team.standing("coordinator"), user=person, name="X")
    assert not [place for place in found_in_tables("pradonggo") if place.startswith("platform_auditevent")]


def test_the_commands_do_the_same(team: Team, person: int, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())

    def run(*given: str) -> Any:
        options = parser.parse_args(["account", *given])
        return options.run(options)

    assert run("export", EMAIL) == 0
    assert json.loads(capsys.readouterr().out)["account"]["name"] == NAME
    assert run("anonymise", EMAIL) == 2
    assert User.objects.get(pk=person).name == NAME
    assert run("anonymise", EMAIL, "--sure") == 0
    assert found_in_tables("pradonggo") == set()


def test_looking_into_accounts_leaves_one_record_a_page(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    client, by = client_of(team.secretariat), str(team.secretariat)
    for address in ("/akun/daftar/", f"/akun/{team.coordinator}/", f"/akun/{team.secretariat}/"):
        assert client.get(address).status_code == 200
    assert readings("people.accounts") == [(by, "1", 6)]
    assert readings("people.account") == [(by, str(team.coordinator), 1)]  # not one's own
    assert client_of(team.assessor).get("/akun/daftar/").status_code == 404
    assert Client().get("/akun/daftar/").status_code == 302
    assert len(readings("people.accounts")) == 1


def test_every_kind_of_reading_has_its_test() -> None:
    root = Path(pilar.__file__).parent
    reading = re.compile(r'audit\.read(?:_each)?\(\s*(?:by=)?[\w.]+,\s*(?:what=)?"([a-z.-]+)"')
    written = {kind for path in root.rglob("*.py") for kind in reading.findall(path.read_text("utf-8"))}
    assert written == set(READINGS)
    for kind, path in READINGS.items():
        assert f'"{kind}"' in (root.parents[1] / path).read_text("utf-8"), kind


def test_who_acted_is_kept_by_reference_in_every_room() -> None:
    """A new column with an actor as plain text would keep a name permanently."""
    for model in apps.get_models():
        if model.__module__.startswith("pilar."):
            for field in model._meta.concrete_fields:
                if isinstance(field, CharField) and re.search(r"(_by|_by_name|^actor_name)$", field.name):
                    assert isinstance(field, SignatureField) or f"{model.__name__}.{field.name}" in TYPED, field


def test_a_name_is_read_by_its_reference_wherever_it_stands(team: Team) -> None:
    by = team.standing("coordinator")
    with transaction.atomic():
        audit.record(by=by.actor, action="x", target="tests.thing", key=2)
    (name,) = AuditEvent.objects.filter(target="tests.thing", key="2").values_list("actor_name", flat=True)
    assert (name, name.reference) == ("Siti", f"user:{team.coordinator}")
    assert AuditEvent.objects.filter(actor_name=Signature("", f"user:{team.coordinator}")).count() == 1
    User.objects.filter(pk=team.coordinator).update(name="Siti Aminah")
    (event,) = audit.events(target="tests.thing", key=2)
    assert event.actor == Actor("user", str(team.coordinator), "Siti Aminah")
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_name FROM platform_auditevent WHERE target = 'tests.thing'")
        assert cursor.fetchall() == [(f"user:{team.coordinator}",)]


class TestRetention:
    """What is due goes, what is not stays, to the second."""

    now = timezone.now()

    def days(self, kind: str) -> timedelta:
        kept = next(one for one in reference.register().kinds if one.code == kind).kept_for(self.now.date())
        assert kept is not None
        return timedelta(days=kept.days)

    def test_without_rows_nothing_runs_out(self, team: Team) -> None:
        AuditEvent.objects.create(actor_kind="system", actor_key="x", action="a", target="t", key="1",
                                  happened_at=self.now - timedelta(days=100_000))  # fmt: skip
        assert operations.apply_retention(by=SCHEDULE, now=self.now) == {"notices": 0, "receipts": 0, "audit": 0}

    def test_exactly_what_is_due_goes(self, team: Team) -> None:
        assert operations.load_retention(by=OPERATOR) == Retention.objects.count() > 0
        assert operations.load_retention(by=OPERATOR) == 0
        second = timedelta(seconds=1)
        for kind, action in (("audit", "rename"), ("audit-reading", "read")):
            for key, age in (("due", self.days(kind) + second), ("kept", self.days(kind) - second)):
                AuditEvent.objects.create(
                    actor_kind="system", actor_key="x", action=action, target=f"tests.{kind}", key=key,
                    happened_at=self.now - age,
                )  # fmt: skip
        for key, age in (
            ("due", self.days("notices") + second),
            ("kept", self.days("notices") - second),
            ("open", None),
        ):
            done = None if age is None else self.now - age
            Notice.objects.create(
                user_id=team.coordinator, kind="tests", subject=key, sentence="x", address="/", needs_action=True,
                created_at=self.now - timedelta(days=9_999), done_at=done,
            )  # fmt: skip
        for key, age in ((1, self.days("receipts") + second), (2, self.days("receipts") - second)):
            Receipt.objects.create(
                key=UUID(int=key), kind="visits", owner=7, sha256="0" * 64, given_at=self.now - age
            )  # fmt: skip
        before = AuditEvent.objects.count()

        operations.apply_retention(by=SCHEDULE, now=self.now)

        assert set(Notice.objects.filter(kind="tests").values_list("subject", flat=True)) == {"kept", "open"}
        assert [one.key.int for one in Receipt.objects.all()] == [2]
        assert set(AuditEvent.objects.filter(target__startswith="tests.").values_list("target", "key")) == {
            ("tests.audit", "kept"), ("tests.audit-reading", "kept"),
        }  # fmt: skip
        (event,) = audit.events(target="people.retention", key=self.now.date())
        assert (event.action, event.after) == ("forget", {"notices": 1, "receipts": 1, "audit": 2})
        assert AuditEvent.objects.count() == before - 2 + 1
        operations.apply_retention(by=SCHEDULE, now=self.now)
        assert AuditEvent.objects.count() == before - 1

    def test_a_time_to_come_counts_as_now(self, team: Team) -> None:
        operations.load_retention(by=OPERATOR)
        before = AuditEvent.objects.count()
        assert operations.apply_retention(by=SCHEDULE, now=timezone.now() + timedelta(days=999_99))["audit"] == 0
        assert AuditEvent.objects.count() == before

    def test_after_it_the_log_is_as_closed_as_before(self, team: Team) -> None:
        operations.load_retention(by=OPERATOR)
        operations.apply_retention(by=SCHEDULE, now=self.now)
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            connection.cursor().execute("DELETE FROM platform_auditevent")

    def test_nobody_else_applies_or_loads(self, team: Team) -> None:
        with pytest.raises(NotAllowed):
            operations.apply_retention(by=team.standing("coordinator"), now=LATER)
        with pytest.raises(NotAllowed):
            operations.load_retention(by=team.standing("coordinator"))


def test_jobs_that_hold_an_address_are_found_whatever_its_letters(team: Team) -> None:
    with transaction.atomic():
        assert jobs.forget("nobody@contoh.invalid") == 0


def test_a_message_that_waits_for_an_anonymised_person_is_never_sent(team: Team, person: int) -> None:
    for address in (EMAIL.upper(), "lain@contoh.invalid"):
        OutgoingMessage.objects.create(content={"to": [address], "body": "https://pilar.example/rahasia"})
    operations.anonymise(by=OPERATOR, user=person, now=LATER)
    assert [one.content["to"] for one in OutgoingMessage.objects.all()] == [["lain@contoh.invalid"]]


def test_a_person_who_changes_the_password_is_named_by_reference(team: Team, person: int) -> None:
    operations.password_changed(user=person, now=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT actor_name FROM platform_auditevent WHERE action = 'change-password'")
        assert cursor.fetchall() == [(f"user:{person}",)]


def test_the_register_is_public_and_complete(client: Client) -> None:
    register = reference.register()
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    for kind in register.kinds:
        assert set(kind.where) <= there, kind.code
    for address, language in (("/privasi/", "id"), ("/en/privasi/", "en")):
        page = client.get(address).content.decode()
        with translation.override(language):
            assert all(str(kind.title) in page for kind in register.kinds)
        assert page.count("days" if language == "en" else "hari") >= 5
    assert 'href="/privasi/"' in client.get("/privasi/").content.decode()
