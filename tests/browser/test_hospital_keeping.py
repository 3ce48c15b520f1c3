"""The management keeps its hospital: clinics, doctors, weekly sessions, days off, and sessions that are booked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hospital.world import OWN, hospital
from people.team import account
from pilar.hospital import operations
from pilar.hospital.models import Clinic, Doctor, Session
from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit
from pilar.hospital.rules.roles import Role
from pilar.people.rules import OPERATOR, SCHEDULE

CODE, MANAGER = "rsu-jadwal", "jadwal.uji@contoh.invalid"
AT_DESK = Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL)


@pytest.fixture
def booked(chromium: object, committed: Callable[[], AbstractContextManager[None]]) -> Session:
    """A session of the coming days that somebody has booked."""
    now = timezone.now()
    with committed():
        operations.load_hospitals(by=OPERATOR, given=[hospital(CODE)], now=now)
        operations.open_sessions(by=SCHEDULE, now=now)
        account(MANAGER, Role.MANAGER, region=OWN, unit=CODE)
        patient = operations.register_patient(by=OPERATOR, hospital=CODE, person=operations.Person("Pasien"), now=now)
        session = Session.objects.filter(hospital=CODE, clinic__code="dalam", starts_at__gt=now + timedelta(days=1))[0]
        operations.book(by=OPERATOR, session=session.pk, patient=patient, asked=AT_DESK, key=uuid4(), now=now)
    return session


@pytest.mark.thorough
def test_a_doctor_is_entered_and_takes_over_a_session_that_is_booked(
    booked: Session,
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    page, clinic = signed_in(MANAGER, width=360), Clinic.objects.get(hospital=CODE, code="dalam")

    def seen(name: str) -> None:
        accessible(page)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page)
            snap(page, f"hospital-{name}-{width}")

    page.goto(f"/rumah-sakit/jadwal/{CODE}/")
    seen("schedules")
    page.get_by_role("link", name="Poliklinik, dokter, ruang").click()
    seen("entries")
    page.get_by_role("link", name="Dokter baru").click()
    seen("entry")
    page.get_by_label("Nama", exact=True).fill("dr. Pengganti")
    page.get_by_label("Nomor HFIS (BPJS)").fill("900777")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Tersimpan: dr. Pengganti")).to_be_visible()
    page.goto(f"/rumah-sakit/poli/{clinic.pk}/")
    seen("clinic")

    page.goto(f"/rumah-sakit/sesi/{booked.pk}/")
    seen("session")
    page.get_by_label("Dokter", exact=True).select_option("dr. Pengganti")
    page.get_by_role("button", name="Ubah").click()
    seen("change")
    page.get_by_role("button", name="Ubah dan beri tahu").click()
    expect(page.get_by_text("1 pasien diberi tahu")).to_be_visible()
    booked.refresh_from_db()
    assert booked.doctor == Doctor.objects.get(name="dr. Pengganti")

    page.goto(f"/rumah-sakit/jadwal/{CODE}/")
    page.get_by_label("Hari pertama").fill(booked.day.isoformat())
    page.get_by_label("Hari terakhir").fill(booked.day.isoformat())
    page.get_by_label("Alasan").fill("Cuti bersama")
    page.get_by_role("button", name="Simpan").click()
    seen("days-off")
    page.get_by_role("link", name="Batalkan dan beri waktu lain").click()
    seen("cancel-days-off")
    page.get_by_label("Alasan").fill("Cuti bersama")
    page.get_by_label("Saya sudah memeriksanya").check()
    page.get_by_role("button", name="Batalkan semuanya").click()
    expect(page.get_by_text("Tidak ada lagi sesi pada hari libur")).to_be_visible()
