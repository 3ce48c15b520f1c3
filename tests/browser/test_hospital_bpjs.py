"""The management looks at the line to BPJS and sends again what was not taken; the desk plans an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hospital.bpjs_line import BPJS, line, visit
from hospital.world import HERE, OWN, hospital
from people.team import account
from pilar.hospital import operations
from pilar.hospital.models import BpjsMessage, BpjsReading, Session
from pilar.hospital.rules.roles import Role
from pilar.people.rules import OPERATOR, SCHEDULE

MANAGER, DESK = "manajemen.bpjs@contoh.invalid", "loket.bpjs@contoh.invalid"
LINE, OPERATIONS = f"/rumah-sakit/kelola/{HERE}/bpjs/", f"/rumah-sakit/kelola/{HERE}/operasi/"


@pytest.fixture(autouse=True)
def demonstrated(
    chromium: object, committed: Callable[[], AbstractContextManager[None]], settings: Any, tmp_path: Path
) -> Iterator[None]:
    """Two bookings of tomorrow, of which BPJS takes one and not the other."""
    now = timezone.now()
    with line(settings, tmp_path) as other, committed():
        other.now = now
        operations.load_hospitals(by=OPERATOR, given=[hospital(HERE)], now=now)
        operations.open_sessions(by=SCHEDULE, now=now)
        account(MANAGER, Role.MANAGER, region=OWN, unit=HERE)
        account(DESK, Role.DESK, region=OWN, unit=HERE)
        session = Session.objects.filter(hospital=HERE, clinic__code="dalam", starts_at__gt=now).earliest("starts_at")
        for number, nik in enumerate(("3603010101900101", "")):
            person = operations.Person(f"Pasien {number}", nik=nik, card=f"000123456789{number}")
            patient = operations.register_patient(by=OPERATOR, hospital=HERE, person=person, now=now)
            asked = BPJS if nik else BPJS.__class__(BPJS.channel, BPJS.payer, BPJS.visit, "0001R0040116A000002")
            made = operations.book(by=OPERATOR, session=session.pk, patient=patient, asked=asked, key=uuid4(), now=now)
            visit(made.code, 3, 4, 5, since=now + timedelta(days=1))
        other.tell()
        BpjsMessage.objects.filter(hospital=HERE, step=30).update(received_at=now + timedelta(days=1, seconds=9))
        for clock, late in (("rs", 0), ("server", 75)):
            rows = [{"clinic": "Penyakit Dalam", "bookings": 2, "seconds": [0, 0, 600 + late, 540, 0, 0]}]
            BpjsReading.objects.create(hospital_id=HERE, day=now.date(), kind=clock, rows=rows, read_at=now)
        yield


@pytest.mark.thorough
def test_what_was_not_taken_is_seen_and_sent_again(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    manager, phone, desk = signed_in(MANAGER), signed_in(MANAGER, width=360), signed_in(DESK, width=360)
    manager.goto(LINE)
    accessible(manager)
    snap(manager, "hospital-bpjs")
    phone.goto(LINE)
    fits(phone)
    snap(phone, "hospital-bpjs-360")
    manager.get_by_role("button", name="Kirim ulang", exact=True).click()
    expect(manager.get_by_text("Akan dikirim ulang: 1")).to_be_visible()

    desk.goto(OPERATIONS)
    desk.get_by_label("Nomor rekam medis pasien").fill("1")
    desk.get_by_label("Tanggal").fill((timezone.now().date() + timedelta(days=3)).isoformat())
    desk.get_by_label("Tindakan operasi").fill("Appendektomi")
    desk.get_by_role("button", name="Jadwalkan").click()
    expect(desk.get_by_role("link", name="Appendektomi")).to_be_visible()
    fits(desk)
    accessible(desk)
    snap(desk, "hospital-operations-360")
