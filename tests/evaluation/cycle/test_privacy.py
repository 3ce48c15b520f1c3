"""Who was at interviews: who reads it, how long it is kept, and that the cycle keeps no actor's name as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.urls import reverse

from evaluation.cycle.plan import ask_for_figures
from evaluation.cycle.planted import MINUTES, PRESENT, Planted, plant
from evaluation.cycle.world import World
from people.readings import readings
from people.test_privacy import found_in_tables
from pilar.evaluation.models import Attendance, Meeting
from pilar.evaluation.operations import forget_attendance, record_meeting
from pilar.evaluation.rules.meetings import Attendee
from pilar.people import operations, reference
from pilar.people.models import User
from pilar.people.rules import OPERATOR, SCHEDULE, Role
from pilar.platform import audit

pytestmark = pytest.mark.django_db


def test_reading_who_was_there_leaves_one_record_a_page(planted: Planted) -> None:
    world, held = planted.world, planted.key("held")
    client, key = Client(), str(planted.key("marked"))
    client.force_login(world.user("chair"))
    record = (str(world.key("chair")), key, 1)
    assert client.get(reverse("evaluation:meeting", args=[held])).status_code == 200
    assert readings("evaluation.attendance") == [record]
    assert client.get(f"/api/v1/assessments/{key}/meetings").status_code == 200
    assert readings("evaluation.attendance") == [record] * 2
    assert client.get(reverse("evaluation:meeting", args=[planted.key("meeting")])).status_code == 200
    assert len(readings("evaluation.attendance")) == 2  # nobody was there yet
    client.force_login(world.user("assessor4"))
    assert client.get(reverse("evaluation:meeting", args=[held])).status_code == 404
    assert len(readings("evaluation.attendance")) == 2


def test_the_audit_log_counts_who_was_there_and_names_nobody(planted: Planted) -> None:
    record_meeting(
        by=planted.world.who("chair"), meeting=planted.key("held"), notes="Lancar", seen_version=1,
        attendance=[Attendee("Sukarnobi", "Bappeda"), Attendee("Budi", "")], now=datetime(2026, 3, 10, tzinfo=UTC),
    )  # fmt: skip
    (event,) = audit.events(target="evaluation.meeting", key=planted.key("held"))
    assert (event.before["attendance"], event.after["attendance"]) == (1, 2)
    assert found_in_tables("sukarnobi") == {"evaluation_attendance.name"}


def test_lists_go_once_their_days_are_over_and_what_was_said_stays(planted: Planted) -> None:
    (kept,) = next(one for one in reference.register().kinds if one.code == "attendance").retention
    now = datetime(2033, 1, 1, 19, 50, tzinfo=UTC)
    rows = Meeting.objects.filter(pk=planted.key("held"))
    second = timedelta(seconds=1)
    due = now - timedelta(days=kept.days)

    rows.update(starts_at=due - timedelta(hours=1), ends_at=due - second)
    forget_attendance(by=SCHEDULE, now=now)
    assert Attendance.objects.get(meeting=planted.key("held")).name == PRESENT  # no row says how long: nothing runs out
    operations.load_retention(by=OPERATOR)
    rows.update(ends_at=due + second)
    forget_attendance(by=SCHEDULE, now=now)
    assert Attendance.objects.get(meeting=planted.key("held")).name == PRESENT
    rows.update(ends_at=due - second)
    forget_attendance(by=SCHEDULE, now=now)
    assert not Attendance.objects.filter(meeting=planted.key("held")).exists()
    assert rows.get().notes == MINUTES
    # The neighbour's meeting was long ago: its list went in the night before this one's.
    told = [event.after for event in audit.events(target="people.retention", key=now.date())]
    assert told == [{"attendance": 1}, {"attendance": 1}]


def test_the_cycle_keeps_no_name_of_who_acted_as_text(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.update(name=Concat(Value("Sukarnobi "), Cast(F("pk"), User._meta.get_field("name"))))
    ask_for_figures(monkeypatch, "policy")
    plant(world)
    assert found_in_tables("sukarnobi") == {"people_user.name", "platform_personname.name"}
    operations.create_account(
        by=OPERATOR, email="lain@contoh.invalid", name="Lain", role=Role.SECRETARIAT, now=datetime.now(UTC)
    )
    with transaction.atomic():
        for user in User.objects.filter(name__startswith="Sukarnobi"):
            operations.anonymise(by=OPERATOR, user=user.pk, now=datetime.now(UTC))
    assert found_in_tables("sukarnobi") == set()
