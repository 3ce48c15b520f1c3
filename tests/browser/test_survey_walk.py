"""The Impact survey walked through in a browser: opened, answered by 300, closed, stated, taken, and assessed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from browser.walk import decide, open_fold
from pilar.areas.models import Office
from pilar.evaluation.models import (
    Allocation,
    Answer,
    Assessment,
    Campaign,
    CampaignGroup,
    Instrument,
    Participation,
    Phase,
    Seat,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Link
from pilar.people import queries as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from pilar.surveys import operations, queries
from pilar.surveys.operations import NewSurvey, Source
from pilar.surveys.reference import pillars, questionnaire
from pilar.surveys.rules.surveys import NewCell, quotas_of
from surveys.world import impact

COORDINATOR, CONTRIBUTOR, ASSESSOR = (f"{name}@contoh.invalid" for name in ("koordinator", "kontributor", "asesor"))
REGION, NODE = "36.03", "impact_governance"
YEAR = timezone.now().year - 2
"""A year that no other survey of these tests has."""
MARKS = ("easier", "quicker", "clearer", "heard", "involved", "lasting", "wanted")

Committed = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Case:
    """A survey of 18 programmes that is drawn up, and an open self-assessment of its year."""

    survey: int
    assessment: int

    def indicator(self) -> str:
        return f"/kerja/penilaian/{self.assessment}/indikator/{NODE}/"


@pytest.fixture
def case(chromium: Browser, committed: Committed) -> Case:  # like the site, after the browser has started
    now = timezone.now()
    with committed():
        office = Office.objects.get(region=REGION, abbreviation="Diskominfo")
        given = NewSurvey(
            "impact-2023", "Survei dampak layanan", YEAR, now - timedelta(days=40), now - timedelta(days=3)
        )
        survey = operations.create_survey(by=OPERATOR, region=REGION, given=given, now=now - timedelta(days=41))
        cells = [
            NewCell(f"Program {part.title.id}", office.pk, 1, pillar.code, part.code)
            for pillar in pillars()
            for part in pillar.parts
        ]
        quotas = quotas_of(cells, questionnaire("impact-2023").quota, split=False)
        cells = [
            NewCell(one.programme, one.office, quota, one.pillar, one.part)
            for one, quota in zip(cells, quotas, strict=True)
        ]
        operations.set_cells(by=OPERATOR, survey=survey, cells=cells)
        campaign = Campaign.objects.create(
            code="uji-survei", year=YEAR, title_id="Evaluasi uji survei", title_en="Test evaluation", synthetic=True,
            instrument=Instrument.objects.filter(code="smart-city-2024").latest("pk"),
        )  # fmt: skip
        group = CampaignGroup.objects.create(campaign=campaign, code="reguler", title_id="Reguler", title_en="Regular")
        phase = Phase.objects.create(
            campaign=campaign, number=1, state=PhaseState.OPEN, opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=7),
        )  # fmt: skip
        joined = Participation.objects.create(campaign=campaign, region_id=REGION, group=group)
        for pillar in pillars():
            Allocation.objects.create(participation=joined, node=f"impact_{pillar.code}", office=office)
        Seat.objects.create(participation=joined, assessor=User.objects.get(email=ASSESSOR), is_chair=False)
        coordinator = people.standing(User.objects.get(email=COORDINATOR), now)
        evidence.add_evidence(
            by=coordinator, region=REGION, title="Pernyataan keabsahan survei", now=now,
            content=Link("https://contoh.invalid/pernyataan-survei"),
        )  # fmt: skip
        return Case(survey, Assessment.objects.create(participation=joined, phase=phase).pk)


def answered_by_300(survey: int) -> None:
    """As many as the method wants but two: of a programme one answers too fast, one ticks the same everywhere."""
    row = queries.survey(survey, scope=OPERATOR)
    moment = timezone.now() - timedelta(days=10)
    with transaction.atomic():
        for cell in queries.cells(row, scope=OPERATOR):
            for number in range(cell.quota):
                took = timedelta(seconds=2) if number == 0 and cell.place == 0 else timedelta(minutes=3)
                marks = [4 if number == 1 else 2 + (number + place + cell.place) % 3 for place in range(len(MARKS))]
                operations.answer(
                    token=cell.token, key=uuid4(), given=impact(answers=dict(zip(MARKS, marks, strict=True))),
                    began_at=moment - took, source=Source(), now=moment,
                )  # fmt: skip
    assert sum(one.count for one in queries.cells(row, scope=OPERATOR)) == 300


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def test_from_an_open_survey_to_the_assessor(
    case: Case,
    committed: Committed,
    signed_in: Callable[..., Page],
    fits: Callable[[Page], None],
    accessible: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    def look(page: Page, name: str) -> None:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page)
            accessible(page)
            snap(page, f"survey-walk-{name}-{width}")

    coordinator, office = signed_in(COORDINATOR), signed_in(CONTRIBUTOR)
    coordinator.goto(f"/kerja/survei/{case.survey}/")
    decide(coordinator, "Buka survei")
    expect(coordinator.get_by_text("Survei sudah dibuka")).to_be_visible()
    with committed():
        answered_by_300(case.survey)
    office.goto(case.indicator())
    expect(office.get_by_role("heading", name="Dari survei")).to_have_count(0)
    coordinator.goto(f"/kerja/survei/{case.survey}/")
    decide(coordinator, "Tutup survei")
    expect(coordinator.get_by_text("Survei sudah ditutup")).to_be_visible()
    office.goto(case.indicator())
    expect(office.get_by_role("heading", name="Dari survei")).to_be_visible()
    expect(office.get_by_text("Kepala daerah belum menyatakan bahwa survei ini sah")).to_be_visible()
    look(office, "before-statement")

    coordinator.goto(f"/kerja/survei/{case.survey}/pernyataan/")
    coordinator.get_by_label("Penanggung jawab survei").fill("Bupati Tangerang")
    coordinator.get_by_label("Tanggal pernyataan").fill(f"{timezone.now():%Y-%m-%d}")
    coordinator.locator("main select").select_option(label="Pernyataan keabsahan survei")
    coordinator.locator("main form button").last.click()
    expect(coordinator.get_by_text("Bupati Tangerang").first).to_be_visible()

    office.goto(case.indicator())
    expect(office.get_by_text("Bupati Tangerang bertanggung jawab atas keabsahannya")).to_be_visible()
    press(office, "Ambil angka ini")
    expect(office.get_by_text("Angka itu sekarang menjadi jawaban")).to_be_visible()
    expect(office.get_by_role("link", name="Pernyataan keabsahan survei")).to_be_visible()
    expect(office.get_by_role("link", name="Rekapitulasi survei (PDF): Survei dampak layanan")).to_be_visible()
    expect(office.get_by_role("link", name="Jawaban satu per satu")).to_have_count(0)
    office.locator("main details summary").first.click()
    look(office, "taken")
    answer = Answer.objects.get(assessment=case.assessment, node=NODE)
    assert 3 <= (answer.mark or 0) < 4
    coordinator.goto(f"/kerja/penilaian/{case.assessment}/rencana/")
    look(coordinator, "all")
    coordinator.goto(f"/kerja/penilaian/{case.assessment}/pengajuan/")
    look(coordinator, "submission")

    with committed():
        Assessment.objects.filter(pk=case.assessment).update(
            state=AssessmentState.SUBMITTED, submitted_at=timezone.now(),
            submitted_by=User.objects.get(email=COORDINATOR),
        )  # fmt: skip
        Phase.objects.filter(assessments=case.assessment).update(state=PhaseState.REVIEW)
    assessor = signed_in(ASSESSOR)
    assessor.goto(f"/kerja/asesor/{case.assessment}/")
    item = assessor.locator(f"#{NODE}")
    open_fold(assessor, item)
    expect(item).to_contain_text("jawaban diragukan")
    expect(item).to_contain_text(
        "dijawab lebih cepat daripada pertanyaan dapat dibaca: 1; masing-masing dihitung 0 persen"
    )
    expect(item).to_contain_text("Bupati Tangerang bertanggung jawab atas keabsahannya")
    expect(item.get_by_role("link", name="jawaban-survei")).to_be_visible()
    look(assessor, "assessor")
    with assessor.expect_download() as given:
        item.get_by_role("link", name="jawaban-survei").click()
    lines = Path(given.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 301
