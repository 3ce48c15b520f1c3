"""The master plan walked through in a browser: from an office's proposal to an answer of the evaluation.

Proposal, coordination meeting, decree, quarterly report, and the self-assessment that is filled in from the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Page, expect

from browser.walk import agree, decide
from pilar.areas.models import Office
from pilar.evaluation.models import (
    Allocation,
    Answer,
    AnswerOrigin,
    Assessment,
    Campaign,
    CampaignGroup,
    Instrument,
    Participation,
    Phase,
)
from pilar.evaluation.rules.stages import PhaseState
from pilar.masterplan.models import Entry, Meeting, Proposal, Version
from pilar.masterplan.rules.stages import VersionState

COORDINATOR, CONTRIBUTOR = "koordinator@contoh.invalid", "kontributor@contoh.invalid"
REGION, PART = "36.03", "governance_public_service"
NODE = f"outcome_{PART}"
YEAR = timezone.now().year - 1
"""Last year: all its quarters have ended, whatever the day of the test."""


@pytest.fixture
def assessment(committed: Callable[[], AbstractContextManager[None]]) -> int:
    """An open self-assessment of last year by the newest instrument."""
    now = timezone.now()
    with committed():
        campaign = Campaign.objects.create(
            code="uji-masterplan", year=YEAR, title_id="Evaluasi uji", title_en="Test evaluation", synthetic=True,
            instrument=Instrument.objects.filter(code="smart-city-2024").latest("pk"),
        )  # fmt: skip
        group = CampaignGroup.objects.create(campaign=campaign, code="reguler", title_id="Reguler", title_en="Regular")
        phase = Phase.objects.create(
            campaign=campaign, number=1, state=PhaseState.OPEN, opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=7),
        )  # fmt: skip
        joined = Participation.objects.create(campaign=campaign, region_id=REGION, group=group)
        office = Office.objects.get(region=REGION, abbreviation="Diskominfo")
        Allocation.objects.create(participation=joined, node=NODE, office=office)
        return Assessment.objects.create(participation=joined, phase=phase).pk


def address(name: str, *arguments: object) -> str:
    with override("id"):
        return reverse(name, args=arguments)


def fill(page: Page, **typed: str) -> None:
    """Fill in fields by the end of their names."""
    for name, value in typed.items():
        field = page.locator(f"main [name$='{name}']").first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def send(page: Page, button: str) -> None:
    page.locator("main").get_by_role("button", name=button, exact=True).click()


def test_from_a_proposal_to_the_evaluation(
    signed_in: Callable[..., Page],
    assessment: int,
    fits: Callable[[Page], None],
    accessible: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    coordinator, office = signed_in(COORDINATOR), signed_in(CONTRIBUTOR)
    version = _call(coordinator)
    _propose(office, version)
    _meet(coordinator, version)
    _decree(coordinator, version)
    _report(office, version)
    _answer(office, assessment)
    for name in ("evaluation:indicator", "evaluation:plan-figures"):
        where = [assessment, NODE] if name == "evaluation:indicator" else [assessment]
        coordinator.goto(address(name, *where))
        accessible(coordinator)
        for width in (360, 1280):
            coordinator.set_viewport_size({"width": width, "height": 800})
            fits(coordinator)
            snap(coordinator, f"walk-{name.partition(':')[2]}-{width}")


def _call(page: Page) -> int:
    """A plan of five years, and the call to the offices; the key of the version."""
    page.goto(address("masterplan:start", REGION))
    fill(page, title="Rencana induk kota cerdas uji", first_year=str(YEAR), last_year=str(YEAR + 4))
    page.locator("main form button").last.click()
    page.wait_for_url("**/versi/*/")
    version = Version.objects.get(plan__title="Rencana induk kota cerdas uji").pk
    page.goto(address("masterplan:call", version))
    until = timezone.localtime() + timedelta(days=3)
    fill(page, closes_at=until.strftime("%Y-%m-%dT%H:%M"))
    page.locator("main form button").last.click()
    page.wait_for_url("**/usulan/")
    return version


def _propose(page: Page, version: int) -> None:
    """The office proposes a programme and hands it in."""
    page.goto(address("masterplan:propose", version))
    for name in ("targets", "activities"):
        page.locator(f"main button[name='content-add'][value='{name}']").click()
    fill(
        page,
        **{
            "content-title": "Layanan desa daring",
            "content-part": PART,
            "content-description": "Desa mengurus surat warga lewat satu pintu.",
            "content-need": "Warga menempuh jarak jauh untuk satu surat.",
            "targets-0-title": "Desa terhubung",
            "targets-0-unit": "desa",
            f"targets-0-y{YEAR}": "80",
            "activities-0-title": "Menyiapkan aplikasi",
            "activities-0-starts": f"{YEAR}-Q1",
            "activities-0-ends": f"{YEAR}-Q4",
            f"budgets-b{YEAR}_apbd": "750.000.000",
        },
    )
    page.locator("main button[name='submit']").click()
    agree(page, "Ajukan")
    page.wait_for_url("**/usulan/*/")
    assert Proposal.objects.get(version=version).state == "submitted"


def _meet(page: Page, version: int) -> None:
    """The coordination meeting accepts the proposal and the general part, and its minutes are signed off."""
    page.goto(address("masterplan:plan-meeting", version))
    fill(page, kind="finalisation", title="Rapat Koordinasi Finalisasi", held_at=f"{YEAR}-01-15T09:00")
    page.locator("main form button").last.click()
    page.wait_for_url("**/rapat/**")
    meeting = Meeting.objects.get(version=version).pk
    page.goto(address("masterplan:attendance", meeting))
    fill(page, added="Sekretaris Daerah; pimpinan rapat")
    page.locator("[name=came]").check()
    page.locator("main form button[name=more]").click()
    page.locator("[name=signs]").check()
    page.locator("main form button:not([name])").last.click()
    page.goto(address("masterplan:meeting", meeting))
    decide(page, "Mulai rapat")
    for name, more in (("decide", [Proposal.objects.get(version=version).pk]), ("decide-general", [])):
        page.goto(address(f"masterplan:{name}", meeting, *more))
        page.locator("#verdict [name=decided_by]").select_option(index=1)
        page.locator("#verdict button[name=outcome][value=accepted]").click()
        page.wait_for_load_state()
    page.goto(address("masterplan:sign-off", meeting))
    agree(page, "Sahkan notulen")
    page.wait_for_url("**/notulen/")
    assert Meeting.objects.get(pk=meeting).minutes


def _decree(page: Page, version: int) -> None:
    """From legal review to the plan in force."""
    page.goto(address("masterplan:version", version))
    decide(page, "Serahkan ke harmonisasi")
    page.wait_for_url("**/versi/*/")
    page.goto(address("masterplan:decree", version))
    fill(page, form="regent", number=f"7 Tahun {YEAR}", day=f"{YEAR}-02-01")
    agree(page, "Catat penetapan")
    page.wait_for_url("**/versi/*/")
    page.goto(address("masterplan:force", version))
    fill(page, since=f"{YEAR}-02-01")
    agree(page, "Berlakukan")
    page.wait_for_url("**/versi/*/")
    assert Version.objects.get(pk=version).state == VersionState.IN_FORCE


def _report(page: Page, version: int) -> None:
    """The office reports the last quarter of the year: all is done."""
    line = Entry.objects.get(version=version).line_id
    page.goto(address("masterplan:report", line, f"{YEAR}-Q4"))
    fill(page, **{"done.1": "100", "readings.1": "82", "spent": "200.000.000"})
    page.locator("main details summary").last.click()
    fill(page, title="Laporan akhir tahun", link="https://contoh.invalid/laporan")
    page.locator("main form button").last.click()
    page.wait_for_url("**/laporan/")


def _answer(page: Page, assessment: int) -> None:
    """The evaluation shows the plan's figures; the office takes them, departs from them, and is asked why."""
    page.goto(address("evaluation:indicator", assessment, NODE))
    expect(page.get_by_text("1 dari 1 program yang direncanakan terealisasi")).to_be_visible()
    send(page, "Ambil angka ini")
    expect(page.get_by_label("Terealisasi")).to_have_value("1")
    answer = Answer.objects.get(assessment=assessment, node=NODE)
    assert (answer.realised, answer.planned) == (1, 1)
    assert answer.attachments.get().evidence.title == "Laporan akhir tahun"
    assert AnswerOrigin.objects.get(assessment=assessment).plan_version.number == 1
    page.get_by_label("Direncanakan").fill("2")
    expect(page.locator("[data-state]")).to_contain_text("Tersimpan")
    expect(page.locator("#error-explanation")).to_contain_text("Jelaskan alasannya")
    page.get_by_label("Penjelasan").fill("Satu program ditambahkan di tengah tahun.")
    expect(page.locator("#error-explanation")).to_be_empty()
    assert Answer.objects.get(pk=answer.pk).planned == Decimal(2)
