"""Between check-in and doctor: vital signs, complaint and priority; who sees them, and when they end."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hospital.protecting import client_of
from hospital.test_day import at, come
from hospital.world import NOW, World
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Triage
from pilar.hospital.queries import privacy
from pilar.hospital.queries.records import readings
from pilar.hospital.rules.booking import Priority, WrongState
from pilar.hospital.rules.queue import Reason
from pilar.hospital.rules.triage import faults
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody who has checked in."""
    (code,) = come(world, 1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(world))
    return code


def ask(world: World, code: str, who: str = "nurse", priority: Priority = Priority.NONE, **signs: str) -> None:
    do.triage(by=world.who(who), booking=code, signs=signs, priority=priority, now=at(world))


def test_the_nurse_asks_and_the_doctor_sees(world: World, here: str) -> None:
    nurse, doctor = client_of(world, "nurse"), client_of(world, "doctor")
    row = Booking.objects.get(code=here)
    queue, form = reverse("hospital:session", args=[row.session_id]), reverse("hospital:triage", args=[here])
    assert form in nurse.get(queue).content.decode()
    assert "belum ditanya" in nurse.get(queue).content.decode()
    assert nurse.post(form, {"priority": ""}).status_code == 422
    assert nurse.post(form, {"priority": "", "temperature": "98"}).status_code == 422
    sent = {"priority": "disabled", "systolic": "150", "diastolic": "95", "temperature": "37,5", "complaint": "Pusing"}
    for _twice in range(2):
        assert nurse.post(form, sent)["Location"] == queue
    assert "belum ditanya" not in nurse.get(queue).content.decode()
    page = doctor.get(reverse("hospital:visit", args=[here])).content.decode()
    for said in ("Pusing", "150", "95", "37,5", "Penyandang disabilitas"):
        assert said in page, said
    assert 'value="37,5"' in nurse.get(form).content.decode()
    (kept,) = Triage.objects.filter(booking=row)
    assert "Pusing" not in str(kept.signs)
    assert [one.field_names for one in readings(row.patient_id) if one.fields == ("signs",)][:1] == ["Tanda vital"]
    for who in ("pharmacy", "desk"):
        assert "Pusing" not in client_of(world, who).get(reverse("hospital:visit", args=[here])).content.decode()
        assert client_of(world, who).get(form).status_code == 404


def test_only_who_keeps_the_queue_asks_and_before_the_doctor(world: World, here: str) -> None:
    for who, refused in (("desk", NotAllowed), ("pharmacy", NotAllowed), ("elsewhere", NotFound), ("public", NotFound)):
        with pytest.raises(refused):
            ask(world, here, who, pulse="80")
    do.call_next(by=world.who("nurse"), session=Booking.objects.get(code=here).session_id, now=at(world))
    ask(world, here, pulse="80")
    do.start(by=world.who("doctor"), booking=here, now=at(world))
    with pytest.raises(WrongState):
        ask(world, here, pulse="81")


def test_what_cannot_be_is_a_slip_of_the_pen(world: World, here: str) -> None:
    for wrong in ({}, {"pulse": "800"}, {"temperature": "3"}):
        with pytest.raises(Faults):
            ask(world, here, **wrong)
    assert faults({"complaint": "Batuk"}) == ()


def test_it_ends_with_the_visit_record(world: World, here: str) -> None:
    ask(world, here, pulse="80")
    row = Booking.objects.get(code=here)
    for who, signs, told in (("desk", None, 0), ("privacy", {"pulse": "80"}, 1)):
        found = privacy.copy(row.patient_id, scope=world.who(who), now=NOW)
        assert found["bookings"][0]["signs"] == signs
        assert [(one.reason, one.fields) for one in readings(row.patient_id)].count(("copy", ("signs",))) == told
    do.leave(by=world.who("nurse"), booking=here, reason=Reason.LEFT, now=at(world))
    do.end_session(by=world.who("nurse"), session=row.session_id, now=at(world))
    do.erase_bookings(by=world.who("privacy"), patient=row.patient_id, now=at(world))
    assert Triage.objects.get(booking=row).signs is None
