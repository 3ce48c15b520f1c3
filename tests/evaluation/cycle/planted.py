"""A world in which everything that is private exists once, said in words that stand nowhere else.

Phase 1 is at the panel, which is still blind; phase 2 is published. Kabupaten Tangerang has all of it. Kota Tangerang
takes part too; Kabupaten Bogor does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from evaluation.cycle import plan
from evaluation.cycle.agreed import MARKS, approve, compute, publish
from evaluation.cycle.next_door import plant_next_door
from evaluation.cycle.panel import hand_in
from evaluation.cycle.world import CODE, FAR, INSTRUMENT, LEAVES, NEIGHBOUR, NOW, OWN, World
from evidence.samples import pdf
from kit.neighbours import Neighbour
from masterplan.world import LATER
from pilar import index
from pilar.areas.operations import GivenDecree, add_holiday
from pilar.evaluation import operations
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    AnswerEvidence,
    Attendance,
    Conflict,
    EvidenceRequest,
    Finding,
    FollowUp,
    FollowUpEvidence,
    HookDelivery,
    InstrumentDraft,
    Mark,
    MarkingDone,
    Meeting,
    Objection,
    Seat,
    SheetBatch,
    Snapshot,
)
from pilar.evaluation.queries.answers import form
from pilar.evaluation.queries.responsibility import code_of
from pilar.evaluation.rules.hooks import HookEvent
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Content, Link
from pilar.masterplan import operations as masterplan
from pilar.people.models import AccountRequest, ApiToken, Membership, Notice
from pilar.people.rules import OPERATOR, Standing
from pilar.platform.hooks import Delivery
from pilar.reports.signing.record import Record, written

AT_THE_PANEL, PUBLISHED = 1, 2

ANSWER, EVIDENCE = "rahasiajawaban", "rahasiabukti"
FILE, LINK = "rahasiaberkas", "rahasiatautan"
MARK_OF_CHAIR, MARK_OF_OTHER, BLIND_FINDING = "rahasiaketua", "rahasiaasesor", "rahasiatemuan"
PLACE, MINUTES, PRESENT = "rahasiatempat", "rahasianotula", "rahasiahadir"
REQUEST, REPLY = "rahasiapermintaan", "rahasiabalasan"
AGREED, OBJECTION, FOLLOW_UP = "rahasiasepakat", "rahasiasanggahan", "rahasiatindak"
NOTICE, TOKEN, CONFLICT = "rahasiaberita", "rahasiatoken", "rahasiakonflik"
ACCOUNT = "siti3603@contoh.invalid"

DRAFT_TITLE = "Instrumen yang menunggu pengesahan"
BASIS = "basis: {kind: letter, number: B-7/2026, dated: 2026-02-02, status: official}\nscale:"
NEXT_VERSION = INSTRUMENT.replace("version: 1.0", "version: 1.1").replace("scale:", BASIS, 1)

WORDS = frozenset(
    {ANSWER, EVIDENCE, FILE, LINK, MARK_OF_CHAIR, MARK_OF_OTHER, BLIND_FINDING, PLACE, MINUTES, PRESENT, REQUEST, REPLY}
    | {AGREED, OBJECTION, FOLLOW_UP, NOTICE, TOKEN, CONFLICT, ACCOUNT, DRAFT_TITLE}
)


@dataclass
class Planted:
    """The world, and what addresses and operations name; ``values`` holds each by the name that tables use."""

    world: World
    values: dict[str, object]

    @property
    def neighbour(self) -> Neighbour | None:
        return self.world.neighbour

    def who(self, name: str) -> Standing:
        return self.world.who(name)

    def key(self, name: str) -> int:
        found = self.values[name]
        assert isinstance(found, int)
        return found

    def signed(self) -> dict[str, Any]:
        """The statement of responsibility of what is answered now, which the coordinator has sent."""
        marked = self.key("marked")
        code = code_of(form(marked, scope=self.who("coordinator"), now=NOW))
        return {"assessment": marked, "code": code, "content": evidence.HeldUpload(self.piece("scan"))}

    def piece(self, name: str) -> UUID:
        found = self.values[name]
        assert isinstance(found, UUID)
        return found


def plant(world: World) -> Planted:
    _leave(world, FAR)
    Seat.objects.create(participation=world.participations[NEIGHBOUR], assessor_id=world.key("assessor4"))
    loose = _evidence(world, "Tautan", Link(f"https://contoh.invalid/{LINK}"))
    attached = _evidence(world, EVIDENCE, _received(world))
    at_the_panel = _at_the_panel(world, attached)
    values: dict[str, object] = {
        "evidence": attached,
        "loose": loose,
        "scan": _signed_paper(world),
        **at_the_panel,
        **_published(world, attached),
        "conflict": Conflict.objects.create(
            assessor_id=world.key("assessor3"), region_id=OWN, kind="home", note=CONFLICT, declared_at=NOW
        ).pk,
        **_people(world, at_the_panel["request"]),
        "campaign": CODE,
        "record": written(Record("minutes", OWN, "1", NOW.date(), "0" * 64), Ed25519PrivateKey.generate()),
        "group": "regular",
        "region": OWN,
        "node": "policy",
        "number": AT_THE_PANEL,
        "next_state": "agreed",
        "published": PUBLISHED,
        "version": 1,
        "year": 2026,
        "file": "data.zip",
        "batch": _batch(),
        "instrument": "cycle-test",
        "draft": _draft(),
        **told_system(),
        "instrument_version": "1.0",
        "assessor": world.key("assessor1"),
        "office": world.offices[OWN][0],
        "holiday": add_holiday(
            by=OPERATOR, decree=GivenDecree("Perbup 1/2026", date(2026, 1, 5), "https://contoh.invalid", OWN),
            day=date(2026, 12, 30), name="Hari jadi",
        ),
    }  # fmt: skip
    values |= _planned(world)
    world.neighbour = plant_next_door(world)
    return Planted(world, values)


def _planned(world: World) -> dict[str, object]:
    """A plan in force, and the revision of it that takes proposals."""
    made, _line = plan.in_force(world)
    version = masterplan.start_revision(
        by=world.who("coordinator"), version=made.version, reason="Rekomendasi panel", now=LATER
    )
    return {"plan_version": version, "programme": "P001", "figures": plan.seen(world, "policy").fingerprint}


def _batch() -> int:
    """Sheets of the published version that nobody has made yet."""
    return SheetBatch.objects.create(
        snapshot=Snapshot.objects.get(phase__number=PUBLISHED), language="en", total=2, ordered_by_name="Ani"
    ).pk


SYSTEM = {"title": "Portal data", "address": "https://data.contoh.go.id/kait", "events": [HookEvent.RESULTS]}


def told_system() -> dict[str, object]:
    """A system that is told of publications, and a message that was given up."""
    key, _secret = operations.subscribe(by=OPERATOR, **SYSTEM, now=NOW)  # type: ignore[arg-type]
    told = HookDelivery.objects.create(
        subscription_id=key, event=HookEvent.RESULTS, body="{}", made_at=NOW, state=Delivery.DEAD
    )
    return {"system": key, "delivery": told.pk}


def _draft() -> int:
    """A version of an instrument that somebody else of the secretariat has sent."""
    document = NEXT_VERSION.replace("version: 1.1", "version: 2.0")
    sha256 = index.parse_instrument(document).sha256
    return InstrumentDraft.objects.create(
        code="cycle-test", version="2.0", sha256=sha256, title_id=DRAFT_TITLE, title_en=DRAFT_TITLE,
        document=document, file="usulan.yaml", sent_by_name="Ani", sent_at=NOW,
    ).pk  # fmt: skip


def _leave(world: World, region: str) -> None:
    participation = world.participations.pop(region)
    participation.assessments.all().delete()
    participation.delete()


def _evidence(world: World, title: str, content: Content) -> UUID:
    """A piece of the first office."""
    return evidence.add_evidence(
        by=world.who("contributor"), region=OWN, office=world.offices[OWN][0], title=title, content=content, now=NOW
    )


def _received(world: World) -> Content:
    return evidence.receive(
        by=world.who("contributor"),
        region=OWN,
        office=world.offices[OWN][0],
        upload=BytesIO(pdf(FILE)),
        name="bukti.pdf",
        now=NOW,
    )


def _signed_paper(world: World) -> UUID:
    """A statement of responsibility that the coordinator has sent and nothing has kept yet."""
    sent = evidence.receive(
        by=world.who("coordinator"), region=OWN, upload=BytesIO(pdf("Ditandatangani")), name="sptjm.pdf", now=NOW
    )
    assert isinstance(sent, evidence.HeldUpload)
    return sent.key


def _at_the_panel(world: World, piece: UUID) -> dict[str, object]:
    marked = hand_in(world, phase=PhaseState.REVIEW)
    hand_in(world, NEIGHBOUR, PhaseState.REVIEW)
    answer = Answer.objects.get(assessment=marked, node="policy")
    Answer.objects.filter(pk=answer.pk).update(explanation=ANSWER)
    AnswerEvidence.objects.create(answer=answer, evidence_id=piece)
    for who, reason in (("chair", MARK_OF_CHAIR), ("assessor1", "Sesuai bukti"), ("assessor2", MARK_OF_OTHER)):
        for node in LEAVES:
            Mark.objects.create(
                assessment_id=marked, node=node, assessor_id=world.key(who), value=2, reason=reason, changed_at=NOW
            )
    MarkingDone.objects.create(assessment_id=marked, assessor_id=world.key("chair"), done_at=NOW)
    finding = Finding.objects.create(
        assessment_id=marked, kind="weakness", text=BLIND_FINDING, written_by_id=world.key("assessor2"), written_at=NOW
    )
    meetings = [
        Meeting.objects.create(
            assessment_id=marked,
            kind="interview",
            starts_at=NOW + timedelta(days=day),
            ends_at=NOW + timedelta(days=day, hours=1),
            place=PLACE,
            notes=notes,
        )
        for day, notes in ((1, ""), (2, MINUTES))
    ]
    Attendance.objects.create(meeting=meetings[1], name=PRESENT)
    asked = {
        "assessment_id": marked,
        "text": REQUEST,
        "asked_by_id": world.key("chair"),
        "asked_at": NOW,
        "deadline": timezone.now() + timedelta(days=300),
    }
    request = EvidenceRequest.objects.create(node="policy", **asked)
    answered = EvidenceRequest.objects.create(
        node="budget", reply=REPLY, answered_by_id=world.key("coordinator"), answered_at=NOW, **asked
    )
    return {
        "marked": marked,
        "finding": finding.pk,
        "meeting": meetings[0].pk,
        "held": meetings[1].pk,
        "request": request.pk,
        "answered": answered.pk,
    }


def _published(world: World, piece: UUID) -> dict[str, object]:
    for region in (OWN, NEIGHBOUR):
        for node, value in MARKS[region].items():
            reason = AGREED if (region, node) == (OWN, "policy") else "Sesuai bukti"
            AgreedMark.objects.create(
                assessment=world.assessment(region, PUBLISHED), node=node, value=value, how="unanimous", reason=reason,
                settled_at=NOW,
            )  # fmt: skip
        world.set_assessment(AssessmentState.AGREED, region, PUBLISHED)
    agreed = world.assessment(OWN, PUBLISHED)
    Finding.objects.create(
        assessment=agreed, kind="recommendation", text="Tetapkan peraturan", written_by_id=world.key("chair")
    )
    world.set_phase(PhaseState.FINAL, PUBLISHED)
    compute(world, PUBLISHED)
    approve(world, PUBLISHED)
    publish(world, PUBLISHED)
    follow_up = FollowUp.objects.get(finding__assessment=agreed)
    FollowUp.objects.filter(pk=follow_up.pk).update(note=FOLLOW_UP, office=world.offices[OWN][0])
    FollowUpEvidence.objects.create(follow_up=follow_up, evidence_id=piece)
    objection = Objection.objects.create(
        assessment=agreed, node="policy", text=OBJECTION, made_by_id=world.key("coordinator"), made_at=NOW
    )
    return {"agreed": agreed.pk, "follow_up": follow_up.pk, "objection": objection.pk}


def _people(world: World, request: object) -> dict[str, object]:
    siti = world.key("coordinator")
    notice = Notice.objects.create(
        user_id=siti,
        kind="evaluation.request",
        subject=f"evaluation.request:{request}",
        sentence="“%(email)s” is not an e-mail address",
        fields={"email": NOTICE},
        address="/akun-saya/",
        needs_action=True,
        created_at=NOW,
    )
    token = ApiToken.objects.create(
        user_id=siti,
        name=TOKEN,
        digest="0" * 64,
        beginning="pilar_ab",
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=300),
    )
    asked = AccountRequest.objects.create(
        provider="oidc", subject="7", email="tono@contoh.invalid", name="Tono", region_id=OWN, asked_at=NOW
    )
    return {
        "notice": notice.pk,
        "account_request": asked.pk,
        "token": token.pk,
        "token_owner": siti,
        "account": world.key("contributor"),
        "membership": Membership.objects.get(user=world.key("contributor")).pk,
    }
