"""An objection with evidence, advised on by the panel, decided, answered; and whether an indicator applies."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from confirming import confirmed
from evaluation.cycle.agreed import LATER, agree, approve, compute
from evaluation.cycle.world import CODE, FAR, LEAVES, NEIGHBOUR, OWN, World
from people.team import account
from pilar.design.final_acts import Check
from pilar.evaluation import operations as do
from pilar.evaluation.models import (
    AgreedMark,
    Answer,
    Conflict,
    Mark,
    Objection,
    ObjectionAdvice,
    ObjectionEvidence,
    Phase,
    SnapshotResult,
)
from pilar.evaluation.pages import result_checks as checks
from pilar.evaluation.queries.cases import left_out_of
from pilar.evaluation.queries.marking import duties, marking_form
from pilar.evaluation.queries.objections import contested_mark, panel_objections
from pilar.evaluation.queries.panel_marks import board
from pilar.evaluation.queries.progress import ProgressFilter, progress
from pilar.evaluation.queries.region_result import region_result
from pilar.evaluation.rules.authority import SeatInConflict
from pilar.evaluation.rules.objections import (
    DecisionAnswered,
    ObjectionUndecidedYet,
    Response,
    Stance,
    Wish,
)
from pilar.evaluation.rules.publishing import DecidesOwn, ObjectionDecided
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.models import Evidence, Revision
from pilar.evidence.operations import Link
from pilar.evidence.queries import revision_list
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound, Role
from pilar.platform.audit import events
from pilar.platform.errors import Faults

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def contested(world: World) -> World:
    """The objection period runs, on approved results."""
    agree(world)
    compute(world)
    approve(world)
    world.set_phase(PhaseState.OBJECTION)
    Phase.objects.filter(pk=world.phases[1].pk).update(objection_until=timezone.now() + timedelta(days=3))
    return world


def answered(world: World) -> int:
    """What the progress board counts of the region's own answers."""
    found = progress(CODE, 1, scope=world.who("secretariat"), now=LATER, filters=ProgressFilter())
    return next(row.answered for row in found.page if row.region_code == OWN)


def piece(world: World, region: str = OWN, title: str = "Perbup 3/2026") -> UUID:
    return evidence.add_evidence(
        by=world.who("coordinator", region), region=region, office=None, title=title,
        content=Link("https://contoh.invalid/perbup"), now=LATER,
    )  # fmt: skip


def make(world: World, node: str = "policy", **more: Any) -> int:
    return do.make_objection(
        by=world.who("coordinator"), assessment=world.assessment().pk, node=node, text="Perbup sudah terbit", now=LATER,
        **more,
    )  # fmt: skip


def advise(world: World, key: int, name: str = "assessor1", text: str = "Perbup itu sah", **more: Any) -> None:
    do.advise_on_objection(
        by=world.who(name), objection=key, stance=more.pop("stance", Stance.GRANT), text=text, now=LATER
    )


def decide(world: World, key: int, **given: Any) -> None:
    do.decide_objection(
        **{"by": world.who("secretariat"), "objection": key, "accepted": True, "reason": "Terbukti", "now": LATER}
        | given
    )


def answer(world: World, key: int, response: Response = Response.ACCEPTED, text: str = "") -> None:
    do.answer_decision(by=world.who("coordinator"), objection=key, response=response, text=text, now=LATER)


def codes(refused: pytest.ExceptionInfo[Faults]) -> list[str]:
    return [fault.code for fault in refused.value.faults]


def test_evidence_is_attached_in_the_version_of_then_and_read_by_the_panel(contested: World) -> None:
    known = piece(contested)
    new = do.NewPiece("SK tim", Link("https://contoh.invalid/sk"))
    key = make(contested, evidence=[known], new=new)
    evidence.add_revision(
        by=contested.who("coordinator"), evidence=known, content=Link("https://contoh.invalid/lain"), now=LATER
    )
    assert [row.number for row in ObjectionEvidence.objects.filter(objection=key)] == [1, 1]
    for name in ("coordinator", "secretariat", "assessor1"):
        found = contested_mark(key, by=contested.who(name))
        assert [(row.title, row.number) for row in found.evidence] == [("Perbup 3/2026", 1), ("SK tim", 1)], name
    versions = list(Revision.objects.filter(evidence=known).values_list("pk", flat=True))
    assert [row.number for row in revision_list(versions, scope=contested.who("assessor1"))] == [1]
    assert revision_list(versions, scope=contested.who("assessor4")) == ()
    after = events(target="evaluation.objection", key=key)[0].after
    assert after is not None
    assert after["evidence"][str(known)] == 1


