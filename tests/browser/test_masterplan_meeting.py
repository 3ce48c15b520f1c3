"""The coordination meeting on several screens: what one decides, the others show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from masterplan.world import content
from pilar.areas.models import Office
from pilar.masterplan import operations
from pilar.masterplan.models import Attendance, Plan, Version
from pilar.masterplan.operations import Attendee, NewMeeting, NewPlan, Proposed
from pilar.masterplan.rules.meetings import MeetingKind
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.models import User
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR

COORDINATOR, VERIFIER = "koordinator@contoh.invalid", "verifikator@contoh.invalid"
OWN = "36.03"


@pytest.fixture
def meeting(chromium: Browser, committed: Callable[[], AbstractContextManager[None]]) -> Iterator[int]:
    """A running coordination meeting of a plan of later years, with three proposals on its agenda."""
    with committed():
        now = timezone.now()
        by = standing(User.objects.get(email=COORDINATOR), now)
        year = max(now.year, *Plan.objects.filter(region=OWN).values_list("last_year", flat=True), 0) + 1
        version = operations.start_plan(by=by, region=OWN, given=NewPlan("Rencana uji rapat", year, year + 4), now=now)
        operations.open_call(by=by, version=version, text="", closes_at=now + timedelta(days=9), now=now)
        office = Office.objects.filter(region=OWN, closed_at=None).order_by("pk")[0].pk
        for title in ("Surat desa daring", "Antrean puskesmas", "Izin satu pintu"):
            said = content(office, title, targets=(), budgets=(), activities=(), monitored=())
            given = Proposed(ProposalKind.ADD, said)
            key = operations.propose(by=OPERATOR, version=version, office=office, given=given, now=now)
            from pilar.masterplan.models import Proposal

            Proposal.objects.filter(pk=key).update(state="submitted", submitted_at=now)
        planned = NewMeeting(MeetingKind.FINALISATION, "Rapat Koordinasi Finalisasi", now, "Aula", "Pembukaan\nUsulan")
        made = operations.plan_meeting(by=by, version=version, given=planned, now=now)
        people = [Attendee("Sekretaris Daerah", "pimpinan rapat", None, True, True),
                  Attendee("Kepala Dinas", "peserta", office, True)]  # fmt: skip
        operations.save_attendance(by=by, meeting=made, given=people, seen=1)
        operations.begin_meeting(by=by, meeting=made, now=now)
        assert Attendance.objects.filter(meeting=made).count() == 2
    yield made
    with committed():
        Version.objects.filter(pk=version).update(state="dropped")


def at(meeting: int, rest: str = "") -> str:
    return f"/kerja/rencana/rapat/{meeting}/{rest}"


@pytest.mark.thorough
def test_what_one_decides_the_other_screens_show_within_seconds(
    signed_in: Callable[..., Page],
    meeting: int,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    laptop, projector, phone = signed_in(COORDINATOR), signed_in(VERIFIER), signed_in(COORDINATOR, width=360)
    projector.goto(at(meeting, "putusan/"))
    for page, name in ((projector, "verifier"), (laptop, "desk"), (phone, "phone")):
        page.goto(at(meeting, "putusan/"))
        expect(page.get_by_text("0 / 4")).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"meeting-decisions-{name}")
    phone.get_by_role("link", name="Antrean puskesmas").click()
    phone.get_by_label("Alasan").fill("Masih saya tulis")
    phone.get_by_label("Alasan").press("End")
    laptop.get_by_role("link", name="Antrean puskesmas").click()
    snap(laptop, "meeting-decide-desk")
    fits(laptop)
    accessible(laptop)
    laptop.get_by_label("Alasan").fill("Anggaran belum ada")
    laptop.get_by_role("button", name="Tunda").click()
    expect(laptop.get_by_text("Usulan 2: Ditunda")).to_be_visible()
    expect(projector.get_by_text("1 / 4")).to_be_visible()
    expect(projector.locator("#decisions").get_by_text("Ditunda")).to_be_visible()
    # On the phone the form is open: the present decision shows, and what is typed stays, with the focus in it.
    expect(phone.locator("#present").get_by_text("Anggaran belum ada")).to_be_visible()
    expect(phone.get_by_label("Alasan")).to_have_value("Masih saya tulis")
    expect(phone.get_by_label("Alasan")).to_be_focused()
    fits(phone)
    accessible(phone)
    snap(phone, "meeting-decide-phone")
    phone.get_by_role("button", name="Tolak").click()
    expect(phone.get_by_text("Sementara itu orang lain telah mencatat keputusan ini")).to_be_visible()
    expect(phone.get_by_label("Alasan")).to_have_value("Masih saya tulis")
    fits(phone)
    accessible(phone)
    snap(phone, "meeting-outdated-phone")


@pytest.mark.thorough
def test_a_list_that_has_not_changed_is_not_sent_again(signed_in: Callable[..., Page], meeting: int) -> None:
    page = signed_in(COORDINATOR)
    answers: list[int] = []
    page.on("response", lambda one: answers.append(one.status) if "/putusan/daftar/" in one.url else None)
    page.goto(at(meeting, "putusan/"))
    link = page.get_by_role("link", name="Surat desa daring")
    link.focus()
    for _twice in range(2):
        with page.expect_response(re.compile("/putusan/daftar/")):
            pass
    assert answers[:2] == [304, 304]
    expect(link).to_be_focused()
    expect(page.get_by_text("0 / 4")).to_be_visible()


@pytest.mark.thorough
def test_all_pages_on_a_phone_and_at_a_desk(
    signed_in: Callable[..., Page],
    meeting: int,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    page = signed_in(COORDINATOR)
    page.goto(at(meeting, "putusan/"))
    page.get_by_role("link", name="Izin satu pintu").click()
    page.get_by_label("Alasan").fill("Dua kecamatan dulu")
    page.get_by_role("button", name="Terima dengan perubahan").click()
    expect(page.get_by_label("Alasan", exact=False).first).to_be_attached()
    pages = {
        "one": "", "edit": "ubah/", "attendance": "kehadiran/", "general": "putusan/umum/", "sign": "pengesahan/",
        "minutes": "notulen/",
    }  # fmt: skip
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        fits(page)
        snap(page, f"meeting-changed-{width}")
    for prefix in ("", "/en"):
        for name, rest in pages.items():
            page.goto(prefix + at(meeting, rest))
            for width in (360, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                fits(page)
                snap(page, f"meeting-{name}{prefix.replace('/', '-')}-{width}")
            accessible(page)
    page.goto(at(meeting))
    page.get_by_role("link", name="Bimtek dan rapat").last.click()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        fits(page)
        accessible(page)
        snap(page, f"meeting-list-{width}")
