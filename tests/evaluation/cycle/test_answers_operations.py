"""Answering, allocating, attaching, verifying, submitting: what they do, and every closed door."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from evaluation.cycle.world import FAR, LEAVES, NEIGHBOUR, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import Allocation, Answer, AnswerEvidence, Assessment
from pilar.evaluation.queries.answers import form
from pilar.evaluation.rules.answer_sheets import SheetAnswer
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.marking import UnknownIndicator
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Link
from pilar.evidence.rules import OwnRevision
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated

GOOD: dict[str, Given] = {
    "policy": Given(mark=Decimal(3), explanation="Perbup 7/2020"),
    "budget": Given(mark=Decimal(2), explanation="DPA"),
    "programmes": Given(realised=Decimal(9), planned=Decimal(10), source="Laporan"),
    "poverty": Given(quantity=Decimal("6.93"), source="BPS"),
    "survey": Given(not_applicable=True, explanation="Tidak ada survei tahun ini"),
}


def save(world: World, node: str = "policy", given: Given | None = None, **changed: Any) -> int:
    named: dict[str, Any] = {
        "by": world.who("coordinator"), "assessment": world.assessment().pk, "node": node,
        "given": given or GOOD[node], "seen_version": 0, "now": NOW,
    }  # fmt: skip
    return operations.save_answer(**named | changed)


def fill(world: World) -> None:
    for node in LEAVES:
        save(world, node)


def a_link(world: World, name: str = "contributor", region: str = OWN) -> UUID:
    office = world.offices[region][1 if name == "colleague" else 0]
    return evidence.add_evidence(
        by=world.who(name, region), region=region, office=office if name != "coordinator" else None,
        title="Peraturan Bupati", content=Link("https://example.org/perbup.pdf"), now=NOW,
    )  # fmt: skip


def faults_of(refused: pytest.ExceptionInfo[Faults]) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in refused.value.faults]


# Answering


def test_an_answer_is_kept_with_its_version_and_in_the_log(opened: World) -> None:
    assert save(opened) == 1
    assert save(opened, given=Given(mark=Decimal(4)), seen_version=1) == 2
    row = Answer.objects.get(node="policy")
    assert (row.mark, row.explanation, row.version, row.changed_by_id) == (4, "", 2, opened.key("coordinator"))
    event = AuditEvent.objects.filter(target="evaluation.answer").order_by("id").last()
    assert event is not None
    assert (event.action, event.area) == ("answer", OWN)
    assert event.before == {"mark": "3", "explanation": "Perbup 7/2020"}
    assert event.after["mark"] == "4"
    assert event.after["version"] == 2


def test_the_same_message_twice_does_no_harm(opened: World) -> None:
    assert save(opened) == 1
    assert save(opened) == 1
    assert AuditEvent.objects.filter(target="evaluation.answer").count() == 1


def test_who_saves_over_what_they_have_not_seen_is_told_and_nothing_is_lost(opened: World) -> None:
    save(opened, by=opened.who("contributor"))
    with pytest.raises(Outdated) as refused:
        save(opened, given=Given(mark=Decimal(1)), seen_version=0)
    stored = refused.value.stored
    assert (stored.version, stored.by, stored.at) == (1, opened.user("contributor").name, NOW)
    assert (stored.values["mark"], stored.values["explanation"]) == ("3", "Perbup 7/2020")
    assert Answer.objects.get(node="policy").mark == 3
    assert save(opened, given=Given(mark=Decimal(1)), seen_version=stored.version) == 2


@pytest.mark.parametrize(
    ("node", "given", "faults"),
    [
        ("policy", Given(mark=Decimal(5)), [("out-of-scale", "mark")]),
        ("policy", Given(mark=Decimal("2.5")), [("not-whole", "mark")]),
        ("policy", Given(not_applicable=True), [("must-apply", "not_applicable")]),
        ("survey", Given(mark=Decimal("0.5")), [("out-of-scale", "mark")]),
        ("survey", Given(mark=Decimal(2), not_applicable=True), [("answer-and-not-applicable", "not_applicable")]),
        ("poverty", Given(quantity=Decimal(-1)), [("outside-bands", "quantity")]),
        ("programmes", Given(realised=Decimal(3)), [("half-a-ratio", "planned")]),
        ("programmes", Given(planned=Decimal(3)), [("half-a-ratio", "realised")]),
        ("programmes", Given(realised=Decimal(3), planned=Decimal(0)), [("ratio", "realised")]),
    ],
)
def test_what_is_no_answer_is_refused_at_its_field(
    opened: World, node: str, given: Given, faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(Faults) as refused:
        save(opened, node, given)
    assert faults_of(refused) == faults
    assert not Answer.objects.exists()


@pytest.mark.parametrize("node", ["output", "final", "nothing", ""])
def test_only_an_indicator_is_answered(opened: World, node: str) -> None:
    with pytest.raises(UnknownIndicator):
        save(opened, node, GOOD["policy"])


def test_an_answer_can_be_taken_back(opened: World) -> None:
    save(opened)
    assert save(opened, given=Given(), seen_version=1) == 2
    assert not form(opened.assessment().pk, scope=opened.who("coordinator"), now=NOW).given["policy"].is_answered


@pytest.mark.parametrize(
    ("name", "region", "error"),
    [
        ("colleague", OWN, NotAllowed),
        ("verifier", OWN, NotAllowed),
        ("secretariat", OWN, NotAllowed),
        ("assessor1", OWN, NotAllowed),
        ("assessor3", OWN, NotFound),
        ("coordinator", FAR, NotFound),
        ("contributor", NEIGHBOUR, NotFound),
        ("public", OWN, NotFound),
    ],
)
def test_who_may_not_answer(opened: World, name: str, region: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        save(opened, by=opened.who(name, region))
    with pytest.raises(error):
        operations.attach(
            by=opened.who(name, region), assessment=opened.assessment().pk, node="policy",
            evidence=a_link(opened), now=NOW,
        )  # fmt: skip


def test_a_contributor_answers_only_what_the_office_was_given(opened: World) -> None:
    assert save(opened, by=opened.who("contributor")) == 1
    Allocation.objects.filter(node="policy").delete()
    with pytest.raises(NotAllowed):
        save(opened, by=opened.who("contributor"), given=Given(), seen_version=1)
    assert save(opened, given=Given(), seen_version=1) == 2


@pytest.mark.parametrize("state", [state for state in PhaseState if state is not PhaseState.OPEN])
def test_answers_belong_to_the_open_phase(world: World, state: PhaseState) -> None:
    world.set_phase(state)
    with pytest.raises(WrongState):
        save(world)
    with pytest.raises(WrongState):
        operations.submit(by=world.who("coordinator"), assessment=world.assessment().pk, now=NOW)


@pytest.mark.parametrize("state", [AssessmentState.SUBMITTED, AssessmentState.AGREED])
def test_what_was_handed_in_does_not_change(opened: World, state: AssessmentState) -> None:
    save(opened)
    key = a_link(opened)
    opened.set_assessment(state)
    by, assessment = opened.who("coordinator"), opened.assessment().pk
    doors: list[Callable[[], object]] = [
        lambda: save(opened, seen_version=1, given=Given()),
        lambda: operations.save_answers(
            by=by, assessment=assessment, answers=[SheetAnswer("policy", Given(), 1)], now=NOW
        ),
        lambda: operations.attach(by=by, assessment=assessment, node="policy", evidence=key, now=NOW),
        lambda: operations.detach(by=by, assessment=assessment, node="policy", evidence=key, now=NOW),
        lambda: operations.allocate(by=by, assessment=assessment, nodes=["final"], office=None, now=NOW),
        lambda: operations.submit(by=by, assessment=assessment, now=NOW),
    ]
    for door in doors:
        with pytest.raises(WrongState):
            door()
    assert Answer.objects.get().version == 1


# Many at once


def test_many_answers_are_kept_all_or_none(opened: World) -> None:
    by, key = opened.who("coordinator"), opened.assessment().pk
    rows = [SheetAnswer(node, GOOD[node]) for node in LEAVES]
    with pytest.raises(Faults) as refused:
        operations.save_answers(
            by=by, assessment=key, answers=[*rows, SheetAnswer("poverty", Given(quantity=Decimal(400)))], now=NOW
        )
    assert faults_of(refused) == [("outside-bands", "poverty")]
    assert not Answer.objects.exists()
    assert operations.save_answers(by=by, assessment=key, answers=rows, now=NOW) == 5
    assert operations.save_answers(by=by, assessment=key, answers=rows, now=NOW) == 0
    assert AuditEvent.objects.filter(target="evaluation.answer").count() == 5


def test_of_many_each_is_held_to_the_version_and_the_office(opened: World) -> None:
    save(opened, "policy", Given(mark=Decimal(1)))
    rows = [SheetAnswer("policy", GOOD["policy"]), SheetAnswer("budget", GOOD["budget"]), SheetAnswer("no", Given())]
    with pytest.raises(Faults) as refused:
        operations.save_answers(by=opened.who("contributor"), assessment=opened.assessment().pk, answers=rows, now=NOW)
    assert faults_of(refused) == [("outdated", "policy"), ("not-allowed", "budget"), ("unknown-indicator", "no")]
    assert [row.version for row in Answer.objects.all()] == [1]


# Evidence


def test_evidence_is_attached_once_and_detached(opened: World) -> None:
    by, key = opened.who("contributor"), opened.assessment().pk
    piece = a_link(opened)
    for _twice in range(2):
        operations.attach(by=by, assessment=key, node="policy", evidence=piece, now=NOW)
    assert AnswerEvidence.objects.count() == 1
    assert AuditEvent.objects.filter(action="attach").count() == 1
    assert save(opened, by=by) == 2
    operations.detach(by=by, assessment=key, node="policy", evidence=piece, now=NOW)
    assert not AnswerEvidence.objects.exists()
    with pytest.raises(NotFound):
        operations.detach(by=by, assessment=key, node="policy", evidence=piece, now=NOW)


def test_new_evidence_is_added_and_attached_both_or_neither(opened: World) -> None:
    by, key = opened.who("contributor"), opened.assessment().pk
    named: dict[str, Any] = {"by": by, "assessment": key, "title": "SK Bupati", "now": NOW}
    with pytest.raises(UnknownIndicator):
        operations.attach_new(
            **named | {"by": opened.who("coordinator")}, node="no", content=Link("https://example.org/a.pdf")
        )
    with pytest.raises(Faults):
        operations.attach_new(**named, node="policy", content=Link("ftp://example.org/a.pdf"))
    assert not AnswerEvidence.objects.exists()
    assert not Answer.objects.exists()
    piece = operations.attach_new(**named, node="policy", content=Link("https://example.org/a.pdf"))
    found = form(key, scope=by, now=NOW).evidence["policy"]
    assert [(row.evidence, row.office) for row in found] == [(piece, opened.offices[OWN][0])]


def test_evidence_of_another_region_is_not_there(opened: World) -> None:
    piece = a_link(opened, region=FAR)
    for name in ("contributor", "coordinator"):
        with pytest.raises(NotFound):
            operations.attach(
                by=opened.who(name), assessment=opened.assessment().pk, node="policy", evidence=piece, now=NOW
            )


def test_a_verifier_confirms_and_returns_but_never_their_own(opened: World) -> None:
    key, by = opened.assessment().pk, opened.who("verifier")
    piece = a_link(opened)
    named: dict[str, Any] = {"by": by, "assessment": key, "node": "policy", "evidence": piece, "number": 1, "now": NOW}
    with pytest.raises(NotFound):
        operations.verify_attached(**named)
    operations.attach(by=opened.who("contributor"), assessment=key, node="policy", evidence=piece, now=NOW)
    operations.return_attached(**named, reason="Halaman terakhir tidak ada")
    notice = Notice.objects.get(user=opened.key("contributor"))
    assert "Halaman terakhir" in notice.fields["reason"]
    assert form(key, scope=by, now=NOW).evidence["policy"][0].verification == "returned"
    operations.verify_attached(**named)
    notice.refresh_from_db()
    assert notice.done_at == NOW
    for name in ("contributor", "coordinator", "secretariat"):
        with pytest.raises(NotAllowed):
            operations.verify_attached(**named | {"by": opened.who(name)})
    with pytest.raises(NotFound):
        operations.verify_attached(**named | {"by": opened.who("verifier", FAR)})


def test_who_uploaded_does_not_verify(opened: World) -> None:
    from pilar.people.operations import grant_membership
    from pilar.people.rules import Role

    grant_membership(by=OPERATOR, user=opened.key("contributor"), role=Role.VERIFIER, region=OWN, now=NOW)
    both, key = opened.who("contributor"), opened.assessment().pk
    piece = a_link(opened)
    operations.attach(by=both, assessment=key, node="policy", evidence=piece, now=NOW)
    with pytest.raises(OwnRevision):
        operations.verify_attached(by=both, assessment=key, node="policy", evidence=piece, number=1, now=NOW)


# Submission


def test_a_self_assessment_with_errors_is_not_submitted(opened: World) -> None:
    fill(opened)
    save(opened, "survey", Given(not_applicable=True), seen_version=1)
    save(opened, "policy", Given(explanation="Belum"), seen_version=1)
    with pytest.raises(Faults) as refused:
        operations.submit(by=opened.who("coordinator"), assessment=opened.assessment().pk, now=NOW)
    assert faults_of(refused) == [("unanswered", "policy"), ("no-reason", "survey")]
    assert opened.assessment().state == AssessmentState.PREPARING


def test_it_is_submitted_once(opened: World) -> None:
    by, key = opened.who("coordinator"), opened.assessment().pk
    operations.allocate(by=by, assessment=key, nodes=["policy"], office=opened.offices[OWN][1], now=NOW)
    fill(opened)
    operations.submit(by=by, assessment=key, now=NOW)
    found = Assessment.objects.get(pk=key)
    assert (found.state, found.submitted_at, found.submitted_by_id) == ("submitted", NOW, opened.key("coordinator"))
    with pytest.raises(WrongState):
        operations.submit(by=by, assessment=key, now=NOW)
    assert AuditEvent.objects.filter(action="submit").count() == 1
    assert not Notice.objects.filter(user=opened.key("colleague"), done_at=None).exists()
