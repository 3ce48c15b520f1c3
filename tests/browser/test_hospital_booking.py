"""A daughter books for her mother by phone and moves it; the desk checks in, the nurse calls, the doctor books the
next visit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.conftest import SESSION, Committed
from people.citizens import entered
from pilar.areas.reference import local
from pilar.hospital.models import Booking, Clinic, Doctor, PolicyVersion, Room, Session
from pilar.hospital.rules.queue import SECOND_CLICK
from pilar.people.models import PublicAccount
from pilar.people.operations import declare_proxy
from pilar.people.queries.public import actor_of
from pilar.people.rules import Standing

HOSPITAL, CLINIC = "rsu-tangerang", "jantung"


def session_at(starts: datetime, doctor: Doctor) -> int:
    """A session of three hours and twelve places, of which all channels may take all."""
    clinic = Clinic.objects.get(hospital=HOSPITAL, code=CLINIC)
    return Session.objects.create(
        hospital_id=HOSPITAL, clinic=clinic, doctor=doctor, room=Room.objects.filter(hospital=HOSPITAL)[0],
        policy=PolicyVersion.objects.filter(clinic=clinic).latest("number"), day=local(starts, "36.03").date(),
        starts_at=starts, ends_at=starts + timedelta(hours=3), capacity=12, reserved=[0] * 4, taken_by=[0] * 4,
        places=[starts + timedelta(minutes=13 * number) for number in range(12)], release_at=[starts] * 4,
    ).pk  # fmt: skip


def press(page: Page, name: str) -> None:
    """Press a button and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_from_the_booking_to_the_control_visit(
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    site: LiveServer,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
) -> None:
    now = timezone.now()
    with committed():
        doctor = Doctor.objects.create(hospital_id=HOSPITAL, name="dr. Contoh Uji")
        today, later, control = (
            session_at(now + ahead, doctor) for ahead in (timedelta(minutes=10), timedelta(days=2), timedelta(days=28))
        )
        client = entered(Client(), "rina@contoh.invalid", "Rina")
        by = Standing(actor_of(PublicAccount.objects.latest("pk").pk))
        declare_proxy(by=by, name="Aminah", reason="Ibu saya", purpose="hospital",
                      valid_until=(now + timedelta(days=90)).date(), now=now)  # fmt: skip

    def looked_at(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, f"hospital-{name}-360")

    phone = open_page(width=360)
    phone.context.add_cookies([{"name": SESSION, "value": client.cookies[SESSION].value, "url": site.url}])
    phone.goto("/rumah-sakit/")
    looked_at(phone, "hospitals")
    phone.get_by_role("link", name="RSU Kabupaten Tangerang").click()
    looked_at(phone, "clinics")
    phone.get_by_role("link", name="Jantung dan Pembuluh Darah").click()
    looked_at(phone, "sessions")
    phone.locator(f"a[href$='/pesan/{later}/']").click()
    looked_at(phone, "whom")
    phone.get_by_role("link", name="Aminah").click()
    phone.get_by_label("NIK", exact=False).first.fill("3603014501500077")
    phone.get_by_label("Tanggal lahir").fill("1950-01-05")
    looked_at(phone, "person")
    phone.get_by_role("button", name="Lanjut").click()
    phone.get_by_label("BPJS Kesehatan (JKN)").check()
    phone.get_by_label("Kunjungan pertama", exact=False).check()
    phone.get_by_label("Nomor rujukan", exact=False).fill("1001R0010126K000077")
    looked_at(phone, "check")
    phone.get_by_role("button", name="Daftar", exact=True).click()
    expect(phone.get_by_role("heading", name="E-001")).to_be_visible()
    looked_at(phone, "booked")

    phone.get_by_role("link", name="Pindahkan").click()
    looked_at(phone, "move")
    phone.locator(f"a[href$='/pindah/{today}/']").click()
    phone.get_by_role("button", name="Pindahkan").click()
    expect(phone.get_by_text("Sudah dipindahkan")).to_be_visible()
    with committed():
        code = Booking.objects.get(session=today).code
    phone.locator(f"a[href$='/{code}/slip/']").click()
    looked_at(phone, "slip")

    desk = signed_in("loket.rs@contoh.invalid", width=360)
    desk.goto(f"/rumah-sakit/loket/{HOSPITAL}/")
    looked_at(desk, "desk")
    desk.get_by_label("Nomor rekam medis", exact=False).fill(code)
    press(desk, "Cari")
    looked_at(desk, "visit")
    for button in ("Lapor datang", "Mulai pendaftaran"):
        press(desk, button)
    desk.wait_for_timeout(SECOND_CLICK / timedelta(milliseconds=1) + 500)
    press(desk, "Selesai didaftarkan")

    nurse = signed_in("perawat.rs@contoh.invalid", width=360)
    nurse.goto(f"/rumah-sakit/kerja/sesi/{today}/")
    looked_at(nurse, "queue")
    press(nurse, "Panggil berikutnya")
    looked_at(nurse, "calling")
    phone.goto(f"/rumah-sakit/antrean/{code}/")
    expect(phone.get_by_text("Dipanggil", exact=True).first).to_be_visible()
    looked_at(phone, "called")

    seen = signed_in("dokter.rs@contoh.invalid", width=360)
    seen.goto(f"/rumah-sakit/kerja/kunjungan/{code}/")
    for button in ("Mulai pemeriksaan", "Selesaikan pemeriksaan"):
        press(seen, button)
    seen.goto(f"/rumah-sakit/kerja/kunjungan/{code}/kontrol/")
    looked_at(seen, "control")
    seen.get_by_role("radio").first.check()
    press(seen, "Pesan kunjungan ini")
    expect(seen).to_have_url(re.compile(rf"/kunjungan/{code}/$"))
    with committed():
        assert Booking.objects.filter(session=control, visit="3", channel="desk").count() == 1
    phone.goto("/rumah-sakit/saya/")
    expect(phone.get_by_text("Aminah").first).to_be_visible()
    looked_at(phone, "own")
