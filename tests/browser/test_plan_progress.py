"""Quarterly reports and progress on a phone and at a desk: due, reported, corrected, read by everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from browser.conftest import PASSWORD
from masterplan.world import content
from pilar.masterplan.rules.content import Activity, Budget, Fund, Target
from pilar.masterplan.rules.quarters import Quarter, quarter_of

COORDINATOR, CONTRIBUTOR = "koordinator.kemajuan@contoh.invalid", "kontributor.kemajuan@contoh.invalid"
REGION = "36.01"
PARTS = ("governance_public_service", "branding_tourism", "economy_industry", "living_health", "society_learning",
         "environment_waste")  # fmt: skip
Look = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def _made() -> dict[str, Any]:
    return {}


@pytest.fixture
def plan(
    chromium: Browser, committed: Callable[[], AbstractContextManager[None]], _made: dict[str, Any]
) -> dict[str, Any]:
    """A plan in force since the beginning of last year, once for this file: key of the version and last quarter."""
    if not _made:
        with committed():
            _made |= _plan(timezone.now())
    return _made


@pytest.mark.thorough
def test_everybody_reads_the_progress(
    plan: dict[str, Any], open_page: Callable[..., Page], accessible: Callable[[Page], None],
    fits: Callable[[Page], None], snap: Look,
) -> None:  # fmt: skip
    at = f"/kerja/rencana/versi/{plan['version']}/kemajuan/"
    for width in (360, 1280):
        page = open_page(width=width)
        for prefix, language in (("", "id"), ("/en", "en")):
            page.goto(prefix + at)
            fits(page)
            accessible(page)
            snap(page, f"plan-progress-{width}-{language}")
        page.goto(f"{at}?by=year")
        fits(page)
        snap(page, f"plan-progress-years-{width}")
        page.goto(at)
        page.get_by_role("link", name="Peta jalan").click()
        expect(page.get_by_role("img", name=re.compile("Program sepanjang"))).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"plan-road-map-{width}")
        page.goto(f"{at}P001/")
        fits(page)
        accessible(page)
        snap(page, f"plan-programme-{width}")


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_an_office_reports_on_a_phone(
    plan: dict[str, Any], signed_in: Callable[..., Page], accessible: Callable[[Page], None],
    fits: Callable[[Page], None], snap: Look, javascript: bool,
) -> None:  # fmt: skip
    page = signed_in(CONTRIBUTOR, width=360, javascript=javascript)
    page.goto("/kerja/rencana/laporan/")
    fits(page)
    if javascript:
        accessible(page)
        snap(page, "plan-reports-360")
    line, quarter = plan["open"][0 if javascript else 1]
    page.goto(f"/kerja/rencana/laporan/{line}/{quarter}/")
    fits(page)
    shares = page.get_by_label("(%)")
    shares.first.fill("150")
    page.get_by_label("Realisasi belanja triwulan ini").fill("Rp 1.500.000")
    page.get_by_label("Kendala").fill("Listrik sering padam")
    page.get_by_role("button", name="Sampaikan laporan").click()
    expect(page.get_by_role("heading", name="Perbaiki dahulu")).to_be_visible()
    expect(page.get_by_label("Kendala")).to_have_value("Listrik sering padam")
    fits(page)
    if javascript:
        accessible(page)
        snap(page, "plan-report-refused-360")
    page.get_by_label("(%)").first.fill("50")
    page.get_by_role("button", name="Sampaikan laporan").click()
    expect(page.get_by_text("Laporan disampaikan")).to_be_visible()
    page.goto(f"/kerja/rencana/laporan/{line}/{quarter}/")
    fits(page)
    if javascript:
        accessible(page)
        snap(page, "plan-report-correct-360")


@pytest.mark.thorough
def test_a_coordinator_sees_what_is_late(
    plan: dict[str, Any], signed_in: Callable[..., Page], accessible: Callable[[Page], None],
    fits: Callable[[Page], None], snap: Look,
) -> None:  # fmt: skip
    for width in (360, 1280):
        page = signed_in(COORDINATOR, width=width)
        page.goto(f"/kerja/rencana/versi/{plan['version']}/kemajuan/")
        page.get_by_role("link", name="Laporan terlambat").click()
        expect(page.get_by_text("laporan terlambat.")).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"plan-late-{width}")


def _plan(now: datetime) -> dict[str, Any]:
    from django.contrib.auth import get_user_model

    from pilar.areas.operations import add_office
    from pilar.masterplan import operations, queries
    from pilar.masterplan.models import Attendance, Meeting
    from pilar.masterplan.operations import Attendee, NewMeeting, NewPlan, Proposed
    from pilar.masterplan.rules.decisions import Outcome, Verdict
    from pilar.masterplan.rules.meetings import MeetingKind
    from pilar.masterplan.rules.reports import Given
    from pilar.masterplan.rules.stages import Decree, LegalForm, ProposalKind, VersionState
    from pilar.people.operations import create_account
    from pilar.people.queries import standing
    from pilar.people.rules import OPERATOR, Role

    first = now.year - 1
    begun = now.replace(year=first - 1, month=9, day=1)
    met, law = begun + timedelta(days=60), now.replace(year=first, month=1, day=5)
    own, *others = (
        add_office(by=OPERATOR, region=REGION, name=name)
        for name in ("Dinas Komunikasi dan Informatika", "Dinas Kesehatan", "Dinas Perhubungan")
    )
    for email, role, held in (
        (COORDINATOR, Role.COORDINATOR, {"region": REGION}), (CONTRIBUTOR, Role.CONTRIBUTOR, {"office": own}),
    ):  # fmt: skip
        create_account(by=OPERATOR, email=email, name="Akun uji", role=role, password=PASSWORD, now=now, **held)
    contributor = standing(get_user_model().objects.get(email=CONTRIBUTOR), now)
    version = operations.start_plan(
        by=OPERATOR, region=REGION, given=NewPlan("Rencana contoh kota cerdas", first, first + 4), now=begun
    )
    operations.open_call(by=OPERATOR, version=version, text="", closes_at=begun + timedelta(days=30), now=begun)
    keys = []
    for place in range(14):
        office = own if place % 3 == 0 else others[place % len(others)]
        given = Proposed(ProposalKind.ADD, _content(place, office, first))
        keys.append(operations.propose(by=OPERATOR, version=version, office=office, given=given, now=begun))
        operations.submit_proposal(by=OPERATOR, proposal=keys[-1], now=begun)
    given = NewMeeting(MeetingKind.FINALISATION, "Rapat Koordinasi Finalisasi", met)
    meeting = operations.plan_meeting(by=OPERATOR, version=version, given=given, now=begun)
    people = [Attendee("Sekretaris Daerah", "pimpinan rapat", None, True, True)]
    operations.save_attendance(by=OPERATOR, meeting=meeting, given=people, seen=1)
    operations.begin_meeting(by=OPERATOR, meeting=meeting, now=met)
    verdict = Verdict(Outcome.ACCEPTED, Attendance.objects.get(meeting=meeting).pk)
    for one in (*keys, None):
        operations.decide(by=OPERATOR, meeting=meeting, proposal=one, verdict=verdict, seen=0, now=met)
    saves = Meeting.objects.get(pk=meeting).saves
    operations.sign_off(by=OPERATOR, meeting=meeting, seen=saves, now=met)
    operations.move_version(by=OPERATOR, version=version, target=VersionState.LEGAL_REVIEW, now=law)
    decree = Decree(LegalForm.REGENT, f"1 Tahun {first}", date(first, 1, 4))
    operations.enter_decree(by=OPERATOR, version=version, decree=decree, file=None, now=law)
    operations.bring_into_force(by=OPERATOR, version=version, since=date(first, 1, 4), now=law)
    last = quarter_of(now.date()).shifted(-1)
    rows = [one for one in queries.programmes(queries.version(version, scope=OPERATOR)) if one.content.owner == own]
    for place, row in enumerate(rows):
        quarter, step = Quarter(first, 1), 0
        while quarter < last.shifted(-1):
            step += 1
            done = {one.number: min(100, step * (6 + 3 * place)) for one in row.content.leaves}
            told = Given(done, {1: Decimal(8 * step)}, frozenset({1}) if place else frozenset(), Decimal(40_000_000))
            operations.report(by=contributor, line=row.key, quarter=quarter, given=told, seen=0, now=now)
            quarter = quarter.shifted(1)
        if place > 1:
            operations.report(
                by=contributor, line=row.key, quarter=quarter, given=replace(told, obstacles="Pengadaan mundur"),
                seen=0, now=now,
            )  # fmt: skip
            operations.report(
                by=contributor, line=row.key, quarter=quarter, given=told, reason="Kendala selesai", seen=1, now=now
            )
            done = {one.number: min(100, 40 + 12 * place) for one in row.content.leaves}
            operations.report(
                by=contributor, line=row.key, quarter=last, given=replace(told, done=done), seen=0, now=now
            )
    return {"version": version, "open": [(row.key, last) for row in rows]}


def _content(place: int, office: int, first: int) -> Any:
    years = [first, first + 1, first + 2]
    return content(
        office,
        f"Program contoh {place + 1}: layanan warga yang cepat",
        part=PARTS[place % len(PARTS)],
        targets=(
            Target(
                1, "Desa terhubung", "desa", base=Decimal(0), base_year=first - 1, source="Laporan",
                yearly=tuple((year, Decimal(40 * (year - first + 1))) for year in years),
            ),
        ),
        budgets=tuple(Budget(year, Fund.APBD, Decimal(250_000_000 + 10_000_000 * place)) for year in years),
        activities=(
            Activity(1, "Menyiapkan aplikasi", Quarter(first, 1), Quarter(first + 1, 2)),
            Activity(2, "Melatih perangkat desa", Quarter(first, 3), Quarter(first + 2, 4)),
            Activity(3, "Modul dasar", Quarter(first, 3), Quarter(first + 1, 4), parent=2),
            Activity(4, "Modul lanjut", Quarter(first + 1, 3), Quarter(first + 2, 4), parent=2),
        ),
        monitored=(replace(content(office).monitored[0], year=first + 1),),
    )  # fmt: skip
