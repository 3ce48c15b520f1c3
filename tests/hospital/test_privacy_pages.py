"""What patients and the data protection officer do on pages."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from hospital.protecting import FACTS, REASON, broken, cancelled, client_of, record
from hospital.world import HERE, HOUR, MOTHER, NIK, NOW, THERE, World
from kit.neighbours import own
from pilar.hospital.models import Breach, BrokenGlass, Patient
from pilar.hospital.queries import privacy
from pilar.hospital.rules.privacy import (
    Purpose,
    masked,
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.mark.usefixtures("clock")
def test_a_patient_sees_decides_takes_along_and_erases(world: World) -> None:
    broken(world)
    privacy.glass(own(BrokenGlass).get().pk, scope=world.who("nurse"), now=NOW)
    cancelled(world)
    client = client_of(world, "daughter")
    assert record(world) in client.get(reverse("hospital:own-records")).content.decode()
    here = reverse("hospital:own-record", args=[world.patient])
    page = client.get(here).content.decode()
    assert (REASON in page, "NIK" in page, NIK in page) == (True, True, False)
    client.post(reverse("hospital:purpose", args=[world.patient, "satusehat"]), {"do": "agree"})
    assert privacy.agree_to({world.patient}, Purpose.SATUSEHAT) == {world.patient}
    client.post(reverse("hospital:purpose", args=[world.patient, "satusehat"]), {"do": "withdraw"})
    assert privacy.agree_to({world.patient}, Purpose.SATUSEHAT) == set()
    assert client.post(reverse("hospital:purpose", args=[world.patient, "marketing"]), {}).status_code == 404
    copied = client.get(reverse("hospital:copy", args=[world.patient]))
    assert (json.loads(copied.content)["person"]["name"], "no-store" in copied["Cache-Control"]) == (MOTHER.name, True)
    erase = reverse("hospital:erase", args=[world.patient])
    seen = re.search(r'name="checked" value="([0-9a-f]+)"', client.get(erase).content.decode())
    assert seen
    client.post(erase, {"checked": seen[1], "agreed": "on"})
    assert Patient.objects.get(pk=world.patient).person is None


@pytest.mark.usefixtures("clock")
def test_who_erases_is_led_to_where_a_booking_is_cancelled(world: World) -> None:
    world.book()
    for who, own_bookings in (("daughter", True), ("privacy", False)):
        page = client_of(world, who).get(reverse("hospital:erase", args=[world.patient])).content.decode()
        assert ("batalkan dulu" in page, "minta loket pendaftaran" in page) == (own_bookings, not own_bookings)


@pytest.mark.usefixtures("clock")
def test_the_record_of_another_is_not_found(world: World) -> None:
    key = broken(world)
    stranger = client_of(world, "stranger")
    for name in ("own-record", "copy", "erase"):
        assert stranger.get(reverse(f"hospital:{name}", args=[world.patient])).status_code == 404
    assert client_of(world, "elsewhere").get(reverse("hospital:emergency", args=[HERE])).status_code == 404
    assert client_of(world, "doctor").get(reverse("hospital:opened", args=[key])).status_code == 404
    for who in ("desk", "manager", "elsewhere"):
        for name, args in (("protection", [HERE]), ("new-breach", [HERE])):
            assert client_of(world, who).get(reverse(f"hospital:{name}", args=args)).status_code == 404
    assert client_of(world, "privacy").get(reverse("hospital:protection", args=[THERE])).status_code == 404


@pytest.mark.usefixtures("clock")
def test_from_the_emergency_to_what_was_found(world: World) -> None:
    nurse, officer = client_of(world, "nurse"), client_of(world, "privacy")
    ask = reverse("hospital:emergency", args=[HERE])
    assert nurse.post(ask, {"record": record(world), "reason": "perlu"}).status_code == 422
    opened = nurse.post(ask, {"record": record(world), "reason": REASON})
    page = nurse.get(opened["Location"]).content.decode()
    assert (MOTHER.name in page, masked(NIK) in page, NIK in page) == (True, True, False)
    here = reverse("hospital:protection", args=[HERE])
    assert REASON in officer.get(here).content.decode()
    key = own(BrokenGlass).get().pk
    assert officer.post(here, {"glass": key, "finding": ""}).status_code == 422
    assert officer.post(here, {"glass": key, "finding": "Tepat"}).status_code == 302
    looked = officer.post(here, {"do": "look", "record": record(world)}).content.decode()
    assert looked.count(REASON) == 2


@pytest.mark.usefixtures("clock")
def test_a_breach_from_its_report_to_its_letters(world: World) -> None:
    officer = client_of(world, "privacy")
    new = reverse("hospital:new-breach", args=[HERE])
    given = {name: value for name, value in FACTS.items() if name != "noticed_at"}
    sent = officer.post(new, {**given, "noticed_on": "02/03/2026", "noticed_time": "07:00", "version": 0})
    assert sent.status_code == 302, sent.content.decode()[:2000]
    row = own(Breach).get()
    assert row.noticed_at == NOW - HOUR
    assert "Laptop loket hilang" in officer.get(sent["Location"]).content.decode()
    pdf = officer.get(reverse("hospital:breach-pdf", args=[row.pk]))
    assert pdf.content[:5] == b"%PDF-"
    assert officer.get(reverse("hospital:breach-docx", args=[row.pk])).content[:2] == b"PK"
    told = reverse("hospital:breach-told", args=[row.pk])
    seen = re.search(r'name="checked" value="([0-9a-f]+)"', officer.get(told).content.decode())
    assert seen
    officer.post(told, {"checked": seen[1], "agreed": "on"})
    row.refresh_from_db()
    assert row.told_at == NOW
    assert client_of(world, "desk").get(reverse("hospital:breach-pdf", args=[row.pk])).status_code == 404