def test_evidence_of_another_region_is_refused_with_everything(contested: World) -> None:
    foreign = piece(contested, NEIGHBOUR)
    with pytest.raises(Faults) as refused:
        make(contested, evidence=[foreign], new=do.NewPiece("SK", Link("https://contoh.invalid/sk")))
    assert [fault.place for fault in refused.value.faults] == ["evidence"]
    assert (Objection.objects.count(), Evidence.objects.filter(title="SK").count()) == (0, 0)


def test_each_assessor_of_the_panel_advises_once_and_may_change_it(contested: World) -> None:
    key = make(contested)
    told = Notice.objects.filter(kind="evaluation.objection-advice").values_list("user", flat=True)
    assert set(told) == {contested.key(name) for name in ("chair", "assessor1", "assessor2")}
    advise(contested, key)
    advise(contested, key, "chair", "Perbup terbit terlambat", stance=Stance.REFUSE)
    advise(contested, key, text="Perbup itu sah dan berlaku")
    advise(contested, key, text="Perbup itu sah dan berlaku")
    found = contested_mark(key, by=contested.who("secretariat"))
    assert [(row.stance, row.text) for row in found.advice] == [
        ("grant", "Perbup itu sah dan berlaku"),
        ("refuse", "Perbup terbit terlambat"),
    ]
    assert [event.action for event in events(target="evaluation.objection", key=key)] == ["advise"] * 3 + ["object"]
    assert contested_mark(key, by=contested.who("coordinator")).advice == ()
    assert [row.key for row in panel_objections(contested.assessment().pk, scope=contested.who("chair"))] == [key]
    assert panel_objections(contested.assessment().pk, scope=contested.who("coordinator")) == ()


def test_an_auditor_reads_what_who_decides_reads_and_gets_no_form(contested: World) -> None:
    key = make(contested)
    assessor = contested.key("assessor1")
    Mark.objects.create(assessment=contested.assessment(), node="policy", assessor_id=assessor, value=3, reason="Lihat")
    advise(contested, key)
    contested.keys[f"auditor {OWN}"] = account("pemeriksa@contoh.invalid", Role.AUDITOR)
    found, of_deciding = (contested_mark(key, by=contested.who(name)) for name in ("auditor", "secretariat"))
    assert (len(found.marks), len(found.advice)) == (1, 1)
    assert (found.marks, found.advice, found.decides) == (of_deciding.marks, of_deciding.advice, False)
    page = said(client_of(contested, "auditor"), f"/en/kerja/sanggahan/{key}/")
    assert "Perbup itu sah" in page
    assert "name=reason" not in page.replace('"', "")


def test_advice_that_comes_after_the_look_is_looked_at(contested: World) -> None:
    key = make(contested)
    looked = checks.decide(key, contested.who("secretariat"))
    advise(contested, key)
    advised = checks.decide(key, contested.who("secretariat"))
    assert isinstance(looked, Check)
    assert isinstance(advised, Check)
    assert looked.state != advised.state


def test_who_does_not_sit_there_or_is_in_conflict_does_not_advise(contested: World) -> None:
    key = make(contested)
    for name in ("coordinator", "verifier", "secretariat"):
        with pytest.raises(NotAllowed):
            advise(contested, key, name)
    for outsider in (contested.who("assessor4"), contested.who("coordinator", FAR)):
        with pytest.raises(NotFound):
            do.advise_on_objection(by=outsider, objection=key, stance=Stance.GRANT, text="x", now=LATER)
        with pytest.raises(NotFound):
            contested_mark(key, by=outsider)
    Conflict.objects.create(assessor_id=contested.key("assessor1"), region_id=OWN, kind="mentor")
    with pytest.raises(SeatInConflict):
        advise(contested, key)
    with pytest.raises(Faults):
        advise(contested, key, "chair", "  ")
    assert not ObjectionAdvice.objects.exists()


def test_nobody_advises_after_the_decision_and_who_advised_does_not_decide(contested: World) -> None:
    key = make(contested)
    secretary = contested.key("secretariat")
    ObjectionAdvice.objects.create(objection_id=key, assessor_id=secretary, stance="grant", text="Ya")
    with pytest.raises(DecidesOwn):
        decide(contested, key, value=Decimal(4))
    with pytest.raises(IntegrityError, match="objection_not_decided_by_its_adviser"), transaction.atomic():
        Objection.objects.filter(pk=key).update(
            decision="refused", decision_reason="x", decided_by=secretary, decided_at=LATER
        )
    decide(contested, key, by=contested.who("approver"), value=Decimal(4))
    with pytest.raises(ObjectionDecided):
        advise(contested, key)
    with pytest.raises(IntegrityError, match="objection_advice_before_the_decision"), transaction.atomic():
        ObjectionAdvice.objects.filter(objection=key).update(text="Tidak")
    ObjectionEvidence.objects.create(objection_id=key, evidence_id=piece(contested), number=1)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        ObjectionEvidence.objects.filter(objection=key).update(number=2)


