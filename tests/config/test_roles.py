"""The role that serves: connected to as it is, it does the ordinary work and changes nothing that must stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.utils import timezone

import pilar
from areas.places import PLACES, load
from evidence.cast import Cast
from people.team import NOW, make_team
from pilar.areas import operations as areas
from pilar.config import production, roles
from pilar.config.roles import OneRole, RoleMissing
from pilar.evidence import operations as evidence
from pilar.evidence.models import Revision, Verification
from pilar.evidence.operations import Link
from pilar.evidence.rules import ScanState
from pilar.people import operations
from pilar.people.rules import OPERATOR, SCHEDULE, Role
from pilar.platform import jobs
from pilar.platform.models import AuditEvent
from pilar.platform.triggers import kept_tables
from pilar.villagefinance import operations as books
from pilar.villagefinance.queries.positions import differences
from villagefinance.world import NOW as BOOKED
from villagefinance.world import make_world

ROLE, PASSWORD = "pilar_test_serving", "kata-sandi-uji"
ADDED_ONLY = {
    "areas_regionfigure",
    "evaluation_approval", "evaluation_instrument", "evaluation_objectionevidence", "evaluation_phasemove",
    "evaluation_publication",
    "evaluation_snapshot", "evaluation_snapshotresult", "evidence_evidence", "evidence_revision",
    "evidence_scanverdict", "evidence_verification", "hospital_bookingevent", "hospital_forecastweek",
    "hospital_policyversion", "hospital_prediction", "hospital_replan", "hospital_task", "masterplan_content",
    "masterplan_decision",
    "masterplan_report", "masterplan_reportevidence", "measures_mappedfile", "measures_mappedvalue",
    "measures_sourcemapping", "measures_value", "permits_caseevent",
    "permits_merchantcode", "permits_permitevent", "platform_auditevent",
    "platform_documentnumber", "platform_sealentry", "platform_sealhead",
    "surveys_datechange", "surveys_form", "surveys_measured", "surveys_response",
    "villagefinance_auditsample", "villagefinance_bankrow",
    "villagefinance_bankstatement", "villagefinance_sampledentry",
    "villagefinance_activityexecutor", "villagefinance_budgetline", "villagefinance_budgetstep",
    "villagefinance_carriedline", "villagefinance_ceiling", "villagefinance_correction",
    "villagefinance_entry", "villagefinance_line", "villagefinance_period", "villagefinance_proof",
    "villagefinance_reportstep", "villagefinance_standardprice", "villagefinance_requestentry",
    "villagefinance_sealedbook",
}  # fmt: skip


@pytest.fixture
def serving(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection of the serving role, and Django's own as that role too."""
    load(PLACES)
    roles.make(ROLE, PASSWORD)
    roles.grant(ROLE)
    roles.grant(ROLE)  # the same once more: nothing is refused and nothing is added
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"USER": ROLE, "PASSWORD": PASSWORD, "CONN_MAX_AGE": 0}
    given = connection.get_connection_params()
    with psycopg.connect(
        host=given["host"], dbname=given["dbname"], user=ROLE, password=PASSWORD, port=given.get("port")
    ) as own:
        yield own
    connection.close()
    connection.settings_dict.update(usual)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")
        cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def test_no_history_can_be_changed_even_with_the_triggers_switched_off(serving: psycopg.Connection) -> None:
    found = dict(kept_tables())
    assert {table for table, refused in found.items() if {"UPDATE", "DELETE"} <= {*refused}} == ADDED_ONLY
    assert {"masterplan_plan", "measures_measure", "surveys_survey"} < set(found)
    with serving.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname::text) FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
        (every,) = cursor.fetchone() or ([],)
        for table, refused in found.items():
            cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1", [table])
            (column,) = cursor.fetchone() or ("",)
            said = {
                "UPDATE": f'UPDATE {table} SET "{column}" = "{column}"',
                "DELETE": f"DELETE FROM {table}",
                "TRUNCATE": f"TRUNCATE {table} CASCADE",
            }
            for one in refused:
                cursor.execute("SELECT set_config('pgtrigger.ignore', %s, false)", ["{" + ",".join(every) + "}"])
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    cursor.execute(said[one])
                serving.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (a int)", "DROP TABLE platform_auditevent", "ALTER TABLE people_user ADD COLUMN a int",
        "ALTER TABLE platform_auditevent DISABLE TRIGGER ALL", "DROP TRIGGER x ON platform_auditevent",
        "CREATE FUNCTION mine() RETURNS int AS 'SELECT 1' LANGUAGE sql",
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS 'SELECT true'"
        " LANGUAGE sql",
        "SET session_replication_role = 'replica'", "DELETE FROM django_migrations",
    ],
)  # fmt: skip
def test_the_serving_role_changes_no_form(serving: psycopg.Connection, statement: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)):
        serving.execute(statement)


