"""Pages of hospitals on a phone and a desk: by axe, with large text, in English too. A few in the quick selection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page

from browser.conftest import PHONE, SESSION, WIDE
from hospital.acts import BREACH
from hospital.bpjs_line import BPJS
from hospital.test_day import DESK
from hospital.world import MOTHER, OWN, hospital
from kit.selection import QUICK
from people.citizens import citizen
from people.team import account
from pilar.areas.reference import today_in
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Breach, Clinic, Prescription, Session
from pilar.hospital.pages.following import KIOSK
from pilar.hospital.rules.booking import Payer, Visit
from pilar.hospital.rules.roles import Role
from pilar.people.models import User
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.people.signin import CITIZEN

ROLES = {"desk": Role.DESK, "doctor": Role.DOCTOR, "pharmacy": Role.PHARMACY, "manager": Role.MANAGER,
         "privacy": Role.PRIVACY, "nurse": Role.NURSE}  # fmt: skip
FEW = {"patient", "session", "wait", "pharmacy"}
"""What the quick selection opens."""


@dataclass(frozen=True)
class Place:
    """A hospital with somebody who has booked, and the addresses of its pages by their reader."""

    code: str
    owner: str
    kiosk: str
    pages: dict[str, tuple[str, str]]


@pytest.fixture(params=["few", pytest.param("all", marks=pytest.mark.thorough)])
def place(
    request: pytest.FixtureRequest, chromium: object, committed: Callable[[], AbstractContextManager[None]]
) -> Place:
    now, code = timezone.now(), f"rsu-{request.param}"
    with committed():
        do.load_hospitals(by=OPERATOR, given=[hospital(code)], now=now)
        do.open_sessions(by=SCHEDULE, now=now)
        for name, role in ROLES.items():
            account(email(name, code), role, region=OWN, unit=code)
        desk = standing(User.objects.get(email=email("desk", code)), now)
        clinic = Clinic.objects.get(hospital=code, code="dalam")
        Clinic.objects.filter(pk=clinic.pk).update(fingerprint=True)
        who = citizen(f"pasien-{request.param}@contoh.invalid", now=now)
        own = do.register_patient(by=who, hospital=code, person=MOTHER, account=who.citizen, now=now)
        twin = replace(MOTHER, nik="3603014501500071", card="", name="Siti Aminah binti Ahmad")
        other = do.register_patient(by=desk, hospital=code, person=twin, now=now)
        session, free = Session.objects.filter(clinic=clinic, starts_at__gt=now).order_by("starts_at")[:2]
        booked = [
            do.book(by=desk, session=session.pk, patient=patient, asked=asked, key=uuid4(), now=now).code
            for patient, asked in ((own, replace(BPJS, channel=DESK.channel)), (other, DESK))
        ]
        row = Booking.objects.get(code=booked[1])
        Prescription.objects.create(booking=row, hospital_id=code, day=today_in(OWN, now), number=1, recipe="racikan",
                                    ordered_at=now)  # fmt: skip
        jiwa, day = Clinic.objects.get(hospital=code, code="jiwa").pk, session.day
        do.join_waiting(by=who, patient=own, clinic=jiwa, doctor=None, first_day=day, last_day=day + timedelta(days=9),
                        payer=Payer.GENERAL, visit=Visit.REFERRAL, now=now)  # fmt: skip
        do.offer_places(by=SCHEDULE, now=now)
        do.write_breach(by=standing(User.objects.get(email=email("privacy", code)), now), hospital=code,
                        facts=BREACH | {"noticed_at": now}, now=now)  # fmt: skip
        breach, kiosk = Breach.objects.get(hospital=code).pk, do.set_up_kiosk(by=desk, hospital=code)
        kept = SessionStore()
        kept[CITIZEN] = [who.citizen, 0]
        kept.create()
    pages = {
        "patient": ("desk", f"pasien/{own}/"), "session": ("manager", f"sesi/{session.pk}/"),
        "wait": ("owner", f"tunggu/{clinic.pk}/"), "pharmacy": ("pharmacy", f"kerja/{code}/farmasi/"),
        "schedules": ("manager", f"jadwal/{code}/"), "clinic": ("manager", f"poli/{clinic.pk}/"),
        "cancel-session": ("manager", f"sesi/{session.pk}/batal/"), "line": ("manager", f"kelola/{code}/bpjs/"),
        "register": ("desk", f"loket/{code}/baru/"), "merge": ("desk", f"pasien/{other}/gabung/{own}/"),
        "end-session": ("doctor", f"kerja/sesi/{session.pk}/akhiri/"), "kiosk": ("kiosk", "kios/"),
        "breach-told": ("privacy", f"kebocoran/{breach}/diberitahukan/"),
        "offer": ("owner", "saya/"), "booking": ("owner", f"reservasi/{booked[0]}/"),
        "erase": ("owner", f"saya/data/{own}/hapus/"), "cancel": ("owner", f"reservasi/{booked[0]}/batal/"),
        "hospitals": ("owner", ""), "hospital": ("owner", f"rs/{code}/"), "doctors": ("owner", f"rs/{code}/dalam/"),
        "book": ("owner", f"pesan/{free.pk}/"), "move": ("owner", f"reservasi/{booked[0]}/pindah/"),
        "move-to": ("owner", f"reservasi/{booked[0]}/pindah/{free.pk}/"),
        "letter": ("owner", f"reservasi/{booked[0]}/surat/"), "slip": ("owner", f"reservasi/{booked[0]}/slip/"),
        "records": ("owner", "saya/data/"), "record": ("owner", f"saya/data/{own}/"),
        "place": ("owner", f"antrean/{booked[0]}/"),
        "board": ("owner", f"papan/{code}/"), "draw": ("kiosk", "kios/nomor/"), "desk": ("desk", f"loket/{code}/"),
        "waiting": ("desk", f"loket/{code}/tunggu/"), "change": ("desk", f"pasien/{own}/ubah/"),
        "day": ("desk", f"kerja/{code}/"), "arrivals": ("desk", f"kerja/{code}/kedatangan/"),
        "visit": ("desk", f"kerja/kunjungan/{booked[1]}/"), "queue": ("nurse", f"kerja/sesi/{session.pk}/"),
        "triage": ("nurse", f"kerja/kunjungan/{booked[1]}/triase/"),
        "late": ("nurse", f"kerja/sesi/{session.pk}/terlambat/"),
        "replan": ("nurse", f"kerja/sesi/{session.pk}/terlambat/1000-1200/"),
        "control": ("doctor", f"kerja/kunjungan/{booked[1]}/kontrol/"), "emergency": ("doctor", f"{code}/darurat/"),
        "entries": ("manager", f"jadwal/{code}/isi/"), "new-doctor": ("manager", f"jadwal/{code}/isi/dokter/"),
        "entry": ("manager", f"jadwal/{code}/isi/poli/{clinic.pk}/"),
        "change-session": ("manager", f"sesi/{session.pk}/ubah/"), "figures": ("manager", f"kelola/{code}/"),
        "operations": ("desk", f"kelola/{code}/operasi/"), "plan": ("manager", f"kelola/{code}/dalam/aturan/"),
        "protection": ("privacy", f"{code}/pelindungan-data/"),
        "new-breach": ("privacy", f"{code}/pelindungan-data/kebocoran/"),
        "breach": ("privacy", f"{code}/pelindungan-data/kebocoran/{breach}/"),
    }  # fmt: skip
    chosen = {name: one for name, one in pages.items() if request.param == "all" or name in FEW}
    return Place(code, str(kept.session_key), kiosk, chosen)


def email(name: str, code: str) -> str:
    return f"{name}.{code}@contoh.invalid"


@pytest.mark.thorough
def test_each_page_is_read_on_a_phone_and_a_desk_with_large_text_in_both_languages(
    place: Place,
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    opened: dict[str, Page] = {}

    def page_of(who: str) -> Page:
        if who in ROLES:
            return signed_in(email(who, place.code), width=PHONE)
        page = open_page(width=PHONE)
        page.goto("/")
        name, value = (SESSION, place.owner) if who == "owner" else (KIOSK, place.kiosk)
        page.context.add_cookies([{"name": name, "value": value, "url": page.url}])
        return page

    for name, (who, path) in place.pages.items():
        page = opened.get(who) or opened.setdefault(who, page_of(who))
        for language in ("", "/en"):
            answer = page.goto(f"{language}/rumah-sakit/{path}")
            assert answer is not None
            assert answer.status == 200, (name, answer.status)
            assert page.locator("html").get_attribute("lang") == (language[1:] or "id")
            if not language and not QUICK:  # which asks axe of a page once: with large text, below
                accessible(page)
            fits(page)
            snap(page, f"hospital-page-{name}-360{language[1:]}")
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            if language:
                accessible(page)
            fits(page)
            snap(page, f"hospital-page-{name}-360{language[1:]}-large")
            if not QUICK:
                page.set_viewport_size({"width": WIDE, "height": 800})
                fits(page)
                snap(page, f"hospital-page-{name}-1280{language[1:]}-large")
                page.evaluate("document.documentElement.style.fontSize = ''")
                accessible(page)
                fits(page)
                snap(page, f"hospital-page-{name}-1280{language[1:]}")
                page.set_viewport_size({"width": PHONE, "height": 800})