def test_an_indicator_that_does_not_apply_is_left_out_by_decision(contested: World) -> None:
    with pytest.raises(Faults) as refused:
        make(contested, "policy", wish=Wish.NOT_APPLICABLE)
    assert codes(refused) == ["must-apply"]
    key = make(contested, "survey", wish=Wish.NOT_APPLICABLE)
    with pytest.raises(Faults) as refused:
        decide(contested, key, not_applicable=True, value=Decimal(3))
    assert codes(refused) == ["mark-and-not-applicable"]
    decide(contested, key, not_applicable=True)
    own = contested.assessment()
    assert not AgreedMark.objects.filter(assessment=own, node="survey").exists()
    assert left_out_of(own) == {"survey"}
    marked = {item.node.code: item.applies for item in marking_form(own.pk, scope=contested.who("chair")).items}
    assert [code for code, applies in marked.items() if not applies] == ["survey"]
    chair = contested.who("chair")
    for node in LEAVES:
        Mark.objects.create(assessment=own, node=node, assessor_id=chair.account, value=3)
        Answer.objects.update_or_create(assessment=own, node=node, defaults={"mark": 3})
    assert [(row.marked, row.total) for row in duties(scope=chair, now=LATER) if row.header.key == own.pk] == [(4, 4)]
    marks = board(own.pk, scope=chair)
    assert ([seat.marked for seat in marks.seats if seat.is_chair], marks.total) == ([4], 4)
    assert answered(contested) == 5, "what the region has answered stays answered"
    found = region_result(own.pk, by=contested.who("coordinator"), now=LATER)
    shown = next(row for row in found.rows if row.code == "survey")
    assert (shown.applies, shown.agreed, shown.contestable) == (False, None, True)
    assert [event.action for event in events(target="evaluation.agreed-mark", key=f"{own.pk} survey")] == ["leave-out"]
    compute(contested, reason="Sanggah diterima")
    stored = SnapshotResult.objects.get(snapshot__version=2, region=OWN)
    # Outcome is re-weighted to what is left: (4 + 2) / 2 = 3 in place of 37/12.
    assert (stored.scores["outcome"], stored.final) == ("3", Decimal("3.20"))
    again = make(contested, "survey")
    decide(contested, again, by=contested.who("approver"), value=Decimal("3.5"))
    assert left_out_of(own) == frozenset()
    assert AgreedMark.objects.get(assessment=own, node="survey").value == Decimal("3.5")


def test_what_the_region_said_does_not_apply_can_get_a_mark(contested: World) -> None:
    own = contested.assessment()
    Answer.objects.update_or_create(assessment=own, node="survey", defaults={"not_applicable": True, "mark": None})
    AgreedMark.objects.filter(assessment=own, node="survey").delete()
    with pytest.raises(Faults) as refused:
        make(contested, "survey", wish=Wish.NOT_APPLICABLE)
    assert codes(refused) == ["left-out-already"]
    key = make(contested, "survey")
    with pytest.raises(Faults) as refused:
        decide(contested, key, not_applicable=True)
    assert codes(refused) == ["left-out-already"]
    decide(contested, key, value=Decimal("2.25"))
    agreed = AgreedMark.objects.get(assessment=own, node="survey")
    assert (agreed.value, agreed.how, agreed.reason) == (Decimal("2.25"), "chair", "Terbukti")
    client = Client()
    client.force_login(contested.user("coordinator"), "allauth.account.auth_backends.AuthenticationBackend")
    told = {row["node"]: row["agreed"] for row in client.get(f"/api/v1/assessments/{own.pk}/agreed").json()}
    assert told["survey"]["how"] == "secretariat", "it decided, not the chair"
    assert left_out_of(own) == frozenset()
    assert Objection.objects.get(pk=key).outcome == "mark"
    assert answered(contested) == 1


def test_the_region_answers_a_decision_once(contested: World) -> None:
    key = make(contested)
    with pytest.raises(ObjectionUndecidedYet):
        answer(contested, key)
    decide(contested, key, accepted=False, reason="Tidak ada bukti baru")
    with pytest.raises(Faults):
        answer(contested, key, Response.CONTESTED)
    answer(contested, key, Response.CONTESTED, "Perbup tidak dibaca")
    with pytest.raises(DecisionAnswered):
        answer(contested, key)
    row = contested_mark(key, by=contested.who("secretariat")).row
    assert (row.response, row.response_text, row.responded_at) == ("contested", "Perbup tidak dibaca", LATER)
    told = Notice.objects.get(kind="evaluation.decision-answered", user=contested.key("secretariat"))
    assert (told.address, told.needs_action) == (f"/kerja/sanggahan/{key}/", False)
    assert Objection.objects.get(pk=key).decision == "refused"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"wish": "more"}, "objection_wish_known"),
        ({"outcome": "mark"}, "objection_outcome_of_an_accepted_one"),
        ({"response": "accepted"}, "objection_response_is_whole"),
        ({"response_text": "x"}, "objection_response_is_whole"),
    ],
)
def test_an_objection_is_whole(contested: World, fields: dict[str, object], constraint: str) -> None:
    key = make(contested)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Objection.objects.filter(pk=key).update(**fields)