def test_a_trigger_that_guards_some_rows_cannot_be_ignored_either(serving: psycopg.Connection) -> None:
    with serving.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{any}', false), _pgtrigger_should_ignore('any')")
        assert cursor.fetchone() == ("{any}", False)


def test_operations_and_jobs_do_their_work_as_the_serving_role(
    serving: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    now = timezone.now()
    office = areas.add_office(by=OPERATOR, region="36.03", name="Dinas Komunikasi dan Informatika")
    key = operations.create_account(
        by=OPERATOR, email="siti@contoh.invalid", name="Siti", role=Role.CONTRIBUTOR, office=office, now=now
    )
    operations.set_active(by=OPERATOR, user=key, active=False, now=now)
    operations.set_active(by=OPERATOR, user=key, active=True, now=now)
    jobs.run_worker(once=True)
    assert [one.to for one in mail.outbox] == [["siti@contoh.invalid"]]
    assert AuditEvent.objects.filter(target="people.account", key=key).count() == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT count(*) FROM procrastinate_jobs)")
        assert cursor.fetchone() == (ROLE, 0)
    production._warn_of_one_role()
    assert capsys.readouterr().err == ""


def test_evidence_is_added_scanned_and_verified_as_the_serving_role(serving: psycopg.Connection) -> None:
    cast = Cast(make_team())
    piece = cast.add()
    evidence.add_revision(by=cast.who("contributor"), evidence=piece, content=Link("https://contoh.invalid/"), now=NOW)
    file = Revision.objects.get(evidence=piece, number=1)
    evidence.record_scan(by=SCHEDULE, revision=file.pk, state=ScanState.CLEAN, now=NOW)
    evidence.verify(by=cast.who("verifier"), evidence=piece, number=2, now=NOW)
    assert Verification.objects.get().outcome == "verified"
    operations.anonymise(by=OPERATOR, user=cast.keys["verifier"], now=NOW)
    assert operations.apply_retention(by=SCHEDULE, now=NOW) == {"notices": 0, "receipts": 0, "audit": 0}


def test_no_lock_on_a_row_asks_for_a_privilege_that_the_serving_role_lacks() -> None:
    """PostgreSQL lets nobody lock a row who may not change it."""
    closed = {table for table, refused in kept_tables() if "UPDATE" in refused}
    models = [model for model in apps.get_models() if model._meta.db_table in closed]
    for path in Path(pilar.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        locked = set(re.findall(r"(\w+)\.objects\.select_for_update\(|(?:hold|held|locked)\(\s*(\w+)\.objects", text))
        locked = {name for names in locked for name in names}
        known = {model.__name__ for model in models if f"pilar.{model._meta.app_label}.models" in text}
        assert not locked & known, path
        for line in text.splitlines():
            if "select_for_update(" in line and "select_related(" in line:
                assert "of=(" in line, f"{path}: {line}"


@pytest.mark.django_db
def test_who_serves_as_owner_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    production._warn_of_one_role()
    assert "PILAR_OWNER_URL" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_role_that_is_not_there_is_named() -> None:
    with pytest.raises(RoleMissing, match="nobody_of_this_name"):
        roles.grant("nobody_of_this_name")


def test_the_role_is_the_user_of_the_serving_address() -> None:
    serves = {"DATABASE_URL": "postgres://web:x@host/pilar"}
    assert roles.serving_role(serves) is None
    assert roles.serving_role(serves | {"PILAR_OWNER_URL": "postgres://own:y@host/pilar"}) == "web"
    with pytest.raises(OneRole, match="web"):
        roles.serving_role(serves | {"PILAR_OWNER_URL": "postgres://web:x@host/pilar"})


def test_villages_keep_their_books_as_the_serving_role(serving: psycopg.Connection) -> None:
    """And nothing is written past the rules: not into the part of a year, not into what is computed."""
    world = make_world()
    world.receive(500)
    world.pay(100)
    books.seal_books(by=SCHEDULE, now=BOOKED)
    assert books.make_years(by=SCHEDULE, now=BOOKED.replace(year=2040)) == 4
    assert [*differences(world.village)] == []
    for statement, refused in (
        (
            "INSERT INTO villagefinance_years.line_2025 SELECT * FROM villagefinance_line",
            "permission denied for schema",
        ),
        ("DELETE FROM villagefinance_years.entry_2025", "permission denied for schema"),
        ("UPDATE villagefinance_line SET amount = 1", "permission denied for table"),
        ("DELETE FROM villagefinance_entry", "permission denied for table"),
        ("TRUNCATE villagefinance_entry CASCADE", "permission denied for table"),
        ("UPDATE villagefinance_cashposition SET moved = 1", "Cannot insert or update or delete"),
        ("DELETE FROM villagefinance_budgetposition", "Cannot insert or update or delete"),
        ("UPDATE villagefinance_book SET entries = 0", "Cannot update"),
    ):
        serving.execute("SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, false) FROM pg_trigger")
        with pytest.raises(psycopg.Error, match=refused):
            serving.execute(statement)
        serving.rollback()
