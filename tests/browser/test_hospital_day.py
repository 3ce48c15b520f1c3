"""A day of a clinic: the desk checks in, the nurse calls, the doctor sees and comes later; board and phone follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hospital.test_day import DESK
from hospital.world import away_from_midnight, hospital
from people.team import account
from pilar.areas.reference import local, midnight_in, today_in
from pilar.hospital import operations
from pilar.hospital.models import Session
from pilar.hospital.rules.roles import Role
from pilar.people.models import User
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR, SCHEDULE

CODE = "rsu-hari"
ROLES = {"desk": Role.DESK, "nurse": Role.NURSE, "doctor": Role.DOCTOR}
PATIENTS = ("Siti Aminah", "Rahmat Hidayat", "Dewi Lestari", "Budi Santoso")
MINUTE = timedelta(minutes=1)
VOICE = """
window.told = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: { speak: (one) => told.push([one.text, one.lang]) } });
"""
"""What a browser that speaks would say, and in which language."""


def email(name: str) -> str:
    return f"{name}.hari@contoh.invalid"


@pytest.fixture
def booked(chromium: object, committed: Callable[[], AbstractContextManager[None]]) -> tuple[int, list[str], str]:
    """A session that began half an hour ago, the codes of four patients who booked it, and the region."""
    now = timezone.now()
    region = away_from_midnight(now)
    today = today_in(region, now)
    with committed():
        operations.load_hospitals(by=OPERATOR, given=[replace(hospital(CODE, region), name="RSU Hari Ini")], now=now)
        operations.open_sessions(by=SCHEDULE, now=now)
        for name, role in ROLES.items():
            account(email(name), role, region=region, unit=CODE)
        row = Session.objects.filter(hospital=CODE, clinic__code="dalam", day__gt=today).order_by("day")[0]
        Session.objects.filter(hospital=CODE, day=today).update(state="cancelled")
        row.pk, row.day, row.starts_at = None, today, now - 30 * MINUTE
        row.ends_at = min(now + 180 * MINUTE, midnight_in(region, today) + timedelta(hours=23, minutes=59))
        row.places = [row.starts_at + 13 * MINUTE * place for place in range(row.capacity)]
        row.release_at = [row.starts_at - timedelta(days=9)] * 4
        row.save(force_insert=True)
        desk = standing(User.objects.get(email=email("desk")), now)
        found = []
        for name in PATIENTS:
            patient = operations.register_patient(
                by=desk, hospital=CODE, person=operations.Person(name, phone="081234567890"), now=now
            )
            given = {"session": row.pk, "patient": patient, "asked": DESK, "key": uuid4(), "now": now}
            found.append(operations.book(by=desk, **given).code)
    return row.pk, found, region


def test_desk_nurse_doctor_board_and_phone(
    booked: tuple[int, list[str], str],
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    def looked_at(page: Page, name: str) -> None:
        """Wide, and as on a phone."""
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page)
            snap(page, f"hospital-{name}-{width}")
        accessible(page)
        page.set_viewport_size({"width": 1280, "height": 800})

    session, codes, region = booked
    desk, nurse, doctor = (signed_in(email(name)) for name in ROLES)
    board, phone = open_page(), open_page(width=360)
    board.add_init_script(VOICE)
    board.goto(f"/rumah-sakit/papan/{CODE}/")
    board.get_by_role("button", name="Nyalakan suara").click()
    phone.goto(f"/rumah-sakit/antrean/{codes[1]}/")
    snap(phone, "hospital-phone-booked-360")
    accessible(phone)
    fits(phone)

    desk.goto(f"/rumah-sakit/kerja/{CODE}/")
    looked_at(desk, "sessions")
    desk.get_by_role("link", name="Kedatangan hari ini").click()
    looked_at(desk, "arrivals")
    desk.set_viewport_size({"width": 360, "height": 800})
    wide = [desk.locator(f".filter {one}").evaluate("field => field.offsetWidth") for one in ("input", "select")]
    assert wide[0] == wide[1], "the longest name of a clinic is read"
    said = "button => getComputedStyle(button.closest('td'), '::before').content"
    assert desk.locator("#desk").get_by_role("button", name="Lapor datang").first.evaluate(said) == "none"
    for label in ("A-001", "A-002"):
        desk.goto(f"/rumah-sakit/kerja/{CODE}/kedatangan/")
        desk.get_by_role("row", name=re.compile(label)).get_by_role("button", name="Lapor datang").click()
        expect(desk.locator("main")).to_contain_text("Menunggu")
    desk.goto(f"/rumah-sakit/kerja/kunjungan/{codes[1]}/")
    looked_at(desk, "visit-desk")
    visit = desk.url
    for link, name in (("Pasien ini", "patient"), ("Perbaiki data", "change"), ("Data dan persetujuan", "consent")):
        desk.get_by_role("link", name=link).click()
        looked_at(desk, name)
        if name == "change":
            desk.go_back()
    for address, name in ((f"loket/{CODE}/", "desk"), (f"loket/{CODE}/tunggu/", "waiting")):
        desk.goto(f"/rumah-sakit/{address}")
        looked_at(desk, name)
    desk.goto(visit)
    expect(phone.locator("#place")).to_contain_text("Menunggu")

    nurse.goto(f"/rumah-sakit/kerja/sesi/{session}/")
    looked_at(nurse, "queue")
    nurse.get_by_role("link", name="belum ditanya A-001").click()
    looked_at(nurse, "triage")
    nurse.get_by_label("Suhu (°C)").fill("37,5")
    nurse.get_by_role("button", name="Simpan").click()
    expect(nurse.locator("#queue")).to_contain_text("sudah ditanya")
    nurse.get_by_role("button", name="Panggil berikutnya").click()
    expect(board.locator("#board")).to_contain_text("A-001")
    asking = "board => { board.classList.add('htmx-request'); return getComputedStyle(board).opacity; }"
    assert board.locator("#board").evaluate(asking) == "1", "a board that asks again does not fade"
    looked_at(board, "board")
    for name in PATIENTS:
        assert name not in board.content() + phone.content()

    doctor.goto(nurse.url)
    doctor.get_by_role("button", name="Mulai pemeriksaan").click()
    expect(doctor.locator("#queue")).to_contain_text("Sedang diperiksa")
    looked_at(doctor, "doctor")
    doctor.get_by_role("button", name="Selesaikan pemeriksaan").click()
    nurse.reload()
    nurse.get_by_role("button", name="Panggil berikutnya").click()
    expect(phone.locator("#place")).to_contain_text("Anda dipanggil")
    snap(phone, "hospital-phone-called-360")
    expect(board.locator("#board")).to_contain_text("A-002")
    said = [[f"Nomor antrean A {number}, silakan menuju Ruang 1", "id"] for number in (1, 2)]
    board.wait_for_function("told.length >= 2")  # the second is said when it was seen
    assert board.evaluate("told") == said, "each call once"
    doctor.reload()
    doctor.get_by_role("button", name="Mulai pemeriksaan").click()
    doctor.get_by_role("link", name="Kunjungan ini").click()
    doctor.get_by_role("link", name="Pesan kunjungan kontrol").click()
    looked_at(doctor, "control")
    doctor.get_by_role("button", name="Pesan kunjungan ini").click()
    expect(doctor.locator("main")).to_contain_text("Terdaftar: A-001")
    looked_at(doctor, "visit-doctor")
    doctor.get_by_role("button", name="Selesaikan pemeriksaan").click()

    doctor.goto(nurse.url)
    doctor.get_by_role("link", name="Dokter datang terlambat").click()
    looked_at(doctor, "late")
    day = today_in(region, timezone.now())
    resume = min(timezone.now() + 40 * MINUTE, midnight_in(region, day) + timedelta(hours=23, minutes=45))
    doctor.get_by_label("Dokter melayani pasien mulai pukul").fill(f"{local(resume, region):%H:%M}")
    doctor.get_by_label("sampai pukul").fill("23:59")
    doctor.get_by_role("button", name="Lihat akibatnya").click()
    looked_at(doctor, "replan")
    doctor.get_by_label("Saya sudah memeriksa").check()
    doctor.get_by_role("button", name="Berikan jam baru dan beri tahu semua").click()
    expect(doctor.locator("main")).to_contain_text("2 pasien mendapat jam baru")
    looked_at(doctor, "queue-late")
    phone.goto(f"/rumah-sakit/antrean/{codes[2]}/")
    expect(phone.locator("#place")).to_contain_text("jam baru")
    fits(phone)
    snap(phone, "hospital-phone-late-360")
    expect(board.locator("#board")).to_contain_text("dokter datang pukul")
    looked_at(board, "board-late")
    desk.goto(f"/rumah-sakit/kerja/{CODE}/kedatangan/")
    expect(desk.locator("#desk")).to_contain_text("Perlu diberi tahu lewat telepon")
    looked_at(desk, "calls")
    told = desk.get_by_role("button", name=re.compile("Sudah diberi tahu lewat telepon"))
    count = told.count()
    told.first.click()
    expect(told).to_have_count(count - 1)
    desk.get_by_role("button", name="Jadikan perangkat ini anjungan mandiri").click()
    looked_at(desk, "kiosk")
    desk.get_by_role("link", name="Ambil nomor untuk hari ini").click()
    looked_at(desk, "draw")

    lost = "document.dispatchEvent(new Event('htmx:sendError')); document.getElementById('stale').hidden"
    assert board.evaluate(lost) is False  # until the next answer, which may be here at once
    expect(board.locator("table.board")).to_be_visible()
    snap(board, "hospital-board-offline")
    board.evaluate("htmx.trigger('#board', 'live')")
    expect(board.locator("#stale")).to_be_hidden()
