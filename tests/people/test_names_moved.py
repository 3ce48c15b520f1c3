"""Names that were stored as text before they were stored by reference."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from people.team import LATER, NOW, Team, account
from pilar.people import operations
from pilar.people.models import Notice, User
from pilar.people.rules import OPERATOR, Role
from pilar.platform.models import AuditEvent
from pilar.platform.names import sign


def test_names_that_stood_as_text_are_moved(team: Team) -> None:
    """What the migrations do with rows that were written before: also where no row may change."""
    people = import_module("pilar.people.migrations.0003_names_by_reference")
    platform = import_module("pilar.platform.migrations.0003_names_by_reference")
    account("budi@lain.invalid", Role.ASSESSOR)
    for subject, name in (("a", "Siti"), ("b", "Budi"), ("c", "Console"), ("d", "")):
        Notice.objects.create(
            user_id=team.assessor, kind="tests", subject=subject, sentence="x", address="/", needs_action=True,
            created_at=NOW, done_at=LATER, done_by=name,
        )  # fmt: skip
    kept = {"actor_kind": "user", "actor_key": str(team.coordinator), "actor_name": "Siti"}
    AuditEvent.objects.create(
        **kept, action="create", target="people.account", key="moved", after={"email": "x@y.id", "name": "X"}
    )
    AuditEvent.objects.create(
        **kept, action="record", target="evaluation.meeting", key="moved", before={"notes": ""},
        after={"notes": "Lancar", "attendance": [["Ani", "Bappeda"], ["Ira", ""]]},
    )  # fmt: skip
    editor = SimpleNamespace(connection=connection)
    with connection.cursor() as cursor:
        cursor.execute(people.NAMES.strip().split(";")[2])
    sign("people_notice", "done_by")(None, editor)
    platform.sign_audit(None, editor)

    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, done_by FROM people_notice WHERE kind = 'tests' ORDER BY subject")
        (_a, siti), (_b, budi), *others = cursor.fetchall()
        cursor.execute("SELECT DISTINCT actor_name FROM platform_auditevent WHERE actor_kind = 'user'")
        assert cursor.fetchall() == [(f"user:{team.coordinator}",)]
    assert (siti, budi[:5], others) == (f"user:{team.coordinator}", "name:", [("c", "Console"), ("d", "")])
    read = Notice.objects.filter(kind="tests").order_by("subject")
    assert [row.done_by for row in read] == ["Siti", "Budi", "Console", ""]
    created, recorded = (AuditEvent.objects.filter(key="moved", target=one).get() for one in (
        "people.account", "evaluation.meeting"
    ))  # fmt: skip
    assert (created.after, recorded.after["attendance"], recorded.before) == ({}, 2, {"notes": ""})

    for user in User.objects.filter(name="Budi"):
        operations.anonymise(by=OPERATOR, user=user.pk, now=LATER)
    assert "Budi" not in {row.done_by for row in read.all()}
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute("UPDATE platform_auditevent SET actor_name = ''")