def client_of(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def said(client: Client, address: str) -> str:
    found = client.get(address)
    assert found.status_code == 200, found.content.decode()[:2000]
    return " ".join(found.content.decode().split())


def test_the_pages_from_the_objection_to_the_answer(contested: World) -> None:
    own, coordinator = contested.assessment().pk, client_of(contested, "coordinator")
    form = f"/en/kerja/hasil/{own}/sanggah/survey/"
    page = said(coordinator, form)
    assert "Left out: it does not apply to the region" in page
    assert 'enctype="multipart/form-data"' in page
    given = {"wish": "mark", "text": "Survei lengkap", "title": "Rekap", "office": ""}
    wrong = SimpleUploadedFile("rekap.exe", b"MZ", "application/octet-stream")
    assert confirmed(coordinator, form, {**given, "file": wrong}).status_code == 422
    assert not Objection.objects.exists()
    file = SimpleUploadedFile("rekap.pdf", PDF, "application/pdf")
    assert confirmed(coordinator, form, {**given, "file": file}).status_code == 302
    objection = Objection.objects.get()
    address = f"/en/kerja/sanggahan/{objection.pk}/"
    assert "rekap.pdf" in said(coordinator, address)
    panel = client_of(contested, "assessor1")
    assert address.removeprefix("/en") in said(panel, f"/en/kerja/asesor/{own}/panel/")
    seen = said(panel, address)
    assert "Survei lengkap" in seen
    assert "Keep the advice" in seen
    assert panel.post(f"{address}saran/", {"stance": "grant", "text": ""}).status_code == 422
    assert panel.post(f"{address}saran/", {"stance": "grant", "text": "Rekapnya cocok"}).status_code == 302
    secretariat = client_of(contested, "secretariat")
    seen = said(secretariat, address)
    for part in ("Survei lengkap", "rekap.pdf", "Rekapnya cocok", "Mean of the survey"):
        assert part in seen
    assert "Accept: the indicator does not apply and is left out" in seen
    assert confirmed(secretariat, address, {"accepted": "left-out", "reason": "Tidak ada survei"}).status_code == 302
    region = said(coordinator, address)
    assert "left out, since it does not apply" in region
    assert "Rekapnya cocok" not in region
    answered = confirmed(coordinator, f"{address}tanggapan/", {"response": "contested", "text": "Survei ada"})
    assert answered.status_code == 302
    assert "The region does not agree with the decision" in said(secretariat, address)
    assert "the region does not agree" in said(secretariat, f"/en/kerja/periode/{CODE}/sanggahan/1/")


def test_the_same_as_json(contested: World) -> None:
    own, known = contested.assessment().pk, piece(contested)
    coordinator, panel = client_of(contested, "coordinator"), client_of(contested, "chair")
    made = coordinator.post(
        f"/api/v1/assessments/{own}/objections",
        {"node": "survey", "text": "Tidak berlaku", "wish": "not_applicable", "evidence": [str(known)]},
        "application/json",
    )
    key = made.json()["id"]
    sent = panel.put(f"/api/v1/objections/{key}/advice", {"stance": "grant", "text": "Benar"}, "application/json")
    assert sent.status_code == 204
    found = panel.get(f"/api/v1/objections/{key}").json()
    assert (found["wish"], found["may_be_left_out"]) == ("not_applicable", True)
    assert [one["evidence"] for one in found["evidence"]] == [str(known)]
    assert [one["text"] for one in found["advice"]] == ["Benar"]
    assert coordinator.get(f"/api/v1/objections/{key}").json()["advice"] == []
    decided = client_of(contested, "secretariat").post(
        f"/api/v1/objections/{key}/decision",
        {"accepted": True, "not_applicable": True, "reason": "Tidak ada survei"},
        "application/json",
    )
    assert decided.status_code == 204
    body = {"response": "accepted"}
    assert coordinator.post(f"/api/v1/objections/{key}/response", body, "application/json").status_code == 204
    row = coordinator.get(f"/api/v1/objections/{key}").json()
    assert (row["outcome"], row["response"], row["applies"]) == ("not_applicable", "accepted", False)
