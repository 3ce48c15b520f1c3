"""The other region of the planted world: at the panel in phase 1, published in phase 2, with a row of every kind."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from evaluation.cycle.agreed import recommend
from evaluation.cycle.world import LEAVES, NEIGHBOUR, NOW, World
from kit.neighbours import Neighbour
from pilar.evaluation.models import (
    Answer,
    AnswerEvidence,
    AnswerOrigin,
    Attendance,
    Conflict,
    EvidenceRequest,
    FilledIn,
    Finding,
    FollowUp,
    FollowUpEvidence,
    Mark,
    MarkingDone,
    Meeting,
    Objection,
    ObjectionAdvice,
    ObjectionEvidence,
    PublishedResult,
    PublishedScore,
    Reminder,
    SurveyFile,
)
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Link
from pilar.people.rules import OPERATOR
from pilar.surveys import operations as surveys
from pilar.surveys.operations import NewSurvey

AT_THE_PANEL, PUBLISHED = 1, 2


def plant_next_door(world: World) -> Neighbour:
    """What the panel and the published phase are lacking of it; answers, agreed marks and its result are there."""
    _at_the_panel(world)
    _published(world)
    stated = PublishedResult.objects.create(
        region_id=NEIGHBOUR, year=2023, final=Decimal("3.10"), source_url="https://contoh.invalid/2023"
    )
    PublishedScore.objects.create(result=stated, node="output", value=Decimal("3.10"))
    Conflict.objects.create(assessor_id=world.key("assessor3"), region_id=NEIGHBOUR, kind="home", declared_at=NOW)
    return Neighbour(NEIGHBOUR, ("evaluation",))


def _link(world: World) -> str:
    return str(
        evidence.add_evidence(
            by=world.who("contributor", NEIGHBOUR), region=NEIGHBOUR, office=world.offices[NEIGHBOUR][0],
            title="Tautan tetangga", content=Link("https://contoh.invalid/tetangga"), now=NOW,
        )
    )  # fmt: skip


def _at_the_panel(world: World) -> None:
    marked = world.assessment(NEIGHBOUR, AT_THE_PANEL)
    answer = Answer.objects.get(assessment=marked, node="policy")
    AnswerEvidence.objects.create(answer=answer, evidence_id=_link(world))
    AnswerOrigin.objects.create(assessment=marked, node="survey", figures={}, fingerprint="0" * 32, taken_at=NOW)
    given = NewSurvey("impact-2023", "Survei tetangga", 2026, NOW, NOW + timedelta(days=30))
    survey = surveys.create_survey(by=OPERATOR, region=NEIGHBOUR, given=given, now=NOW)
    SurveyFile.objects.create(survey_id=survey, kind="recap", evidence_id=_link(world))
    Mark.objects.bulk_create(
        Mark(assessment=marked, node=node, assessor_id=world.key(who), value=1, reason="Sesuai bukti", changed_at=NOW)
        for who in ("chair", "assessor1", "assessor2")
        for node in LEAVES
    )
    MarkingDone.objects.create(assessment=marked, assessor_id=world.key("chair"), done_at=NOW)
    FilledIn.objects.create(assessment=marked, file="kota.xlsx", nodes={"policy": 9}, filled_by_name="Ani")
    Reminder.objects.create(assessment=marked, day=NOW.date() - timedelta(days=9), reminded_by_name="Ani")
    asked = {"text": "Unggah salinannya", "asked_by_id": world.key("chair"), "asked_at": NOW}
    EvidenceRequest.objects.create(assessment=marked, node="policy", deadline=NOW + timedelta(days=300), **asked)
    meeting = Meeting.objects.create(
        assessment=marked, kind="interview", place="Balai kota tetangga", notes="Berjalan lancar",
        starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=3, hours=1),
    )  # fmt: skip
    Attendance.objects.create(meeting=meeting, name="Kepala dinas tetangga")


def _published(world: World) -> None:
    finding = Finding.objects.get(pk=recommend(world, "Lanjutkan", NEIGHBOUR, PUBLISHED))
    follow_up = FollowUp.objects.create(finding=finding, office_id=world.offices[NEIGHBOUR][0])
    FollowUpEvidence.objects.create(follow_up=follow_up, evidence_id=_link(world))
    objection = Objection.objects.create(
        assessment=finding.assessment, node="policy", text="Nilai terlalu rendah", made_at=NOW,
        made_by_id=world.key("coordinator", NEIGHBOUR),
    )  # fmt: skip
    ObjectionEvidence.objects.create(objection=objection, evidence_id=_link(world), number=1)
    ObjectionAdvice.objects.create(
        objection=objection, assessor_id=world.key("chair"), stance="refuse", text="Bukti sudah dinilai"
    )
