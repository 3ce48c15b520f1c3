from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import structlog
from django.db import DatabaseError, IntegrityError, connection, transaction

from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.models import AuditEvent
from pilar.platform.transactions import OutsideTransaction

SOMEBODY = Actor("user", "7", "Siti")


def note(**changes: object) -> None:
    audit.record(**{"by": SOMEBODY, "action": "rename", "target": "areas.office", "key": 3} | changes)


@pytest.mark.django_db
def test_an_event_keeps_who_when_what_and_the_values() -> None:
    with structlog.contextvars.bound_contextvars(reference="abc12345"):
        note(area="36.03", before={"share": Decimal("0.1"), "day": date(2026, 1, 2)}, after={"share": None})
    (event,) = audit.events(target="areas.office", key="3")
    assert (event.actor, event.action, event.key, event.area) == (SOMEBODY, "rename", "3", "36.03")
    assert event.before == {"share": "0.1", "day": "2026-01-02"}
    assert event.after == {"share": None}
    assert event.reference == "abc12345"
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp() - %s < interval '1 minute'", [event.happened_at])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_events_are_of_one_target_newest_first_and_limited() -> None:
    for action in ("add", "rename", "close"):
        note(action=action)
    note(key=4)
    note(target="people.account")
    assert [event.action for event in audit.events(target="areas.office", key=3)] == ["close", "rename", "add"]
    assert [event.action for event in audit.events(target="areas.office", key=3, limit=1)] == ["close"]


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction, match=r"audit\.record"):
        note()
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE platform_auditevent SET actor_name = 'Budi'",
        "DELETE FROM platform_auditevent",
        "TRUNCATE platform_auditevent",
    ],
)
def test_the_database_refuses_to_change_or_lose_events(statement: str) -> None:
    note()
    with pytest.raises(DatabaseError, match=r"Cannot (update|delete|truncate)"), transaction.atomic():
        connection.cursor().execute(statement)
    assert len(audit.events(target="areas.office", key=3)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"by": Actor("anonymous", "x", "")}, "audit_actor_known"),
        ({"by": Actor("user", "", "")}, "audit_event_complete"),
        ({"action": ""}, "audit_event_complete"),
        ({"target": ""}, "audit_event_complete"),
        ({"key": ""}, "audit_event_complete"),
    ],
)
def test_the_database_refuses_an_event_of_nobody_or_about_nothing(changes: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        note(**changes)
