"""A nurse opens a record in an emergency, the data protection officer looks at it, and the patient sees both."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.conftest import SESSION
from hospital.world import HERE, MOTHER, OWN, hospital
from people.citizens import citizen
from people.team import account
from pilar.hospital import operations
from pilar.hospital.models import Patient
from pilar.hospital.rules.roles import Role
from pilar.people.rules import OPERATOR
from pilar.people.signin import CITIZEN

NURSE, OFFICER = "perawat.darurat@contoh.invalid", "pdp.darurat@contoh.invalid"
PATIENT = replace(MOTHER, name="Siti Rohani", nik="3603014501500055", card="0001234567855")
"""Somebody who is registered by no other test of the site."""
REASON = "Pasien tidak sadar di IGD, perlu tahu alergi"


@pytest.fixture
def patient(chromium: object, committed: Callable[[], AbstractContextManager[None]]) -> tuple[str, str]:
    """The record number of a patient, and the key of one of their sessions."""
    now = timezone.now()
    with committed():
        operations.load_hospitals(by=OPERATOR, given=[hospital(HERE)], now=now)
        account(NURSE, Role.NURSE, region=OWN, unit=HERE)
        account(OFFICER, Role.PRIVACY, region=OWN, unit=HERE)
        who = citizen("pasien.rs@contoh.invalid", now=now)
        key = operations.register_patient(by=who, hospital=HERE, person=PATIENT, account=who.citizen, now=now)
        session = SessionStore()
        session[CITIZEN] = [who.citizen, 0]
        session.create()
        return Patient.objects.get(pk=key).record, str(session.session_key)


@pytest.mark.thorough
def test_from_the_emergency_to_the_list_of_the_patient(
    patient: tuple[str, str],
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    record, session = patient
    nurse, officer, owner = signed_in(NURSE, width=360), signed_in(OFFICER), open_page(width=360)

    def looked_at(page: Page, name: str) -> None:
        accessible(page)
        fits(page)
        snap(page, name)

    nurse.goto(f"/rumah-sakit/{HERE}/darurat/")
    looked_at(nurse, "hospital-emergency-360")
    nurse.get_by_label("Nomor rekam medis").fill(record)
    nurse.get_by_label("Mengapa rekam ini diperlukan sekarang").fill(REASON)
    nurse.get_by_role("button", name="Buka rekam").click()
    expect(nurse.get_by_text(PATIENT.name)).to_be_visible()
    looked_at(nurse, "hospital-opened-360")

    officer.goto(f"/rumah-sakit/{HERE}/pelindungan-data/")
    looked_at(officer, "hospital-protection")
    officer.get_by_label("Hasil pemeriksaan").fill("Tepat: pasien memang tidak sadar")
    officer.get_by_role("button", name="Simpan").click()
    expect(officer.get_by_text("Tepat: pasien memang tidak sadar")).to_be_visible()
    officer.get_by_role("link", name="Laporkan kebocoran").click()
    for label in (
        "Kapan dan bagaimana terjadi",
        "Data pribadi apa, milik siapa",
        "Akibat yang mungkin timbul",
        "Penanganan",
    ):
        officer.get_by_label(label).fill("Laptop loket hilang")
    officer.get_by_label("Narahubung").fill("pdp@contoh.invalid")
    looked_at(officer, "hospital-breach-form")
    officer.get_by_role("button", name="Simpan laporan").click()
    expect(officer.get_by_text("Laporan disimpan")).to_be_visible()
    looked_at(officer, "hospital-breach")

    owner.goto("/")
    owner.context.add_cookies([{"name": SESSION, "value": session, "url": owner.url}])
    owner.goto("/rumah-sakit/saya/data/")
    looked_at(owner, "hospital-records-360")
    owner.get_by_role("link", name="RSU").click()
    expect(owner.get_by_text(REASON)).to_be_visible()
    looked_at(owner, "hospital-record-360")
    owner.get_by_role("button", name="Setuju Pengingat kunjungan").click()
    expect(owner.get_by_text("Keputusan Anda disimpan")).to_be_visible()
    owner.goto(f"/en{urlsplit(owner.url).path}")
    looked_at(owner, "hospital-record-english-360")
