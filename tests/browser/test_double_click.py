"""A double click on what is done once: the server does it once, and the page says that it is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.walk import APPROVER, COORDINATOR, SECRETARIAT, told
from evaluation.cycle.world import INSTRUMENT
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    Assessment,
    Campaign,
    CampaignGroup,
    Instrument,
    Participation,
    Phase,
    PhaseMove,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from pilar.platform.models import AuditEvent

CODE = "dua-klik"
ANSWERS = {
    "policy": {"mark": 3},
    "budget": {"mark": 2},
    "programmes": {"realised": 9, "planned": 10},
    "poverty": {"quantity": Decimal("6.93")},
    "survey": {"mark": Decimal("3.2")},
}
MARKS = {"policy": "3", "budget": "2", "programmes": "4", "poverty": "2", "survey": "3.2"}


@pytest.fixture
def assessment(committed: Callable[[], AbstractContextManager[None]]) -> int:
    """An answered self-assessment in the first phase; the second phase has agreed marks and is final."""
    with committed():
        now = timezone.now()
        parsed = index.parse_instrument(INSTRUMENT)
        operations.add_instrument(by=OPERATOR, instrument=parsed, document=INSTRUMENT)
        campaign = Campaign.objects.create(
            code=CODE, year=2026, title_id="Evaluasi dua klik", title_en="Evaluation of two clicks", synthetic=True,
            instrument=Instrument.objects.get(sha256=parsed.sha256),
        )  # fmt: skip
        group = CampaignGroup.objects.create(campaign=campaign, code="reguler", title_id="Reguler", title_en="Regular")
        dates = {"campaign": campaign, "opens_at": now - timedelta(days=9), "closes_at": now + timedelta(days=9)}
        first = Phase.objects.create(number=1, state=PhaseState.OPEN, **dates)
        second = Phase.objects.create(number=2, state=PhaseState.FINAL, objection_until=now, **dates)
        participation = Participation.objects.create(campaign=campaign, region_id="36.03", group=group)
        answered = Assessment.objects.create(participation=participation, phase=first)
        for node, values in ANSWERS.items():
            Answer.objects.create(assessment=answered, node=node, **values)
        agreed = Assessment.objects.create(
            participation=participation, phase=second, state=AssessmentState.AGREED, agreed_at=now, submitted_at=now,
            submitted_by=User.objects.get(email=COORDINATOR),
        )  # fmt: skip
        for node, value in MARKS.items():
            AgreedMark.objects.create(assessment=agreed, node=node, value=Decimal(value), how="unanimous")
        operations.compute_results(by=OPERATOR, campaign=CODE, phase=2, now=now)
        return answered.pk


def logged(action: str, key: int) -> int:
    return AuditEvent.objects.filter(action=action, key=str(key)).count()


def test_submit_approve_and_publish_are_done_once(signed_in: Callable[..., Page], assessment: int) -> None:
    page = signed_in(COORDINATOR)
    page.goto(f"/kerja/penilaian/{assessment}/pengajuan/")
    page.locator("input[name=agreed]").check()
    page.get_by_role("button", name="Ajukan penilaian mandiri").dblclick()
    told(page, "Penilaian mandiri sudah diajukan")
    assert logged("submit", assessment) == 1

    page = signed_in(SECRETARIAT)
    page.goto(f"/kerja/periode/{CODE}/hasil/2/")
    page.get_by_role("link", name="Setujui hasil").click()
    page.locator("input[name=agreed]").check()
    page.get_by_role("button", name="Setujui hasil").dblclick()
    told(page, "Versi 1 sudah disetujui")
    expect(page.get_by_role("link", name="Umumkan hasil")).to_have_count(0)
    page = signed_in(APPROVER)
    page.goto(f"/kerja/periode/{CODE}/hasil/2/")
    page.get_by_role("link", name="Umumkan hasil").click()
    page.get_by_label("Nomor surat").fill("B-2/2026")
    page.get_by_label("Tanggal surat").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.locator("input[name=agreed]").check()
    page.get_by_role("button", name="Umumkan hasil").dblclick()
    told(page, "Versi 1 diumumkan dengan surat")
    expect(page.get_by_role("main")).to_contain_text("B-2/2026")
    phase = Phase.objects.get(campaign__code=CODE, number=2)
    (snapshot,) = phase.snapshots.all()
    assert (logged("approve", snapshot.pk), logged("publish", snapshot.pk)) == (1, 1)
    assert PhaseMove.objects.filter(phase=phase, to_state=PhaseState.PUBLISHED).count() == 1
